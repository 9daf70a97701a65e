#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pictures of pages for the documentation.

pictures.py SYSTOLITE FOLDER
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser

MOST_BYTES = 150_000


@dataclass(frozen=True)
class Picture:
    name: str
    command: tuple[str, ...]
    width: int
    first: str  # CSS selectors of the first and the last element that are in it
    last: str
    dark: bool = False
    chosen: str = ""  # key of a row that is chosen


KWS = ("run", "kws_embedded", "--backend", "fast")
VWW = ("run", "vww_embedded", "--backend", "fast")
PICTURES = (
    Picture("run", KWS, 960, "header", "#layers .details", chosen="3"),
    Picture("scratchpad", VWW, 960, "#scratchpad", "#scratchpad .chart", dark=True),
    Picture("phone", KWS, 360, "#roofline", "#roofline .chart", dark=True),
    Picture("compare", ("compare", "kws_embedded"), 960, "#latency", "#latency .chart"),
    Picture("explore", ("explore", "ci_small"), 960, "#front", "#front .scroll"),
)


def take(browser: Browser, picture: Picture, page: Path, target: Path) -> None:
    browser.look(picture.width, dark=picture.dark)
    browser.open(page)
    if picture.chosen:
        browser.run(
            "document.querySelector(`.selectable [data-key='${arguments[0]}']`).click(); document.activeElement.blur()",
            picture.chosen,
        )
    box = browser.run(
        """
        const boxOf = (selector) => document.querySelector(selector).getBoundingClientRect();
        const [first, last] = [...arguments].map(boxOf);
        const top = Math.max(0, first.top + scrollY - 8);
        const width = document.documentElement.clientWidth;
        return {x: 0, y: top, width, height: last.bottom + scrollY - top + 6, scale: 1};""",
        picture.first,
        picture.last,
    )
    browser.settle()
    shot = browser.driver.execute_cdp_cmd(
        "Page.captureScreenshot", {"format": "png", "clip": box, "captureBeyondViewport": True}
    )
    png = base64.b64decode(shot["data"])
    if len(png) > MOST_BYTES:
        sys.exit(f"{target}: {len(png)} bytes, more than {MOST_BYTES}")
    target.write_bytes(png)
    print(f"{target}: {len(png):,} bytes")


def main() -> None:
    program, folder = Path(sys.argv[1]).absolute(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, Browser() as browser:
        pages: dict[tuple[str, ...], Path] = {}
        for picture in PICTURES:
            if picture.command not in pages:
                pages[picture.command] = Path(scratch) / f"{len(pages)}.html"
                subprocess.run(
                    [program, *picture.command, "--html", pages[picture.command]],
                    check=True,
                    cwd=scratch,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            take(browser, picture, pages[picture.command], folder / f"{picture.name}.png")


if __name__ == "__main__":
    main()

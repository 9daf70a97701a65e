# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, for the tests of pages and for pictures of them.

Debian: chromium, chromium-driver, python3-selenium.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from types import TracebackType

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    sys.exit("The Python module selenium is missing (Debian: python3-selenium); scripts/setup.sh --lint installs it.")

DRAWN = "return [...document.querySelectorAll('figure.chart')].every((figure) => figure.dataset.drawn === 'true')"


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        sys.exit(
            f"The program {name} is missing (Debian: chromium, chromium-driver); scripts/setup.sh --lint installs it."
        )
    return path


class Browser:
    """One window; `driver` is Selenium's."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = program("chromium")
        arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--lang=en-US"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # it refuses to be root otherwise
        for argument in arguments:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(program("chromedriver")), options=options)

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.driver.quit()

    def look(self, width: int, height: int = 900, *, dark: bool = False, media: str = "") -> None:
        """Size of the window in CSS pixels, theme, and medium ("print")."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}  # what is clicked must not move
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [theme, still]})

    def open(self, page: Path) -> None:
        """Returns when all charts are drawn."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.absolute().as_uri())
        WebDriverWait(self.driver, 20).until(lambda driver: driver.execute_script(DRAWN))

    def messages(self) -> list[str]:
        """What was written to the console since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses that were asked for since then."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def settle(self) -> None:
        """Returns when charts have followed a change of the window."""
        self.driver.execute_async_script(
            "const [done] = arguments;"
            "requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));"
        )

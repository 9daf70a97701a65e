# SPDX-License-Identifier: Apache-2.0
"""Cell areas and the flip-flops of a standard-cell library in liberty format."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

_LIBRARY = re.compile(r"\blibrary\s*\(\s*\"?([^\s\")]+)\"?\s*\)")
_CELL = re.compile(r"\bcell\s*\(\s*\"?([^\s\")]+)\"?\s*\)\s*\{")
_AREA = re.compile(r"\barea\s*:\s*\"?([0-9.eE+-]+)\"?")
_FLIP_FLOP = re.compile(r"\bff(?:_bank)?\s*\(")


EXIT_DATA = 6  # of the scripts, as scripts/common.sh has it


class LibertyError(Exception):
    """The library cannot be used."""


@dataclasses.dataclass(frozen=True)
class Library:
    name: str
    areas: dict[str, float]  # um2 by cell
    flip_flops: frozenset[str]


def _group_end(text: str, start: int) -> int:
    """Position behind the brace that closes the group whose contents begin at `start`."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start + brace.end()
    raise LibertyError("a group of the library is not closed")


def read(path: Path) -> Library:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise LibertyError(f"the library {path} cannot be read: {error.strerror}") from error
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    name = _LIBRARY.search(text)
    if not name:
        raise LibertyError(f"{path} is not a liberty file: it has no library")
    areas: dict[str, float] = {}
    flip_flops = set()
    for cell in _CELL.finditer(text):
        body = text[cell.end() : _group_end(text, cell.end())]
        area = _AREA.search(body)
        if area:
            areas[cell[1]] = float(area[1])
        if _FLIP_FLOP.search(body):
            flip_flops.add(cell[1])
    if not flip_flops:
        raise LibertyError(f"the library {name[1]} has no flip-flop")
    return Library(name[1], areas, frozenset(flip_flops))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every #include follows the table "Folders" of ARCHITECTURE.md, section 5.

    include_directions.py [ROOT]

A row of the table stands for all below its folder that has no row of its own. It names what it may include: folders with
what is below them, generated headers, <systemc>, <verilated> and <cmsis_nn> (the headers of these libraries); `everything` for all.
Headers of other libraries are free. Folders that may only be included from themselves need no mention.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".c", ".h", ".cpp", ".hpp")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LIBRARIES = {
    "<systemc>": re.compile(r"(systemc|tlm|tlm_utils|tlm_core|sysc)(\.h|/.*)?"),
    "<cmsis_nn>": re.compile(r"arm_nn\w*\.h"),
    "<verilated>": re.compile(r"verilated\w*\.h|verilatedos.*|svdpi\.h|V[a-z]\w*\.h"),
}


@dataclass(frozen=True)
class Row:
    folder: str
    everything: bool
    may_include: tuple[str, ...]


def read_table(page: Path) -> list[Row]:
    section = re.search(r"^## 5\. Folders\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.M | re.S)
    if section is None:
        raise SystemExit(f"{page}: has no section '## 5. Folders'")
    rows = []
    for line in section[1].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 3 or not cells[0].startswith("`"):
            continue
        names = tuple(name.removesuffix("/") for name in re.findall(r"`([^`]+)`", cells[2]))
        rows += [Row(folder.removesuffix("/"), "everything" in cells[2], names)
                 for folder in re.findall(r"`([^`]+)`", cells[0])]
    if not rows:
        raise SystemExit(f"{page}: the table of section 5 has no rows")
    return rows


def below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def row_of(rows: list[Row], path: str) -> Row | None:
    return max((row for row in rows if below(path, row.folder)), key=lambda row: len(row.folder), default=None)


def sources(root: Path) -> list[str]:
    """Paths below the root: what git knows, or every file outside a git repository."""
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = listed.stdout.splitlines()
    else:
        paths = [str(path.relative_to(root)) for path in root.rglob("*")]
    return sorted(path for path in paths if path.endswith(SUFFIXES) and (root / path).is_file())


class Checker:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows = read_table(root / "ARCHITECTURE.md")
        self.paths = sources(root)
        self.generated = {name for row in self.rows for name in row.may_include
                          if "/" not in name and name.endswith((".h", ".hpp"))}

    def target(self, includer: str, name: str) -> str | None:
        """What an include names: a path of the project, a generated header, a library, or nothing that is known."""
        library = next((library for library, pattern in LIBRARIES.items() if pattern.fullmatch(name)), None)
        if library is not None:
            return library
        sibling = str(Path(includer).parent / name)
        by_name = [path for path in self.paths if path.endswith("/" + name)]
        for path in (name, sibling, *(by_name if len(by_name) == 1 else [])):
            if path in self.paths:
                return path
        return name if name in self.generated else None

    def complaint(self, includer: str, line: int, quote: str, name: str) -> str | None:
        place = f"{includer}:{line}: includes {name}"
        row = row_of(self.rows, includer)
        if row is None:
            return f"{place}, but ARCHITECTURE.md, section 5, has no row for its folder"
        if row.everything:
            return None
        target = self.target(includer, name)
        if target is None:
            return None if quote == "<" else f"{place}, which is neither a file of the project nor a generated header"
        own = row_of(self.rows, target)
        if own == row or any(below(target, allowed) for allowed in row.may_include):
            return None
        return f"{place}, but {row.folder}/ may not include {own.folder + '/' if own else target} (ARCHITECTURE.md, section 5)"

    def complaints(self) -> list[str]:
        found = []
        for path in self.paths:
            for number, line in enumerate((self.root / path).read_text(encoding="utf-8").splitlines(), start=1):
                match = INCLUDE.match(line)
                if match and (sentence := self.complaint(path, number, match[1], match[2])):
                    found.append(sentence)
        return found


def main() -> int:
    checker = Checker(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve())
    if not checker.paths:
        raise SystemExit(f"{checker.root}: holds no sources")
    found = checker.complaints()
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

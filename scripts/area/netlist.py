# SPDX-License-Identifier: Apache-2.0
"""The elaborated RTL as Yosys writes it (RTLIL): reads it, and makes one definition of all modules that are equal.

The slang front end makes a module of every instance. Here instances with the same contents share one definition (a "unit"), so that
each is synthesised once; how often a unit occurs follows from the hierarchy.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

# Memories: their contents are left out of the netlist, a technology has macros for them. With the ports their headers promise.
MEMORIES = {
    "slt_sram": "1 read, 1 write with byte strobes",
    "slt_accumulator_bank": "1 read, 1 write",
}

_CELL = re.compile(r"^(\s*cell )(\S+)( \S+)$")
# Also in quotes, where a read port names its memory.
_GENERATED_NAME = re.compile(r'(?<!\S)\$\S+|(?<=")\$[^"\s]+(?=")')
_MEMORY = re.compile(r"^\s*memory(?: width (\d+))? size (\d+) ")
_PORT = re.compile(r"^\s*wire .*\b(input|output) \d+ ")


class NetlistError(Exception):
    """The netlist is not as expected."""


@dataclasses.dataclass
class Unit:
    """A module that occurs once or more often, with other contents or parameters than every other one."""

    name: str  # in the netlist, without the leading backslash
    module: str  # of the source
    lines: list[str]
    children: list[tuple[str, str]]  # instance, unit
    words: int = 0  # of a memory
    word_bits: int = 0

    @property
    def is_memory(self) -> bool:
        return self.module in MEMORIES


def source_module(name: str) -> str:
    """The module of the source: slang appends $ and the path of the instance."""
    return name.split("$", 1)[0]


def _split(text: str) -> dict[str, list[str]]:
    """Lines between 'module' and its 'end', by module name."""
    modules: dict[str, list[str]] = {}
    body: list[str] | None = None
    for line in text.splitlines():
        if line.startswith("module \\"):
            body = modules.setdefault(line.removeprefix("module \\"), [])
        elif line == "end":
            body = None
        elif body is not None:
            body.append(line)
    return modules


def port_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if _PORT.match(line)]


def canonical(lines: list[str]) -> str:
    """The contents without source positions, with generated names numbered in the order in which they occur."""
    numbers: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"${len(numbers)}")

    result = []
    for line in lines:
        if line.lstrip().startswith("attribute "):
            continue
        cell = _CELL.match(line)
        kept, named = (cell[1] + cell[2], cell[3]) if cell else ("", line)
        result.append(kept + _GENERATED_NAME.sub(rename, named))
    return "\n".join(result)


def _memory_unit(unit: Unit) -> None:
    """Keeps only the ports of a memory and notes its size."""
    sizes = [match for line in unit.lines if (match := _MEMORY.match(line))]
    if len(sizes) != 1:
        raise NetlistError(f"{unit.module} should hold one memory, but holds {len(sizes)}")
    unit.word_bits = int(sizes[0][1] or 1)
    unit.words = int(sizes[0][2])
    unit.lines = port_lines(unit.lines)
    unit.children = []


class Netlist:
    """The units of a design and how they contain each other."""

    def __init__(self, text: str, top: str, share: bool = True) -> None:
        """Without `share` every instance is a unit of its own."""
        modules = _split(text)
        if top not in modules:
            raise NetlistError(f"the netlist has no module {top}")
        self.top = top
        self._share = share
        self.units: dict[str, Unit] = {}
        self._modules = modules
        self._by_contents: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, int] = {}
        self._units_of: dict[str, str] = {}
        self._add(top)

    def _add(self, name: str) -> str:
        """The unit of a module; children first."""
        if name in self._units_of:
            return self._units_of[name]
        lines, children = [], []
        for line in self._modules[name]:
            cell = _CELL.match(line)
            if cell and cell[2].startswith("\\"):
                child = self._add(cell[2][1:])
                line = f"{cell[1]}\\{child}{cell[3]}"
                children.append((cell[3].strip().removeprefix("\\"), child))
            lines.append(line)
        module = source_module(name)
        key = (module, canonical(lines) if self._share else name)
        if key not in self._by_contents:
            number = self._numbers.get(module, 0)
            self._numbers[module] = number + 1
            unit = Unit(module if name == self.top else f"{module}__{number}", module, lines, children)
            if unit.is_memory:
                _memory_unit(unit)
            self.units[unit.name] = unit
            self._by_contents[key] = unit.name
        self._units_of[name] = self._by_contents[key]
        return self._units_of[name]

    def rtlil(self) -> str:
        """The design with one definition per unit; memories are black boxes."""
        result = []
        for unit in self.units.values():
            if unit.is_memory:
                result.append("attribute \\blackbox 1")
            elif unit.name == self.top:
                result.append("attribute \\top 1")
            result += [f"module \\{unit.name}", *unit.lines, "end"]
        return "\n".join(result) + "\n"

    def walk(self, unit: str | None = None, path: tuple[tuple[str, str], ...] = ()) -> Iterator[tuple[tuple[str, str], ...]]:
        """Every instance, as the (instance, unit) pairs from the top down to it."""
        here = (*path, ("", self.top)) if unit is None else path
        yield here
        for child in self.units[here[-1][1]].children:
            yield from self.walk(child[1], (*here, child))

# SPDX-License-Identifier: Apache-2.0
"""Reads a liberty file into a tree of groups, and from that what timing netlists and the power sum need of each cell."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from liberty import LibertyError

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}();:,])|([^\s{}();:,"]+)', re.DOTALL)


@dataclasses.dataclass
class Group:
    kind: str
    arguments: list[str]
    values: dict[str, list[str]]  # of simple and complex attributes; the last one of a name counts
    groups: list[Group]

    def all(self, kind: str) -> list[Group]:
        return [group for group in self.groups if group.kind == kind]

    def text(self, name: str, default: str = "") -> str:
        return self.values[name][0] if self.values.get(name) else default

    def number(self, name: str, default: float | None = None) -> float:
        if name not in self.values:
            if default is None:
                raise LibertyError(f"{self.kind}({', '.join(self.arguments)}) has no {name}")
            return default
        try:
            return float(self.values[name][0])
        except (ValueError, IndexError) as error:
            raise LibertyError(f"{self.kind}({', '.join(self.arguments)}): {name} is not a number") from error


def _statements(tokens: list[tuple[str, bool]], position: int, group: Group) -> int:
    """Reads up to the brace that closes the group."""
    while position < len(tokens):
        name, quoted = tokens[position]
        position += 1
        if not quoted and name in ";,":
            continue
        if not quoted and name == "}":
            return position
        follows = tokens[position][0] if position < len(tokens) else ""
        if follows == ":":
            value: list[str] = []
            position += 1
            while position < len(tokens) and (tokens[position][1] or tokens[position][0] not in ";}"):
                value.append(tokens[position][0])
                position += 1
            group.values[name] = [" ".join(value)]
        elif follows == "(":
            arguments: list[str] = []
            position += 1
            while position < len(tokens) and (tokens[position][1] or tokens[position][0] != ")"):
                if tokens[position][1] or tokens[position][0] != ",":
                    arguments.append(tokens[position][0])
                position += 1
            position += 1
            if position < len(tokens) and tokens[position] == ("{", False):
                child = Group(name, arguments, {}, [])
                position = _statements(tokens, position + 1, child)
                group.groups.append(child)
            else:
                group.values[name] = arguments
        else:
            raise LibertyError(f"'{name}' in the library is followed by '{follows}', neither a value nor a group")
    if group.kind:
        raise LibertyError(f"the group {group.kind}({', '.join(group.arguments)}) of the library is not closed")
    return position


def parse(text: str) -> Group:
    """The library group."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL).replace("\\\n", " ").replace("\\\r\n", " ")
    tokens = [(match[1], True) if match[1] is not None else (match[2] or match[3], False) for match in _TOKEN.finditer(text)]
    root = Group("", [], {}, [])
    _statements(tokens, 0, root)
    libraries = root.all("library")
    if len(libraries) != 1:
        raise LibertyError("this is not a liberty file: it has no library")
    return libraries[0]


def numbers(arguments: list[str]) -> list[float]:
    return [float(part) for argument in arguments for part in argument.replace(",", " ").split()]


@dataclasses.dataclass(frozen=True)
class Table:
    """A look-up table over load (pF) and input transition (time unit of the library), either of which may be missing."""

    loads: tuple[float, ...]
    slews: tuple[float, ...]
    values: tuple[float, ...]  # values[load * len(slews) + slew]

    def at(self, load: float, slew: float) -> float:
        """Linear between the entries; beyond the table that of its edge."""
        low, high, part = _place(self.loads, load)
        near, far, share = _place(self.slews, slew)
        row = len(self.slews)

        def on(index: int) -> float:
            return self.values[index * row + near] * (1 - share) + self.values[index * row + far] * share

        return on(low) * (1 - part) + on(high) * part


def _place(axis: tuple[float, ...], value: float) -> tuple[int, int, float]:
    if value <= axis[0] or len(axis) == 1:
        return 0, 0, 0.0
    for index in range(1, len(axis)):
        if value <= axis[index]:
            return index - 1, index, (value - axis[index - 1]) / (axis[index] - axis[index - 1])
    return len(axis) - 1, len(axis) - 1, 0.0


_LOADS = ("total_output_net_capacitance", "equal_or_opposite_output_net_capacitance")
_SLEWS = ("input_net_transition", "input_transition_time", "related_pin_transition")


def _table(group: Group, templates: dict[str, Group]) -> Table:
    values = numbers(group.values.get("values", []))
    template = templates.get(group.arguments[0]) if group.arguments else None
    if template is None or len(values) == 1:  # scalar
        return Table((0.0,), (0.0,), (values[0],))
    axes = []
    for number in (1, 2):
        kind = template.text(f"variable_{number}")
        if kind:
            axes.append((kind, tuple(numbers(group.values.get(f"index_{number}") or template.values[f"index_{number}"]))))
    kinds = [kind for kind, _ in axes]
    if any(kind not in _LOADS + _SLEWS for kind in kinds) or len(values) != _product(len(axis) for _, axis in axes):
        raise LibertyError(f"the table {group.kind} with the template {group.arguments[0]} is over {', '.join(kinds)}, which is not supported")
    loads = next((axis for kind, axis in axes if kind in _LOADS), (0.0,))
    slews = next((axis for kind, axis in axes if kind in _SLEWS), (0.0,))
    if len(axes) == 2 and kinds[0] in _SLEWS:
        values = [values[slew * len(loads) + load] for load in range(len(loads)) for slew in range(len(slews))]
    return Table(loads, slews, tuple(values))


def _product(factors) -> int:
    result = 1
    for factor in factors:
        result *= factor
    return result


@dataclasses.dataclass(frozen=True)
class Arc:
    """What a transition costs, or how long it takes: tables for rise and fall, by the input that causes it."""

    related: str
    rise: Table | None
    fall: Table | None

    def mean(self, load: float, slew: float) -> float:
        """The mean of rise and fall: transitions alternate."""
        tables = [table for table in (self.rise, self.fall) if table is not None]
        return sum(table.at(load, slew) for table in tables) / len(tables)


@dataclasses.dataclass(frozen=True)
class Pin:
    name: str
    direction: str
    capacitance: float  # F
    clock: bool
    function: str
    max_capacitance: float  # F; 0: not stated
    energy: tuple[Arc, ...]  # J, inside the cell, per transition of this pin
    transitions: tuple[Arc, ...]  # in the time unit of the library


@dataclasses.dataclass(frozen=True)
class Cell:
    name: str
    area: float
    leakage: float  # W
    pins: dict[str, Pin]
    flip_flop: tuple[str, str, str] | None  # its D, clock and Q pins, if it has just these

    @property
    def is_buffer(self) -> bool:
        outputs = [pin for pin in self.pins.values() if pin.direction == "output"]
        return len(self.pins) == 2 and len(outputs) == 1 and outputs[0].function.strip("()") in self.pins


@dataclasses.dataclass(frozen=True)
class CellLibrary:
    name: str
    voltage: float  # V
    farad: float  # per unit of capacitance in the tables
    seconds: float  # per unit of time
    cells: dict[str, Cell]

    @property
    def buffer(self) -> Cell:
        """The smallest buffer that drives as much as any."""
        buffers = [cell for cell in self.cells.values() if cell.is_buffer and "CLK" not in cell.name.upper()]
        if not buffers:
            raise LibertyError(f"the library {self.name} has no buffer")
        return max(buffers, key=lambda cell: (max(pin.max_capacitance for pin in cell.pins.values()), -cell.area))

    @property
    def flip_flop(self) -> Cell:
        """The smallest flip-flop with data, clock and output only, rising edge."""
        plain = [cell for cell in self.cells.values() if cell.flip_flop]
        if not plain:
            raise LibertyError(f"the library {self.name} has no plain flip-flop")
        return min(plain, key=lambda cell: cell.area)


_SCALE = {"m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18}


def _unit(text: str, base: str, what: str) -> float:
    match = re.fullmatch(rf"\s*([0-9.eE+-]+)\s*([munpfa]?){base}\s*", text, re.IGNORECASE)
    if not match:
        raise LibertyError(f"the {what} of the library is '{text}'")
    return float(match[1]) * (_SCALE[match[2].lower()] if match[2] else 1.0)


def _plain_flip_flop(group: Group, pins: dict[str, Pin]) -> tuple[str, str, str] | None:
    states = group.all("ff")
    if len(states) != 1 or len(states[0].arguments) < 1:
        return None
    data, clock = (states[0].text(key).strip("() ") for key in ("next_state", "clocked_on"))
    outputs = [pin.name for pin in pins.values() if pin.direction == "output" and pin.function.strip("() ") == states[0].arguments[0]]
    if len(outputs) != 1 or data not in pins or clock not in pins or sum(pin.direction == "input" for pin in pins.values()) != 2:
        return None
    return data, clock, outputs[0]


def read(path: Path) -> CellLibrary:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise LibertyError(f"the library {path} cannot be read: {error.strerror}") from error
    library = parse(text)
    capacitance = library.values.get("capacitive_load_unit", [])
    if len(capacitance) != 2:
        raise LibertyError(f"the library {library.arguments[0]} states no capacitive_load_unit")
    farad = float(capacitance[0]) * _SCALE[capacitance[1].strip().lower()[0]]
    volt = _unit(library.text("voltage_unit", "1V"), "V", "voltage_unit")
    watt = _unit(library.text("leakage_power_unit", "1nW"), "W", "leakage_power_unit")
    seconds = _unit(library.text("time_unit", "1ns"), "s", "time_unit")
    voltage = library.number("nom_voltage") * volt
    # Liberty: the unit of internal energy is that of capacitance times the square of that of voltage.
    joule = farad * volt * volt
    templates = {group.arguments[0]: group for group in library.groups if group.kind.endswith("_template") and group.arguments}

    def arcs(pin: Group, kind: str, rise: str, fall: str, scale: float) -> tuple[Arc, ...]:
        result = []
        for group in pin.all(kind):
            tables = {}
            for side in (rise, fall):
                found = group.all(side) or group.all("power" if kind == "internal_power" else "")
                if found:
                    table = _table(found[0], templates)
                    tables[side] = Table(table.loads, table.slews, tuple(value * scale for value in table.values))
            if tables:
                result.append(Arc(group.text("related_pin"), tables.get(rise), tables.get(fall)))
        return tuple(result)

    cells = {}
    for group in library.all("cell"):
        name = group.arguments[0]
        pins = {}
        for pin in group.all("pin"):
            pins[pin.arguments[0]] = Pin(
                pin.arguments[0], pin.text("direction"), pin.number("capacitance", 0.0) * farad, pin.text("clock") == "true",
                pin.text("function"), pin.number("max_capacitance", 0.0) * farad,
                arcs(pin, "internal_power", "rise_power", "fall_power", joule),
                arcs(pin, "timing", "rise_transition", "fall_transition", 1.0))
        cells[name] = Cell(name, group.number("area", 0.0), group.number("cell_leakage_power", 0.0) * watt, pins,
                           _plain_flip_flop(group, pins))
    return CellLibrary(library.arguments[0], voltage, farad, seconds, cells)

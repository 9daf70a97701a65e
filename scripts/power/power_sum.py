# SPDX-License-Identifier: Apache-2.0
"""Energy of a gate-level netlist from how often its nets change, by the tables of a liberty library.

Per change of a cell's output: the energy inside the cell (internal_power at the load of the net and at the transition of the inputs, mean of
rise and fall, mean over the inputs that may have caused it; low and high are the cheapest and the dearest of them) and half C V^2 of
the pins it drives. Per change of an input with internal_power of its own, that. Clock pins change twice a cycle, and the clock's half C V^2
is counted with them. Leakage: cell_leakage_power over the time. Wires, clock tree and glitches are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from gates import Gates
from liberty_tree import Arc, Cell, CellLibrary, LibertyError

EDGE_S = 0.2e-9  # transition of the clock, of primary inputs, and of the inputs at which the transition of an output is looked up


@dataclasses.dataclass
class Energy:
    """J, over all cycles."""

    clock: float = 0.0  # clock pins
    registers: float = 0.0  # data pins and outputs of flip-flops and latches
    logic: float = 0.0  # inside all other cells
    nets: float = 0.0  # charging input pins
    leakage: float = 0.0
    low: float = 0.0  # total with the cheapest causes
    high: float = 0.0
    cells: int = 0
    flip_flops: int = 0

    @property
    def total(self) -> float:
        return self.clock + self.registers + self.logic + self.nets + self.leakage

    def add(self, other: Energy) -> None:
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


@dataclasses.dataclass
class FlatCell:
    """A cell of one instance: its type, whose it is, and the nets at its pins; a net is a number, a constant None."""

    cell: Cell
    owner: int
    pins: dict[str, int | None]


@dataclasses.dataclass
class Flat:
    """All cells below a unit, with nets numbered over the whole hierarchy."""

    cells: list[FlatCell]
    owners: list[tuple[tuple[str, ...], tuple[str, ...]]]  # instance names in the source, units
    names: dict[str, int]  # net by its name in the Verilog, u0.u3.n17; several names may mean one net
    nets: int


def flatten(gates: Gates, library: CellLibrary) -> Flat:
    result = Flat([], [], {}, 0)
    same: list[int] = []  # of each net another one that is the same wire, or itself

    def wire(net: int) -> int:
        while same[net] != net:
            same[net] = same[same[net]]
            net = same[net]
        return net

    def visit(unit: str, bound: dict[int, int | None], prefix: str, source: tuple[str, ...], units: tuple[str, ...]) -> None:
        owner = len(result.owners)
        result.owners.append((source, units))
        here = gates.units[unit]
        local = dict(bound)
        for net in sorted(here.nets()):
            if net not in local:
                local[net] = len(same)
                same.append(len(same))
            number = local[net]
            if number is not None:
                result.names[f"{prefix}n{net}"] = number
        for instance in here.cells:
            cell = library.cells.get(instance.kind)
            if cell is None:
                raise LibertyError(f"{instance.kind} is not a cell of the library {library.name}")
            pins = {pin: local[bits[0]] if isinstance(bits[0], int) else None for pin, bits in instance.pins.items()}
            result.cells.append(FlatCell(cell, owner, pins))
        for index, child in enumerate(here.children):
            if child.kind in gates.memories:
                continue
            inside: dict[int, int | None] = {}
            for port, bits in child.pins.items():
                for outer, inner in zip(bits, gates.units[child.kind].ports[port][1], strict=True):
                    if not isinstance(inner, int):
                        continue
                    net = local[outer] if isinstance(outer, int) else None
                    known = inside.get(inner)
                    if known is None:
                        inside[inner] = net
                    elif net is not None:  # at two ports, so two nets outside are one
                        same[wire(net)] = wire(known)
            visit(child.kind, inside, f"{prefix}u{index}.", (*source, child.name), (*units, child.kind))

    visit(gates.root, {}, "", (), (gates.root,))
    numbers: dict[int, int] = {}

    def number_of(net: int) -> int:
        return numbers.setdefault(wire(net), len(numbers))

    result.names = {name: number_of(net) for name, net in result.names.items()}
    for cell in result.cells:
        cell.pins = {pin: None if net is None else number_of(net) for pin, net in cell.pins.items()}
    result.nets = len(numbers)
    return result


def net_toggles(flat: Flat, lines: Iterable[str], prefix: str) -> list[int]:
    """Changes of each net, from lines "NAME COUNT" as the harness writes them; `prefix` is what it puts before the names here."""
    toggles = [-1] * flat.nets
    for line in lines:
        name, count = line.split()
        net = flat.names.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if net is not None:
            if toggles[net] not in (-1, int(count)):
                raise ValueError(f"the net {name} changes {count} times, but {toggles[net]} times under another name")
            toggles[net] = int(count)
    return toggles


def energies(flat: Flat, library: CellLibrary, toggles: list[int], cycles: int, period_s: float,
             owner_group: Callable[[tuple[str, ...], tuple[str, ...]], str]) -> dict[str, Energy]:
    """By group of owners. `toggles`: changes of each net in `cycles`; clock nets need none."""
    loads = [0.0] * flat.nets
    clocks = set()
    for cell in flat.cells:
        for name, net in cell.pins.items():
            pin = cell.cell.pins[name]
            if net is not None and pin.direction != "output":
                loads[net] += pin.capacitance
                if pin.clock:
                    clocks.add(net)
    edge = EDGE_S / library.seconds
    slews = [edge] * flat.nets
    for cell in flat.cells:
        for name, net in cell.pins.items():
            transitions = cell.cell.pins[name].transitions
            if net is not None and cell.cell.pins[name].direction == "output" and transitions:
                load = loads[net] / library.farad
                slews[net] = sum(arc.mean(load, edge) for arc in transitions) / len(transitions)

    groups = [owner_group(source, units) for source, units in flat.owners]
    result: dict[str, Energy] = {}
    half_square = library.voltage**2 / 2
    for cell in flat.cells:
        energy = Energy(leakage=cell.cell.leakage * cycles * period_s, cells=1)
        spread = [0.0, 0.0]
        sequential = any(pin.clock for pin in cell.cell.pins.values())
        for name, net in cell.pins.items():
            if net is None:
                continue
            pin = cell.cell.pins[name]
            count = 2 * cycles if net in clocks else toggles[net]
            if count < 0:
                raise ValueError(f"no changes are known of a net at {cell.cell.name}.{name} in {'.'.join(flat.owners[cell.owner][0])}")
            if pin.clock:
                energy.clock += count * (half_square * pin.capacitance + _mean(pin.energy, 0.0, slews[net]))
            elif pin.direction != "output":
                energy.registers += count * _mean(pin.energy, 0.0, slews[net])
                if net in clocks:
                    energy.clock += count * half_square * pin.capacitance
            else:
                load = loads[net] / library.farad
                causes = [_at(arc, cell, load, slews, edge) for arc in pin.energy]
                inside = count * sum(causes) / len(causes) if causes else 0.0
                if sequential:
                    energy.registers += inside
                else:
                    energy.logic += inside
                if causes:
                    spread[0] += count * min(causes) - inside
                    spread[1] += count * max(causes) - inside
                energy.nets += count * half_square * loads[net]
        energy.flip_flops = int(sequential)
        energy.low = energy.total + spread[0]
        energy.high = energy.total + spread[1]
        result.setdefault(groups[cell.owner], Energy()).add(energy)

    # Pins on nets that no cell here drives: primary inputs and outputs of memories.
    driven = {net for cell in flat.cells for name, net in cell.pins.items() if cell.cell.pins[name].direction == "output"}
    inputs = Energy()
    for net, load in enumerate(loads):
        if net not in driven and net not in clocks and load > 0:
            inputs.nets += toggles[net] * half_square * load
    inputs.low = inputs.high = inputs.nets
    result["inputs"] = inputs
    return result


def _mean(arcs: tuple[Arc, ...], load: float, slew: float) -> float:
    return sum(arc.mean(load, slew) for arc in arcs) / len(arcs) if arcs else 0.0


def _at(arc: Arc, cell: FlatCell, load: float, slews: list[float], edge: float) -> float:
    cause = cell.pins.get(arc.related)
    return arc.mean(load, slews[cause] if cause is not None else edge)

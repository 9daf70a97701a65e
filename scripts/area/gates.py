# SPDX-License-Identifier: Apache-2.0
"""The mapped netlist of a unit and of all that it contains: as structural Verilog, with fan-out buffers for timing, instance by
instance for the power sum.

Names in the Verilog: units and ports as in the netlist, instances u0, u1, ... in the order of the unit's submodules, cells c0, c1, ...,
nets n<number>.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from liberty_tree import CellLibrary
from netlist import Netlist
from unit_cache import Mapped

Bit = int | str  # a net, or a constant "0", "1", "x"

MAX_FANOUT = 8  # of a net in the netlist for timing


@dataclasses.dataclass
class Instance:
    name: str  # of the source
    kind: str  # unit or cell
    pins: dict[str, list[Bit]]


class GateUnit:
    """A mapped unit, its cells and submodules in a fixed order."""

    def __init__(self, name: str, mapped: Mapped, units: set[str]) -> None:
        self.name = name
        self.ports: dict[str, tuple[str, list[Bit]]] = {port: (data["direction"], data["bits"]) for port, data in mapped["ports"].items()}
        instances = [Instance(cell, data["type"], data["connections"]) for cell, data in mapped["cells"].items()]
        self.children = [instance for instance in instances if instance.kind in units]
        self.cells = [instance for instance in instances if instance.kind not in units]
        used = [bit for _, bits in self.ports.values() for bit in bits]
        used += [bit for instance in instances for bits in instance.pins.values() for bit in bits]
        self.next_net = 1 + max((bit for bit in used if isinstance(bit, int)), default=0)

    def nets(self) -> set[int]:
        bits = [bit for _, port in self.ports.values() for bit in port]
        bits += [bit for instance in (*self.cells, *self.children) for pin in instance.pins.values() for bit in pin]
        return {bit for bit in bits if isinstance(bit, int)}


class Gates:
    """A unit with all below it. Memories are units without contents."""

    def __init__(self, design: Netlist, mapped: dict[str, Mapped], root: str) -> None:
        self.design = design
        self.root = root
        names = {path[-1][1] for path in design.walk(root, ((root, root),))}
        self.memories = {name for name in names if design.units[name].is_memory}
        self.units = {name: GateUnit(name, mapped[name], set(design.units)) for name in names - self.memories}

    def instances(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        """Every unit instance that is not a memory, the root first: instance names in the source, in the Verilog, and units on the way."""

        def visit(unit: str, source: tuple[str, ...], verilog: tuple[str, ...], units: tuple[str, ...]) -> Iterator:
            yield source, verilog, units
            for index, child in enumerate(self.units[unit].children):
                if child.kind not in self.memories:
                    yield from visit(child.kind, (*source, child.name), (*verilog, f"u{index}"), (*units, child.kind))

        yield from visit(self.root, (), (), (self.root,))

    def count(self) -> dict[str, int]:
        result: dict[str, int] = {}
        for _, _, units in self.instances():
            result[units[-1]] = result.get(units[-1], 0) + 1
        return result

    def buffer_fanout(self, library: CellLibrary) -> int:
        """Puts trees of buffers behind nets with more than MAX_FANOUT pins in their unit, so that loads are as a layout would have
        them. A port of a submodule counts as one pin: what it drives inside is buffered there. A net that leaves the unit at several
        ports, or drives much inside too, gets a buffer at each. The number of buffers that all units together hold."""
        buffer = library.buffer
        (source,) = (pin.name for pin in buffer.pins.values() if pin.direction != "output")
        (drain,) = (pin.name for pin in buffer.pins.values() if pin.direction == "output")
        made = 0
        for unit in self.units.values():
            sinks, clocks = self._sinks(unit, library)
            outputs: dict[int, list[tuple[list[Bit], int]]] = {}
            for direction, bits in unit.ports.values():
                if direction == "output":
                    for index, bit in enumerate(bits):
                        if isinstance(bit, int):
                            outputs.setdefault(bit, []).append((bits, index))

            def buffered(net: int, pins: list[tuple[list[Bit], int]], unit: GateUnit = unit) -> tuple[list[Bit], int]:
                output, unit.next_net = unit.next_net, unit.next_net + 1
                for bits, index in pins:
                    bits[index] = output
                connections: dict[str, list[Bit]] = {source: [net], drain: [output]}
                unit.cells.append(Instance("fanout", buffer.name, connections))
                return connections[source], 0

            for net in sorted((sinks.keys() | outputs.keys()) - clocks):
                pins = sinks.get(net, [])
                leaving = outputs.get(net, [])
                if len(leaving) > 1 or (leaving and len(pins) > MAX_FANOUT // 2):
                    pins = pins + [buffered(net, [place]) for place in leaving]
                    made += len(leaving)
                while len(pins) > MAX_FANOUT:
                    pins = [buffered(net, pins[start : start + MAX_FANOUT]) for start in range(0, len(pins), MAX_FANOUT)]
                    made += len(pins)
        return made

    def _sinks(self, unit: GateUnit, library: CellLibrary) -> tuple[dict[int, list[tuple[list[Bit], int]]], set[int]]:
        """Input pins on each net, as places in lists of bits, and the nets that are clocks."""
        sinks: dict[int, list[tuple[list[Bit], int]]] = {}
        clocks: set[int] = set()
        for instance in (*unit.cells, *unit.children):
            is_cell = instance.kind in library.cells
            for pin, bits in instance.pins.items():
                if is_cell:
                    is_input = library.cells[instance.kind].pins[pin].direction != "output"
                    is_clock = library.cells[instance.kind].pins[pin].clock
                else:
                    is_input, is_clock = self._is_input(instance.kind, pin), pin == "clk_i"
                for index, bit in enumerate(bits):
                    if isinstance(bit, int) and is_input:
                        sinks.setdefault(bit, []).append((bits, index))
                        if is_clock:
                            clocks.add(bit)
        return sinks, clocks

    def _is_input(self, unit: str, pin: str) -> bool:
        if unit in self.memories:
            return not pin.endswith("_o")
        return self.units[unit].ports[pin][0] == "input"

    def verilog(self, memories: str) -> str:
        """`memories`: the modules of the memories, as memory_models or memory_registers make them."""
        return "\n".join(_module(unit, self.units[unit.name].name == self.root) for unit in self._children_first()) + "\n" + memories

    def _children_first(self) -> list[GateUnit]:
        return [self.units[name] for name in self.design.units if name in self.units]

    def memory_ports(self, unit: str) -> dict[str, tuple[str, int]]:
        """Direction and width of each port of a memory."""
        result = {}
        for line in self.design.units[unit].lines:
            words = line.split()
            width = int(words[words.index("width") + 1]) if "width" in words else 1
            direction = "input" if "input" in words else "output"
            result[words[-1].removeprefix("\\")] = (direction, width)
        return result

    def memory_models(self) -> str:
        """Memories that behave as the RTL's, in terms of its modules."""
        return "\n".join(self._memory(name, lambda ports, unit=self.design.units[name]: _behaviour(unit, ports)) for name in sorted(self.memories))

    def memory_registers(self, library: CellLibrary) -> str:
        """For timing: a flip-flop at every pin, so that a path ends where a memory begins, and begins where it ends."""
        cell = library.flip_flop
        assert cell.flip_flop is not None
        data, clock, output = cell.flip_flop

        def registers(ports: dict[str, tuple[str, int]]) -> str:
            lines, number = [], 0
            for port, (direction, width) in ports.items():
                for bit in range(width):
                    if port == "clk_i":
                        continue
                    pin = f"{port}[{bit}]" if width > 1 else port
                    ends = f".{data}({pin}), .{output}()" if direction == "input" else f".{data}(1'b0), .{output}({pin})"
                    lines.append(f"  {cell.name} c{number} (.{clock}(clk_i), {ends});")
                    number += 1
            return "\n".join(lines)

        return "\n".join(self._memory(name, registers) for name in sorted(self.memories))

    def _memory(self, name: str, contents) -> str:
        ports = self.memory_ports(name)
        lines = [f"module {name} ({', '.join(ports)});"]
        lines += [f"  {direction} {_range(width)}{port};" for port, (direction, width) in ports.items()]
        return "\n".join([*lines, contents(ports), "endmodule\n"])


def _behaviour(unit, ports: dict[str, tuple[str, int]]) -> str:
    if unit.module == "slt_sram":
        parameters = f".Words({unit.words}), .Bytes({unit.word_bits // 8})"
    else:
        parameters = f".Entries({unit.words}), .Columns({unit.word_bits // 32})"
    return f"  {unit.module} #({parameters}) memory ({', '.join(f'.{port}({port})' for port in ports)});"


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""


def _net(bit: Bit) -> str:
    if isinstance(bit, int):
        return f"n{bit}"
    return "1'b1" if bit == "1" else "1'b0"  # x: whatever is convenient


def _pin(bits: list[Bit]) -> str:
    if len(bits) == 1:
        return _net(bits[0])
    return "{" + ", ".join(_net(bit) for bit in reversed(bits)) + "}"


def _module(unit: GateUnit, is_root: bool) -> str:
    lines = [f"module {unit.name} ({', '.join(unit.ports)});"]
    if not is_root:
        lines.append("  // verilator no_inline_module")
    for port, (direction, bits) in unit.ports.items():
        lines.append(f"  {direction} {_range(len(bits))}{port};")
    lines += [f"  wire n{net};" for net in sorted(unit.nets())]
    for port, (direction, bits) in unit.ports.items():
        for index, bit in enumerate(bits):
            place = f"{port}[{index}]" if len(bits) > 1 else port
            lines.append(f"  assign {_net(bit)} = {place};" if direction == "input" else f"  assign {place} = {_net(bit)};")
    for prefix, instances in (("u", unit.children), ("c", unit.cells)):
        for index, instance in enumerate(instances):
            pins = ", ".join(f".{pin}({_pin(bits)})" for pin, bits in instance.pins.items())
            lines.append(f"  {instance.kind} {prefix}{index} ({pins});")
    return "\n".join([*lines, "endmodule\n"])

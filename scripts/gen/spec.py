# SPDX-License-Identifier: Apache-2.0
"""The command set, the register map and the devices around the accelerator as checked plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import strict_yaml
from strict_yaml import Mapping

ACCESS = ("ro", "rw", "wo", "w1c")
FRONT_END = "fe"  # engine of commands that the front end executes itself


@dataclass(frozen=True)
class Item:
    """A numbered name: engine, space, form of a table, state, error cause."""

    name: str
    id: int
    doc: str


@dataclass(frozen=True)
class Field:
    """A bit field of a command; min and max are the legal values, already resolved."""

    name: str
    lsb: int
    bits: int
    signed: bool
    min: int
    max: int
    doc: str

    @property
    def msb(self) -> int:
        return self.lsb + self.bits - 1

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (self.bits - 1)) - 1 if self.signed else (1 << self.bits) - 1


@dataclass(frozen=True)
class Command:
    name: str
    opcode: int
    engine: str
    doc: str
    fields: tuple[Field, ...]
    used_bits: int  # bits from here upwards are reserved

    @property
    def is_cfg(self) -> bool:
        return "cfg" in self.name.split("_")


@dataclass(frozen=True)
class Isa:
    command_bits: int
    header: tuple[Field, ...]  # opcode, wait, signal
    engines: tuple[Item, ...]
    spaces: tuple[Item, ...]
    scale_forms: tuple[Item, ...]
    bias_forms: tuple[Item, ...]
    commands: tuple[Command, ...]
    states: tuple[Item, ...]
    error_causes: tuple[Item, ...]

    @property
    def opcode_bits(self) -> int:
        return self.header[0].bits

    @property
    def front_end_id(self) -> int:
        return len(self.engines)

    def engine_id(self, command: Command) -> int:
        return next((e.id for e in self.engines if e.name == command.engine), self.front_end_id)


@dataclass(frozen=True)
class RegisterField:
    name: str
    lsb: int
    bits: int
    doc: str

    @property
    def mask(self) -> int:
        return ((1 << self.bits) - 1) << self.lsb


@dataclass(frozen=True)
class Register:
    name: str
    offset: int
    access: str
    reset: int | None  # None: depends on the hardware configuration or on nothing (write-only)
    job: bool
    doc: str
    fields: tuple[RegisterField, ...]


@dataclass(frozen=True)
class RegisterMap:
    address_bits: int
    registers: tuple[Register, ...]


@dataclass(frozen=True)
class Device:
    """A device of the SoC; one without registers has them described elsewhere."""

    name: str
    base: int
    address_bits: int
    interrupt: int | None
    doc: str
    registers: tuple[Register, ...]

    @property
    def end(self) -> int:
        return self.base + (1 << self.address_bits)


@dataclass(frozen=True)
class Soc:
    devices: tuple[Device, ...]

    @property
    def interrupts(self) -> int:
        return sum(device.interrupt is not None for device in self.devices)


def _unique(nodes: list[Mapping], key: str, what: str) -> None:
    seen: set[object] = set()
    for node in nodes:
        if node[key] in seen:
            raise node.fail(f"{what}: the {key} {node[key]!r} is used twice")
        seen.add(node[key])


def _items(top: Mapping, key: str, bits: int) -> tuple[Item, ...]:
    nodes = top.items_of(key)
    result = []
    for position, node in enumerate(nodes):
        node.check_keys(f"an entry of {key}", {"name", "id", "doc"})
        number = node.integer("id", 0, (1 << bits) - 1)
        if number != position:
            raise node.fail(f"{key}: '{node['name']}' has id {number}: ids count up from 0, expected {position}")
        result.append(Item(node.identifier("name"), number, node.text("doc")))
    _unique(nodes, "name", key)
    return tuple(result)


def _field(node: Mapping, lsb: int, implied_max: int | None) -> Field:
    node.check_keys("a field", {"name", "bits", "doc"}, {"min", "max", "signed"})
    bits = node.integer("bits", 1, 32)
    signed = node.flag("signed")
    lowest = -(1 << (bits - 1)) if signed else 0
    highest = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    low = node.integer("min", lowest, highest, default=lowest)
    high = node.integer("max", low, highest, default=highest if implied_max is None else min(highest, implied_max))
    return Field(node.identifier("name"), lsb, bits, signed, low, high, node.text("doc"))


def _header(top: Mapping) -> tuple[Field, ...]:
    nodes = top.items_of("header")
    result: list[Field] = []
    lsb = 0
    for node in nodes:
        result.append(_field(node, lsb, None))
        lsb += result[-1].bits
    if [field.name for field in result] != ["opcode", "wait", "signal"]:
        raise top.fail("'header' must hold opcode, wait and signal, in this order")
    return tuple(result)


def _command(node: Mapping, header: tuple[Field, ...], engines: tuple[Item, ...], spaces: tuple[Item, ...],
             command_bits: int) -> Command:
    node.check_keys("a command", {"name", "opcode", "engine", "doc", "fields"})
    name = node.identifier("name")
    opcode = node.integer("opcode", 1, header[0].highest)
    engine = node.identifier("engine")
    known = [item.name for item in engines] + [FRONT_END]
    if engine not in known:
        raise node.fail(f"command '{name}': engine '{engine}' is unknown; known are {', '.join(known)}")
    fields: list[Field] = []
    lsb = header[-1].msb + 1
    nodes = node.items_of("fields")
    for entry in nodes:
        # A field named `space` holds the id of a space, so ids that name none are out of range.
        implied_max = len(spaces) - 1 if entry.get("name") == "space" else None
        field = _field(entry, lsb, implied_max)
        if field.name in {"opcode", "wait", "signal", "reserved"}:
            raise entry.fail(f"command '{name}': '{field.name}' is a reserved field name")
        fields.append(field)
        lsb += field.bits
    _unique(nodes, "name", f"command '{name}'")
    if lsb > command_bits:
        raise node.fail(f"command '{name}' takes {lsb} bits: at most {command_bits} fit")
    return Command(name, opcode, engine, node.text("doc"), tuple(fields), lsb)


def load_isa(path: Path) -> Isa:
    top = strict_yaml.read(path)
    top.check_keys("the command set",
                   {"command_bits", "header", "engines", "spaces", "scale_forms", "bias_forms", "commands", "states",
                    "error_causes"})
    command_bits = top.integer("command_bits", 128, 128)
    header = _header(top)
    engines = _items(top, "engines", 3)
    if any(engine.name == FRONT_END for engine in engines):
        raise top.fail(f"'engines' may not hold '{FRONT_END}', which stands for the front end")
    for mask in header[1:]:
        if mask.bits != len(engines):
            raise top.fail(f"header field '{mask.name}' has {mask.bits} bits: must be one per engine, {len(engines)}")
    spaces = _items(top, "spaces", 3)
    nodes = top.items_of("commands")
    commands = tuple(_command(node, header, engines, spaces, command_bits) for node in nodes)
    _unique(nodes, "name", "commands")
    _unique(nodes, "opcode", "commands")
    return Isa(command_bits, header, engines, spaces, _items(top, "scale_forms", 2), _items(top, "bias_forms", 2), commands,
               _items(top, "states", 4), _items(top, "error_causes", 4))


def _register(node: Mapping, address_bits: int) -> Register:
    node.check_keys("a register", {"name", "offset", "access", "doc"}, {"reset", "job", "fields"})
    name = node.identifier("name")
    offset = node.integer("offset", 0, (1 << address_bits) - 4)
    if offset % 4:
        raise node.fail(f"register '{name}': offset 0x{offset:x} is not a multiple of 4")
    access = node.text("access")
    if access not in ACCESS:
        raise node.fail(f"register '{name}': access is '{access}': must be {', '.join(ACCESS)}")
    fields = []
    taken = 0
    for entry in node.items_of("fields") if "fields" in node else []:
        entry.check_keys("a register field", {"name", "lsb", "bits", "doc"})
        lsb = entry.integer("lsb", 0, 31)
        field = RegisterField(entry.identifier("name"), lsb, entry.integer("bits", 1, 32 - lsb), entry.text("doc"))
        if taken & field.mask:
            raise entry.fail(f"register '{name}': field '{field.name}' overlaps another one")
        taken |= field.mask
        fields.append(field)
    reset = node.integer("reset", 0, 0xFFFFFFFF) if "reset" in node else None
    return Register(name, offset, access, reset, node.flag("job"), node.text("doc"), tuple(fields))


def _registers(parent: Mapping, address_bits: int) -> tuple[Register, ...]:
    nodes = parent.items_of("registers")
    registers = tuple(_register(node, address_bits) for node in nodes)
    _unique(nodes, "name", "registers")
    _unique(nodes, "offset", "registers")
    return registers


def load_registers(path: Path) -> RegisterMap:
    top = strict_yaml.read(path)
    top.check_keys("the register map", {"address_bits", "registers"})
    address_bits = top.integer("address_bits", 3, 16)
    return RegisterMap(address_bits, _registers(top, address_bits))


def _device(node: Mapping) -> Device:
    node.check_keys("a device", {"name", "base", "address_bits", "doc"}, {"interrupt", "registers"})
    name = node.identifier("name")
    address_bits = node.integer("address_bits", 3, 16)
    base = node.integer("base", 0, (1 << 32) - (1 << address_bits))
    if base % (1 << address_bits):
        raise node.fail(f"device '{name}': base 0x{base:08x} is not a multiple of its size, {1 << address_bits}")
    interrupt = node.integer("interrupt", 0, 31) if "interrupt" in node else None
    registers = _registers(node, address_bits) if "registers" in node else ()
    return Device(name, base, address_bits, interrupt, node.text("doc"), registers)


def load_soc(path: Path) -> Soc:
    top = strict_yaml.read(path)
    top.check_keys("the SoC", {"devices"})
    nodes = top.items_of("devices")
    soc = Soc(tuple(_device(node) for node in nodes))
    _unique(nodes, "name", "devices")
    lines = 0
    for index, (node, device) in enumerate(zip(nodes, soc.devices, strict=True)):
        for other in soc.devices[:index]:
            if device.base < other.end and other.base < device.end:
                raise node.fail(f"device '{device.name}' overlaps device '{other.name}'")
        if device.interrupt is not None:
            if device.interrupt != lines:
                raise node.fail(f"device '{device.name}' has interrupt {device.interrupt}: "
                                f"interrupts count up from 0, expected {lines}")
            lines += 1
    return soc

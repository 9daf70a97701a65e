# SPDX-License-Identifier: Apache-2.0
"""Which block of the accelerator each instance of the netlist belongs to, and the sums per block, module and memory."""

from __future__ import annotations

import dataclasses

from liberty import Library
from netlist import MEMORIES, Netlist, NetlistError
from synthesis import Cells

# Modules at the root of each block. An instance belongs to the innermost one around it.
BLOCKS = {
    "array PEs": ("slt_pe", "slt_os_pe"),
    "array skew and waves": ("slt_array", "slt_os_array"),
    "weight load": ("slt_weight_feed",),
    "matrix control and address": ("slt_matrix",),
    "accumulator adders": ("slt_accumulator",),
    "vector lanes": ("slt_requant_lane",),
    "vector control": ("slt_vector",),
    "command queues": ("slt_queue",),
    "tokens": ("slt_tokens",),
    "front end": ("slt_frontend",),
    "load DMA": ("slt_load",),
    "store DMA": ("slt_store",),
    "read bus": ("slt_axi_read_mux",),
    "registers, job control": ("slt_regs", "slt_job"),
    "scratchpad routing": ("slt_scratchpad",),
    "weight buffer routing": ("slt_wbuf",),
    "table routing": ("slt_table",),
    "connections": ("slt_top", "slt_compute"),
}
_BLOCK_OF = {module: block for block, modules in BLOCKS.items() for module in modules}

# Name of a memory by the module it is in; tables are told apart by their instance.
_MEMORY_NAMES = {"slt_scratchpad": "scratchpad", "slt_wbuf": "weight buffer", "slt_accumulator": "accumulator"}


@dataclasses.dataclass
class Sum:
    instances: int = 0
    cell_area: float = 0.0  # um2
    flip_flops: int = 0
    cells: int = 0

    def add(self, cells: dict[str, int], library: Library) -> None:
        for kind, count in cells.items():
            if kind not in library.areas:
                raise NetlistError(f"{kind} is not a cell of the library {library.name}")
            self.cells += count
            self.cell_area += count * library.areas[kind]
            if kind in library.flip_flops:
                self.flip_flops += count


@dataclasses.dataclass
class Memory:
    instances: int
    words: int
    word_bits: int
    ports: str

    @property
    def bits(self) -> int:
        return self.instances * self.words * self.word_bits


@dataclasses.dataclass
class Areas:
    blocks: dict[str, Sum]
    modules: dict[str, Sum]  # without submodules
    units: dict[str, set[str]]  # different netlists of a module
    memories: dict[str, Memory]
    total: Sum


def block_of(modules: list[str]) -> str:
    """The block of an instance, given the modules from the top down to it."""
    for module in reversed(modules):
        if module in _BLOCK_OF:
            return _BLOCK_OF[module]
    raise NetlistError(f"{modules[-1]} belongs to no block; scripts/area/blocks.py lists them")


def _memory_name(modules: list[str], instances: list[str]) -> str:
    parent = modules[-2]
    if parent == "slt_table_ram":
        return f"{instances[-2].removeprefix('u_')} table"
    if parent not in _MEMORY_NAMES:
        raise NetlistError(f"the memory in {parent} has no name; scripts/area/blocks.py lists them")
    return _MEMORY_NAMES[parent]


def compose(netlist: Netlist, cells: Cells, library: Library) -> Areas:
    """Every instance counts with the cells of its unit."""
    areas = Areas({block: Sum() for block in BLOCKS}, {}, {}, {}, Sum())
    for path in netlist.walk():
        unit = netlist.units[path[-1][1]]
        modules = [netlist.units[name].module for _, name in path]
        if unit.is_memory:
            name = _memory_name(modules, [instance for instance, _ in path])
            memory = areas.memories.setdefault(name, Memory(0, unit.words, unit.word_bits, MEMORIES[unit.module]))
            if (memory.words, memory.word_bits) != (unit.words, unit.word_bits):
                raise NetlistError(f"the memory {name} is made of different pieces")
            memory.instances += 1
            continue
        if unit.name not in cells:
            raise NetlistError(f"{unit.name} was not synthesised")
        areas.units.setdefault(unit.module, set()).add(unit.name)
        own = {kind: count for kind, count in cells[unit.name].items() if kind not in netlist.units}
        block = areas.blocks[block_of(modules)]
        if unit.module in _BLOCK_OF:
            block.instances += 1
        for part in (block, areas.modules.setdefault(unit.module, Sum()), areas.total):
            part.add(own, library)
        areas.modules[unit.module].instances += 1
        areas.total.instances += 1
    return areas

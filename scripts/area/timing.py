# SPDX-License-Identifier: Apache-2.0
"""Shortest clock period of the mapped design and of each block, by OpenSTA.

A path counts for the block in which it ends. Memories are flip-flops at their pins (gates.py): their own access times are left out.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from blocks import block_of
from gates import Gates
from liberty_tree import CellLibrary

_REFERENCE_NS = 100.0  # any period: paths do not depend on it

_SCRIPT = """\
read_liberty {liberty}
read_verilog {netlist}
link_design {top}
create_clock -name clk -period {period} [get_ports clk_i]
set_false_path -from [get_ports rst_ni]
set_input_delay 0 -clock clk {{{inputs}}}
report_checks -path_delay max -format summary -digits 4 -group_count 1000000 -endpoint_count 1
"""

_ROW = re.compile(r"^(\S+) \(.*\)\s+(\S+) \(.*\)\s+(-?[0-9.]+)\s*$")


class TimingError(Exception):
    """The timing analysis cannot be done."""


def _paths(text: str) -> list[tuple[str, str, float]]:
    """Start, end and slack of each path of a summary report."""
    rows = [_ROW.match(line) for line in text.splitlines()]
    return [(row[1], row[2], float(row[3])) for row in rows if row]


def measure(gates: Gates, library: CellLibrary, liberty: Path, folder: Path) -> dict:
    """Buffers fan-out in `gates`. Periods in ns: of the design, of each block, and where the longest paths of each begin."""
    tool = shutil.which("sta")
    if tool is None:
        raise TimingError("OpenSTA is missing: there is no program sta (Debian package opensta)")
    buffers = gates.buffer_fanout(library)
    netlist = folder / "timing.v"
    netlist.write_text(gates.verilog(gates.memory_registers(library)), encoding="utf-8")
    inputs = [port for port, (direction, _) in gates.units[gates.root].ports.items() if direction == "input" and port not in ("clk_i", "rst_ni")]
    script = folder / "timing.tcl"
    script.write_text(_SCRIPT.format(liberty=liberty, netlist=netlist, top=gates.root, period=_REFERENCE_NS, inputs=" ".join(inputs)), encoding="utf-8")
    done = subprocess.run([tool, "-exit", str(script)], capture_output=True, text=True, check=False)
    (folder / "timing.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    paths = _paths(done.stdout)
    if done.returncode != 0 or not paths:
        raise TimingError(f"OpenSTA found no path; all it said: {folder / 'timing.log'}")
    return {"fanout_buffers": buffers, **by_block(paths, {"/".join(verilog): units for _, verilog, units in gates.instances()}, gates)}


def by_block(paths: list[tuple[str, str, float]], units_of: dict[str, tuple[str, ...]], gates: Gates) -> dict:
    """The longest path of all, and of those that end in each block."""

    def block(pin: str) -> str:
        place = pin.split("/")[:-1]  # without the pin; a port is at no place
        while "/".join(place) not in units_of:  # a cell, or the flip-flop of a memory
            place.pop()
        return block_of([gates.design.units[name].module for name in units_of["/".join(place)]])

    blocks: dict[str, dict] = {}
    for start, end, slack in paths:
        period = _REFERENCE_NS - slack
        name = block(end)
        if name not in blocks or period > blocks[name]["period_ns"]:
            blocks[name] = {"period_ns": round(period, 4), "from": "ports" if "/" not in start else block(start)}
    longest = max(row["period_ns"] for row in blocks.values())
    return {"period_ns": longest, "fmax_mhz": round(1e3 / longest, 2), "blocks": blocks}

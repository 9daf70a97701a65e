# SPDX-License-Identifier: Apache-2.0
"""Yosys: elaborates the RTL, maps a netlist to the cells of a library, counts them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_RUNNER = Path(__file__).with_name("yosys.py")

# Booth multipliers: a fifth smaller than arrays of adders, as PE and as lane.
_MAP = """\
synth {top} -booth {flatten}
dfflibmap -liberty {liberty}
opt
abc -liberty {liberty}
opt_clean -purge
read_liberty -lib -ignore_miss_func {liberty}
check -assert
tee -q -o {result} stat -json -liberty {liberty} {top}
"""

# A single 2-input NAND gate.
_NAND = """\
module \\nand2
  wire input 1 \\a
  wire input 2 \\b
  wire output 3 \\y
  cell $_NAND_ \\gate
    connect \\A \\a
    connect \\B \\b
    connect \\Y \\y
  end
end
"""

Cells = dict[str, dict[str, int]]  # number by cell type, by module


class SynthesisError(Exception):
    """Yosys refused something."""


def run(script: str, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ys"
    log = folder / f"{name}.log"
    path.write_text(script, encoding="utf-8")
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run([sys.executable, "-B", str(_RUNNER), str(path)], stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in lines if "error" in line.lower()] or lines[-5:]
        raise SynthesisError("\n".join([*errors[:10], f"Yosys failed at the step {name}; all it said: {log}"]))


def elaborate(sources: list[Path], include: Path, top: str, folder: Path) -> str:
    """The design as RTLIL, one module per instance. Names of source files must not hold spaces: Yosys scripts cannot quote them."""
    result = folder / "elaborated.il"
    files = " ".join(str(source) for source in sources)
    run(
        f"read_slang --ignore-assertions --keep-hierarchy -I {include} --top {top} {files}\nwrite_rtlil {result}\n",
        folder,
        "elaborate",
    )
    return result.read_text(encoding="utf-8")


def synthesise(rtlil: str, top: str, liberty: Path, folder: Path, name: str, flatten: bool = False) -> tuple[Cells, float]:
    """Contents of every module, submodules counted as one cell each, and the area of the design as Yosys adds it up."""
    netlist = folder / f"{name}.il"
    result = folder / f"{name}.json"
    netlist.write_text(rtlil, encoding="utf-8")
    script = _MAP.format(top=f"-top {top}", flatten="-flatten" if flatten else "", liberty=liberty, result=result)
    run(f"read_rtlil {netlist}\n{script}", folder, name)
    report = json.loads(result.read_text(encoding="utf-8"))
    cells = {module.removeprefix("\\"): data["num_cells_by_type"] for module, data in report["modules"].items()}
    return cells, float(report["design"].get("area", 0))


def unit_script() -> str:
    """What synthesise_unit does, as far as its results depend on it."""
    return _MAP


def synthesise_unit(rtlil: str, unit: str, liberty: Path, folder: Path) -> dict:
    """The mapped netlist of the only module that is not a black box, as scripts/area/unit_cache.py keeps it."""
    folder.mkdir(parents=True, exist_ok=True)
    netlist, areas, mapped = (folder / f"{unit}{suffix}" for suffix in (".il", "_area.json", ".json"))
    netlist.write_text(rtlil, encoding="utf-8")
    script = _MAP.format(top=f"-top {unit}", flatten="", liberty=liberty, result=areas)
    run(f"read_rtlil {netlist}\n{script}\nwrite_json {mapped}\n", folder, unit)
    module = json.loads(mapped.read_text(encoding="utf-8"))["modules"][unit]
    result = {
        "area": float(json.loads(areas.read_text(encoding="utf-8"))["design"].get("area", 0)),
        "ports": {port: {"direction": data["direction"], "bits": data["bits"]} for port, data in module["ports"].items()},
        "cells": {cell: {"type": data["type"], "connections": data["connections"]} for cell, data in module["cells"].items()},
    }
    for path in (netlist, areas, mapped):
        path.unlink()
    return result


def cell_models(liberty: Path, result: Path, folder: Path) -> None:
    """Verilog of the library's cells, for simulation without delays."""
    run(f"read_liberty -ignore_miss_func {liberty}\nproc\nwrite_verilog -noattr {result}\n", folder, "cell_models")


def nand2_area(liberty: Path, folder: Path) -> float:
    """Area of the library's 2-input NAND gate, the unit in which gate equivalents are counted."""
    cells, area = synthesise(_NAND, "nand2", liberty, folder, "nand2")
    if sum(cells["nand2"].values()) != 1:
        raise SynthesisError(f"the library has no 2-input NAND gate: one becomes {cells['nand2']}")
    return area

# SPDX-License-Identifier: Apache-2.0
"""Area of the RTL per block, from synthesis to the cells of a library. Called by scripts/area.sh, which prepares its inputs.

The design is elaborated as a whole, then each different module (a unit) is synthesised once and counted as often as it occurs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

import blocks
import gates
import liberty
import liberty_tree
import netlist
import synthesis
import timing
import unit_cache

TOP = "slt_top"
SCHEMA = 1


def rtl_sources(listing: Path) -> list[Path]:
    """The SystemVerilog files that hw/rtl/files.f lists."""
    lines = (line.split("#", 1)[0].strip() for line in listing.read_text(encoding="utf-8").splitlines())
    return [listing.parent / line for line in lines if line.endswith(".sv")]


def defined_modules(sources: list[Path]) -> list[str]:
    return [name for source in sources for name in re.findall(r"^module\s+(\w+)", source.read_text(encoding="utf-8"), re.MULTILINE)]


def measure(name: str, packages: list[Path], rtl: Path, library_path: Path, folder: Path, cache: Path, check: bool) -> dict:
    """The report of one configuration, as the JSON file holds it."""
    started = time.monotonic()
    library = liberty.read(library_path)
    sources = rtl_sources(rtl / "files.f")
    elaborated = synthesis.elaborate([*packages, *sources], rtl / "include", TOP, folder)
    shared = netlist.Netlist(elaborated, TOP)
    mapped = unit_cache.UnitCache(cache, library_path).mapped(shared, folder)
    areas = blocks.compose(shared, unit_cache.cell_counts(mapped), library)
    yosys_area = sum(mapped[path[-1][1]]["area"] for path in shared.walk() if path[-1][1] in mapped)
    if abs(yosys_area - areas.total.cell_area) > 1e-6 * yosys_area:
        raise netlist.NetlistError(f"the composed area is {areas.total.cell_area} um2, but Yosys adds up {yosys_area} um2")
    nand2 = synthesis.nand2_area(library_path, folder)

    modules = {}
    for module in defined_modules(sources):
        part = areas.modules.get(module)
        if module in netlist.MEMORIES:
            modules[module] = {"kind": "memory"}
        elif part is None:
            modules[module] = {"kind": "not instantiated"}
        else:
            modules[module] = {"kind": "logic", "instances": part.instances, "units": len(areas.units[module]),
                               "area_um2": part.cell_area, "flip_flops": part.flip_flops}
    unlisted = sorted(set(areas.modules) - set(modules))
    if unlisted:
        raise netlist.NetlistError(f"{', '.join(unlisted)} is in the netlist, but not in {rtl / 'files.f'}")

    report = {
        "schema": SCHEMA,
        "config": name,
        "library": library.name,
        "nand2_um2": nand2,
        "blocks": [
            {"block": block, "instances": part.instances, "area_um2": part.cell_area, "nand2": part.cell_area / nand2,
             "flip_flops": part.flip_flops, "share": part.cell_area / areas.total.cell_area}
            for block, part in areas.blocks.items()
        ],
        "total": {"area_um2": areas.total.cell_area, "nand2": areas.total.cell_area / nand2,
                  "flip_flops": areas.total.flip_flops, "cells": areas.total.cells},
        "memories": [
            {"memory": memory, "instances": part.instances, "words": part.words, "word_bits": part.word_bits,
             "ports": part.ports, "bits": part.bits}
            for memory, part in areas.memories.items()
        ],
        "modules": modules,
        "units": len(shared.units),
        "unit_seconds": round(time.monotonic() - started, 1),
    }
    report["timing"] = timing.measure(gates.Gates(shared, mapped, TOP), liberty_tree.read(library_path), library_path, folder)
    if check:
        report["check"] = full_runs(elaborated, library_path, folder, areas.total.cell_area)
    return report


def full_runs(elaborated: str, library_path: Path, folder: Path, composed: float) -> dict:
    """The whole design synthesised at once: every instance on its own, and without any hierarchy."""
    result: dict = {}
    for key, share, flatten in (("hierarchical", False, False), ("flat", True, True)):
        started = time.monotonic()
        design = netlist.Netlist(elaborated, TOP, share=share)
        _, area = synthesis.synthesise(design.rtlil(), TOP, library_path, folder, key, flatten)
        result[key] = {"area_um2": area, "difference": area / composed - 1, "seconds": round(time.monotonic() - started, 1)}
    return result


def block(report: dict, name: str) -> dict:
    return next(row for row in report["blocks"] if row["block"] == name)


def print_report(report: dict) -> None:
    nand2 = report["nand2_um2"]
    total = report["total"]
    print(f"{report['config']}: cells of {report['library']}, NAND2 = {nand2:g} um2; {report['units']} units, {report['unit_seconds']} s\n")
    print("| block | instances | cell area um2 | NAND2 equivalents | flip-flops | share % | period ns |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    periods = report["timing"]["blocks"]
    for row in report["blocks"]:
        period = f"{periods[row['block']]['period_ns']:.2f}" if row["block"] in periods else ""
        print(f"| {row['block']} | {row['instances']:,} | {row['area_um2']:,.0f} | {row['nand2']:,.0f} | {row['flip_flops']:,} "
              f"| {100 * row['share']:.1f} | {period} |")
    print(f"| **total** | | {total['area_um2']:,.0f} | {total['nand2']:,.0f} | {total['flip_flops']:,} | 100.0 "
          f"| {report['timing']['period_ns']:.2f} |\n")

    print("| memory | instances | words x bits | ports of each | bits |")
    print("|---|--:|--:|---|--:|")
    for row in report["memories"]:
        print(f"| {row['memory']} | {row['instances']} | {row['words']:,} x {row['word_bits']} | {row['ports']} | {row['bits']:,} |")
    print(f"| **total** | | | | {sum(row['bits'] for row in report['memories']):,} |\n")

    print("| module (without submodules) | instances | different | cell area um2 | flip-flops | share % |")
    print("|---|--:|--:|--:|--:|--:|")
    logic = {name: row for name, row in report["modules"].items() if row["kind"] == "logic"}
    for name, row in sorted(logic.items(), key=lambda item: -item[1]["area_um2"]):
        print(f"| `{name}` | {row['instances']:,} | {row['units']} | {row['area_um2']:,.0f} | {row['flip_flops']:,} "
              f"| {100 * row['area_um2'] / total['area_um2']:.1f} |")
    for kind in ("memory", "not instantiated"):
        names = [f"`{name}`" for name, row in report["modules"].items() if row["kind"] == kind]
        if names:
            print(f"\n{kind.capitalize()}: {', '.join(names)}")

    pes, queues, lanes = (block(report, name) for name in ("array PEs", "command queues", "vector lanes"))
    one_pe = pes["area_um2"] / pes["instances"]
    print(f"\nCommand queues: {100 * queues['area_um2'] / pes['area_um2']:.1f} % of the PEs. Requantisation lanes: "
          f"{100 * lanes['area_um2'] / pes['area_um2']:.1f} % of the PEs; one lane costs "
          f"{lanes['area_um2'] / lanes['instances'] / one_pe:.1f} PEs. One PE: {one_pe:,.0f} um2, {one_pe / nand2:,.0f} NAND2.")
    print(f"Clock: {report['timing']['fmax_mhz']:.1f} MHz, with {report['timing']['fanout_buffers']:,} fan-out buffers that are not part of the area.")
    for key, row in report.get("check", {}).items():
        print(f"Whole design at once, {key}: {row['area_um2']:,.0f} um2, {100 * row['difference']:+.2f} % against the composed area "
              f"({row['seconds']} s)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="of the configuration")
    parser.add_argument("--package", required=True, type=Path, action="append", help="generated SystemVerilog packages, in order")
    parser.add_argument("--rtl", required=True, type=Path, help="folder of files.f")
    parser.add_argument("--liberty", required=True, type=Path)
    parser.add_argument("--folder", required=True, type=Path, help="for netlists and logs")
    parser.add_argument("--cache", required=True, type=Path, help="folder of units that were synthesised before")
    parser.add_argument("--check", action="store_true", help="also synthesise the whole design at once, to compare")
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    try:
        report = measure(options.name, options.package, options.rtl, options.liberty, options.folder, options.cache, options.check)
    except liberty.LibertyError as error:
        print(f"area.sh: {error}", file=sys.stderr)
        return liberty.EXIT_DATA
    except (netlist.NetlistError, synthesis.SynthesisError, timing.TimingError) as error:
        print(f"area.sh: {error}", file=sys.stderr)
        return 1
    print_report(report)
    options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

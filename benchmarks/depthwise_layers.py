#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints how well the depthwise layers of networks use the array, and what each loses where.

Usage: benchmarks/depthwise_layers.py [--systolite PROGRAM] [--model NAME]... [CONFIG]...

Runs `systolite run` on the fast backend. Without arguments: kws and vww (the official networks, scripts/fetch_models.sh
or SYSTOLITE_MODELS) on base_16x16 and wide_8x8. MACs a cycle are those of the whole layer in the report, waiting
included: the peak, rows x columns, times five shares:
  rows       array rows that hold a tap (of all kernel rows of a pass)
  columns    channels of the tiles over columns
  positions  stream positions in which an output starts; the rest is stride, and the taps - 1 behind each row
  stream     cycles of the layer in which positions are streamed; the rest is waiting
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

MIN_STEP_CYCLES = 4  # hw/TIMING.md


@dataclass
class Work:
    """What the mm commands of a depthwise layer do."""

    kernel: str = ""
    stride: int = 1
    outputs: int = 0     # of a column tile, all passes
    positions: int = 0   # cycles of all passes of all tiles
    rows_in_use: int = 0  # array rows with a tap, summed over passes
    passes: int = 0
    tiles: int = 0


def fields(words: list[str]) -> dict[str, int]:
    pairs = (word.split("=") for word in words if "=" in word)
    return {key: int(value, 0) for key, value in pairs if key not in ("wait", "signal", "space")}


def depthwise_work(dump: Path) -> dict[int, Work]:
    """Reads a command dump; by operator."""
    work: dict[int, Work] = {}
    config: dict[str, int] = {}
    for line in dump.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) < 2 or words[1] not in ("mm_cfg_in", "mm_cfg_kernel", "mm"):
            continue
        values = fields(words[2:])
        if words[1] != "mm":
            config.update(values)
            continue
        if not config["depthwise"]:
            continue
        layer = work.setdefault(int(words[0]), Work())
        row = (values["ncols"] - 1) * config["stride_x"] + config["taps"] - config["overlap"]
        passes = -(-values["nky"] // config["buses"])
        tiles = values.get("tiles", 1)
        layer.kernel = f"{values['nky']}x{config['taps']}"
        layer.stride = config["stride_x"]
        layer.outputs += tiles * passes * values["nrows"] * values["ncols"]
        last = max(values["nrows"] * row + config["overlap"], MIN_STEP_CYCLES)
        # Column tiles of one pass leave the positions behind their last row to the next one.
        other = max(values["nrows"] * row, MIN_STEP_CYCLES) if passes == 1 else last
        layer.positions += (tiles * passes - 1) * other + last
        layer.rows_in_use += tiles * values["nky"] * config["taps"]
        layer.passes += tiles * passes
        layer.tiles += tiles
    return work


def run(systolite: str, model: str, config: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "commands.txt"
        command = [systolite, "run", model, "--config", config, "--backend", "fast", "--json", "-",
                   "--dump-commands", str(dump)]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        work = depthwise_work(dump)
    rows, cols = report["rows"], report["cols"]
    lines = []
    for layer in report["layers"]:
        done = work.get(layer["index"])
        if done is None:
            continue
        # Every output of a column tile takes the taps of its passes on as many columns as it has channels.
        taps = done.rows_in_use / done.passes
        channels = layer["macs_executed"] / (done.outputs * taps)
        shares = (taps / rows, channels / cols, done.outputs / done.positions, done.positions / layer["cycles"])
        rate = layer["macs_executed"] / layer["cycles"]
        assert abs(rate - rows * cols * shares[0] * shares[1] * shares[2] * shares[3]) < 1e-6 * rate
        percent = " | ".join(f"{100 * share:.1f}" for share in shares)
        lines.append(f"| `{config}` | {model} | {layer['index']} | {done.kernel} | {done.stride} | "
                     f"{layer['macs_executed']:,} | {layer['cycles']:,} | {rate:.1f} | {percent} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systolite", default="build/release/bin/systolite", help="program to run")
    parser.add_argument("--model", action="append", help="name or file; may be repeated")
    parser.add_argument("config", nargs="*", help="name or file")
    arguments = parser.parse_args()
    print("| config | model | operator | kernel | stride | MACs | cycles | MACs/cycle | rows % | columns % | positions % | "
          "stream % |")
    print("|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for config in arguments.config or ["base_16x16", "wide_8x8"]:
        for model in arguments.model or ["kws", "vww"]:
            for line in run(arguments.systolite, model, config):
                print(line)


if __name__ == "__main__":
    main()

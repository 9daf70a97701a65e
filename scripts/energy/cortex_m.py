#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Energy per inference of Cortex-M without accelerator, from measured energy a cycle, against published energy.

    cortex_m.py                prints the table of docs/energy.md
    cortex_m.py --check FILE   exits with 5 if the table in FILE is another one
    cortex_m.py --update FILE  puts the table into FILE

For every row of configs/baselines/energy.yaml, cycles times what a cycle costs, in two ways: with the figure of the board's
profile in configs/energy/cpu.yaml, which stands for all supplies and programs; and with the mean of what the other models of
the same submission cost a cycle, which have the supply, the board and the software of the row. The second says how well energy
a cycle carries over from one network to another.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "<!-- scripts/energy/cortex_m.py -->"
END = "<!-- end -->"
PROFILES = {"NUCLEO-L4R5ZI": "l4r5", "NUCLEO-U575ZI-Q": "u575", "NUCLEO-H7A3ZI-Q": "h7a3"}
MODELS = ["ad", "kws", "ic", "vww"]


@dataclass(frozen=True)
class Row:
    submission: str  # round, folder of the board
    core: str
    model: str
    software: str
    board: str
    supply: str
    cycles: float
    energy_uj: float

    @property
    def pj_per_cycle(self) -> float:
        return self.energy_uj * 1e6 / self.cycles


def read_rows() -> list[Row]:
    data = yaml.safe_load((ROOT / "configs/baselines/energy.yaml").read_text(encoding="utf-8"))
    rows = []
    for r in data["results"]:
        folder = str(Path(r["source"]).parent)
        cycles = r["latency_ms"] * r["clock_mhz"] * 1e3
        rows.append(Row(f"{r['round']} {folder}", r["core"], r["model"], r["software"], r["board"], r["supply"], cycles,
                        r["energy_uj"]))
    return sorted(rows, key=lambda r: (r.core, r.board, r.submission, MODELS.index(r.model)))


def read_profiles() -> dict[tuple[str, str], dict[str, float]]:
    data = yaml.safe_load((ROOT / "configs/energy/cpu.yaml").read_text(encoding="utf-8"))
    return {(p["core"], p["profile"]): p["active"] for p in data["processors"]}


def table() -> str:
    rows = read_rows()
    profiles = read_profiles()
    lines = ["| core, board, supply | submission | model | kcycles | published uJ | pJ/cycle | by the profile, uJ | ratio | "
             "by the other models, uJ | ratio |",
             "|---|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    ratios: dict[str, list[float]] = {"profile": [], "others": []}
    outside = 0
    for row in rows:
        active = profiles.get((row.core, PROFILES.get(row.board, "")))
        by_profile = ("-", "-")
        if active is not None:
            energy = row.cycles * active["value"] / 1e6
            ratios["profile"].append(energy / row.energy_uj)
            outside += not active["low"] <= row.pj_per_cycle <= active["high"]
            by_profile = (f"{energy:,.1f}", f"{energy / row.energy_uj:.2f}")
        others = [r.pj_per_cycle for r in rows if r.submission == row.submission and r.model != row.model]
        by_others = ("-", "-")
        if others:
            energy = row.cycles * sum(others) / len(others) / 1e6
            ratios["others"].append(energy / row.energy_uj)
            by_others = (f"{energy:,.1f}", f"{energy / row.energy_uj:.2f}")
        lines.append(f"| {row.core}, {row.board}, {row.supply} | {row.submission}, {row.software} | {row.model} | "
                     f"{row.cycles / 1e3:,.0f} | {row.energy_uj:,.1f} | {row.pj_per_cycle:.0f} | {by_profile[0]} | "
                     f"{by_profile[1]} | {by_others[0]} | {by_others[1]} |")

    def spread(values: list[float]) -> str:
        near = sum(0.9 <= v <= 1.1 for v in values)
        return f"{len(values)} rows, ratio {min(values):.2f} to {max(values):.2f}, {near} within 10 %"

    lines += ["",
              f"By the profile: {spread(ratios['profile'])}; the published energy of {outside} lies outside the bounds of the "
              "profile's figure.",
              f"By the other models of the submission: {spread(ratios['others'])}."]
    return "\n".join(lines)


def section(page: Path) -> tuple[str, str, str]:
    text = page.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN + "\n")
    inside, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"{page}: has no section between '{BEGIN}' and '{END}'")
    return before + found, inside, ended + after


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", type=Path, metavar="FILE")
    group.add_argument("--update", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    made = table() + "\n"
    if arguments.update:
        before, _, after = section(arguments.update)
        arguments.update.write_text(before + made + after, encoding="utf-8")
    elif arguments.check:
        if section(arguments.check)[1] != made:
            print(f"{arguments.check}: the table is not the one of the data; run scripts/energy/cortex_m.py --update "
                  f"{arguments.check}", file=sys.stderr)
            return 5
    else:
        print(made, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

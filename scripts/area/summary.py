# SPDX-License-Identifier: Apache-2.0
"""Puts area reports side by side: NAND2 equivalents of every block, and how queues and lanes relate to the PEs.

Arguments: files that scripts/area.sh --json wrote. Columns are named by configuration, and by file if there are several files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _cell(row: dict) -> str:
    return f"{row['nand2']:,.0f} ({100 * row['share']:.1f})"


def _ratios(report: dict) -> dict[str, str]:
    rows = {row["block"]: row for row in report["blocks"]}
    area = {name: row["area_um2"] for name, row in rows.items()}
    each = {name: row["area_um2"] / row["instances"] for name, row in rows.items()}
    pes = area["array PEs"]
    return {
        "one PE, NAND2": f"{each['array PEs'] / report['nand2_um2']:,.0f}",
        "one requantisation lane, PEs": f"{each['vector lanes'] / each['array PEs']:.1f}",
        "requantisation lanes, % of the PEs": f"{100 * area['vector lanes'] / pes:.1f}",
        "command queues, % of the PEs": f"{100 * area['command queues'] / pes:.1f}",
        "logic without PEs, % of the PEs": f"{100 * (report['total']['area_um2'] - pes) / pes:.1f}",
        "memory bits": f"{sum(row['bits'] for row in report['memories']):,}",
    }


def summary(reports: dict[str, dict]) -> str:
    """A Markdown table with one column per report."""

    def line(title: str, cells: list[str]) -> str:
        return f"| {title} | {' | '.join(cells)} |"

    lines = [line("NAND2 equivalents (share %)", list(reports)), "|---|" + "--:|" * len(reports)]
    for rows in zip(*(report["blocks"] for report in reports.values()), strict=True):
        lines.append(line(rows[0]["block"], [_cell(row) for row in rows]))
    lines.append(line("**total**", [f"{report['total']['nand2']:,.0f}" for report in reports.values()]))
    lines.append(line("flip-flops", [f"{report['total']['flip_flops']:,}" for report in reports.values()]))
    ratios = [_ratios(report) for report in reports.values()]
    lines += [line(title, [ratio[title] for ratio in ratios]) for title in ratios[0]]
    return "\n".join(lines)


def main(files: list[str]) -> int:
    reports = {}
    for file in files:
        for report in json.loads(Path(file).read_text(encoding="utf-8")):
            reports[report["config"] if len(files) == 1 else f"{report['config']} ({Path(file).stem})"] = report
    print(summary(reports))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
"""Puts gate-level energies of an array beside what an energy table says of the same layer, per MAC.

Arguments: figures of scripts/power.sh, and of each the report `systolite run ... --energy TABLE --json` of the same model and configuration.
The table's figure is its component `array` over the whole layer (multiply-accumulates, clocks of the PEs' registers, bits stored in skew and weight registers)
plus `flop_clock` for the flip-flops around the PEs, which it counts under `clock`. Gates are scaled to the table's node by the length of a gate and
the square of the supply.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import yaml

PES = "array PEs"


class CompareError(Exception):
    """The figures do not belong together."""


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    gates_pj: float  # per MAC, at the library's node
    scaled_pj: float  # at the table's
    table_pj: tuple[float, float, float]  # value, low, high

    @property
    def ratio(self) -> float:
        return self.scaled_pj / self.table_pj[0]


def scale(from_nm: float, from_v: float, to_nm: float, to_v: float) -> float:
    """Of switching energy C V^2, with a capacitance proportional to the length of a gate."""
    return to_nm / from_nm * (to_v / from_v) ** 2


def rows(gates: dict, run: dict, table: dict, library_nm: float) -> list[Row]:
    """Of one array with the data of the run."""
    if run["config"] != gates["config"] or run["model"] != gates["model"]:
        raise CompareError(f"the gates are of {gates['model']} on {gates['config']}, the run is of {run['model']} on {run['config']}")
    if not run.get("energy") or run["energy"]["table"] != table["name"]:
        raise CompareError(f"the run of {run['model']} was made without --energy {table['name']}")
    real = next(row for row in gates["data"] if row["data"] == "real")
    layer = run["layers"][int(gates["layer"].split()[0])]
    macs, energies = real["macs"], real["energy_pj"]
    factor = scale(library_nm, gates["voltage"], table["node_nm"], table["supply_v"])
    flop_clock = table["costs"]["flop_clock"]
    outside = sum(energy["flip_flops"] for name, energy in energies.items() if name not in (PES, "total"))
    around = real["cycles"] * outside / macs
    component = layer["energy"]["components_pj"]["array"]
    whole = tuple(component[key] / layer["macs_executed"] + flop_clock[key] * around for key in ("value", "low", "high"))

    def row(name: str, pj: float, of_table: tuple[float, float, float]) -> Row:
        return Row(name, pj / macs, factor * pj / macs, of_table)

    mac, pe_flops = table["costs"]["mac_dense"], energies[PES]["flip_flops"]
    clocked = real["cycles"] * pe_flops / macs
    return [row("PEs", energies[PES]["total"], tuple(mac[key] + flop_clock[key] * clocked for key in ("value", "low", "high"))),
            row("of that clocks", energies[PES]["clock"], tuple(flop_clock[key] * clocked for key in ("value", "low", "high"))),
            row("of that data", energies[PES]["total"] - energies[PES]["clock"], tuple(mac[key] for key in ("value", "low", "high"))),
            row("array with skew registers", energies["total"]["total"], whole)]


def markdown(config: str, compared: list[Row], gates: dict, table: dict, library_nm: float) -> str:
    title = f"{config}: {gates['library']}, {library_nm:g} nm, {gates['voltage']:g} V"
    lines = [f"| {title} | gates pJ/MAC | gates at {table['node_nm']:g} nm, {table['supply_v']:g} V | table {table['name']} (low to high) | gates / table |",
             "|---|--:|--:|--:|--:|"]
    for row in compared:
        value, low, high = row.table_pj
        lines.append(f"| {row.name} | {row.gates_pj:.2f} | {row.scaled_pj:.2f} | {value:.2f} ({low:.2f} to {high:.2f}) | {row.ratio:.2f} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gates", type=Path, help="--json of scripts/power.sh")
    parser.add_argument("run", type=Path, help="--json of systolite run --energy")
    parser.add_argument("--table", type=Path, default=Path("configs/energy/45nm.yaml"))
    parser.add_argument("--library", type=Path, default=Path("configs/area/osu018.yaml"), help="area table of the cell library, for its node")
    options = parser.parse_args()
    try:
        table = yaml.safe_load(options.table.read_text(encoding="utf-8"))
        library = yaml.safe_load(options.library.read_text(encoding="utf-8"))
        run = json.loads(options.run.read_text(encoding="utf-8"))
        for gates in json.loads(options.gates.read_text(encoding="utf-8")):
            if gates["library"] != library["library"]:
                raise CompareError(f"the gates are of {gates['library']}, but {options.library} describes {library['library']}")
            if gates["unit"] not in ("slt_array", "slt_os_array"):
                continue
            print(markdown(gates["config"], rows(gates, run, table, library["node_nm"]), gates, table, library["node_nm"]))
    except OSError as error:
        print(f"compare.py: {error.filename} cannot be read: {error.strerror}", file=sys.stderr)
        return 1
    except CompareError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

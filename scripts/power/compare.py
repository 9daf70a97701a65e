# SPDX-License-Identifier: Apache-2.0
"""Puts gate-level energies beside what an energy table says: of an array per MAC of the same layer, of other units per event.

Arguments: figures of scripts/power.sh, and, for an array, the report `systolite run ... --energy TABLE --json` of the same model and configuration.
An array: the table's figure is its component `array` over the whole layer (multiply-accumulates, clocks of the PEs' registers, bits stored in skew and weight registers)
plus `flop_clock` for the flip-flops around the PEs, which it counts under `clock`. Gates are scaled to the table's node by the length of a gate and
the square of the supply. Other units: their flip-flops times `flop_clock` beside what their clock pins take, the rest beside the price of
what they do (units.py).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import units
import yaml

ARRAYS = ("slt_array", "slt_os_array")
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


@dataclasses.dataclass(frozen=True)
class UnitRow:
    """Of a unit; gates at the table's node."""

    unit: str
    instance: str
    event: str | None
    events: float
    cycles: int
    flip_flops: int
    clock_pj: float  # a cycle
    table_clock_pj: tuple[float, float, float]
    data_pj: float | None  # an event, None without any
    price: units.Price | None
    table_data_pj: tuple[float, float, float] | None


def unit_row(gates: dict, table: dict, library_nm: float) -> UnitRow:
    """Of a unit with the data of the run."""
    real = next((row for row in gates["data"] if row["data"] == "real"), None)
    if real is None:
        raise CompareError(f"{gates['unit']} was not measured with real data")
    energy, factor = real["energy_pj"]["total"], scale(library_nm, gates["voltage"], table["node_nm"], table["supply_v"])
    events = real["macs"] if gates["event"] == "MAC" else real["events"]
    price = units.price_of(gates["unit"], energy["flip_flops"], gates["ports"])
    flop_clock = table["costs"]["flop_clock"]
    return UnitRow(
        gates["unit"], gates["instance"], gates["event"], events, real["cycles"], energy["flip_flops"],
        factor * energy["clock"] / real["cycles"], tuple(flop_clock[key] * energy["flip_flops"] for key in ("value", "low", "high")),
        factor * (energy["total"] - energy["clock"]) / events if events else None, price, price.pj(table["costs"]) if price else None)


def unit_markdown(rows: list[UnitRow], gates: dict, table: dict, library_nm: float) -> str:
    title = f"{gates['config']}: {gates['library']}, {library_nm:g} nm, scaled to {table['node_nm']:g} nm, {table['supply_v']:g} V"
    lines = [f"| {title} | cycles | flip-flops | clock pJ/cycle | table {table['name']} (low to high) | gates / table | events | data pJ/event "
             f"| table {table['name']} (low to high) | of it | gates / table |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|"]

    def bounds(figure: tuple[float, float, float]) -> str:
        digits = 2 if figure[0] < 10 else 1
        return f"{figure[0]:.{digits}f} ({figure[1]:.{digits}f} to {figure[2]:.{digits}f})"

    for row in rows:
        clock = f"{row.clock_pj:.2f} | {bounds(row.table_clock_pj)} | {row.clock_pj / row.table_clock_pj[0]:.2f}" if row.flip_flops else "- | - | -"
        if row.data_pj is None:
            data = "none | - | - | - | -"
        else:
            beside = f"{bounds(row.table_data_pj)} | {row.price.text} | {row.data_pj / row.table_data_pj[0]:.2f}" if row.table_data_pj and row.price else "- | - | -"
            data = f"{row.events:,.0f} ({row.event}) | {row.data_pj:.2f} | {beside}"
        lines.append(f"| `{row.unit}` ({row.instance.rsplit('.', 1)[-1]}) | {row.cycles:,} | {row.flip_flops:,} | {clock} | {data} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gates", type=Path, help="--json of scripts/power.sh")
    parser.add_argument("run", type=Path, nargs="?", help="--json of systolite run --energy; for an array")
    parser.add_argument("--table", type=Path, default=Path("configs/energy/45nm.yaml"))
    parser.add_argument("--library", type=Path, default=Path("configs/area/osu018.yaml"), help="area table of the cell library, for its node")
    options = parser.parse_args()
    try:
        table = yaml.safe_load(options.table.read_text(encoding="utf-8"))
        library = yaml.safe_load(options.library.read_text(encoding="utf-8"))
        run = json.loads(options.run.read_text(encoding="utf-8")) if options.run else None
        measured = json.loads(options.gates.read_text(encoding="utf-8"))
        node = library["node_nm"]
        for gates in measured:
            if gates["library"] != library["library"]:
                raise CompareError(f"the gates are of {gates['library']}, but {options.library} describes {library['library']}")
            if gates["unit"] in ARRAYS:
                if run is None:
                    raise CompareError(f"{gates['unit']} is compared with a run: name its report as the second argument")
                print(markdown(gates["config"], rows(gates, run, table, node), gates, table, node))
        others = [gates for gates in measured if gates["unit"] not in ARRAYS]
        if others:
            print(unit_markdown([unit_row(gates, table, node) for gates in others], others[0], table, node))
    except OSError as error:
        print(f"compare.py: {error.filename} cannot be read: {error.strerror}", file=sys.stderr)
        return 1
    except CompareError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

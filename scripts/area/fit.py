# SPDX-License-Identifier: Apache-2.0
"""Fits area, flip-flops and clock period of every block over configurations; writes configs/area/LIBRARY.yaml. Called by scripts/area_fit.sh.

A block is a sum of coefficients, none negative, times products of quantities of the configuration (QUANTITIES; the same as in
sim/area/quantities.cpp). Of the candidate terms the fewest are taken that come close to the best fit. The error of a block is the largest
difference, relative to the model, over the configurations of the fit and those held out.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import yaml


def _power_of_two_at_least(value: int) -> int:
    return 1 << (value - 1).bit_length()


def _delay_depth(rows: int, bus: int) -> int:
    """Words of the delay line of a further bus of the column mode, as hw/rtl/compute/slt_matrix_address.sv has it."""
    return _power_of_two_at_least(bus * min(rows // (bus + 1), 5))


def quantities(config: dict) -> dict[str, float]:
    array = config["array"]
    rows, cols, lanes = array["rows"], array["cols"], config["requant_lanes"]
    bus = config["dma"]["bus_bits"] // 8
    output = array["dataflow"] != "weight"
    depthwise = array["depthwise_unit"]
    sum_bits = 32 if output else 16 + (rows - 1).bit_length()
    spm_word = _power_of_two_at_least(max(rows, cols, bus))
    wbuf_word = _power_of_two_at_least(max(cols, bus))
    triangle = cols * (cols - 1) // 2
    return {
        "1": 1,
        "rows": rows,
        "cols": cols,
        "pes": rows * cols,
        "lanes": lanes,
        "bus_bytes": bus,
        "burst_beats": config["dma"]["burst_beats"],
        "reads": config["dma"]["outstanding_reads"],
        "queue_depth": config["queue_depth"],
        "banks": config["scratchpad"]["banks"],
        "spm_word": spm_word,
        "wbuf_word": wbuf_word,
        "sum_bits": sum_bits,
        "groups": -(-cols // lanes),
        "skew_bits": 8 * rows * (rows - 1) // 2 + (8 + (24 if depthwise else 0) + sum_bits) * triangle,
        "delay_bytes": float(depthwise) * cols * sum(_delay_depth(rows, bus_number) for bus_number in (1, 2)),
        "weight_only": float(not output),
        "output_only": float(array["dataflow"] == "output"),
        "both": float(array["dataflow"] == "both"),
        "output": float(output),
        "depthwise": float(depthwise),
        "log2_rows": math.log2(rows),
        "log2_cols": math.log2(cols),
        "log2_spm_word": math.log2(spm_word),
        "log2_wbuf_word": math.log2(wbuf_word),
        "log2_lanes": math.log2(lanes),
        "log2_groups": math.log2(-(-cols // lanes)),
        "log2_bus_bytes": math.log2(bus),
    }


AREA_TERMS = {
    "array PEs": ["pes*weight_only", "pes*weight_only*sum_bits", "pes*depthwise", "pes*output_only", "pes*both"],
    "array skew and waves": ["skew_bits", "rows", "cols", "output*pes", "output_only*rows*rows", "both*rows*rows"],
    "weight load": ["1", "cols", "output_only", "both", "both*cols"],
    "matrix control and address": ["1", "rows", "cols", "depthwise", "delay_bytes", "depthwise*cols", "output", "both", "spm_word"],
    "accumulator adders": ["1", "cols", "cols*sum_bits"],
    "vector lanes": ["lanes"],
    "vector control": ["1", "lanes", "cols", "spm_word", "groups"],
    "command queues": ["1", "queue_depth"],
    "tokens": ["1", "queue_depth"],
    "front end": ["1", "bus_bytes", "burst_beats", "reads"],
    "load DMA": ["1", "bus_bytes", "spm_word", "reads", "log2_spm_word"],
    "store DMA": ["1", "bus_bytes", "spm_word", "burst_beats", "log2_spm_word"],
    "read bus": ["1", "reads", "bus_bytes"],
    "registers, job control": ["1"],
    "scratchpad routing": ["1", "spm_word", "spm_word*log2_spm_word", "spm_word*banks", "depthwise*spm_word", "depthwise*spm_word*log2_spm_word"],
    "weight buffer routing": ["1", "wbuf_word", "wbuf_word*log2_wbuf_word", "cols", "bus_bytes"],
    "table routing": ["1", "lanes", "bus_bytes", "lanes*bus_bytes"],
    "connections": ["1"],
}
# Registers are what the RTL declares, so most of these are counts, not estimates.
FLIP_FLOP_TERMS = {
    **AREA_TERMS,
    "array PEs": ["pes*weight_only", "pes*weight_only*sum_bits", "pes*output_only", "pes*both"],
    "array skew and waves": ["skew_bits", "rows", "cols", "output*cols", "output_only*rows", "output_only*rows*rows", "both*rows*rows"],
    "weight load": ["1", "cols", "output_only", "both", "output*cols"],
    "accumulator adders": ["1", "cols"],
    "scratchpad routing": ["1", "log2_spm_word", "banks", "spm_word", "cols"],
    "weight buffer routing": ["1", "log2_wbuf_word"],
    "table routing": ["1", "log2_groups"],
}
PERIOD_TERMS = ["1", "log2_rows", "log2_cols", "log2_spm_word", "log2_lanes", "log2_bus_bytes", "output", "depthwise", "queue_depth", "log2_groups"]
MOST_AREA_TERMS = 4
_FREE = ("array PEs", "array skew and waves", "matrix control and address")  # may take more
MOST_PERIOD_TERMS = 3

Term = tuple[str, float]  # a product of quantities, its coefficient


def product(term: str, values: dict[str, float]) -> float:
    return math.prod(values[name] for name in term.split("*"))


def evaluate(terms: list[Term], values: dict[str, float]) -> float:
    return sum(coefficient * product(term, values) for term, coefficient in terms)


def _solve(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """Gauss with pivoting; None if there is no single solution."""
    size = len(right)
    rows = [[*matrix[i], right[i]] for i in range(size)]
    scale = max((abs(value) for row in matrix for value in row), default=0.0)
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        if abs(rows[pivot][column]) <= 1e-9 * scale:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for i in range(size):
            if i != column:
                factor = rows[i][column] / rows[column][column]
                rows[i] = [value - factor * above for value, above in zip(rows[i], rows[column], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def least_squares(features: list[list[float]], measured: list[float]) -> list[float] | None:
    """Coefficients with the least sum of squared relative differences; None if one would be negative or they are not determined."""
    weighted = [[value / result for value in row] for row, result in zip(features, measured, strict=True)]
    size = len(features[0])
    scales = [math.sqrt(sum(row[i] ** 2 for row in weighted)) for i in range(size)]
    if any(scale == 0 for scale in scales):
        return None
    weighted = [[value / scale for value, scale in zip(row, scales, strict=True)] for row in weighted]
    normal = [[sum(row[i] * row[j] for row in weighted) for j in range(size)] for i in range(size)]
    solution = _solve(normal, [sum(row[i] for row in weighted) for i in range(size)])
    if solution is None or any(value < 0 for value in solution):
        return None
    return [value / scale for value, scale in zip(solution, scales, strict=True)]


def differences(terms: list[Term], points: list[tuple[dict[str, float], float]]) -> list[float]:
    return [evaluate(terms, values) / measured - 1 for values, measured in points]


def error(terms: list[Term], points: list[tuple[dict[str, float], float]]) -> float:
    """The largest difference, relative to the model, so that the model with this error around it holds all that was measured."""
    return max((abs(measured / model - 1) if model or measured else 0.0 for values, measured in points for model in (evaluate(terms, values),)), default=0.0)


def fit(candidates: list[str], points: list[tuple[dict[str, float], float]], most_terms: int, tolerance: float = 0.005) -> list[Term]:
    """The fewest terms whose root mean square difference is within `tolerance` of the best."""
    best: dict[int, tuple[float, list[Term]]] = {}
    usable = [term for term in candidates if any(product(term, values) != 0 for values, _ in points)]
    for count in range(1, most_terms + 1):
        for chosen in itertools.combinations(usable, count):
            coefficients = least_squares([[product(term, values) for term in chosen] for values, _ in points], [measured for _, measured in points])
            if coefficients is None:
                continue
            terms = list(zip(chosen, coefficients, strict=True))
            spread = math.sqrt(sum(value**2 for value in differences(terms, points)) / len(points))
            if count not in best or spread < best[count][0]:
                best[count] = (spread, terms)
    if not best:
        raise ValueError(f"none of {', '.join(candidates)} fits")
    least = min(spread for spread, _ in best.values())
    return next(terms for _, (spread, terms) in sorted(best.items()) if spread <= least + tolerance)


def fit_blocks(fitted: dict[str, tuple[dict, dict]], held_out: dict[str, tuple[dict, dict]]) -> list[dict]:
    """Of each block its terms and errors. Points: by name, quantities and report."""

    def points(source: dict[str, tuple[dict, dict]], read: Callable[[dict], float | None]) -> list[tuple[dict, float]]:
        return [(values, measured) for values, report in source.values() if (measured := read(report)) is not None]

    result = []
    for block, candidates in AREA_TERMS.items():
        def area(report: dict, block: str = block) -> float:
            return next(row["area_um2"] for row in report["blocks"] if row["block"] == block)

        def flip_flops(report: dict, block: str = block) -> int:
            return next(row["flip_flops"] for row in report["blocks"] if row["block"] == block)

        def period(report: dict, block: str = block) -> float | None:
            return report["timing"]["blocks"].get(block, {}).get("period_ns")

        most = len(candidates) if block in _FREE else MOST_AREA_TERMS
        area_terms = fit(candidates, points(fitted, area), most)
        period_points = points(fitted, period)
        period_terms = fit(PERIOD_TERMS, period_points, MOST_PERIOD_TERMS, 0.01) if period_points else []
        flop_points = [point for point in points(fitted, flip_flops) if point[1]]  # differences are relative
        flop_terms = fit(FLIP_FLOP_TERMS[block], flop_points, len(FLIP_FLOP_TERMS[block]), 0.0005) if flop_points else []
        everything = fitted | held_out
        result.append({
            "block": block, "area": area_terms, "area_error": error(area_terms, points(everything, area)),
            "flip_flops": flop_terms, "flip_flops_error": error(flop_terms, points(everything, flip_flops)),
            "period": period_terms, "period_error": error(period_terms, points(everything, period))})
    return result


def whole(blocks: list[dict], values: dict[str, float]) -> tuple[float, float, float]:
    """Area of all blocks in um2, their flip-flops, and clock in MHz."""
    return (sum(evaluate(block["area"], values) for block in blocks), sum(evaluate(block["flip_flops"], values) for block in blocks),
            1e3 / max(evaluate(block["period"], values) for block in blocks if block["period"]))


def yaml_text(blocks: list[dict], header: dict, memory: str) -> str:
    lines = ["# SPDX-License-Identifier: Apache-2.0",
             "# Area, flip-flops and clock of the accelerator's blocks in one cell library: what sim/area/area_model.h evaluates. Written by",
             "# scripts/area_fit.sh. A block is the sum of its terms: `factor` times the product `of` quantities of the configuration, which",
             "# sim/area/quantities.h defines. An error is the largest difference between synthesis and model, relative to the model, over all",
             "# configurations of scripts/area/points.yaml, fitted and held out; a block without `flip_flops` has none, one without `period_ns`",
             "# holds no end of a path."]
    for key, value in header.items():
        lines.append(f"{key}: {json.dumps(value)}")
    lines += [memory.rstrip("\n"), "blocks:"]
    for block in blocks:
        lines.append(f"  - block: {json.dumps(block['block'])}")
        for key, name in (("area", "area_um2"), ("flip_flops", "flip_flops"), ("period", "period_ns")):
            if block[key]:
                lines.append(f"    {key}_error: {math.ceil(1e4 * block[f'{key}_error']) / 1e4}")
                lines.append(f"    {name}:")
                lines += [f"      - {{factor: {coefficient:.6g}, of: \"{term}\"}}" for term, coefficient in block[key]]
    return "\n".join(lines) + "\n"


def record(reports: dict[str, tuple[dict, dict]]) -> str:
    """What was measured: per configuration and block, the whole design as block `total`."""
    lines = ["config,block,area_um2,flip_flops,period_ns"]
    for name, (_, report) in reports.items():
        periods = report["timing"]["blocks"]
        for row in report["blocks"]:
            lines.append(f"{name},\"{row['block']}\",{row['area_um2']:.9g},{row['flip_flops']},"
                         f"{periods.get(row['block'], {}).get('period_ns', 0):g}")
        lines.append(f"{name},total,{report['total']['area_um2']:.9g},{report['total']['flip_flops']},{report['timing']['period_ns']:g}")
        lines += [f"{name},\"memory {row['memory']}\",{row['bits']},0,0" for row in report["memories"]]
    return "\n".join(lines) + "\n"


def _read(paths: list[Path], points: Path) -> dict[str, tuple[dict, dict]]:
    result = {}
    for path in paths:
        (report,) = json.loads(path.read_text(encoding="utf-8"))
        config = yaml.safe_load((points / f"{report['config']}.yaml").read_text(encoding="utf-8"))
        result[report["config"]] = (quantities(config), report)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", type=Path, nargs="+", required=True, help="area reports to fit")
    parser.add_argument("--held-out", type=Path, nargs="+", required=True, help="area reports to check with")
    parser.add_argument("--points", type=Path, required=True, help="folder of their hardware descriptions")
    parser.add_argument("--memory", type=Path, required=True, help="YAML text about memories, copied")
    parser.add_argument("--table", type=Path, required=True, help="result")
    parser.add_argument("--record", type=Path, help="CSV of what was measured, for the model's test")
    parser.add_argument("--process", required=True)
    parser.add_argument("--node-nm", type=int, required=True)
    options = parser.parse_args()
    fitted, held_out = _read(options.fit, options.points), _read(options.held_out, options.points)
    blocks = fit_blocks(fitted, held_out)
    report = next(iter(fitted.values()))[1]

    print("| configuration | | area NAND2, synthesis | model | difference % | flip-flops, synthesis | model | difference % | MHz, STA | model | difference % |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    errors: dict[str, list[tuple[float, ...]]] = {}
    for kind, source in (("fitted", fitted), ("held out", held_out)):
        for name, (values, measured) in source.items():
            total = measured["total"]
            real = (total["area_um2"] / report["nand2_um2"], total["flip_flops"], 1e3 / measured["timing"]["period_ns"])
            area, flip_flops, clock = whole(blocks, values)
            model = (area / report["nand2_um2"], flip_flops, clock)
            errors.setdefault(kind, []).append(tuple(abs(one / other - 1) for one, other in zip(real, model, strict=True)))
            cells = [f"{one:,.{digits}f} | {other:,.{digits}f} | {100 * (other / one - 1):+.1f}" for one, other, digits in zip(real, model, (0, 0, 1), strict=True)]
            print(f"| {name} | {kind} | {' | '.join(cells)} |")
    print("\n| block | terms of the area | error % | terms of the flip-flops | error % | terms of the period | error % |\n|---|---|--:|---|--:|---|--:|")
    for block in blocks:
        cells = [f"{' + '.join(term for term, _ in block[key])} | {100 * block[f'{key}_error']:.1f}" for key in ("area", "flip_flops", "period")]
        print(f"| {block['block']} | {' | '.join(cells)} |")

    header = {"library": report["library"], "process": options.process, "node_nm": options.node_nm, "nand2_um2": report["nand2_um2"],
              "source": f"scripts/area_fit.sh: Yosys and OpenSTA on {len(fitted)} configurations, {len(held_out)} more held out",
              **{f"held_out_{key}_error": math.ceil(1e4 * max(values)) / 1e4
                 for key, values in zip(("area", "flip_flops", "fmax"), zip(*errors["held out"], strict=True), strict=True)}}
    if options.record:
        options.record.write_text(record(held_out), encoding="utf-8")
    options.table.write_text(yaml_text(blocks, header, options.memory.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

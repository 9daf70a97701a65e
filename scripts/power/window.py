# SPDX-License-Identifier: Apache-2.0
"""The window of a layer in which scripts/power.sh counts. Arguments: report of `systolite run --json`, number of the layer, cycles or `all`.

Prints first and last cycle of the window, of the layer, the layer's MACs, the clock in MHz, the operator.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def window(report: dict, layer: int, cycles: int | None) -> tuple[int, int, int, int, int, float, str]:
    layers = report["layers"]
    if layer >= len(layers):
        raise ValueError(f"{report['model']} has no operator {layer}; the last one is {len(layers) - 1}")
    chosen = layers[layer]
    if chosen["where"] != "array":
        names = ", ".join(str(row["index"]) for row in layers if row["where"] == "array")
        raise ValueError(f"operator {layer} ({chosen['op']}) of {report['model']} does not run on the array; those that do are {names}")
    start = sum(row["cycles"] or 0 for row in layers[:layer] if row["where"] in ("array", "vector"))
    length = chosen["cycles"] if cycles is None else min(cycles, chosen["cycles"])
    first = start + (chosen["cycles"] - length) // 2
    return first, first + length, start, start + chosen["cycles"], chosen["macs_executed"], report["clock_mhz"], chosen["op"]


def main(arguments: list[str]) -> int:
    try:
        print(*window(json.loads(Path(arguments[0]).read_text(encoding="utf-8")), int(arguments[1]), None if arguments[2] == "all" else int(arguments[2])))
    except ValueError as error:
        print(f"power.sh: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

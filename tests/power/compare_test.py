# SPDX-License-Identifier: Apache-2.0
"""Gate-level energy beside that of a table: scaling, parts, refusals."""

from __future__ import annotations

import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/power"))

import compare  # noqa: E402

TABLE = {"name": "45nm", "node_nm": 45, "supply_v": 1.1,
         "costs": {"mac_dense": {"value": 0.5, "low": 0.25, "high": 1.0}, "flop_clock": {"value": 0.01, "low": 0.005, "high": 0.02}}}


def energy(total: float, clock: float, flip_flops: int) -> dict:
    return {"total": total, "clock": clock, "flip_flops": flip_flops}


GATES = {"config": "c", "model": "m", "layer": "1 CONV_2D", "library": "l", "voltage": 1.8,
         "data": [{"data": "zero", "macs": 9, "cycles": 9, "energy_pj": {}},
                  {"data": "real", "macs": 1000, "cycles": 100, "energy_pj": {
                      "array PEs": energy(20000, 8000, 400), "skew of weights": energy(1000, 900, 100), "total": energy(21000, 8900, 500)}}]}
RUN = {"model": "m", "config": "c", "energy": {"table": "45nm"},
       "layers": [{}, {"macs_executed": 2000, "energy": {"components_pj": {"array": {"value": 2400, "low": 1200, "high": 4800}}}}]}


class CompareTest(unittest.TestCase):
    def test_scaling_is_by_length_and_the_square_of_the_supply(self) -> None:
        self.assertAlmostEqual(compare.scale(180, 1.8, 45, 1.1), 0.25 * (1.1 / 1.8) ** 2)
        self.assertEqual(compare.scale(45, 1.1, 45, 1.1), 1)

    def test_parts_by_hand(self) -> None:
        pes, clocks, data, whole = compare.rows(GATES, RUN, TABLE, 180)
        self.assertAlmostEqual(pes.gates_pj, 20)
        self.assertAlmostEqual(pes.table_pj[0], 0.5 + 0.01 * 400 * 100 / 1000)
        self.assertAlmostEqual(clocks.gates_pj, 8)
        self.assertAlmostEqual(clocks.table_pj[2], 0.02 * 40)
        self.assertAlmostEqual(data.gates_pj, 12)
        self.assertEqual(data.table_pj, (0.5, 0.25, 1.0))
        self.assertAlmostEqual(whole.gates_pj, 21)
        self.assertAlmostEqual(whole.table_pj[0], 2400 / 2000 + 0.01 * 100 * 100 / 1000)
        self.assertAlmostEqual(whole.ratio, 21 * 0.25 * (1.1 / 1.8) ** 2 / 1.3)

    def test_what_does_not_belong_together_is_refused(self) -> None:
        other = copy.deepcopy(RUN)
        other["config"] = "d"
        with self.assertRaisesRegex(compare.CompareError, "the gates are of m on c, the run is of m on d"):
            compare.rows(GATES, other, TABLE, 180)
        without = copy.deepcopy(RUN)
        without["energy"] = None
        with self.assertRaisesRegex(compare.CompareError, "made without --energy 45nm"):
            compare.rows(GATES, without, TABLE, 180)


if __name__ == "__main__":
    unittest.main()

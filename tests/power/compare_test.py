# SPDX-License-Identifier: Apache-2.0
"""Gate-level energy beside that of a table: scaling, parts, refusals."""

from __future__ import annotations

import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/power"))

import compare
import units

TABLE = {"name": "45nm", "node_nm": 45, "supply_v": 1.1,
         "costs": {"mac_dense": {"value": 0.5, "low": 0.25, "high": 1.0}, "flop_clock": {"value": 0.01, "low": 0.005, "high": 0.02}}}


def energy(total: float, clock: float, flip_flops: int) -> dict:
    return {"total": total, "clock": clock, "flip_flops": flip_flops}


GATES = {"unit": "slt_array", "config": "c", "model": "m", "layer": "1 CONV_2D", "library": "l", "voltage": 1.8,
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


class UnitTest(unittest.TestCase):
    TABLE = {"name": "t", "node_nm": 90, "supply_v": 0.9, "costs": {
        "flop_clock": {"value": 0.01, "low": 0.005, "high": 0.02}, "flop_data": {"value": 0.02, "low": 0.01, "high": 0.03},
        "lane_load": {"value": 0.5, "low": 0.25, "high": 1.0}, "lane_multiply": {"value": 7.5, "low": 3.75, "high": 9.0},
        "mac_dense": {"value": 0.5, "low": 0.25, "high": 1.0}, "adder": {"value": 0.1, "low": 0.05, "high": 0.2}}}

    @staticmethod
    def gates(unit: str, event: str | None, ports: dict[str, int] | None = None, **real: float) -> dict:
        row = {"data": "real", "cycles": 100, "events": 20, "macs": 0, "energy_pj": {"total": energy(2400, 800, 40)}} | real
        return {"unit": unit, "instance": "u_a.u_b", "event": event, "ports": ports or {}, "config": "c", "library": "l", "voltage": 1.8, "data": [row]}

    def test_a_lane_by_hand(self) -> None:
        row = compare.unit_row(self.gates("slt_requant_lane", "value"), self.TABLE, 180)
        factor = 0.5 * 0.25
        self.assertAlmostEqual(row.clock_pj, factor * 800 / 100)
        self.assertEqual(row.table_clock_pj, (0.4, 0.2, 0.8))
        self.assertAlmostEqual(row.data_pj, factor * 1600 / 20)
        self.assertEqual(row.table_data_pj, (8.0, 4.0, 10.0))
        text = compare.unit_markdown([row], self.gates("slt_requant_lane", "value"), self.TABLE, 180)
        self.assertIn("| `slt_requant_lane` (u_b) | 100 | 40 | 1.00 | 0.40 (0.20 to 0.80) | 2.50 | 20 (value) | 10.00 | 8.00 (4.00 to 10.00) "
                      "| lane_load + lane_multiply | 1.25 |", text)

    def test_prices_of_storage_are_by_the_bit(self) -> None:
        skew = compare.unit_row(self.gates("slt_skew", "vector"), self.TABLE, 180)
        self.assertAlmostEqual(skew.table_data_pj[0], 40 * 0.02)
        word = compare.unit_row(self.gates("slt_fifo", "word", {"data_i": 8}), self.TABLE, 180)
        self.assertAlmostEqual(word.table_data_pj[0], 8 * 0.02)
        sums = compare.unit_row(self.gates("slt_accumulator", "vector", {"rd_data_o": 128}), self.TABLE, 180)
        self.assertAlmostEqual(sums.table_data_pj[0], 4 * 0.1)

    def test_a_pe_counts_in_macs(self) -> None:
        row = compare.unit_row(self.gates("slt_pe", "MAC", macs=16.0), self.TABLE, 180)
        self.assertAlmostEqual(row.data_pj, 0.125 * 1600 / 16)
        self.assertEqual(row.events, 16.0)

    def test_what_does_nothing_has_no_price(self) -> None:
        row = compare.unit_row(self.gates("slt_tokens", None, events=0), self.TABLE, 180)
        self.assertIsNone(row.data_pj)
        self.assertIn("| none | - | - | - | - |", compare.unit_markdown([row], self.gates("slt_tokens", None), self.TABLE, 180))

    def test_other_data_alone_are_refused(self) -> None:
        with self.assertRaisesRegex(compare.CompareError, "slt_pe was not measured with real data"):
            compare.unit_row(self.gates("slt_pe", "MAC", data="zero"), self.TABLE, 180)

    def test_events_depend_on_what_is_delayed(self) -> None:
        array = "u_compute.gen_weight.u_array."
        self.assertEqual(units.event_of("slt_skew", array + "u_skew_w").name, "row of weights")
        self.assertEqual(units.event_of("slt_skew", array + "gen_buses.gen_bus[0].u_skew_bus").name, "depthwise vector")
        self.assertEqual(units.event_of("slt_skew", array + "u_deskew").name, "vector")
        self.assertIsNone(units.event_of("slt_tokens", "u_tokens"))


if __name__ == "__main__":
    unittest.main()

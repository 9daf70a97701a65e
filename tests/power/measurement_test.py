# SPDX-License-Identifier: Apache-2.0
"""The gate-level energy of the array of tiny_4x4 on a layer of kws_embedded, and what scripts/power.sh says to bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/area"))

from missing_program import path_without  # noqa: E402

SCRIPT = ROOT / "scripts/power.sh"


class MeasurementTest(unittest.TestCase):
    data: dict

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "power.json"
            subprocess.run([SCRIPT, "kws_embedded", "--config", "tiny_4x4", "--layer", "2", "--cycles", "200", "--json", path], check=True)
            (cls.report,) = json.loads(path.read_text(encoding="utf-8"))
        cls.data = {row["data"]: row for row in cls.report["data"]}

    def test_gates_and_rtl_agree_on_all_data(self) -> None:
        self.assertEqual(set(self.data), {"real", "random", "zero"})
        for row in self.data.values():
            self.assertEqual(row["mismatches"], 0)
            self.assertGreater(row["compared"], 1000)
            self.assertEqual(row["cycles"], 200)

    def test_macs_are_those_of_the_window(self) -> None:
        # The layer keeps all 16 PEs busy in nearly every cycle.
        self.assertGreater(self.data["real"]["macs"], 0.95 * 200 * 16)
        self.assertLessEqual(self.data["real"]["macs"], 1.05 * 200 * 16)

    def test_blocks_add_up(self) -> None:
        for row in self.data.values():
            blocks = {name: energy for name, energy in row["energy_pj"].items() if name != "total"}
            self.assertAlmostEqual(sum(energy["total"] for energy in blocks.values()), row["energy_pj"]["total"]["total"], places=6)
            for energy in blocks.values():
                self.assertAlmostEqual(energy["clock"] + energy["registers"] + energy["logic"] + energy["nets"] + energy["leakage"], energy["total"], places=6)
                self.assertLessEqual(energy["low"], energy["total"] + 1e-9)
                self.assertGreaterEqual(energy["high"], energy["total"] - 1e-9)

    def test_more_activity_costs_more(self) -> None:
        def pes(data: str) -> float:
            return self.data[data]["energy_pj"]["array PEs"]["total"]

        self.assertLess(pes("zero"), pes("real"))
        self.assertLess(pes("real"), pes("random"))
        # The clock does not depend on data.
        clocks = {round(row["energy_pj"]["array PEs"]["clock"], 6) for row in self.data.values()}
        self.assertEqual(len(clocks), 1)


class UnitTest(unittest.TestCase):
    """Units of any kind: parameters, structures and arrays of structures as ports, memories inside."""

    UNITS = {"slt_requant_lane": "value", "gen_queue[2].u_queue": "command", "slt_pe": "MAC", "u_compute.gen_weight.u_array.u_skew_w": "row of weights",
             "slt_accumulator": "vector", "slt_vector_pipe": None}
    reports: dict

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "power.json"
            chosen = [word for unit in cls.UNITS for word in ("--unit", unit)]
            subprocess.run([SCRIPT, "kws_embedded", "--config", "tiny_4x4", "--layer", "2", "--cycles", "3000", *chosen, "--json", path], check=True)
            cls.reports = dict(zip(cls.UNITS, json.loads(path.read_text(encoding="utf-8")), strict=True))

    def test_gates_and_rtl_agree(self) -> None:
        for report in self.reports.values():
            (row,) = report["data"]
            self.assertEqual((row["data"], row["mismatches"], row["cycles"]), ("real", 0, 3000))
            outputs = sum(port.endswith("_o") for port in report["ports"])
            self.assertGreater(row["compared"], 3000 * outputs)  # in every cycle from the start of the run on

    def test_the_named_instance_is_taken(self) -> None:
        self.assertEqual(self.reports["gen_queue[2].u_queue"]["unit"], "slt_queue")
        self.assertEqual(self.reports["u_compute.gen_weight.u_array.u_skew_w"]["unit"], "slt_skew")
        self.assertEqual(self.reports["slt_pe"]["instance"], "u_compute.gen_weight.u_array.gen_row[0].gen_col[0].u_pe")

    def test_events_are_counted(self) -> None:
        for unit, event in self.UNITS.items():
            self.assertEqual(self.reports[unit]["event"], event)
        events = {unit: report["data"][0]["events"] for unit, report in self.reports.items()}
        self.assertGreater(events["slt_requant_lane"], 100)
        self.assertLess(events["slt_requant_lane"], 3000)
        # The array is busy in nearly every cycle, and four rows of weights serve many vectors.
        self.assertGreater(events["slt_pe"], 0.9 * 3000)
        self.assertEqual(events["slt_pe"], events["slt_accumulator"])
        self.assertLess(events["u_compute.gen_weight.u_array.u_skew_w"], 0.5 * 3000)

    def test_a_pe_does_its_share_of_the_layer(self) -> None:
        row = self.reports["slt_pe"]["data"][0]
        self.assertAlmostEqual(row["macs"], row["events"], delta=0.05 * row["events"])

    def test_structures_reach_the_lane(self) -> None:
        # Its stages have enables in structures; were they not driven, no net behind them would change. Its multiplier of 32 by 31 bits has fifteen
        # times as many products of bits as a PE's.
        lane, pe = (self.reports[unit]["data"][0] for unit in ("slt_requant_lane", "slt_pe"))
        self.assertGreater(lane["energy_pj"]["vector lanes"]["logic"] / lane["events"], 4 * pe["energy_pj"]["array PEs"]["logic"] / pe["events"])


class BadInputTest(unittest.TestCase):
    def refused(self, arguments: list[str], says: str, code: int = 1, **environment: str) -> None:
        done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment})
        self.assertEqual(done.returncode, code)
        self.assertIn(says, done.stderr)

    def test_options(self) -> None:
        self.refused(["--layer", "two"], "--layer is two: must be the number of an operator")
        self.refused(["--cycles", "0"], "--cycles is 0: must be a positive number or all")
        self.refused(["--data", "real,fake"], "--data holds fake: must be some of real,random,zero")
        self.refused(["--unit"], "--unit needs a value")
        self.refused(["--speed"], "unknown option '--speed'")
        self.refused(["--config", "no_such"], "there is no hardware description configs/hw/no_such.yaml")

    def test_a_library_that_is_not_there_or_none(self) -> None:
        self.refused([], "SYSTOLITE_LIBERTY names /no/such.lib, which is not a file", 6, SYSTOLITE_LIBERTY="/no/such.lib")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bad.lib"
            path.write_text("module x;\n", encoding="utf-8")
            self.refused(["--config", "tiny_4x4", "--layer", "2"], "'module' in the library", 6, SYSTOLITE_LIBERTY=str(path))

    def test_a_layer_that_is_not_on_the_array(self) -> None:
        self.refused(["--config", "tiny_4x4", "--layer", "12"], "operator 12 (SOFTMAX) of kws_embedded does not run on the array")

    def test_a_program_that_is_missing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.refused([], "power.sh: the program verilator is missing; it is in the package verilator", 8, PATH=path_without("verilator", Path(folder)))

    def test_data_that_a_unit_does_not_have(self) -> None:
        self.refused(["--config", "tiny_4x4", "--unit", "slt_pe", "--data", "random"], "slt_pe can be measured with real data only")

    def test_a_unit_that_is_not_there(self) -> None:
        self.refused(["--config", "tiny_4x4", "--unit", "slt_none"], "this configuration has no module or instance slt_none")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""The gate-level energy of the array of tiny_4x4 on a layer of kws_embedded, and what scripts/power.sh says to bad input."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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


class BadInputTest(unittest.TestCase):
    def refused(self, arguments: list[str], says: str, **environment: str) -> None:
        done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment})
        self.assertEqual(done.returncode, 1)
        self.assertIn(says, done.stderr)

    def test_options(self) -> None:
        self.refused(["--layer", "two"], "--layer is two: must be the number of an operator")
        self.refused(["--cycles", "0"], "--cycles is 0: must be a positive number")
        self.refused(["--data", "real,fake"], "--data holds fake: must be some of real,random,zero")
        self.refused(["--unit"], "--unit needs a value")
        self.refused(["--speed"], "unknown option '--speed'")
        self.refused(["--config", "no_such"], "there is no hardware description configs/hw/no_such.yaml")

    def test_a_library_that_is_not_there_or_none(self) -> None:
        self.refused([], "SYSTOLITE_LIBERTY names /no/such.lib, which is not a file", SYSTOLITE_LIBERTY="/no/such.lib")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bad.lib"
            path.write_text("module x;\n", encoding="utf-8")
            self.refused(["--config", "tiny_4x4", "--layer", "2"], "'module' in the library", SYSTOLITE_LIBERTY=str(path))

    def test_a_layer_that_is_not_on_the_array(self) -> None:
        self.refused(["--config", "tiny_4x4", "--layer", "12"], "operator 12 (SOFTMAX) of kws_embedded does not run on the array")

    def test_a_unit_that_is_not_there(self) -> None:
        self.refused(["--config", "tiny_4x4", "--unit", "slt_none"], "this configuration has no module slt_none")


if __name__ == "__main__":
    unittest.main()

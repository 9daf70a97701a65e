# SPDX-License-Identifier: Apache-2.0
"""Parts of the FPGA implementation: the wrapper, what cells count as, the statement about the clock, the stand-in for block RAM; bad input."""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/fpga"))

import implement  # noqa: E402

PORTS = {"clk_i": {"direction": "input", "bits": [1]}, "rst_ni": {"direction": "input", "bits": [2]}, "a_i": {"direction": "input", "bits": [3, 4, 5]},
         "b_i": {"direction": "input", "bits": [6]}, "y_o": {"direction": "output", "bits": list(range(10, 30))}}


class WrapperTest(unittest.TestCase):
    def test_every_port_is_connected_once(self) -> None:
        text = implement.wrapper("unit_under_test", PORTS)
        for connection in (".clk_i(clk_i)", ".rst_ni(rst_ni)", ".a_i(in_q[2:0])", ".b_i(in_q[3:3])", ".y_o(out[19:0])"):
            self.assertEqual(text.count(connection), 1, connection)
        self.assertIn("reg [3:0] in_q;", text)
        self.assertIn("folded_q[1] <= ^out_q[19:16];", text)

    def test_its_flip_flops_are_counted(self) -> None:
        self.assertEqual(implement.wrapper_flip_flops(PORTS), 4 + 20 + 2 + 1)


class CountTest(unittest.TestCase):
    def test_cells_of_ecp5(self) -> None:
        cells = {"LUT4": 10, "CCU2C": 3, "TRELLIS_FF": 7, "DP16KD": 2, "MULT18X18D": 5, "PFUMX": 4}
        self.assertEqual(implement.used(implement.DEVICES["ecp5"], cells), {"lut": 16, "flip_flop": 7, "block_ram": 2, "dsp": 5})

    def test_cells_of_ice40(self) -> None:
        cells = {"SB_LUT4": 10, "SB_CARRY": 3, "SB_DFF": 7, "SB_DFFER": 2, "SB_RAM40_4K": 2}
        self.assertEqual(implement.used(implement.DEVICES["ice40"], cells), {"lut": 10, "flip_flop": 9, "block_ram": 2, "dsp": 0})

    def test_what_does_not_fit_is_named(self) -> None:
        taken = {"lut": 9000, "flip_flop": 1, "block_ram": 33, "dsp": 0}
        self.assertEqual(implement.too_much(implement.DEVICES["ice40"], taken), ["9,000 look-up tables of 7,680", "33 block RAMs of 32"])

    def test_the_last_statement_about_the_clock_counts(self) -> None:
        text = ("Info: Max frequency for clock '$glbnet$clk_i$x': 80.10 MHz (FAIL at 100.00 MHz)\nrouting\n"
                "Info: Max frequency for clock '$glbnet$clk_i$x': 72.04 MHz (FAIL at 100.00 MHz)\n")
        self.assertEqual(implement.clock_mhz(text), 72.04)
        self.assertIsNone(implement.clock_mhz("no clock"))


class MemoryTest(unittest.TestCase):
    def test_the_stand_in_has_the_ports_of_the_memory(self) -> None:
        def head(path: str) -> str:
            return re.sub(r"\s+", " ", (ROOT / path).read_text(encoding="utf-8").split("module", 1)[1].split(");", 1)[0])

        self.assertEqual(head("scripts/fpga/slt_sram.sv"), head("hw/rtl/mem/slt_sram.sv"))


class BadInputTest(unittest.TestCase):
    def refused(self, arguments: list[str], says: str) -> None:
        done = subprocess.run([ROOT / "scripts/fpga.sh", *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(says, done.stderr)

    def test_arguments(self) -> None:
        self.refused([], "no hardware description is named")
        self.refused(["no_such"], "there is no hardware description configs/hw/no_such.yaml")
        self.refused(["tiny_4x4", "--device", "virtex"], "--device is virtex: must be ecp5 or ice40")
        self.refused(["tiny_4x4", "--unit", "slt_none"], "--unit is slt_none: must be a module of hw/rtl")
        self.refused(["tiny_4x4", "--unit"], "--unit needs a value")


if __name__ == "__main__":
    unittest.main()

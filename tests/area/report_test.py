# SPDX-License-Identifier: Apache-2.0
"""The area report of tiny_4x4: complete, consistent, and in line with what the descriptions alone say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml
from missing_program import path_without

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "tiny_4x4"


class BadInputTest(unittest.TestCase):
    def refused(self, code: int, says: str, **environment: str) -> None:
        done = subprocess.run([ROOT / "scripts/area.sh", CONFIG], capture_output=True, text=True, check=False, env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, f"^area.sh: {says}\n$")

    def test_a_missing_program_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.refused(8, "the program sta is missing; it is in the package opensta", PATH=path_without("sta", Path(folder)))

    def test_a_library_that_is_none_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bad.lib"
            path.write_text("module x;\n", encoding="utf-8")
            self.refused(6, f"{path} is not a liberty file: it has no library", SYSTOLITE_LIBERTY=str(path))


class AreaReportTest(unittest.TestCase):
    report: dict
    hardware: dict

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "area.json"
            subprocess.run([ROOT / "scripts/area.sh", CONFIG, "--check", "--json", path], check=True)
            (cls.report,) = json.loads(path.read_text(encoding="utf-8"))
        cls.hardware = yaml.safe_load((ROOT / f"configs/hw/{CONFIG}.yaml").read_text(encoding="utf-8"))
        cls.blocks = {row["block"]: row for row in cls.report["blocks"]}

    def test_every_module_is_accounted_for(self) -> None:
        listing = (ROOT / "hw/rtl/files.f").read_text(encoding="utf-8")
        listed = {Path(name).stem for name in re.findall(r"^[^#\s]+\.sv$", listing, re.MULTILINE)}
        modules = {name for name in listed if not name.endswith("_pkg")}
        self.assertGreater(len(modules), 30)
        self.assertEqual(set(self.report["modules"]), modules)
        memories = {name for name, row in self.report["modules"].items() if row["kind"] == "memory"}
        self.assertEqual(memories, {"slt_sram", "slt_accumulator_bank"})
        # The other dataflow is not built.
        self.assertEqual(self.hardware["array"]["dataflow"], "weight")
        absent = {name for name, row in self.report["modules"].items() if row["kind"] == "not instantiated"}
        self.assertEqual(absent, {name for name in modules if name.startswith("slt_os_")})
        for name in modules - memories - absent:
            self.assertEqual(self.report["modules"][name]["kind"], "logic", name)
            self.assertGreater(self.report["modules"][name]["instances"], 0, name)

    def test_blocks_and_modules_add_up_to_the_total(self) -> None:
        logic = [row for row in self.report["modules"].values() if row["kind"] == "logic"]
        for key in ("area_um2", "flip_flops"):
            for rows in (self.report["blocks"], logic):
                self.assertAlmostEqual(sum(row[key] for row in rows), self.report["total"][key], delta=1e-3)
        self.assertAlmostEqual(sum(row["share"] for row in self.report["blocks"]), 1.0, places=9)

    def test_every_block_holds_cells(self) -> None:
        for name, row in self.blocks.items():
            self.assertGreater(row["area_um2"], 0, name)
            self.assertGreater(row["instances"], 0, name)

    def test_the_array_holds_the_registers_of_its_description(self) -> None:
        rows, cols = self.hardware["array"]["rows"], self.hardware["array"]["cols"]
        sum_bits = 16 + (rows - 1).bit_length()
        pes = self.blocks["array PEs"]
        self.assertEqual(pes["instances"], rows * cols)
        self.assertEqual(pes["flip_flops"], rows * cols * (3 * 8 + sum_bits))  # activation, two weights, sum
        delays = 8 * (rows * (rows - 1) // 2) + (4 * 8 + sum_bits) * (cols * (cols - 1) // 2)  # x; weights, buses; sums
        waves = (3 if self.hardware["array"]["depthwise_unit"] else 2) * (rows + cols - 2)
        self.assertEqual(self.blocks["array skew and waves"]["flip_flops"], delays + waves)

    def test_lanes_and_queues_are_as_many_as_described(self) -> None:
        self.assertEqual(self.blocks["vector lanes"]["instances"], self.hardware["requant_lanes"])
        engines, command_bits = 5, 128
        self.assertEqual(self.blocks["command queues"]["instances"], engines)
        self.assertGreaterEqual(self.blocks["command queues"]["flip_flops"], engines * self.hardware["queue_depth"] * command_bits)

    def test_memory_bits_are_those_of_the_description(self) -> None:
        bits = {row["memory"]: row["bits"] for row in self.report["memories"]}
        channels = self.hardware["param_channels"]
        self.assertEqual(bits, {
            "scratchpad": 8 * self.hardware["scratchpad"]["bytes"],
            "weight buffer": 8 * self.hardware["weight_buffer"]["bytes"],
            "accumulator": 8 * self.hardware["accumulator"]["bytes"],
            "bias table": 32 * channels,
            "mult table": 32 * channels,
            "shift table": 8 * channels,
        })

    def test_the_composed_area_is_that_of_the_whole_design_at_once(self) -> None:
        self.assertLess(abs(self.report["check"]["hierarchical"]["difference"]), 0.01)
        # Without hierarchy constants move across boundaries: somewhat smaller.
        self.assertLess(abs(self.report["check"]["flat"]["difference"]), 0.15)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""The check of include directions: complains about each forbidden include of the project's table, and only about those."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECK = Path(__file__).with_name("include_directions.py")


class IncludeDirectionsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(ROOT / "ARCHITECTURE.md", self.folder)
        for path in ("sim/core/error.h", "sim/device/device.h", "sim/fast/timing.h", "sim/rtl/rtl_builder.h",
                     "sim/soc/soc.h", "sim/session/session.h", "mapper/ir/graph.h", "mapper/lower/map.h",
                     "hw/systemc/top.h", "driver/include/slt_driver.h", "tests/core/folder.h"):
            self.write(path, "#pragma once\n")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def check(self) -> tuple[int, str]:
        result = subprocess.run([sys.executable, "-B", str(CHECK), str(self.folder)], capture_output=True, text=True,
                                check=False)
        return result.returncode, result.stderr

    def test_refuses_includes_against_the_direction(self) -> None:
        cases = [
            ("sim/core/x.h", '"sim/device/device.h"', "sim/core/ may not include sim/device/"),
            ("sim/core/x.h", '"mapper/ir/graph.h"', "sim/core/ may not include mapper/"),
            ("sim/core/x.h", "<systemc>", "sim/core/ may not include <systemc>"),
            ("sim/core/x.h", '"verilated.h"', "sim/core/ may not include <verilated>"),
            ("sim/fast/x.h", "<tlm_utils/simple_target_socket.h>", "sim/fast/ may not include <systemc>"),
            ("sim/fast/x.h", '"Vslt_top.h"', "sim/fast/ may not include <verilated>"),
            ("sim/fast/x.h", '"hw/systemc/top.h"', "sim/fast/ may not include hw/systemc/"),
            ("mapper/lower/x.cpp", '"sim/rtl/rtl_builder.h"', "mapper/ may not include sim/rtl/"),
            ("mapper/lower/x.cpp", '"sim/soc/soc.h"', "mapper/ may not include sim/soc/"),
            ("mapper/lower/x.h", "<tlm>", "mapper/ may not include <systemc>"),
            ("mapper/lower/x.h", "<verilated.h>", "mapper/ may not include <verilated>"),
            ("hw/systemc/x.cpp", '"sim/fast/timing.h"', "hw/systemc/ may not include sim/fast/"),
            ("driver/src/x.c", '"sim/core/error.h"', "driver/ may not include sim/core/"),
            ("driver/src/x.c", '"slt_isa.hpp"', "driver/ may not include slt_isa.hpp"),
            ("sim/session/x.cpp", "<systemc>", "sim/session/ may not include <systemc>"),
            ("sim/session/x.cpp", '"tests/core/folder.h"', "sim/session/ may not include tests/"),
        ]
        for path, name, sentence in cases:
            with self.subTest(f"{path} {name}"):
                self.write(path, f"// A comment\n  #  include {name}\n")
                code, said = self.check()
                self.assertEqual(said, f"{path}:2: includes {name[1:-1]}, but {sentence} (ARCHITECTURE.md, section 5)\n")
                self.assertEqual(code, 1)
                (self.folder / path).unlink()

    def test_accepts_includes_along_the_direction(self) -> None:
        self.write("mapper/lower/x.cpp", '#include "mapper/ir/graph.h"\n#include "sim/core/error.h"\n#include <vector>\n')
        self.write("driver/src/x.c", '#include "slt_driver.h"\n#include "slt_regs.h"\n')
        self.write("hw/systemc/x.h", '#include <systemc>\n#include "hw/systemc/top.h"\n#include "slt_isa.hpp"\n')
        self.write("sim/rtl/wrapper/x.cpp", '#include "Vslt_top.h"\n#include "verilated.h"\n')
        self.write("tests/core/x.cpp", '#include "sim/soc/soc.h"\n#include <systemc>\n#include "nowhere.h"\n')
        self.write("sim/core/x.cpp", '// #include "sim/device/device.h"\n')
        self.assertEqual(self.check(), (0, ""))

    def test_refuses_what_it_does_not_know(self) -> None:
        self.write("sim/core/x.h", '#include "nowhere.h"\n')
        self.assertEqual(self.check(), (1, "sim/core/x.h:1: includes nowhere.h, which is neither a file of the project nor "
                                           "a generated header\n"))
        self.write("sim/core/x.h", "")
        self.write("sim/other/x.h", "#include <vector>\n")
        self.assertEqual(self.check(), (1, "sim/other/x.h:1: includes vector, but ARCHITECTURE.md, section 5, has no row "
                                           "for its folder\n"))


if __name__ == "__main__":
    unittest.main()

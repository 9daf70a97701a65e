# SPDX-License-Identifier: Apache-2.0
"""Parts of the area report: sharing of equal modules, black boxes, blocks, the reader of cell libraries, sums."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/area"))

import blocks
import liberty
import netlist
import summary

PE = """\
attribute \\src "slt_pe.sv:{line}"
module \\slt_pe$slt_top.u_array.pe{number}
  attribute \\src "slt_pe.sv:{line}"
  wire width 8 input 1 \\act_i
  wire width 8 output 2 \\act_o
  wire width 8 $not${temporary}
  cell {operator} $not${temporary}_cell
    parameter \\A_WIDTH 8
    connect \\A \\act_i
    connect \\Y $not${temporary}
  end
  connect \\act_o $not${temporary}
end
"""

SRAM = """\
module \\slt_sram$slt_top.u_wbuf.half{number}
  wire input 1 \\clk_i
  wire width 32 output 2 \\rd_data_o
  wire width 32 $1
  memory width 32 size {words} \\words_q
  cell $memrd_v2 $2
    connect \\DATA $1
  end
  connect \\rd_data_o $1
end
"""

TOP = """\
module \\slt_top
  cell \\slt_array$slt_top.u_array \\u_array
    connect \\x \\y
  end
  cell \\slt_wbuf$slt_top.u_wbuf \\u_wbuf
  end
end
module \\slt_array$slt_top.u_array
  cell \\slt_pe$slt_top.u_array.pe0 \\pe0
  end
  cell \\slt_pe$slt_top.u_array.pe1 \\pe1
  end
  cell \\slt_pe$slt_top.u_array.pe2 \\pe2
  end
end
module \\slt_wbuf$slt_top.u_wbuf
  cell \\slt_sram$slt_top.u_wbuf.half0 \\half0
  end
  cell \\slt_sram$slt_top.u_wbuf.half1 \\half1
  end
end
"""


def design(third_operator: str = "$not", words: int = 64) -> str:
    """Two equal PEs that differ in generated names and source lines, a third one, two memories."""
    return (
        TOP
        + PE.format(number=0, line=10, temporary=5, operator="$not")
        + PE.format(number=1, line=11, temporary=77, operator="$not")
        + PE.format(number=2, line=12, temporary=78, operator=third_operator)
        + SRAM.format(number=0, words=64)
        + SRAM.format(number=1, words=words)
    )


LIBERTY = """\
/* cell (COMMENTED) { area : 1; } */
library(test_cells) {
  cell (INV) { area : 2; pin (Y) { function : "(!A)"; } }
  cell ("DFF") { area : 10.5; ff (IQ, IQN) { clocked_on : "CLK"; } }
  cell (LATCH) { area : 7; latch (IQ, IQN) { enable : "G"; } }
}
"""


def library(text: str = LIBERTY) -> liberty.Library:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.lib"
        path.write_text(text, encoding="utf-8")
        return liberty.read(path)


class NetlistTest(unittest.TestCase):
    def test_modules_that_differ_in_generated_names_and_lines_only_are_one_unit(self) -> None:
        units = netlist.Netlist(design(), "slt_top").units
        self.assertEqual([name for name, unit in units.items() if unit.module == "slt_pe"], ["slt_pe__0"])

    def test_a_module_with_another_operator_is_another_unit(self) -> None:
        units = netlist.Netlist(design(third_operator="$neg"), "slt_top").units
        self.assertEqual([name for name, unit in units.items() if unit.module == "slt_pe"], ["slt_pe__0", "slt_pe__1"])

    def test_without_sharing_every_instance_is_a_unit(self) -> None:
        units = netlist.Netlist(design(), "slt_top", share=False).units
        self.assertEqual(sum(unit.module == "slt_pe" for unit in units.values()), 3)

    def test_every_instance_is_visited(self) -> None:
        paths = [".".join(instance for instance, _ in path[1:]) for path in netlist.Netlist(design(), "slt_top").walk()]
        self.assertEqual(paths, ["", "u_array", "u_array.pe0", "u_array.pe1", "u_array.pe2", "u_wbuf", "u_wbuf.half0", "u_wbuf.half1"])

    def test_memories_become_black_boxes_of_known_size(self) -> None:
        shared = netlist.Netlist(design(), "slt_top")
        memory = shared.units["slt_sram__0"]
        self.assertEqual((memory.words, memory.word_bits), (64, 32))
        self.assertIn("attribute \\blackbox 1\nmodule \\slt_sram__0\n", shared.rtlil())
        self.assertNotIn("memrd", shared.rtlil())

    def test_instances_refer_to_the_shared_definition(self) -> None:
        rtlil = netlist.Netlist(design(), "slt_top").rtlil()
        self.assertEqual(rtlil.count("cell \\slt_pe__0 "), 3)
        self.assertEqual(rtlil.count("module \\slt_pe__0\n"), 1)

    def test_a_missing_top_is_an_error(self) -> None:
        with self.assertRaisesRegex(netlist.NetlistError, "no module slt_bottom"):
            netlist.Netlist(design(), "slt_bottom")


class LibraryTest(unittest.TestCase):
    def test_areas_and_flip_flops_are_read(self) -> None:
        cells = library()
        self.assertEqual(cells.name, "test_cells")
        self.assertEqual(cells.areas, {"INV": 2.0, "DFF": 10.5, "LATCH": 7.0})
        self.assertEqual(cells.flip_flops, {"DFF"})

    def test_what_is_no_library_is_refused(self) -> None:
        for text, reason in (("module x;", "not a liberty file"), ("library(x) { cell (A) { area : 1; } }", "no flip-flop"),
                             ("library(x) { cell (A) { area : 1; ", "not closed")):
            with self.subTest(text), self.assertRaisesRegex(liberty.LibertyError, reason):
                library(text)


class ComposeTest(unittest.TestCase):
    CELLS = {
        "slt_top": {"slt_array__0": 1, "slt_wbuf__0": 1},
        "slt_array__0": {"slt_pe__0": 3, "INV": 1},
        "slt_pe__0": {"DFF": 8, "INV": 4},
        "slt_wbuf__0": {"slt_sram__0": 2, "LATCH": 1},
    }

    def test_a_unit_counts_as_often_as_it_occurs(self) -> None:
        areas = blocks.compose(netlist.Netlist(design(), "slt_top"), self.CELLS, library())
        pes = areas.blocks["array PEs"]
        self.assertEqual((pes.instances, pes.cell_area, pes.flip_flops, pes.cells), (3, 3 * (8 * 10.5 + 4 * 2), 24, 36))
        self.assertEqual(areas.blocks["array skew and waves"].cell_area, 2)
        self.assertEqual(areas.blocks["weight buffer routing"].cell_area, 7)
        self.assertEqual(areas.total.cell_area, 276 + 2 + 7)

    def test_memories_are_counted_apart(self) -> None:
        areas = blocks.compose(netlist.Netlist(design(), "slt_top"), self.CELLS, library())
        self.assertEqual({name: memory.bits for name, memory in areas.memories.items()}, {"weight buffer": 2 * 64 * 32})

    def test_a_memory_of_unequal_pieces_is_an_error(self) -> None:
        with self.assertRaisesRegex(netlist.NetlistError, "different pieces"):
            blocks.compose(netlist.Netlist(design(words=128), "slt_top"), self.CELLS, library())

    def test_a_cell_outside_the_library_is_an_error(self) -> None:
        cells = self.CELLS | {"slt_pe__0": {"$_AND_": 1}}
        with self.assertRaisesRegex(netlist.NetlistError, "not a cell of the library"):
            blocks.compose(netlist.Netlist(design(), "slt_top"), cells, library())

    def test_the_innermost_block_counts(self) -> None:
        self.assertEqual(blocks.block_of(["slt_top", "slt_compute", "slt_array", "slt_skew"]), "array skew and waves")
        self.assertEqual(blocks.block_of(["slt_top", "slt_store", "slt_fifo"]), "store DMA")

    def test_a_module_outside_every_block_is_an_error(self) -> None:
        with self.assertRaisesRegex(netlist.NetlistError, "slt_new belongs to no block"):
            blocks.block_of(["slt_new"])


class SummaryTest(unittest.TestCase):
    def test_ratios_are_those_of_the_areas(self) -> None:
        def row(block: str, instances: int, area: float) -> dict:
            return {"block": block, "instances": instances, "area_um2": area, "nand2": area / 2, "share": area / 1000}

        report = {"nand2_um2": 2, "memories": [{"bits": 4096}], "total": {"area_um2": 1000, "nand2": 500, "flip_flops": 7},
                  "blocks": [row("array PEs", 16, 640), row("vector lanes", 2, 160), row("command queues", 5, 200)]}
        text = summary.summary({"one": report, "two": report})
        for line in ("| array PEs | 320 (64.0) | 320 (64.0) |", "| **total** | 500 | 500 |", "| one PE, NAND2 | 20 | 20 |",
                     "| one requantisation lane, PEs | 2.0 | 2.0 |", "| requantisation lanes, % of the PEs | 25.0 | 25.0 |",
                     "| command queues, % of the PEs | 31.2 | 31.2 |", "| memory bits | 4,096 | 4,096 |"):
            self.assertIn(line, text)


if __name__ == "__main__":
    unittest.main()

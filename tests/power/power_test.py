# SPDX-License-Identifier: Apache-2.0
"""The power sum, on a netlist small enough to add up by hand, and what surrounds it: nets through the hierarchy, the window of a layer, Verilog of
gates, fan-out buffers."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/area"))
sys.path.insert(0, str(ROOT / "scripts/power"))

import gates  # noqa: E402
import liberty_tree  # noqa: E402
import measure  # noqa: E402
import netlist  # noqa: E402
import power_sum  # noqa: E402
import window  # noqa: E402
from liberty import LibertyError  # noqa: E402

# Energies in pJ, capacitances in pF, 2 V: half C V^2 = 2 C.
LIBRARY = """\
library(tiny) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; capacitive_load_unit (1,pf); nom_voltage : 2;
  power_lut_template(one) { variable_1 : input_transition_time; index_1 ("0, 1"); }
  cell(INV) { area : 1; cell_leakage_power : 10;
    pin(A) { direction : input; capacitance : 0.5; }
    pin(Y) { direction : output; function : "(!A)"; internal_power() { related_pin : "A"; rise_power(one) { values ("2, 2"); } fall_power(one) { values ("4, 4"); } } } }
  cell(NAND) { area : 2; cell_leakage_power : 20;
    pin(A) { direction : input; capacitance : 0.25; }
    pin(B) { direction : input; capacitance : 0.75; }
    pin(Y) { direction : output; function : "(!(A B))";
      internal_power() { related_pin : "A"; rise_power(one) { values ("1, 1"); } fall_power(one) { values ("1, 1"); } }
      internal_power() { related_pin : "B"; rise_power(one) { values ("5, 5"); } fall_power(one) { values ("5, 5"); } } } }
  cell(DFF) { area : 9; cell_leakage_power : 30; ff(IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin(CK) { direction : input; capacitance : 0.1; clock : true; internal_power() { rise_power(one) { values ("0.3, 0.3"); } fall_power(one) { values ("0.5, 0.5"); } } }
    pin(D) { direction : input; capacitance : 0.2; internal_power() { rise_power(one) { values ("0.6, 0.6"); } fall_power(one) { values ("1.0, 1.0"); } } }
    pin(Q) { direction : output; function : "IQ"; internal_power() { related_pin : "CK"; rise_power(one) { values ("7, 7"); } fall_power(one) { values ("7, 7"); } } } }
  cell(BUF) { area : 3;
    pin(A) { direction : input; capacitance : 0.5; }
    pin(Y) { direction : output; function : "A"; max_capacitance : 9; } }
}
"""

ELABORATED = """\
module \\slt_top
  wire input 1 \\clk_i
  wire input 2 \\a_i
  wire output 3 \\y_o
  cell \\slt_pe$one \\u_pe
  end
end
module \\slt_pe$one
  wire input 1 \\clk_i
  wire input 2 \\d_i
  wire output 3 \\q_o
  wire output 4 \\through_o
end
"""


def cell(kind: str, **pins) -> dict:
    return {"type": kind, "connections": {pin: [bit] for pin, bit in pins.items()}}


def port(direction: str, *bits) -> dict:
    return {"direction": direction, "bits": list(bits)}


# slt_top: a_i -> INV -> slt_pe (DFF behind a NAND with 1, and a wire straight through) -> y_o = INV of what came through.
MAPPED = {
    "slt_top": {"area": 0, "ports": {"clk_i": port("input", 2), "a_i": port("input", 3), "y_o": port("output", 7)},
                "cells": {"inv": cell("INV", A=3, Y=4),
                          "u_pe": {"type": "slt_pe__0", "connections": {"clk_i": [2], "d_i": [4], "q_o": [5], "through_o": [6]}},
                          "last": cell("INV", A=6, Y=7)}},
    "slt_pe__0": {"area": 0, "ports": {"clk_i": port("input", 2), "d_i": port("input", 3), "q_o": port("output", 5), "through_o": port("output", 3)},
                  "cells": {"nand": cell("NAND", A=3, B="1", Y=4), "ff": cell("DFF", CK=2, D=4, Q=5)}},
}


def library(text: str = LIBRARY) -> liberty_tree.CellLibrary:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.lib"
        path.write_text(text, encoding="utf-8")
        return liberty_tree.read(path)


def tiny() -> gates.Gates:
    import copy
    return gates.Gates(netlist.Netlist(ELABORATED, "slt_top"), copy.deepcopy(MAPPED), "slt_top")


class FlattenTest(unittest.TestCase):
    def test_nets_are_followed_through_submodules(self) -> None:
        flat = power_sum.flatten(tiny(), library())
        self.assertEqual(len(flat.cells), 4)
        self.assertEqual(flat.names["n4"], flat.names["u0.n3"])
        self.assertEqual(flat.names["n5"], flat.names["u0.n5"])
        self.assertEqual(flat.names["n6"], flat.names["n4"])  # straight through the submodule
        self.assertNotEqual(flat.names["u0.n4"], flat.names["n4"])
        self.assertEqual(len(set(flat.names.values())), flat.nets)

    def test_a_cell_outside_the_library_is_an_error(self) -> None:
        with self.assertRaisesRegex(LibertyError, "NAND is not a cell of the library tiny"):
            power_sum.flatten(tiny(), library(LIBRARY.replace("cell(NAND)", "cell(NOR)")))


class PowerSumTest(unittest.TestCase):
    LINES = ("TOP.t.n2 0", "TOP.t.n3 10", "TOP.t.n4 10", "TOP.t.n6 10", "TOP.t.n7 10", "TOP.t.n5 3", "TOP.t.u0.n2 0", "TOP.t.u0.n3 10", "TOP.t.u0.n4 10",
             "TOP.t.u0.n5 3", "TOP.u0.n4 99")

    def energies(self, period_s: float = 1e-9, lines=None) -> dict[str, power_sum.Energy]:
        flat = power_sum.flatten(tiny(), library())
        toggles = power_sum.net_toggles(flat, self.LINES if lines is None else lines, "TOP.t.")
        return power_sum.energies(flat, library(), toggles, 100, period_s, lambda source, _: ".".join(source) or "top")

    def test_the_sum_is_that_by_hand(self) -> None:
        pico = 1e-12
        result = self.energies()
        pe, top = result["u_pe"], result["top"]
        # Two inverters, 10 changes each: (2 + 4) / 2 inside.
        self.assertAlmostEqual(top.logic / pico, 2 * 10 * 3)
        # The first one drives NAND.A and the second inverter, 0.25 + 0.5 pF; the second one nothing.
        self.assertAlmostEqual(top.nets / pico, 10 * 2 * 0.75)
        # NAND: mean of 1 and 5; drives D of 0.2 pF. DFF: D 10 changes of 0.8, Q 3 of 7, drives nothing.
        self.assertAlmostEqual(pe.logic / pico, 10 * 3)
        self.assertAlmostEqual(pe.nets / pico, 10 * 2 * 0.2)
        self.assertAlmostEqual(pe.registers / pico, 10 * 0.8 + 3 * 7)
        # The clock changes 200 times: 0.4 inside, 2 * 0.1 on the pin.
        self.assertAlmostEqual(pe.clock / pico, 200 * (0.4 + 0.2))
        # 100 ns: 10 nW twice; 20 and 30 nW.
        self.assertAlmostEqual(top.leakage / pico, 100e-9 * 20e-9 * 1e12)
        self.assertAlmostEqual(pe.leakage / pico, 100e-9 * 50e-9 * 1e12)
        self.assertAlmostEqual(result["inputs"].nets / pico, 10 * 2 * 0.5)
        self.assertEqual((pe.cells, top.cells), (2, 2))

    def test_bounds_are_the_cheapest_and_the_dearest_cause(self) -> None:
        pe = self.energies()["u_pe"]
        self.assertAlmostEqual((pe.total - pe.low) * 1e12, 10 * (3 - 1))
        self.assertAlmostEqual((pe.high - pe.total) * 1e12, 10 * (5 - 3))

    def test_no_change_costs_clock_and_leakage_only(self) -> None:
        result = self.energies(lines=[f"{line.split()[0]} 0" for line in self.LINES])
        for energy in result.values():
            self.assertEqual((energy.logic, energy.registers, energy.nets), (0, 0, 0))
        self.assertGreater(result["u_pe"].clock, 0)

    def test_twice_the_changes_cost_twice_the_switching_energy(self) -> None:
        once, twice = self.energies(), self.energies(lines=[f"{name} {2 * int(count)}" for name, count in (line.split() for line in self.LINES)])
        for group in once:
            for part in ("logic", "registers", "nets"):
                self.assertAlmostEqual(2 * getattr(once[group], part), getattr(twice[group], part))

    def test_a_longer_period_costs_leakage_only(self) -> None:
        fast, slow = self.energies(1e-9), self.energies(1e-6)
        self.assertAlmostEqual(slow["u_pe"].leakage, 1000 * fast["u_pe"].leakage)
        self.assertEqual(slow["u_pe"].clock, fast["u_pe"].clock)

    def test_two_counts_for_one_net_are_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "11 times, but 10 times under another name"):
            self.energies(lines=[*self.LINES, "TOP.t.u0.n3 11"])

    def test_a_net_without_count_is_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "no changes are known of a net at NAND.Y in u_pe"):
            self.energies(lines=[line for line in self.LINES if "u0.n4" not in line])


class VerilogTest(unittest.TestCase):
    def test_gates_become_modules_with_numbered_nets(self) -> None:
        text = tiny().verilog("")
        self.assertIn("module slt_pe__0 (clk_i, d_i, q_o, through_o);\n  // verilator no_inline_module\n", text)
        self.assertIn("  NAND c0 (.A(n3), .B(1'b1), .Y(n4));", text)
        self.assertIn("  assign through_o = n3;", text)
        self.assertIn("  slt_pe__0 u0 (.clk_i(n2), .d_i(n4), .q_o(n5), .through_o(n6));", text)
        self.assertLess(text.index("module slt_pe__0"), text.index("module slt_top"))

    def test_nets_with_many_pins_get_buffers(self) -> None:
        mapped = {"slt_top": {"area": 0, "ports": {"clk_i": port("input", 2), "a_i": port("input", 3)},
                              "cells": {f"inv{i}": cell("INV", A=3, Y=10 + i) for i in range(20)}}}
        top = "module \\slt_top\n  wire input 1 \\clk_i\n  wire input 2 \\a_i\nend\n"
        unit = gates.Gates(netlist.Netlist(top, "slt_top"), mapped, "slt_top")
        self.assertEqual(unit.buffer_fanout(library()), 3)
        loads: dict[int, int] = {}
        for instance in unit.units["slt_top"].cells:
            loads[instance.pins["A"][0]] = loads.get(instance.pins["A"][0], 0) + 1
        self.assertLessEqual(max(loads.values()), gates.MAX_FANOUT)
        self.assertEqual(loads[3], 3)

    def test_ports_of_the_harness_are_listed(self) -> None:
        text = measure.ports_text(tiny().units["slt_pe__0"])
        self.assertIn('{"d_i", 1, true, 1},', text)
        self.assertIn('{"q_o", 1, false, 2},', text)
        self.assertIn("kHasReset = false", text)


class WindowTest(unittest.TestCase):
    REPORT = {"model": "m", "clock_mhz": 100.0, "layers": [
        {"index": 0, "op": "CONV_2D", "where": "array", "cycles": 1000, "macs_executed": 5},
        {"index": 1, "op": "RESHAPE", "where": "none", "cycles": None, "macs_executed": 0},
        {"index": 2, "op": "CONV_2D", "where": "array", "cycles": 300, "macs_executed": 77}]}

    def test_it_is_in_the_middle_of_the_layer(self) -> None:
        self.assertEqual(window.window(self.REPORT, 2, 100), (1100, 1200, 1000, 1300, 77, 100.0, "CONV_2D"))

    def test_it_is_no_longer_than_the_layer(self) -> None:
        self.assertEqual(window.window(self.REPORT, 2, 5000)[:2], (1000, 1300))

    def test_layers_that_are_not_there_or_not_on_the_array_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "no operator 3; the last one is 2"):
            window.window(self.REPORT, 3, 1)
        with self.assertRaisesRegex(ValueError, "does not run on the array; those that do are 0, 2"):
            window.window(self.REPORT, 1, 1)


class DataTest(unittest.TestCase):
    def test_only_data_are_replaced(self) -> None:
        self.assertEqual(measure.replacements("slt_array", "real"), [])
        self.assertEqual(measure.replacements("slt_array", "zero"), ["--zero", "x_i", "--zero", "bus_i"])
        self.assertIn("w_data_i", measure.replacements("slt_array", "random"))

    def test_units_without_known_data_take_real_ones_only(self) -> None:
        with self.assertRaisesRegex(measure.PowerError, "slt_queue can be measured with real data only"):
            measure.replacements("slt_queue", "zero")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""The fit of the area model: solver, choice of terms, quantities, the points it is fitted over; reader of liberty tables; netlists for timing."""

from __future__ import annotations

import re
import sys
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/area"))

import fit  # noqa: E402
import liberty_tree  # noqa: E402
import points  # noqa: E402
import timing  # noqa: E402
from liberty import LibertyError  # noqa: E402


class LeastSquaresTest(unittest.TestCase):
    def test_exact_data_give_their_coefficients(self) -> None:
        features = [[1, 4], [1, 8], [1, 16]]
        solution = fit.least_squares(features, [3 * one + 5 * size for one, size in features])
        self.assertIsNotNone(solution)
        self.assertAlmostEqual(solution[0], 3)
        self.assertAlmostEqual(solution[1], 5)

    def test_negative_coefficients_are_refused(self) -> None:
        self.assertIsNone(fit.least_squares([[1, 4], [1, 8]], [10, 2]))

    def test_terms_that_say_the_same_are_refused(self) -> None:
        self.assertIsNone(fit.least_squares([[1, 2], [2, 4], [3, 6]], [1, 2, 3]))


class FitTest(unittest.TestCase):
    @staticmethod
    def points(law) -> list[tuple[dict, float]]:
        return [(values, law(values)) for values in ({"1": 1, "rows": r, "cols": c} for r, c in ((4, 4), (8, 8), (8, 16), (16, 8), (32, 32)))]

    def test_the_fewest_terms_that_fit_are_taken(self) -> None:
        terms = fit.fit(["1", "rows", "cols", "rows*cols"], self.points(lambda v: 7 + 2 * v["rows"] * v["cols"]), 3)
        self.assertEqual([term for term, _ in terms], ["1", "rows*cols"])
        self.assertAlmostEqual(terms[0][1], 7)
        self.assertAlmostEqual(terms[1][1], 2)

    def test_no_term_fits_negative_data(self) -> None:
        with self.assertRaisesRegex(ValueError, "none of 1, rows fits"):
            fit.fit(["1", "rows"], self.points(lambda _: -1.0), 2)

    def test_the_longest_period_limits_the_clock(self) -> None:
        blocks = [{"area": [("rows", 2.0)], "flip_flops": [("rows", 3.0)], "period": [("1", 4.0)]},
                  {"area": [("1", 1.0)], "flip_flops": [("1", 5.0)], "period": [("1", 5.0)]},
                  {"area": [("1", 1.0)], "flip_flops": [], "period": []}]
        self.assertEqual(fit.whole(blocks, {"1": 1, "rows": 8}), (18.0, 29.0, 200.0))

    def test_errors_are_relative_to_the_model(self) -> None:
        self.assertAlmostEqual(fit.error([("rows", 2.0)], [({"rows": 5}, 11.0), ({"rows": 4}, 8.0)]), 0.1)
        self.assertEqual(fit.error([], [({"rows": 5}, 0)]), 0)  # nothing, and nothing there
        self.assertEqual(fit.error([("rows", 2.0)], [({"rows": 5}, 0)]), 1)

    def test_every_block_has_terms_of_both_kinds(self) -> None:
        self.assertEqual(list(fit.AREA_TERMS), list(fit.FLIP_FLOP_TERMS))


class QuantitiesTest(unittest.TestCase):
    def test_names_are_those_of_the_model(self) -> None:
        header = (ROOT / "sim/area/quantities.h").read_text(encoding="utf-8")
        config = yaml.safe_load((ROOT / "configs/hw/base_16x16.yaml").read_text(encoding="utf-8"))
        names = re.findall(r'"([^"]+)",', header.split("kQuantityNames = {", 1)[1].split("};", 1)[0])
        self.assertEqual(set(fit.quantities(config)), set(names))

    def test_values_by_hand(self) -> None:
        config = yaml.safe_load((ROOT / "configs/hw/base_16x16.yaml").read_text(encoding="utf-8"))
        values = fit.quantities(config)
        self.assertEqual(values["sum_bits"], 20)
        self.assertEqual(values["skew_bits"], 8 * 120 + (8 + 24 + 20) * 120)
        self.assertEqual(values["delay_bytes"], 16 * (8 + 16))


class PointsTest(unittest.TestCase):
    def test_enough_points_and_all_named_once(self) -> None:
        listed = yaml.safe_load((ROOT / "scripts/area/points.yaml").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(listed["fit"]), 10)
        self.assertGreaterEqual(len(listed["held_out"]), 3)
        self.assertFalse(set(listed["fit"]) & set(listed["held_out"]))
        for kind in ("fit", "held_out"):
            for name, changes in listed[kind].items():
                self.assertEqual(points.description(ROOT / "configs/hw", name, changes)["name"], name)

    def test_recorded_descriptions_are_the_held_out_points(self) -> None:
        listed = yaml.safe_load((ROOT / "scripts/area/points.yaml").read_text(encoding="utf-8"))["held_out"]
        for name, changes in listed.items():
            recorded = yaml.safe_load((ROOT / f"tests/area/held_out/{name}.yaml").read_text(encoding="utf-8"))
            self.assertEqual(recorded, points.description(ROOT / "configs/hw", name, changes))

    def test_a_key_that_is_not_there_is_an_error(self) -> None:
        with self.assertRaisesRegex(KeyError, "array.depth"):
            points.description(ROOT / "configs/hw", "x", {"from": "base_16x16", "array.depth": 3})


LIBRARY = """\
library(tiny) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; capacitive_load_unit (1,pf); nom_voltage : 2;
  lu_table_template(d) { variable_1 : total_output_net_capacitance; variable_2 : input_net_transition; index_1 ("0, 1"); index_2 ("0, 1"); }
  power_lut_template(e) { variable_1 : input_transition_time; variable_2 : total_output_net_capacitance; index_1 ("0, 1"); index_2 ("0, 2"); }
  cell(BUF) { area : 3; cell_leakage_power : 5;
    pin(A) { direction : input; capacitance : 0.5; }
    pin(Y) { direction : output; capacitance : 0; max_capacitance : 4; function : "(A)";
      timing() { related_pin : "A"; rise_transition(d) { values ("1, 2", "3, 4"); } fall_transition(d) { values ("1, 2", "3, 4"); } }
      internal_power() { related_pin : "A"; rise_power(e) { values ("0, 2", \\
        "4, 6"); } fall_power(e) { values ("0, 2", "4, 6"); } } } }
  cell(DFF) { area : 9; ff(IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin(CK) { direction : input; capacitance : 0.25; clock : true; } pin(D) { direction : input; capacitance : 0.125; }
    pin(Q) { direction : output; function : "IQ"; } }
}
"""


class LibertyTreeTest(unittest.TestCase):
    @staticmethod
    def read(text: str = LIBRARY) -> liberty_tree.CellLibrary:
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.lib"
            path.write_text(text, encoding="utf-8")
            return liberty_tree.read(path)

    def test_units_are_applied(self) -> None:
        library = self.read()
        self.assertEqual((library.voltage, library.farad, library.seconds), (2.0, 1e-12, 1e-9))
        self.assertEqual(library.cells["BUF"].leakage, 5e-9)
        self.assertEqual(library.cells["BUF"].pins["A"].capacitance, 0.5e-12)

    def test_tables_are_interpolated_whatever_the_order_of_their_axes(self) -> None:
        output = self.read().cells["BUF"].pins["Y"]
        self.assertEqual(output.transitions[0].mean(0.5, 0.5), 2.5)
        self.assertEqual(output.transitions[0].mean(9, 0), 3.0)  # beyond the table: its edge
        self.assertAlmostEqual(output.energy[0].mean(1, 0.5) * 1e12, 3.0)  # load in the middle of 0 to 2, transition of 0 to 1
        self.assertAlmostEqual(output.energy[0].mean(2, 0) * 1e12, 2.0)
        self.assertAlmostEqual(output.energy[0].mean(0, 1) * 1e12, 4.0)

    def test_buffer_and_flip_flop_are_found_by_what_they_do(self) -> None:
        library = self.read()
        self.assertEqual(library.buffer.name, "BUF")
        self.assertEqual(library.flip_flop.flip_flop, ("D", "CK", "Q"))

    def test_what_is_damaged_is_refused(self) -> None:
        for text, says in (("module x;", "neither a value nor a group"), ("", "not a liberty file"), (LIBRARY[:-4], "not closed"),
                           (LIBRARY.replace("capacitive_load_unit (1,pf);", ""), "capacitive_load_unit"),
                           (LIBRARY.replace('"1V"', '"much"'), "voltage_unit"),
                           (LIBRARY.replace("capacitance : 0.5", "capacitance : big"), "capacitance is not a number"),
                           (LIBRARY.replace('"1, 2", "3, 4"', '"1, 2"', 1), "not supported")):
            with self.subTest(says), self.assertRaisesRegex(LibertyError, says):
                self.read(text)


class TimingReportTest(unittest.TestCase):
    def test_rows_of_the_summary_are_read(self) -> None:
        text = "Startpoint  Endpoint  Slack\n-----\nu15/c3/Q (DFF)   u2/u0/c9/D (DFF)   90.2138\nin_i (input)  c1/D (DFF)  -0.5\n"
        self.assertEqual(timing._paths(text), [("u15/c3/Q", "u2/u0/c9/D", 90.2138), ("in_i", "c1/D", -0.5)])


if __name__ == "__main__":
    unittest.main()

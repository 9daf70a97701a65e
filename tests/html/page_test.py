#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of `systolite run --html` in Chromium: what is drawn against the same run's JSON, what a user can do with it.

page_test.py SYSTOLITE
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser

ROOT = Path(__file__).parents[2]
PROGRAM = ""
LAYERS, ENGINES, GAP, ROOFLINE, SCRATCHPAD, FIRMWARE, LATENCY, ENERGY, LAYER_ENERGY = (
    f"#{name}-chart"
    for name in ("layers", "engines", "gap", "roofline", "scratchpad", "firmware", "latency", "energy", "layer-energy")
)


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


class PageTest(unittest.TestCase):
    browser: Browser
    folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.browser.driver.quit()
        cls.folder.cleanup()

    def make(self, *arguments: str | Path) -> tuple[Path, dict]:
        """The page and the JSON of one call."""
        page, report = Path(self.folder.name) / "page.html", Path(self.folder.name) / "report.json"
        result = call(*arguments, "--html", page, "--json", report)
        self.assertEqual(result.returncode, 0, result.stderr)
        return page, json.loads(report.read_text(encoding="utf-8"))

    def show(self, *arguments: str | Path, width: int = 1280, dark: bool = False) -> dict:
        page, report = self.make(*arguments)
        self.browser.look(width, dark=dark)
        self.browser.open(page)
        self.assertEqual(self.browser.messages(), [])
        return report

    def marks(self, chart: str, name: str) -> int:
        return self.browser.run(
            "return document.querySelectorAll(`${arguments[0]} .${arguments[1]}-marks > path`).length", chart, name
        )

    def of_marks(self, chart: str, name: str, script: str) -> list:
        """`script` of each mark `path`."""
        return self.shown(f"[...document.querySelectorAll('{chart} .{name}-marks > path')].map((path) => {script})")

    def check_texts(self) -> None:
        """No text of a chart is cut off at its edges."""
        cut = self.shown(
            """[...document.querySelectorAll('.chart svg')].flatMap((svg) => {
              const edge = svg.getBoundingClientRect();
              return [...svg.querySelectorAll('text')].filter((text) => {
                const box = text.getBoundingClientRect();
                return box.width > 0 && (box.left < edge.left - 1 || box.right > edge.right + 1);
              }).map((text) => text.textContent);
            })"""
        )
        self.assertEqual(cut, [])

    def chosen(self) -> list[str]:
        return self.shown("[...document.querySelectorAll('[aria-selected=true]')].map((row) => row.dataset.key)")

    def shown(self, script: str) -> object:
        return self.browser.run(f"return {script}")


def timed(report: dict) -> list[dict]:
    return [layer for layer in report["layers"] if layer["where"] in ("array", "vector")]


def nonzero(states: dict) -> int:
    return sum(value > 0 for value in states.values())


class RunChecks(PageTest):
    """What holds on every page that shows a run."""

    def check_charts(self, report: dict) -> None:
        self.check_texts()
        layers = timed(report)
        self.assertEqual(
            self.marks(LAYERS, "segments"), sum(nonzero({"busy": layer["busy"], **layer["stalls"]}) for layer in layers)
        )
        self.assertEqual(self.marks(LAYERS, "bound"), len(layers))
        self.assertEqual(self.marks(GAP, "causes"), len(report["gap"]))
        points = [
            layer
            for layer in layers
            if layer["macs_executed"]
            and layer["cycles"]
            and max(layer["bound"]["read_bytes"], layer["bound"]["written_bytes"])
        ]
        self.assertGreater(len(points), 0)
        self.assertEqual(self.marks(ROOFLINE, "points"), len(points))
        self.assertEqual(self.marks(ROOFLINE, "roof"), 1)
        blocks = sum(len(tensor["ranges"]) for tensor in report["scratchpad"]["tensors"])
        self.assertGreater(blocks, 0)
        self.assertEqual(self.marks(SCRATCHPAD, "blocks"), blocks)
        self.assertEqual(self.marks(ENGINES, "segments"), sum(nonzero(states) for states in report["engines"].values()))
        self.check_energy(report)

    def check_energy(self, report: dict) -> None:
        energy = report["energy"]
        if energy is None:
            self.assertEqual(self.shown("document.querySelectorAll('#energy').length"), 0)
            return
        self.assertEqual(self.marks(ENERGY, "components"), len(energy["components_pj"]))
        parts = [layer["energy"] for layer in report["layers"]] + [energy["driver"]]
        self.assertEqual(
            self.marks(LAYER_ENERGY, "segments"),
            sum(figure["value"] > 0 for part in parts for figure in part["components_pj"].values()),
        )


class RunPageTest(RunChecks):
    def test_every_chart_has_a_mark_for_every_figure(self) -> None:
        for model in ("kws_embedded", "vww_embedded", "ad_embedded"):
            for width in (360, 1280):
                with self.subTest(model=model, width=width):
                    self.check_charts(self.show("run", model, "--backend", "fast", width=width))

    def test_bars_are_as_long_as_the_cycles(self) -> None:
        report = self.show("run", "kws_embedded", "--backend", "fast")
        boxes = self.of_marks(LAYERS, "segments", "[path.getAttribute('aria-label'), path.getBBox().width]")
        scale = None
        for label, width in boxes:
            cycles = int(re.search(r": \w+ ([\d,]+) cycles of", label)[1].replace(",", ""))
            if scale is None:
                scale = width / cycles
            self.assertAlmostEqual(width, cycles * scale, delta=0.5 + 0.01 * width, msg=label)
        self.assertEqual(len(boxes), self.marks(LAYERS, "segments"))
        longest = max(layer["cycles"] for layer in timed(report))
        plot = self.shown(f"document.querySelector('{LAYERS} .role-frame .background').getBBox().width")
        self.assertAlmostEqual(longest * scale, plot, delta=2)

    def test_blocks_lie_where_the_tensors_lie(self) -> None:
        report = self.show("run", "kws_embedded", "--backend", "fast")
        boxes = self.shown(
            f"[...document.querySelectorAll('{SCRATCHPAD} .blocks-marks > path')].map((path) => "
            "{ const box = path.getBBox(); return [box.x, box.y, box.width, box.height]; })"
        )
        plot = self.shown(
            "((box) => [box.width, box.height])"
            f"(document.querySelector('{SCRATCHPAD} .role-frame .background').getBBox())"
        )
        ends = [0]
        for layer in report["layers"]:
            ends.append(ends[-1] + layer["cycles"])
        pad = report["scratchpad"]
        expected = [
            (ends[t["first_layer"]], ends[t["last_layer"] + 1], begin, end)
            for t in pad["tensors"]
            for begin, end in t["ranges"]
        ]
        for (x, y, width, height), (start, stop, begin, end) in zip(boxes, expected, strict=True):
            self.assertAlmostEqual(x / plot[0], start / report["cycles"], delta=0.004)
            self.assertAlmostEqual(width / plot[0], (stop - start) / report["cycles"], delta=0.004)
            self.assertAlmostEqual(1 - (y + height) / plot[1], begin / pad["bytes"], delta=0.006)
            self.assertAlmostEqual(height / plot[1], (end - begin) / pad["bytes"], delta=0.006)

    def test_headlines_are_those_of_the_report(self) -> None:
        report = self.show("run", "kws_embedded", "--backend", "fast")
        text = self.shown("document.body.innerText")
        for figure in (report["cycles"], report["lower_bound_cycles"], report["cycles"] - report["lower_bound_cycles"]):
            self.assertIn(f"{figure:,}", text)
        self.assertIn("Operator 12 SOFTMAX runs on the CPU: no softmax unit", text)
        self.assertEqual(self.shown("document.title"), "kws_embedded on base_16x16")

    def test_nothing_is_fetched(self) -> None:
        page, _ = self.make("run", "kws_embedded", "--backend", "fast")
        self.browser.look(1280)
        self.browser.open(page)
        self.assertEqual(
            [url for url in self.browser.requests() if not url.startswith("data:")], [page.absolute().as_uri()]
        )
        self.assertNotRegex(page.read_text(encoding="utf-8"), r"""(src|href)\s*=\s*["']?(https?:)?//""")

    def test_fits_the_window_in_both_themes(self) -> None:
        page, _ = self.make("run", "vww_embedded", "--backend", "fast")
        papers = set()
        for width in (320, 360, 768, 1280):
            for dark in (False, True):
                with self.subTest(width=width, dark=dark):
                    self.browser.look(width, dark=dark)
                    self.browser.open(page)
                    self.assertEqual(self.browser.messages(), [])
                    self.assertLessEqual(self.shown("document.documentElement.scrollWidth"), width)
                    for chart in self.shown(
                        "[...document.querySelectorAll('.chart svg')].map((svg) => svg.getBoundingClientRect().width)"
                    ):
                        self.assertLessEqual(chart, width)
                        self.assertGreater(chart, 0.8 * min(width, 1100))
                    papers.add(self.shown("getComputedStyle(document.body).backgroundColor"))
                    for text in ("body", ".quiet", "a", "th", ".details"):
                        self.assertGreaterEqual(self.contrast(text), 4.5, text)
        self.assertEqual(len(papers), 2)

    def contrast(self, text: str) -> float:
        """Of a text with what is behind it, as WCAG defines it."""
        colors = self.browser.run(
            """
            const node = document.querySelector(arguments[0]);
            let behind = node;
            while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
            return [getComputedStyle(node).color, getComputedStyle(behind).backgroundColor];""",
            text,
        )
        light = []
        for color in colors:
            parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
            linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
            light.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
        return (max(light) + 0.05) / (min(light) + 0.05)

    def test_charts_follow_the_window(self) -> None:
        self.show("run", "kws_embedded", "--backend", "fast", width=1280)
        self.browser.look(360)
        self.browser.settle()
        self.assertLessEqual(self.shown(f"document.querySelector('{LAYERS} svg').viewBox.baseVal.width"), 360)

    def test_rows_are_chosen_with_the_keyboard(self) -> None:
        report = self.show("run", "kws_embedded", "--backend", "fast")

        def press(key: str) -> None:
            ActionChains(self.browser.driver).send_keys(key).perform()

        for _ in range(40):
            press(Keys.TAB)
            if self.shown("document.activeElement.matches('.selectable tr')"):
                break
        self.assertEqual(self.shown("document.activeElement.dataset.key"), "0")
        self.assertEqual(self.shown("getComputedStyle(document.activeElement).outlineStyle"), "solid")
        press(Keys.ARROW_DOWN)
        press(Keys.ARROW_DOWN)
        press(Keys.ARROW_DOWN)
        press(Keys.ENTER)
        self.assertEqual(self.chosen(), ["3"])
        self.assertIn(
            f"Layer 3, DEPTHWISE_CONV_2D ({report['layers'][3]['name']})",
            self.shown("document.querySelector('[role=status]').textContent"),
        )
        self.browser.settle()
        marks = self.of_marks(
            LAYERS, "segments", "[path.getAttribute('aria-label'), path.getAttribute('fill-opacity')]"
        )
        bright = [label for label, opacity in marks if opacity != "0.25"]
        self.assertEqual(len(bright), nonzero({"busy": 1, **report["layers"][3]["stalls"]}))
        self.assertTrue(all(label.startswith("3 DEPTHWISE_CONV_2D: ") for label in bright), bright)
        press(Keys.END)
        press(" ")
        self.assertEqual(self.chosen(), ["12"])
        press(Keys.ESCAPE)
        self.assertEqual(self.shown("document.querySelectorAll('[aria-selected=true]').length"), 0)

    def test_marks_choose_rows(self) -> None:
        self.show("run", "kws_embedded", "--backend", "fast")
        for chart, name, key in ((LAYERS, "segments", "0"), (ROOFLINE, "points", "0"), (SCRATCHPAD, "blocks", None)):
            with self.subTest(chart=chart):
                mark = self.browser.driver.find_element("css selector", f"{chart} .{name}-marks > path")
                self.browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", mark)
                ActionChains(self.browser.driver).move_to_element(mark).click().perform()
                chosen = self.shown(
                    "[...document.querySelectorAll('[aria-selected=true]')].map((row) => row.dataset.key)"
                )
                self.assertEqual(chosen, [key] if key is not None else [])  # the network's input is no layer
                self.assertFalse(self.shown("document.getElementById('tooltip').hidden"))
                ActionChains(self.browser.driver).move_to_element(mark).click().perform()

    def test_bars_show_shares_on_request(self) -> None:
        self.show("run", "kws_embedded", "--backend", "fast")
        self.browser.driver.find_element("css selector", "input[value=share]").click()
        self.browser.settle()
        ends = max(self.of_marks(LAYERS, "segments", "path.getBBox().x + path.getBBox().width"))
        plot = self.shown(f"document.querySelector('{LAYERS} .role-frame .background').getBBox().width")
        self.assertAlmostEqual(ends, plot, delta=1)
        self.assertIn("share of the layer", self.shown(f"document.querySelector('{LAYERS} svg').textContent"))

    def test_every_chart_is_named_and_has_a_table(self) -> None:
        self.show("run", "kws_embedded", "--backend", "fast")
        figures = self.shown(
            "[...document.querySelectorAll('figure.chart')].map((figure) => [figure.id,"
            " figure.querySelector('[aria-label]').getAttribute('aria-label'),"
            " ...['figure', 'table'].map((kind) => figure.closest('section').querySelectorAll(kind).length)])"
        )
        self.assertGreaterEqual(len(figures), 5)
        for name, label, charts, tables in figures:
            self.assertGreater(len(label), 20, name)
            self.assertEqual(tables, charts, name)

    def test_print_is_light_and_leaves_nothing_folded(self) -> None:
        page, _ = self.make("run", "kws_embedded", "--backend", "fast")
        self.browser.look(1280, dark=True, media="print")
        self.browser.open(page)
        self.assertEqual(self.shown("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.browser.run("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.shown("document.querySelectorAll('section details:not([open])').length"), 0)
        self.browser.run("window.dispatchEvent(new Event('afterprint'))")
        self.assertGreater(self.shown("document.querySelectorAll('section details:not([open])').length"), 3)

    def test_names_in_a_model_stay_text(self) -> None:
        bad_name, name, bad_tensor = "<img src=x onerror=alert(1)>&amp;'\"", b"block3/pointwise", b"</script><img>&\xff"
        content = (ROOT / "benchmarks/models/kws_embedded.tflite").read_bytes()
        self.assertEqual((len(name), content.count(name + b"\0")), (len(bad_tensor), 1))
        model = Path(self.folder.name) / f"{bad_name}.tflite"
        model.write_bytes(content.replace(name, bad_tensor))
        report = self.show("run", model, "--backend", "fast")
        self.assertEqual(report["model"], bad_name)
        self.assertEqual(self.shown("document.querySelector('h1').textContent"), f"{bad_name} on base_16x16")
        self.assertEqual(self.shown("document.title"), f"{bad_name} on base_16x16")
        self.assertEqual(self.shown("document.querySelectorAll('img').length"), 0)
        self.assertTrue(
            self.shown(
                "[...document.querySelectorAll('#scratchpad td')]"
                ".some((cell) => cell.textContent.startsWith('</script><img>&'))"
            )
        )
        self.check_charts(report)

    def test_a_backend_without_a_clock_says_so(self) -> None:
        self.show("run", "kws_embedded", "--backend", "functional")
        self.assertIn("The backend functional has no clock", self.shown("document.body.innerText"))
        self.assertEqual(self.shown("document.querySelectorAll('figure').length"), 0)
        self.assertEqual(self.shown("document.querySelectorAll('#layers tbody tr').length"), 13)

    def test_firmware_has_a_chart_of_its_own(self) -> None:
        page, report = self.make("run", "kws_embedded", "--backend", "fast", "--firmware")
        self.browser.look(1280)
        self.browser.open(page)
        self.assertEqual(self.browser.messages(), [])
        firmware = report["firmware"]
        self.assertEqual(
            self.marks(FIRMWARE, "segments"),
            nonzero({part: firmware[f"{part}_cycles"] for part in ("driver", "waiting", "fallback")}),
        )
        self.assertIn(
            f"{firmware['overhead_cycles']:,} cycles", self.shown("document.querySelector('#firmware').innerText")
        )

    def test_every_state_has_a_colour_and_a_meaning(self) -> None:
        states = yaml.safe_load((ROOT / "configs/isa.yaml").read_text(encoding="utf-8"))["states"]
        script = (ROOT / "sim/html/page/states.js").read_text(encoding="utf-8")
        style = (ROOT / "sim/html/page/style.css").read_text(encoding="utf-8")
        for state in (entry["name"] for entry in states):
            self.assertRegex(script, rf"(?m)^  {state}: {{text:")
            self.assertEqual(len(re.findall(rf"--{state.replace('_', '-')}: #", style)), 2, state)

    def test_the_same_run_gives_the_same_bytes(self) -> None:
        first = self.make("run", "kws_embedded", "--backend", "fast")[0].read_bytes()
        self.assertEqual(self.make("run", "kws_embedded", "--backend", "fast")[0].read_bytes(), first)


class ComparePageTest(RunChecks):
    def test_everyone_has_a_mark_and_the_run_its_charts(self) -> None:
        for width in (320, 1280):
            page, comparison = self.make("compare", "kws_embedded")
            report = Path(self.folder.name) / "run.json"
            self.assertEqual(call("run", "kws_embedded", "--backend", "fast", "--json", report).returncode, 0)
            self.browser.look(width)
            self.browser.open(page)
            self.assertEqual(self.browser.messages(), [])
            self.assertLessEqual(self.shown("document.documentElement.scrollWidth"), width)
            published = sum(
                core[key] is not None
                for core in comparison["cores"]
                for key in ("published_best", "published_cmsis_nn")
            )
            self.assertEqual(self.marks(LATENCY, "points"), 1 + len(comparison["cores"]) + published)
            self.assertEqual(
                self.shown("document.querySelectorAll('#operators tbody tr').length"), len(comparison["layers"])
            )
            self.assertIn(
                f"{comparison['accelerator']['host_cycles']:,}",
                self.shown("document.querySelector('.headlines').innerText"),
            )
            run = json.loads(report.read_text(encoding="utf-8"))
            embedded = json.loads(self.shown("document.getElementById('data-run').textContent"))
            self.assertEqual(
                [layer["cycles"] for layer in embedded["layers"]], [layer["cycles"] for layer in run["layers"]]
            )
            self.check_charts(embedded)

    def test_marks_lie_at_the_time_of_an_inference(self) -> None:
        _, comparison = self.make("compare", "kws_embedded", "--cores", "cortex-m4:ideal,cortex-m7:ideal")
        self.browser.look(1280)
        self.browser.open(Path(self.folder.name) / "page.html")
        place = "[path.getAttribute('aria-label'), path.getBoundingClientRect().x]"
        places = self.of_marks(LATENCY, "points", place)
        at = {label.split(":")[0]: place for label, place in places}
        times = {
            "accelerator base_16x16": comparison["accelerator"]["latency_us"],
            **{f"{core['core']} {core['profile']}": core["latency_us"] for core in comparison["cores"]},
        }
        first, second, third = times
        expected = math.log(times[second] / times[first]) / math.log(times[third] / times[first])
        self.assertAlmostEqual((at[second] - at[first]) / (at[third] - at[first]), expected, delta=0.01)


class ExplorePageTest(PageTest):
    PARETO = "#pareto-chart"

    def explore(self, sweep: str | Path, *more: str) -> tuple[Path, dict]:
        stem = Path(self.folder.name) / f"results_{Path(sweep).stem}"
        page = stem.with_suffix(".html")
        result = call("explore", sweep, "--output", stem, "--jobs", "1", "--html", page, *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return page, json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))

    def test_every_feasible_point_has_a_mark_and_the_front_a_row(self) -> None:
        page, results = self.explore("ci_small")
        rows = [row for point in results["points"] for row in point["results"] if row.get("feasible")]
        for width in (320, 1280):
            for dark in (False, True):
                self.browser.look(width, dark=dark)
                self.browser.open(page)
                self.assertEqual(self.browser.messages(), [])
                self.assertLessEqual(self.shown("document.documentElement.scrollWidth"), width)
                front = results["fronts"]["kws_embedded"]
                self.assertEqual(self.marks(self.PARETO, "front"), len(front))
                self.assertEqual(self.marks(self.PARETO, "others"), len(rows) - len(front))
                keys = self.shown(
                    "[...document.querySelectorAll('#front tbody tr[data-key]')].map((row) => Number(row.dataset.key))"
                )
                self.assertEqual(sorted(keys), sorted(front))
        self.assertEqual(
            [url for url in self.browser.requests() if not url.startswith("data:")][-1], page.absolute().as_uri()
        )

    def test_marks_and_rows_choose_each_other(self) -> None:
        page, results = self.explore("ci_small")
        self.browser.look(1280)
        self.browser.open(page)
        self.browser.run("document.querySelector('#front .selectable tbody tr').focus()")
        ActionChains(self.browser.driver).send_keys(Keys.ARROW_DOWN, Keys.ENTER).perform()
        self.browser.settle()
        (key,) = map(int, self.chosen())
        marks = self.of_marks(self.PARETO, "front", "[path.getAttribute('aria-label'), path.getAttribute('opacity')]")
        bright = [label for label, opacity in marks if opacity != "0.45"]
        self.assertEqual(len(bright), 1)
        self.assertTrue(bright[0].startswith(f"point {key}: "), bright)
        point = next(point for point in results["points"] if point["point"] == key)
        self.assertEqual(json.loads(self.shown("document.querySelector('#front pre').textContent")), point["config"])
        self.assertIn(
            f"{point['results'][0]['figures']['cycles']:,}", self.shown("document.querySelector('#front').textContent")
        )
        ActionChains(self.browser.driver).send_keys(Keys.ESCAPE).perform()
        self.browser.settle()
        mark = self.browser.run(
            """
            document.querySelector(arguments[0]).scrollIntoView({block: "center", behavior: "instant"});
            const onTop = (path) => {
              const box = path.getBoundingClientRect();
              return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === path;
            };
            return [...document.querySelectorAll(`${arguments[0]} .front-marks > path`)].find(onTop);""",
            self.PARETO,
        )
        label = mark.get_attribute("aria-label")
        ActionChains(self.browser.driver).move_to_element(mark).click().perform()
        (key,) = self.chosen()
        self.assertTrue(label.startswith(f"point {key}: "), label)

    def test_models_and_objectives_can_be_chosen(self) -> None:
        sweep = Path(self.folder.name) / "three.yaml"
        sweep.write_text(
            "name: three\nmodels: [kws_embedded, ad_embedded]\nbase: base_16x16\n"
            "parameters:\n  array.rows: [8, 16]\n  array.cols: [8, 16]\n  dma.bus_bits: [32, 64]\n"
            "objectives:\n  - {minimize: cycles}\n  - {minimize: pes}\n  - {maximize: macs_per_cycle}\n"
            "constraints:\n  - {figure: cycles, at_most: 10000000}\n",
            encoding="utf-8",
        )
        page, results = self.explore(sweep)
        self.browser.look(1280)
        self.browser.open(page)
        choose = (
            "const box = document.querySelectorAll('select')[arguments[0]];"
            "box.value = arguments[1]; box.dispatchEvent(new Event('change'))"
        )
        self.browser.run(choose, 0, "1")
        self.browser.run(choose, 2, "2")
        self.browser.settle()
        self.assertIn("macs_per_cycle", self.shown(f"document.querySelector('{self.PARETO} svg').textContent"))
        self.assertEqual(self.marks(self.PARETO, "front"), len(results["fronts"]["ad_embedded"]))
        self.assertEqual(self.browser.messages(), [])


class RefusalTest(unittest.TestCase):
    def test_a_folder_that_is_not_there(self) -> None:
        result = call("run", "kws_embedded", "--backend", "fast", "--html", "/no/such/folder/page.html")
        self.assertEqual(result.returncode, 6)
        self.assertEqual(
            result.stderr, "systolite: error: /no/such/folder/page.html: the folder /no/such/folder does not exist\n"
        )

    def test_one_file_for_two_outputs(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            result = call("run", "kws_embedded", "--backend", "fast", "--html", f"{folder}/x", "--json", f"{folder}/x")
        self.assertEqual(result.returncode, 2)
        self.assertIn("two outputs cannot go to one file", result.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()

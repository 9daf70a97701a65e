# SPDX-License-Identifier: Apache-2.0
"""The generator: refuses defective descriptions with a sentence, is deterministic, and --check sees a difference."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "scripts/gen/generate.py"
ISA = (ROOT / "configs/isa.yaml").read_text(encoding="utf-8")
REGS = (ROOT / "configs/regs.yaml").read_text(encoding="utf-8")
SOC = (ROOT / "configs/soc_regs.yaml").read_text(encoding="utf-8")
PARAMETERS = (ROOT / "configs/parameters.yaml").read_text(encoding="utf-8")


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


class GeneratorTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.isa = self.folder / "isa.yaml"
        self.regs = self.folder / "regs.yaml"
        self.soc = self.folder / "soc_regs.yaml"
        self.parameters = self.folder / "parameters.yaml"
        self.pages = {option: self.folder / f"{option}.md"
                      for option in ("page-file", "soc-page-file", "parameters-page-file")}
        self.page_options = [text for option, path in self.pages.items() for text in (f"--{option}", str(path))]
        self.isa.write_text(ISA, encoding="utf-8")
        self.regs.write_text(REGS, encoding="utf-8")
        self.soc.write_text(SOC, encoding="utf-8")
        self.parameters.write_text(PARAMETERS, encoding="utf-8")

    def run_generator(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", str(GENERATOR), "--isa", str(self.isa), "--regs", str(self.regs),
                   "--soc", str(self.soc), "--parameters", str(self.parameters), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def refuse(self, file: Path, text: str, old: str, new: str, sentence: str, line: int | None = None) -> None:
        """Replaces the first `old`; the generator must fail with `sentence` about `line` (the place of `old`)."""
        self.assertIn(old, text)
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        result = self.run_generator("--out", str(self.folder / "out"))
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual(result.stderr, f"{file}:{line or line_of(text, old)}: {sentence}\n")
        self.assertFalse((self.folder / "out").exists(), "a failed run wrote files")

    def test_two_runs_write_the_same(self) -> None:
        for name in ("a", "b"):
            self.assertEqual(self.run_generator("--out", str(self.folder / name)).returncode, 0)
        names = sorted(path.name for path in (self.folder / "a").iterdir())
        self.assertEqual(names, ["slt_isa.cpp", "slt_isa.hpp", "slt_isa_pkg.sv", "slt_parameters.hpp", "slt_regs.h", "slt_soc.h"])
        for name in names:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)

    def test_unchanged_files_keep_their_time(self) -> None:
        out = self.folder / "out"
        self.run_generator("--out", str(out))
        before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
        self.run_generator("--out", str(out))
        self.assertEqual(before, {path: path.stat().st_mtime_ns for path in out.iterdir()})

    def test_check_accepts_its_own_pages_and_sees_a_change(self) -> None:
        self.assertEqual(self.run_generator("--page", *self.page_options).returncode, 0)
        self.assertEqual(self.run_generator("--check", *self.page_options).returncode, 0)
        for option, old, new in (("page-file", "0x068", "0x06C"), ("soc-page-file", "0x40001000", "0x40001004"),
                                 ("parameters-page-file", "1 to 1000", "1 to 1001")):
            changed = self.pages[option]
            text = changed.read_text(encoding="utf-8")
            self.assertIn(old, text)
            changed.write_text(text.replace(old, new), encoding="utf-8")
            result = self.run_generator("--check", *self.page_options)
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stderr,
                             f"{changed}: differs from the descriptions; run scripts/gen/generate.py --page and commit it\n")
            changed.write_text(text, encoding="utf-8")

    def test_check_sees_a_changed_description(self) -> None:
        self.assertEqual(self.run_generator("--page", *self.page_options).returncode, 0)
        for file, text, old, new in ((self.regs, REGS, "offset: 0x120", "offset: 0x124"),
                                     (self.parameters, PARAMETERS, "max: 2000", "max: 2001")):
            self.assertIn(old, text)
            file.write_text(text.replace(old, new), encoding="utf-8")
            self.assertEqual(self.run_generator("--check", *self.page_options).returncode, 1, file)
            file.write_text(text, encoding="utf-8")

    def test_check_fails_without_a_page(self) -> None:
        self.assertEqual(self.run_generator("--check", "--page-file", str(self.folder / "none.md")).returncode, 1)

    def test_missing_file(self) -> None:
        self.isa.unlink()
        result = self.run_generator("--out", str(self.folder / "out"))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f"{self.isa}: cannot be read: No such file or directory\n")

    def test_refuses_defects_of_the_command_set(self) -> None:
        mem_addr = "{name: mem_addr,  bits: 32,"
        bits = "'bits' is %s: must be 1 to 32"
        top = line_of(ISA, "command_bits:")
        cases = [
            ("command_bits: 128", "command_bits: 96", "'command_bits' is 96: must be 128 to 128", None),
            ("command_bits: 128\n", "command_bits: 128\ncommand_bits: 128\n",
             "the key 'command_bits' appears twice", top + 1),
            (mem_addr, "{name: mem_addr,  bits: 33,", bits % 33, None),
            (mem_addr, "{name: mem_addr,  bits: 0,", bits % 0, None),
            (mem_addr, "{name: mem_addr,  bits: wide,", "'bits' is 'wide': must be an integer", None),
            (mem_addr, "{name: mem_addr,  width: 32,",
             "a field has the unknown key 'width'; allowed are bits, doc, max, min, name, signed", None),
            (mem_addr, "{name: mem_addr,", "a field lacks the key 'bits'", None),
            (mem_addr, "{name: MemAddr,  bits: 32,",
             "'name' is 'MemAddr': must be a lower-case name such as 'row_bytes'", None),
            (mem_addr, "{name: wait,  bits: 32,", "command 'ld': 'wait' is a reserved field name", None),
            ("{name: dst,       bits: 20, doc", "{name: space,  bits: 20, doc",
             "command 'ld': the name 'space' is used twice", None),
            ("{name: row_bytes, bits: 20, min: 1, doc", "{name: row_bytes, bits: 20, min: 1048576, doc",
             "'min' is 1048576: must be 0 to 1048575", None),
            ("{name: interleave, bits: 2, max: 2,", "{name: interleave, bits: 2, max: 4,",
             "'max' is 4: must be 0 to 3", None),
            ("{name: wl,  id: 1,", "{name: wl,  id: 2,", "engines: 'wl' has id 2: ids count up from 0, expected 1", None),
            ("{name: wl,  id: 1,", "{name: ld,  id: 1,", "engines: the name 'ld' is used twice", None),
            ("{name: wait,   bits: 5,", "{name: wait,   bits: 4,",
             "header field 'wait' has 4 bits: must be one per engine, 5", top),
        ]
        for old, new, sentence, line in cases:
            with self.subTest(new):
                self.refuse(self.isa, ISA, old, new, sentence, line)

    def test_refuses_defects_of_a_command(self) -> None:
        line = line_of(ISA, "  - name: ld\n")
        cases = [
            ("opcode: 2\n", "opcode: 1\n", "commands: the opcode 1 is used twice"),
            ("opcode: 2\n", "opcode: 32\n", "'opcode' is 32: must be 1 to 31"),
            ("opcode: 2\n    engine: ld", "opcode: 2\n    engine: dma",
             "command 'ld': engine 'dma' is unknown; known are ld, wl, mm, vec, st, fe"),
            ("{name: dst,       bits: 20,", "{name: dst,       bits: 32,", None),
            ("{name: rows,      bits: 12, min: 1, doc: \"Number of rows.\"}\n      - {name: y0,        bits: 12,",
             "{name: rows,      bits: 31, min: 1, doc: \"Number of rows.\"}\n      - {name: y0,        bits: 12,",
             "command 'ld' takes 143 bits: at most 128 fit"),
        ]
        for old, new, sentence in cases:
            with self.subTest(new):
                if sentence is None:  # 12 bits more still fit
                    self.isa.write_text(ISA.replace(old, new, 1), encoding="utf-8")
                    self.assertEqual(self.run_generator("--check").returncode, 1)
                else:
                    self.refuse(self.isa, ISA, old, new, sentence, line)

    def test_refuses_defects_of_the_register_map(self) -> None:
        doorbell = "offset: 0x068, access: wo"
        cases = [
            (doorbell, "offset: 0x06A, access: wo", "register 'doorbell': offset 0x6a is not a multiple of 4"),
            (doorbell, "offset: 0x064, access: wo", "registers: the offset 100 is used twice"),
            (doorbell, "offset: 0x1000, access: wo", "'offset' is 4096: must be 0 to 4092"),
            (doorbell, "offset: 0x068, access: rx", "register 'doorbell': access is 'rx': must be ro, rw, wo, w1c"),
            (doorbell, "offset: 0x068, acess: wo",
             "a register has the unknown key 'acess'; allowed are access, doc, fields, job, name, offset, reset"),
            ("reset: 1, job: true, doc: \"Read-only window, first", "reset: -1, job: true, doc: \"Read-only window, first",
             "'reset' is -1: must be 0 to 4294967295"),
            ("{name: done,  lsb: 1, bits: 1, doc: \"The last", "{name: done,  lsb: 0, bits: 1, doc: \"The last",
             "register 'status': field 'done' overlaps another one"),
            ("{name: cols,  lsb: 8,  bits: 8,", "{name: cols,  lsb: 30,  bits: 8,", "'bits' is 8: must be 1 to 2"),
        ]
        for old, new, sentence in cases:
            with self.subTest(new):
                self.refuse(self.regs, REGS, old, new, sentence)

    def test_refuses_defects_of_the_soc(self) -> None:
        timer = line_of(SOC, "  - name: timer")
        cases = [
            ("base: 0x40001000", "base: 0x40001800",
             "device 'timer': base 0x40001800 is not a multiple of its size, 4096", timer),
            ("base: 0x40001000", "base: 0x40000000", "device 'timer' overlaps device 'accelerator'", timer),
            ("base: 0x40001000", "base: 0x100000000", "'base' is 4294967296: must be 0 to 4294963200", timer),
            ("interrupt: 1", "interrupt: 2",
             "device 'timer' has interrupt 2: interrupts count up from 0, expected 1", timer),
            ("name: timer", "name: uart", "devices: the name 'uart' is used twice", line_of(SOC, "  - name: uart")),
            ("name: timer", "nam: timer",
             "a device has the unknown key 'nam'; allowed are address_bits, base, doc, interrupt, name, registers", timer),
            ("name: compare, offset: 0x008", "name: compare, offset: 0x004", "registers: the offset 4 is used twice", None),
        ]
        for old, new, sentence, line in cases:
            with self.subTest(new):
                self.refuse(self.soc, SOC, old, new, sentence, line)

    def test_refuses_defects_of_the_keys_of_parameters(self) -> None:
        rows = "{key: array.rows, type: integer, min: 4, max: 64,"
        lanes = "type: power_of_two, unit: channels/cycle, min: 1, max: 64,"
        base = "{key: memory.flash.base, type: address, min: 0, max: 0xfffff000, multiple_of: 4096,"
        banks = "values: [2, 4, 8, 16]"
        weights = "values: [flash, external], default: flash"
        types = "mapping, list, name, flag, real, integer, power_of_two, address, choice"
        cases = [
            (rows, "{key: array.rows, min: 4, max: 64,", "key 'array.rows' lacks the key 'type'"),
            (rows, "{key: array.rows, type: number, min: 4, max: 64,",
             f"key 'array.rows': type is 'number': must be {types}"),
            (rows, "{key: array.rows, type: integer, min: 4,", "key 'array.rows' (integer) lacks the key 'max'"),
            (rows, "{key: array.rows, type: flag, min: 4,",
             "key 'array.rows' (flag) has the unknown key 'min'; allowed are doc, key, rule, type"),
            (rows, "{key: array.rows, type: integer, min: 65, max: 64,", "'max' is 64: must be 65 to 4294967295"),
            (rows, "{key: array.Rows, type: integer, min: 4, max: 64,",
             "'key' is 'array.Rows': must be a path of lower-case names such as 'dma.bus_bits'"),
            (rows, "{key: arrays.rows, type: integer, min: 4, max: 64,",
             "key 'arrays.rows': 'arrays' is no mapping or list that is described before it"),
            (rows, "{key: name, type: integer, min: 4, max: 64,", "key 'name' is described twice"),
            (lanes, lanes.replace("64", "63"), "key 'requant_lanes': max is 63: must be a power of two"),
            (lanes, lanes.replace("min: 1", "min: 0"), "key 'requant_lanes': min is 0: must be a power of two"),
            (lanes, lanes + " default: 3,", "key 'requant_lanes': default is 3, which is not legal"),
            (lanes, lanes + " default: 65,", "'default' is 65: must be 1 to 64"),
            (base, base.replace("0xfffff000", "0xffffffff"),
             "key 'memory.flash.base': max is 4294967295: must be a multiple of 4096"),
            (banks, "values: []", "key 'scratchpad.banks': 'values' must be a list of words or a list of integers"),
            (banks, "values: [2, four]", "key 'scratchpad.banks': 'values' must be a list of words or a list of integers"),
            (banks, "values: [2, 2]", "key 'scratchpad.banks': 'values' holds a value twice"),
            (weights, weights.replace("default: flash", "default: sram"),
             "key 'memory.weights': default is 'sram': must be flash, external"),
            ("  - {key: accumulator.bytes,", "  - {key: accumulator_bytes,",
             "key 'accumulator': nothing in this mapping is described"),
        ]
        for old, new, sentence in cases:
            with self.subTest(new):
                line = line_of(PARAMETERS, "{key: accumulator, ") if "nothing" in sentence else None
                self.refuse(self.parameters, PARAMETERS, old, new, sentence, line)

    def test_refuses_defects_of_the_parameters_of_the_rtl(self) -> None:
        lanes = "{name: LANES, type: integer, key: requant_lanes}"
        cases = [
            ("{name: Lanes, type: integer, key: requant_lanes}",
             "'name' is 'Lanes': must be an upper-case name such as 'BUS_BYTES', and not CONFIG_ID"),
            ("{name: CONFIG_ID, type: integer, key: requant_lanes}",
             "'name' is 'CONFIG_ID': must be an upper-case name such as 'BUS_BYTES', and not CONFIG_ID"),
            ("{name: ROWS, type: integer, key: requant_lanes}", "RTL parameter 'ROWS' is described twice"),
            ("{name: LANES, type: text, key: requant_lanes}", "RTL parameter 'LANES': type is 'text': must be integer, bit"),
            ("{name: LANES, type: bit, key: requant_lanes}",
             "RTL parameter 'LANES': a bit is the value of a flag, and a flag is a bit"),
            ("{name: LANES, type: integer, key: lanes}", "RTL parameter 'LANES': 'lanes' is not the key of a value"),
            ("{name: LANES, type: integer, key: array}", "RTL parameter 'LANES': 'array' is not the key of a value"),
            ("{name: LANES, type: integer}", "RTL parameter 'LANES' has neither a key nor a value"),
            ("{name: LANES, type: integer, doc: x}",
             "an RTL parameter has the unknown key 'doc'; allowed are key, name, type, value"),
        ]
        for new, sentence in cases:
            with self.subTest(new):
                self.refuse(self.parameters, PARAMETERS, lanes, new, sentence)

    def test_the_page_shows_range_default_and_rtl_name_of_a_key(self) -> None:
        self.assertEqual(self.run_generator("--page", *self.page_options).returncode, 0)
        page = self.pages["parameters-page-file"].read_text(encoding="utf-8")
        for start in ("| `dma.bus_bits` | `32`, `64`, `128` | bits | - | `BUS_BYTES` |",
                      "| `memory.sram.banks` | power of two, 1 to 64; blocks of a multiple of 4096 bytes |  | `1` |  |",
                      "| `memory.flash.base` | multiple of 4096, 0x0 to 0xFFFFF000 |  | - |  |",
                      "| `BUS_BYTES` | integer | `dma.bus_bits` / 8 |", "| `ROWS` | integer | `array.rows` |"):
            self.assertIn("\n" + start, page)

    def test_refuses_what_is_not_yaml(self) -> None:
        self.isa.write_text("command_bits: [\n", encoding="utf-8")
        result = self.run_generator("--out", str(self.folder / "out"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not valid YAML", result.stderr)
        self.isa.write_text("- 1\n", encoding="utf-8")
        self.assertEqual(self.run_generator("--check").stderr, f"{self.isa}:1: must be a mapping\n")


if __name__ == "__main__":
    unittest.main()

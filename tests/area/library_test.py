# SPDX-License-Identifier: Apache-2.0
"""Which cell library the scripts take, and what they say when it or a program is not there: a sentence and an exit code of its own."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MISMATCH, DATA, TOOL = 5, 6, 8


class LibraryTest(unittest.TestCase):
    """find_library of a project that is empty but for the scripts."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name) / "project"
        (self.root / "scripts/area").mkdir(parents=True)
        shutil.copy(ROOT / "scripts/common.sh", self.root / "scripts")
        for name in ("library.sh", "libraries.csv"):
            shutil.copy(ROOT / "scripts/area" / name, self.root / "scripts/area")
        script = self.root / "scripts/find.sh"
        script.write_text('#!/usr/bin/env bash\ncaller=$PWD\nsource "$(dirname "${BASH_SOURCE[0]}")/common.sh"\n'
                          'source scripts/area/library.sh\nfind_library >&2\ncat "$liberty"\n', encoding="utf-8")
        self.library = Path(self.folder.name) / "cells.lib"
        self.library.write_text("library(x) {}\n", encoding="utf-8")
        self.hash = hashlib.sha256(self.library.read_bytes()).hexdigest()

    def find(self, wanted: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(["/bin/bash", self.root / "scripts/find.sh"], cwd=self.folder.name, capture_output=True, text=True, check=False,
                              env={**os.environ, "SYSTOLITE_LIBERTY": wanted, **environment})

    def refused(self, wanted: str, code: int, says: str, **environment: str) -> None:
        done = self.find(wanted, **environment)
        self.assertEqual(done.returncode, code, done.stderr)
        sentences = [line for line in done.stderr.splitlines() if line.startswith("find.sh: ")]
        self.assertEqual(len(sentences), 1, done.stderr)
        self.assertRegex(sentences[0], says)

    def test_a_file_is_taken_as_it_is(self) -> None:
        done = self.find("cells.lib")
        self.assertEqual((done.returncode, done.stdout), (0, self.library.read_text(encoding="utf-8")), done.stderr)

    def test_what_was_pinned_is_fetched_once(self) -> None:
        wanted = f"file://{self.library}#sha256={self.hash}"
        first = self.find(wanted)
        self.assertEqual((first.returncode, first.stdout), (0, "library(x) {}\n"), first.stderr)
        text = self.library.read_text(encoding="utf-8")
        self.library.unlink()
        second = self.find(wanted)
        self.assertEqual((second.returncode, second.stdout), (0, text), second.stderr)

    def test_another_hash_is_refused_and_nothing_kept(self) -> None:
        other = "0" * 64
        for _ in range(2):
            self.refused(f"file://{self.library}#sha256={other}", MISMATCH, f"cells.lib from .* has SHA-256 {self.hash}, it must have {other}; it is not kept")
        self.assertFalse(list((self.root / "build/area/library").rglob("*.lib")))

    def test_a_kept_library_is_checked_again(self) -> None:
        wanted = f"file://{self.library}#sha256={self.hash}"
        self.assertEqual(self.find(wanted).returncode, 0)
        (kept,) = (self.root / "build/area/library").rglob("cells.lib")
        kept.write_text("library(y) {}\n", encoding="utf-8")
        self.refused(wanted, MISMATCH, "it must have")
        self.assertEqual(self.find(wanted).returncode, 0)

    def test_a_library_that_is_not_there_is_refused(self) -> None:
        self.refused("none.lib", DATA, "SYSTOLITE_LIBERTY names .*/none.lib, which is not a file, nor a name of scripts/area/libraries.csv")
        self.refused(f"file:///no/such.lib#sha256={self.hash}", DATA, "such.lib cannot be fetched from file:///no/such.lib; .*curl")
        self.refused("https://example.org/x.lib", DATA, "must be followed by #sha256= and 64 hexadecimal digits")

    def test_a_program_that_is_missing_is_named(self) -> None:
        programs = Path(self.folder.name) / "bin"
        programs.mkdir()
        for name in ("dirname", "basename", "date", "cat", "mkdir", "sha256sum", "cut", "tail"):
            (programs / name).symlink_to(shutil.which(name))
        self.refused(f"file://{self.library}#sha256={self.hash}", TOOL, "the program curl is missing; it is in the package curl", PATH=str(programs))

    def test_names_are_pinned(self) -> None:
        with (ROOT / "scripts/area/libraries.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertIn("sg13g2", [row["name"] for row in rows])
        for row in rows:
            self.assertRegex(row["sha256"], "^[0-9a-f]{64}$")
            self.assertRegex(row["url"], r"^https://\S+/[0-9a-f]{40}/\S+\.lib$")  # of a commit, not of a branch


class ExitCodeTest(unittest.TestCase):
    def test_codes_are_those_of_the_command_line(self) -> None:
        header = (ROOT / "sim/core/error.h").read_text(encoding="utf-8")
        script = (ROOT / "scripts/common.sh").read_text(encoding="utf-8")
        for name, code in (("Mismatch", MISMATCH), ("Data", DATA), ("Tool", TOOL)):
            self.assertRegex(header, rf"k{name} = {code},")
            self.assertRegex(script, rf"(?m)^EXIT_{name.upper()}={code}\b")
        for path, name, code in (("scripts/area/liberty.py", "EXIT_DATA", DATA), ("scripts/fpga/implement.py", "EXIT_TOOL", TOOL)):
            self.assertTrue(re.search(rf"(?m)^{name} = {code}\b", (ROOT / path).read_text(encoding="utf-8")), path)


if __name__ == "__main__":
    unittest.main()

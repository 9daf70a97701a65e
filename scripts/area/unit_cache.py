# SPDX-License-Identifier: Apache-2.0
"""Mapped netlists of units, each synthesised once for all configurations: most units of two configurations are equal.

An entry is named by a hash of all that its contents depend on: the elaborated unit with what it contains, the library, the
synthesis. A unit is synthesised in a process of its own, from a text in which only names of the source are left, so that it does not
matter which configuration asked for it first.
"""

from __future__ import annotations

import concurrent.futures
import gzip
import hashlib
import importlib.metadata
import json
from pathlib import Path

import netlist
import synthesis

# Of a unit: {"area": um2 as Yosys adds it up, "ports": {name: {"direction", "bits"}},
# "cells": {name: {"type", "connections": {pin: bits}}}}. A bit is the number of a net or "0", "1", "x". The type of a submodule is its
# name in this configuration's netlist.Netlist.
Mapped = dict


class UnitCache:
    def __init__(self, folder: Path, library: Path, processes: int = 2) -> None:
        self._folder = folder
        self._library = library
        self._processes = processes
        setup = f"{synthesis.unit_script()} {importlib.metadata.version('pyosys')}"
        self._setup = hashlib.sha256(library.read_bytes() + setup.encode()).hexdigest()

    def mapped(self, design: netlist.Netlist, work: Path) -> dict[str, Mapped]:
        """The mapped netlist of every unit that is not a memory; synthesises those that are not there yet."""
        self._folder.mkdir(parents=True, exist_ok=True)
        keys, texts = self._texts(design)
        logic = [name for name, unit in design.units.items() if not unit.is_memory]
        missing = {keys[name]: texts[name] for name in logic if not self._file(keys[name]).is_file()}
        with concurrent.futures.ThreadPoolExecutor(self._processes) as pool:
            for _ in pool.map(lambda key: self._make(key, missing[key], work), missing):
                pass
        units = {key: name for name, key in keys.items()}
        result = {}
        for name in logic:
            with gzip.open(self._file(keys[name]), "rt", encoding="utf-8") as file:
                result[name] = json.load(file)
            for cell in result[name]["cells"].values():
                cell["type"] = units.get(cell["type"], cell["type"])
        return result

    def _texts(self, design: netlist.Netlist) -> tuple[dict[str, str], dict[str, str]]:
        """By unit: the key of its entry, and the RTLIL of the unit with black boxes for what it contains."""
        keys: dict[str, str] = {}
        texts: dict[str, str] = {}
        boxes: dict[str, str] = {}
        for name, unit in design.units.items():  # children come before their parents
            children = sorted({child for _, child in unit.children}, key=lambda child: keys[child])
            body = netlist.canonical(unit.lines)
            for child in children:
                body = body.replace(f"cell \\{child} ", f"cell \\{keys[child]} ")
            digest = hashlib.sha256("\n".join((self._setup, unit.module, body)).encode()).hexdigest()
            keys[name] = f"{unit.module}_{digest[:20]}"
            ports = netlist.port_lines(unit.lines)
            boxes[name] = "\n".join(["attribute \\blackbox 1", f"module \\{keys[name]}", *ports, "end"])
            texts[name] = "\n".join([*(boxes[child] for child in children), f"module \\{keys[name]}", body, "end", ""])
        return keys, texts

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json.gz"

    def _make(self, key: str, text: str, work: Path) -> None:
        unit = synthesis.synthesise_unit(text, key, self._library, work / "units")
        temporary = self._file(key).with_suffix(".new")
        with gzip.open(temporary, "wt", encoding="utf-8", compresslevel=3) as output:
            json.dump(unit, output, separators=(",", ":"))
        temporary.replace(self._file(key))


def cell_counts(mapped: dict[str, Mapped]) -> synthesis.Cells:
    counts: synthesis.Cells = {}
    for name, unit in mapped.items():
        of_unit = counts.setdefault(name, {})
        for cell in unit["cells"].values():
            of_unit[cell["type"]] = of_unit.get(cell["type"], 0) + 1
    return counts

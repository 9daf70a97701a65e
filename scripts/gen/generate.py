#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates everything that is derived from the descriptions configs/{isa,regs,soc_regs,parameters}.yaml.

    generate.py --out DIR   writes slt_isa_pkg.sv, slt_isa.hpp, slt_isa.cpp, slt_regs.h, slt_soc.h, slt_parameters.hpp into DIR
    generate.py --page      writes the committed reference pages
    generate.py --check     fails if a committed reference page differs from the descriptions
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    import yaml  # noqa: F401  (imported here only to give the reason when it is missing)
except ImportError:
    sys.exit(f"generate.py: {sys.executable} has no module yaml; install the Debian package python3-yaml")

import emit_c
import emit_cpp
import emit_md
import emit_parameters
import emit_sv
import parameters
import spec
from strict_yaml import SpecError

ROOT = Path(__file__).resolve().parents[2]


def write_if_changed(path: Path, text: str) -> None:
    """Keeps the time stamp of a file whose content stays, so that nothing that includes it is rebuilt."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--out", type=Path, metavar="DIR", help="output directory")
    action.add_argument("--page", action="store_true", help="rewrite the reference pages")
    action.add_argument("--check", action="store_true", help="compare the reference pages")
    parser.add_argument("--isa", type=Path, default=ROOT / "configs/isa.yaml")
    parser.add_argument("--regs", type=Path, default=ROOT / "configs/regs.yaml")
    parser.add_argument("--soc", type=Path, default=ROOT / "configs/soc_regs.yaml")
    parser.add_argument("--parameters", type=Path, default=ROOT / "configs/parameters.yaml")
    parser.add_argument("--page-file", type=Path, default=ROOT / "driver/REGISTERS.md")
    parser.add_argument("--soc-page-file", type=Path, default=ROOT / "sim/soc/REGISTERS.md")
    parser.add_argument("--parameters-page-file", type=Path, default=ROOT / "configs/PARAMETERS.md")
    arguments = parser.parse_args()

    try:
        isa = spec.load_isa(arguments.isa)
        registers = spec.load_registers(arguments.regs)
        soc = spec.load_soc(arguments.soc)
        hardware = parameters.load(arguments.parameters)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.out:
        write_if_changed(arguments.out / "slt_isa_pkg.sv", emit_sv.emit(isa, registers))
        write_if_changed(arguments.out / "slt_isa.hpp", emit_cpp.emit_header(isa))
        write_if_changed(arguments.out / "slt_isa.cpp", emit_cpp.emit_source(isa))
        write_if_changed(arguments.out / "slt_regs.h", emit_c.emit(isa, registers))
        write_if_changed(arguments.out / "slt_soc.h", emit_c.emit_soc(soc))
        write_if_changed(arguments.out / "slt_parameters.hpp", emit_parameters.emit_header(hardware))
        return 0
    pages = {arguments.page_file: emit_md.emit(isa, registers), arguments.soc_page_file: emit_md.emit_soc(soc),
             arguments.parameters_page_file: emit_parameters.emit_page(hardware)}
    if arguments.page:
        for path, page in pages.items():
            write_if_changed(path, page)
        return 0
    stale = [path for path, page in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != page]
    for path in stale:
        print(f"{path}: differs from the descriptions; run scripts/gen/generate.py --page and commit it",
              file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Parses and elaborates SystemVerilog with slang. Arguments: those of the command-line tool slang."""

from __future__ import annotations

import shlex
import sys

from pyslang import driver


def main() -> int:
    slang = driver.Driver()
    slang.addStandardArgs()
    if not slang.parseCommandLine(shlex.join(["slang", *sys.argv[1:]])):
        return 2
    if not slang.processOptions() or not slang.parseAllSources():
        return 1
    slang.reportCompilation(slang.createCompilation(), True)
    return 0 if slang.reportDiagnostics(True) else 1


if __name__ == "__main__":
    sys.exit(main())

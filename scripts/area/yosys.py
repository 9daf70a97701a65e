# SPDX-License-Identifier: Apache-2.0
"""Runs a Yosys script, which is all of the command line that the package pyosys lacks. Argument: the script."""

from __future__ import annotations

import sys

from pyosys import libyosys

if __name__ == "__main__":
    # A failing pass prints its error and ends the process with code 1.
    libyosys.run_pass(f"script {sys.argv[1]}", libyosys.Design())

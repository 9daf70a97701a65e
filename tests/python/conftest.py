# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def command_line() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the program as a user does."""
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([os.environ["SYSTOLITE_PROGRAM"], *arguments], capture_output=True, text=True,
                              check=False)
    return call


@pytest.fixture
def report_of(command_line: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[..., dict[str, Any]]:
    def call(*arguments: str) -> dict[str, Any]:
        done = command_line("run", *arguments, "--json", "-")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return call


@pytest.fixture
def interrupted() -> Callable[..., str]:
    """Runs a script, sends it Ctrl-C when it has printed the line `when`, and returns its standard error."""
    def call(script: str, *, when: str) -> str:
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        assert process.stdout.readline() == f"{when}\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        return errors
    return call

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import subprocess
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

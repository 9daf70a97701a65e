# SPDX-License-Identifier: Apache-2.0
"""The types that are declared are those that there are."""
from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import systolite
from systolite import _native

PACKAGE = Path(systolite.__file__).parent
PROJECT = Path(__file__).parents[2]


def declared() -> dict[str, set[str]]:
    tree = ast.parse((PACKAGE / "_native.pyi").read_text(encoding="utf-8"))
    names: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names[node.name] = {entry.name for entry in node.body if isinstance(entry, ast.FunctionDef)} - {"__init__"}
        elif isinstance(node, ast.FunctionDef):
            names[node.name] = set()
    return names


def test_stubs_name_what_the_module_has():
    present = {}
    for name, value in vars(_native).items():
        if inspect.isclass(value):
            own = set() if issubclass(value, Exception) else {key for key in vars(value) if not key.startswith("_")}
            present[name] = own
        elif callable(value):
            present[name] = set()
    assert declared() == present


def test_package_is_typed():
    assert (PACKAGE / "py.typed").exists()


def test_everything_public_is_documented():
    for name in systolite.__all__:
        value = getattr(systolite, name)
        if name != "__version__":
            assert value.__doc__, name
        if inspect.isfunction(value):
            kinds = {parameter.kind for parameter in inspect.signature(value).parameters.values()}
            assert kinds <= {inspect.Parameter.KEYWORD_ONLY}, name


def test_strict_type_check():
    pytest.importorskip("mypy")
    done = subprocess.run([sys.executable, "-m", "mypy", "--no-incremental", "--config-file",
                           str(PROJECT / "pyproject.toml"), str(PACKAGE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

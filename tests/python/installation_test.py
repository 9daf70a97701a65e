# SPDX-License-Identifier: Apache-2.0
"""A package that pip installed: it is that one, complete, and runs networks. Called by pip_install.sh."""
from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import numpy as np
import pytest
import systolite

KWS = "kws_embedded"

ENVIRONMENT = os.environ.get("SYSTOLITE_INSTALLED_IN")
if ENVIRONMENT is None:
    pytest.skip("this is not the environment that pip_install.sh makes", allow_module_level=True)


def is_inside(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


def test_the_installation_is_imported():
    assert is_inside(systolite.__file__, ENVIRONMENT)
    assert is_inside(systolite._native.__file__, ENVIRONMENT)
    assert systolite.__version__ == importlib.metadata.version("systolite")


def test_it_brings_its_files_along():
    assert is_inside(systolite.load_config(config="base_16x16").file, ENVIRONMENT)
    assert is_inside(systolite.load_model(model=KWS).file, ENVIRONMENT)
    assert is_inside(systolite._native.find_sweep("ci_small"), ENVIRONMENT)


def test_every_configuration_and_model_is_there():
    project = Path(__file__).parents[2]
    assert systolite.config_names() == sorted(file.stem for file in (project / "configs" / "hw").glob("*.yaml"))
    for name in systolite.model_names():
        assert systolite.load_model(model=name).operators > 0
    assert KWS in systolite.model_names()


@pytest.mark.parametrize("backend", ["fast", "systemc", "rtl"])
def test_backends_say_what_the_command_line_says(report_of, backend):
    result = systolite.run(model=KWS, config="base_16x16", backend=backend)
    assert result.report == report_of(KWS, "--config", "base_16x16", "--backend", backend)


def test_rtl_is_built_from_the_installed_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("SYSTOLITE_CACHE", str(tmp_path))
    lines = []
    rtl = systolite.run(model=KWS, config="tiny_4x4", backend="rtl", progress=lines.append)
    fast = systolite.run(model=KWS, config="tiny_4x4", backend="fast")
    assert lines
    assert len(list(tmp_path.rglob("libslt_rtl.so"))) == 1
    assert rtl.cycles == fast.cycles
    np.testing.assert_array_equal(rtl.output, fast.output)


def test_battery_life_is_found_with_the_installed_firmware():
    sweep = {"name": "battery", "models": [KWS], "base": "base_16x16", "scenario": "keyword_spotting",
             "parameters": {"clock_mhz": [25, 50]}, "objectives": [{"maximize": "battery_life_days"}]}
    found = systolite.explore(sweep=sweep, jobs=1)
    assert found.status.tolist() == [["ok", "ok"]]
    assert (found.figures["battery_life_days"] > 1).all()

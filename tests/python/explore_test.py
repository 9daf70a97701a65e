# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import systolite

SWEEP = {
    "name": "two", "models": ["kws_embedded", "ad_embedded"], "base": "base_16x16",
    "parameters": {"array.rows": [8, 16], "array.cols": {"from": 8, "to": 16, "factor": 2},
                   "scratchpad.bytes": [4096, 65536],
                   "array.depthwise_unit": [True, False], "scratchpad.banks": [3, 8], "requant_lanes": [8]},
    "objectives": [{"minimize": "cycles"}, {"minimize": "area_mm2"}],
    "constraints": [{"figure": "time_us", "at_most": 400}],
}


def files_of_the_command_line(command_line, folder, sweep):
    done = command_line("explore", str(sweep), "--output", str(folder / "cli"), "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return (folder / "cli.csv").read_bytes(), (folder / "cli.json").read_bytes()


def test_files_equal_those_of_the_command_line(command_line, tmp_path):
    csv, page = files_of_the_command_line(command_line, tmp_path, "ci_small")
    systolite.explore(sweep="ci_small").save(stem=tmp_path / "python")
    assert (tmp_path / "python.csv").read_bytes() == csv
    assert (tmp_path / "python.json").read_bytes() == page


def test_evolutionary_search_asks_the_same_points(command_line, tmp_path):
    sweep = tmp_path / "search.yaml"
    text = Path(systolite._native.find_sweep("ci_small")).read_text()
    sweep.write_text(text + "search: {method: evolutionary, population: 12, generations: 4, seed: 3}\n")
    csv, page = files_of_the_command_line(command_line, tmp_path, sweep)
    found = systolite.explore(sweep=sweep)
    assert 12 <= len(found) < 96
    found.save(stem=tmp_path / "python")
    assert (tmp_path / "python.csv").read_bytes() == csv
    assert (tmp_path / "python.json").read_bytes() == page


def test_points_are_exact_runs():
    found = systolite.explore(sweep="ci_small", jobs=1)
    rng = np.random.default_rng(11)
    for position in rng.choice(np.flatnonzero(found.status[0] == "ok"), 4, replace=False):
        overrides = {key: values[position].item() for key, values in found.parameters.items()}
        result = systolite.run(model="kws_embedded", overrides=overrides, backend="fast", search=False)
        assert result.cycles == found.figures["cycles"][0, position], overrides


def test_front_is_what_no_point_dominates():
    found = systolite.explore(sweep=SWEEP)
    assert len(found) == 32
    assert set(found.status[0]) == {"ok", "illegal", "does_not_fit"}
    for number, model in enumerate(found.models):
        feasible = (found.status[number] == "ok") & ~(found.figures["time_us"][number] > 400)
        np.testing.assert_array_equal(found.fronts[model].feasible, feasible)
        values = np.stack([found.figures["cycles"][number], found.figures["area_mm2"][number]], axis=1)
        front = [p for p in np.flatnonzero(feasible)
                 if not any((values[q] <= values[p]).all() and (values[q] < values[p]).any()
                            for q in np.flatnonzero(feasible))]
        assert found.fronts[model].positions.tolist() == front


def test_points_that_are_not_legal_say_why():
    found = systolite.explore(sweep=SWEEP)
    illegal = found.status == "illegal"
    np.testing.assert_array_equal(illegal[0], found.parameters["scratchpad.banks"] == 3)
    assert all("scratchpad.banks" in reason for reason in found.reasons[illegal])
    assert np.isnan(found.figures["cycles"][illegal]).all()


def test_frame_has_a_row_for_each_model_and_point():
    pytest.importorskip("pandas")
    found = systolite.explore(sweep=SWEEP)
    frame = found.to_frame()
    assert len(frame) == 64
    assert frame["array.depthwise_unit"].dtype == bool
    front = found.front(model="ad_embedded")
    assert front["point"].tolist() == found.points[found.fronts["ad_embedded"].positions].tolist()


def test_callback_sees_every_point_and_can_end_it():
    seen = []
    systolite.explore(sweep="ci_small", callback=seen.append, jobs=2)
    assert [entry.known for entry in seen] == sorted(entry.known for entry in seen)
    assert (seen[-1].known, seen[-1].total) == (96, 96)

    def stop(progress):
        raise RuntimeError(f"enough after {progress.known}")

    with pytest.raises(RuntimeError, match="enough after 32"):
        systolite.explore(sweep="ci_small", callback=stop, jobs=1)


def test_sweeps_that_are_not_legal_are_refused(command_line, tmp_path):
    (tmp_path / "bad.yaml").write_text("name: bad\nmodels: [kws_embedded]\nbase: base_16x16\nparameters: {}\n")
    done = command_line("explore", str(tmp_path / "bad.yaml"))
    with pytest.raises(systolite.ConfigError) as caught:
        systolite.explore(sweep=tmp_path / "bad.yaml")
    assert done.stderr == f"systolite: error: {caught.value}\n"
    with pytest.raises(systolite.ConfigError, match="names are: ci_small"):
        systolite.explore(sweep="nothing")
    with pytest.raises(systolite.ConfigError, match="cyles"):
        systolite.explore(sweep=SWEEP | {"objectives": [{"minimize": "cyles"}]})
    with pytest.raises(ValueError, match="jobs is 0"):
        systolite.explore(sweep="ci_small", jobs=0)


def test_nothing_feasible_is_a_result_with_a_reason():
    found = systolite.explore(sweep=SWEEP | {"constraints": [{"figure": "time_us", "at_most": 1}]})
    assert found.fronts["kws_embedded"].positions.size == 0
    assert "time_us" in found.fronts["kws_embedded"].reason


def test_results_that_cannot_be_written_are_a_data_error(tmp_path):
    found = systolite.explore(sweep="ci_small")
    with pytest.raises(systolite.DataError):
        found.save(stem=tmp_path / "missing" / "x")


def test_timing_equals_a_run():
    for search in (False, True):
        figures = systolite.timing(model="kws_embedded", config="rect_8x16", search=search)
        result = systolite.run(model="kws_embedded", config="rect_8x16", backend="fast", search=search)
        assert figures["cycles"] == result.cycles
        assert figures["bytes_read"] == result.bytes_read
        assert figures["energy_uj"] == pytest.approx(result.energy_pj.value / 1e6)
    assert set(figures) == {figure.name for figure in systolite.figures()}


def test_timing_refuses_what_does_not_fit():
    with pytest.raises(systolite.ModelError):
        systolite.timing(model="ic_embedded", config="tiny_4x4")
    with pytest.raises(systolite.ConfigError):
        systolite.timing(model="kws_embedded", overrides={"array.rows": 3})


def test_area_equals_the_command_line(command_line):
    done = command_line("area", "--config", "large_32x32", "--json", "-")
    expected = json.loads(done.stdout)
    found = systolite.area(config="large_32x32")
    assert found.total_mm2._asdict() == expected["total_mm2"]
    assert found.fmax_mhz._asdict() == expected["fmax_mhz"]
    assert [block.kge._asdict() for block in found.blocks] == [block["kge"] for block in expected["blocks"]]
    assert [memory.mm2._asdict() for memory in found.memories] == [memory["mm2"] for memory in expected["memories"]]
    with pytest.raises(systolite.ConfigError, match="cell library"):
        systolite.area(library="nothing")


def test_ctrl_c_ends_an_exploration(interrupted):
    script = ("import systolite\n"
              "def callback(progress):\n"
              "    if progress.known < 1000: print('going', flush=True)\n"
              "sweep = {'name': 'long', 'models': ['kws_embedded'], 'base': 'base_16x16',\n"
              "         'parameters': {'array.rows': {'from': 4, 'to': 64, 'step': 1},\n"
              "                        'array.cols': {'from': 4, 'to': 64, 'step': 1},\n"
              "                        'clock_mhz': {'from': 1, 'to': 200, 'step': 1}},\n"
              "         'objectives': [{'minimize': 'cycles'}]}\n"
              "systolite.explore(sweep=sweep, callback=callback)\n")
    assert interrupted(script, when="going").strip().endswith("KeyboardInterrupt")


def test_an_interrupted_exploration_goes_on_where_it_was(tmp_path):
    journal = tmp_path / "j.journal"
    systolite.explore(sweep="ci_small").save(stem=tmp_path / "whole")

    def stop(progress):
        if progress.known >= 64:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError):
        systolite.explore(sweep="ci_small", callback=stop, journal=journal, jobs=1)
    seen = []
    found = systolite.explore(sweep="ci_small", callback=seen.append, journal=journal)
    assert {entry.resumed for entry in seen} == {64}
    assert seen[0].known > 64
    found.save(stem=tmp_path / "resumed")
    for ending in (".csv", ".json"):
        assert (tmp_path / f"resumed{ending}").read_bytes() == (tmp_path / f"whole{ending}").read_bytes()
    again = []
    systolite.explore(sweep="ci_small", callback=again.append, journal=journal)
    assert [(entry.known, entry.resumed) for entry in again] == [(96, 96)]


def test_a_killed_exploration_loses_no_point_that_was_told(tmp_path):
    journal = tmp_path / "j.journal"
    script = ("import os, signal, sys, systolite\n"
              "def callback(progress):\n"
              "    print(progress.known, flush=True)\n"
              "    if progress.known >= 32: os.kill(os.getpid(), signal.SIGKILL)\n"
              "systolite.explore(sweep='ci_small', callback=callback, journal=sys.argv[1], jobs=1)\n")
    done = subprocess.run([sys.executable, "-c", script, str(journal)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    seen = []
    systolite.explore(sweep="ci_small", callback=seen.append, journal=journal)
    assert seen[-1].resumed == int(done.stdout.split()[-1])


def test_an_evolutionary_search_goes_on_with_its_journal(tmp_path):
    text = Path(systolite._native.find_sweep("ci_small")).read_text()
    sweep = tmp_path / "search.yaml"
    sweep.write_text(text + "search: {method: evolutionary, population: 12, generations: 4, seed: 3}\n")
    whole = systolite.explore(sweep=sweep)
    journal = tmp_path / "j.journal"
    systolite.explore(sweep="ci_small", journal=journal)  # all points: more than the search asks for
    resumed = systolite.explore(sweep=sweep, journal=journal)
    np.testing.assert_array_equal(resumed.points, whole.points)
    np.testing.assert_array_equal(resumed.figures["cycles"], whole.figures["cycles"])


def test_journals_of_something_else_are_refused(tmp_path):
    journal = tmp_path / "j.journal"
    systolite.explore(sweep="ci_small", journal=journal)
    with pytest.raises(systolite.DataError, match=r"j\.journal"):
        systolite.explore(sweep=SWEEP, journal=journal)
    (tmp_path / "text").write_text("something\n")
    with pytest.raises(systolite.DataError):
        systolite.explore(sweep="ci_small", journal=tmp_path / "text")


def test_members_of_the_front_are_confirmed_on_the_rtl(command_line, tmp_path):
    sweep = {"name": "one", "models": ["kws_embedded"], "base": "base_16x16",
             "parameters": {"memory.flash.read_latency_cycles": [2, 8, 40]}, "objectives": [{"minimize": "cycles"}]}
    lines = []
    found = systolite.explore(sweep=sweep, confirm="rtl", confirm_limit=2, progress=lines.append)
    np.testing.assert_array_equal(found.confirmed, [[True, False, False]])
    assert lines[0].startswith("confirming 1 of 1 on the RTL: kws_embedded on point 0")
    (tmp_path / "one.yaml").write_text(json.dumps(sweep))
    done = command_line("explore", str(tmp_path / "one.yaml"), "--output", str(tmp_path / "cli"), "--confirm", "rtl")
    assert done.returncode == 0, done.stderr
    found.save(stem=tmp_path / "python")
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "cli.csv").read_bytes()
    pytest.importorskip("pandas")
    assert found.front()["confirmed"].all()
    with pytest.raises(ValueError, match="confirm is 'systemc', but must be 'rtl' or None"):
        systolite.explore(sweep=sweep, confirm="systemc")
    with pytest.raises(ValueError, match="limit is 0"):
        found.confirm(limit=0)


def test_dask_cluster_of_processes_gives_the_same_files(tmp_path):
    distributed = pytest.importorskip("distributed")
    systolite.explore(sweep="ci_small").save(stem=tmp_path / "here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                  local_directory=str(tmp_path)) as cluster, distributed.Client(cluster) as client:
        found = systolite.explore(sweep="ci_small", client=client)
        pids = set(client.run(os.getpid).values())
    assert os.getpid() not in pids
    assert len(pids) == 2
    found.save(stem=tmp_path / "there")
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert (tmp_path / "there.json").read_bytes() == (tmp_path / "here.json").read_bytes()

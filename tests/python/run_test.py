# SPDX-License-Identifier: Apache-2.0
"""Runs from Python against those of the command line, which is tested against TensorFlow Lite Micro elsewhere."""
from __future__ import annotations

import doctest
import gc
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import systolite

KWS = "kws_embedded"


@pytest.mark.parametrize("backend", ["fast", "rtl", "systemc", "functional"])
def test_report_equals_that_of_the_command_line(report_of, backend):
    result = systolite.run(model=KWS, config="base_16x16", backend=backend)
    assert result.report == report_of(KWS, "--config", "base_16x16", "--backend", backend)


def test_output_equals_that_of_the_command_line(command_line, tmp_path):
    rng = np.random.default_rng(7)
    given = rng.integers(-128, 128, (1, 49, 10, 1)).astype(np.int8)
    np.save(tmp_path / "x.npy", given)
    done = command_line("run", KWS, "--backend", "functional", "--input", str(tmp_path / "x.npy"), "--output",
                        str(tmp_path / "y.npy"))
    assert done.returncode == 0, done.stderr
    for backend in ("fast", "rtl", "systemc", "functional"):
        output = systolite.run(model=KWS, backend=backend, input=given).output
        assert output.dtype == np.int8
        np.testing.assert_array_equal(output, np.load(tmp_path / "y.npy"))


def test_input_may_be_strided_and_lack_dimensions_of_1():
    rng = np.random.default_rng(3)
    twice = rng.integers(-128, 128, (49, 20)).astype(np.int8)
    strided = systolite.run(model=KWS, backend="functional", input=twice[:, ::2])
    plain = np.ascontiguousarray(twice[:, ::2]).reshape(1, 49, 10, 1)
    dense = systolite.run(model=KWS, backend="functional", input=[plain])
    np.testing.assert_array_equal(strided.output, dense.output)


def test_options_reach_the_mapper(report_of):
    result = systolite.run(model="vww_embedded", config="rect_8x16", backend="fast", drop_constant_channels=True,
                           seed=5)
    expected = report_of("vww_embedded", "--config", "rect_8x16", "--backend", "fast", "--drop-constant-channels",
                         "--seed", "5")
    assert result.report == expected
    assert result.report["removed"] is not None


def test_layers_are_the_rows_of_the_report():
    result = systolite.run(model=KWS, backend="fast")
    layers = result.layers
    rows = result.report["layers"]
    assert len(layers) == len(rows) == 13
    assert layers.cycles.tolist() == [row["cycles"] for row in rows]
    assert layers.cycles.sum() == result.cycles
    computed = np.isin(layers.where, ["array", "vector"])
    np.testing.assert_array_equal((layers.busy + sum(layers.stalls.values()))[computed], layers.cycles[computed])
    np.testing.assert_array_equal(sum(layers.gap.values()), layers.cycles - layers.lower_bound_cycles)
    assert layers.energy_pj.shape == (13, 3)
    assert layers.energy_pj[:, 0].sum() == pytest.approx(result.energy_pj.value)
    assert result.energy_pj.low < result.energy_pj.value < result.energy_pj.high
    assert sum(result.stalls["mm"].values()) == result.cycles


def test_frame_holds_the_layers():
    pytest.importorskip("pandas")
    result = systolite.run(model=KWS, backend="fast")
    frame = result.to_frame()
    assert frame.index.tolist() == list(range(13))
    assert frame["cycles"].sum() == result.cycles
    assert frame.loc[0, "op"] == "CONV_2D"
    assert frame.loc[0, "stall.wait_ld"] == result.report["layers"][0]["stalls"]["wait_ld"]


def test_no_clock_means_no_cycles():
    result = systolite.run(model=KWS, backend="functional")
    assert result.cycles is None
    assert result.energy_pj is None
    assert result.energy_components_pj == {}


def test_tensors_are_the_memory_of_the_run_and_keep_it():
    result = systolite.run(model=KWS, backend="functional", keep_all_tensors=True)
    assert len(result.tensors) == 14  # the input, and the output of every operator
    names = [entry.name for entry in systolite.load_model(model=KWS).outputs]
    kept = result.tensors[names[0]]
    assert not kept.flags.owndata
    assert not kept.flags.writeable
    assert np.shares_memory(kept, result.output)
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 1
    before = kept.copy()
    del result
    gc.collect()
    systolite.run(model=KWS, backend="functional", seed=9)
    np.testing.assert_array_equal(kept, before)


def test_session_runs_again():
    session = systolite.Session(model=KWS, backend="fast")
    first = session.run(seed=1)
    second = session.run(seed=2)
    assert first.cycles == second.cycles
    assert not np.array_equal(first.output, second.output)
    np.testing.assert_array_equal(session.run(seed=1).output, first.output)


def test_overrides_make_another_configuration():
    config = systolite.load_config(config="base_16x16", overrides={"array.rows": 8, "clock_mhz": 100})
    assert config.settings["array.rows"] == 8
    assert config.settings["clock_mhz"] == 100
    assert config.config_id != systolite.load_config(config="base_16x16").config_id
    result = systolite.run(model=KWS, config=config, overrides={"array.depthwise_unit": False}, backend="fast")
    assert result.report["configuration"] == config.settings | {"array.depthwise_unit": False}


@pytest.mark.parametrize(("error", "arguments", "words"), [
    (systolite.ModelError, {"model": "nothing"}, ("nothing",)),
    (systolite.ConfigError, {"config": "nothing"}, (KWS, "--config", "nothing", "--backend", "fast")),
    (systolite.ConfigError, {"energy": "90nm"}, (KWS, "--energy", "90nm", "--backend", "fast")),
    (systolite.ModelError, {"config": "tiny_4x4", "model": "ic_embedded"},
     ("ic_embedded", "--config", "tiny_4x4", "--backend", "fast")),
])
def test_errors_say_what_the_command_line_says(command_line, error, arguments, words):
    done = command_line("run", *words)
    with pytest.raises(systolite.SystoliteError) as caught:
        systolite.run(**({"model": KWS, "backend": "fast"} | arguments))
    assert type(caught.value) is error
    assert caught.value.exit_code == done.returncode
    assert done.stderr == f"systolite: error: {caught.value}\n"


def test_illegal_values_and_unknown_keys_are_refused():
    with pytest.raises(systolite.ConfigError, match=r"key 'array\.rows' is 3: must be 4 to 64"):
        systolite.load_config(overrides={"array.rows": 3})
    with pytest.raises(systolite.ConfigError, match=r"has no parameter 'array\.row'"):
        systolite.load_config(overrides={"array.row": 8})


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(systolite.DataError, match=r"input 0: the shape is \(3\), .* input has \(1, 49, 10, 1\)"):
        systolite.run(model=KWS, backend="fast", input=np.zeros(3, np.int8))
    with pytest.raises(systolite.DataError, match="must be int8"):
        systolite.run(model=KWS, backend="fast", input=np.zeros((49, 10), np.float32))
    with pytest.raises(systolite.DataError, match="has 1 inputs, 2 arrays were given"):
        systolite.run(model=KWS, backend="fast", input=[np.zeros((49, 10), np.int8)] * 2)
    with pytest.raises(systolite.DataError, match="must be int8"):  # from the process of its own
        systolite.run(model=KWS, backend="systemc", input=np.zeros((49, 10), np.int16))


def test_arguments_are_keywords_and_known():
    with pytest.raises(TypeError):
        systolite.run(KWS)
    with pytest.raises(TypeError, match="backnd"):
        systolite.run(model=KWS, backnd="fast")
    with pytest.raises(ValueError, match="backend is 'verilator', but must be one of fast, functional, rtl, systemc"):
        systolite.run(model=KWS, backend="verilator")


def test_missing_verilator_is_a_tool_error(tmp_path):
    script = ("import systolite\n"
              "try: systolite.run(model='kws_embedded', backend='rtl')\n"
              "except systolite.ToolError as error: print(error.exit_code, error)\n")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False,
                          env=os.environ | {"PATH": str(tmp_path), "SYSTOLITE_CACHE": str(tmp_path)})
    assert done.stdout.startswith("8 "), done.stderr
    assert "verilator" in done.stdout.lower()


def test_other_threads_go_on_during_a_run():
    session = systolite.Session(model=KWS, backend="rtl")
    counts = []
    running = threading.Event()
    running.set()

    def count():
        while running.is_set():
            counts.append(time.perf_counter())
            time.sleep(0.0005)

    other = threading.Thread(target=count)
    other.start()
    while not counts:
        time.sleep(0.001)
    native_start = time.perf_counter()
    session._native.run(None, 1)
    native_end = time.perf_counter()
    running.clear()
    other.join()
    inside = sum(native_start < at < native_end for at in counts)
    # While the lock was held, it could not have counted at all.
    assert inside >= 3, f"{inside} counts in {native_end - native_start} s"


def test_sessions_of_two_threads_give_the_results_of_one():
    alone = systolite.run(model=KWS, backend="fast")
    results = [None, None]

    def work(number):
        session = systolite.Session(model=KWS, backend="fast")
        results[number] = [session.run(seed=1) for _ in range(5)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results[0] + results[1]:
        assert result.report == alone.report
        np.testing.assert_array_equal(result.output, alone.output)


def test_ctrl_c_ends_a_loop_of_runs(interrupted):
    script = ("import systolite\n"
              "session = systolite.Session(model='kws_embedded', backend='fast')\n"
              "print('ready', flush=True)\n"
              "while True: session._native.run(None, 1)\n")
    assert interrupted(script, when="ready").strip().endswith("KeyboardInterrupt")


def test_model_describes_itself():
    model = systolite.load_model(model=KWS)
    assert model.name == KWS
    assert model.macs == 2_656_768
    assert model.inputs[0].shape == (1, 49, 10, 1)
    assert "SOFTMAX" in str(model)
    assert KWS in systolite.model_names()
    assert systolite.run(model=model.file, backend="functional").model == KWS


def test_first_example_of_the_package_works():
    assert doctest.testmod(systolite) == (0, 3)


def test_first_example_of_the_page_works():
    page = Path(__file__).parents[2] / "python" / "README.md"
    failed, tried = doctest.testfile(str(page), module_relative=False,
                                     optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
    assert tried > 5

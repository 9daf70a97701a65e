# SPDX-License-Identifier: Apache-2.0
"""Mapping by hand: what is chosen is done, what cannot be is refused, and no choice changes an output."""
from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import systolite
from systolite import Cut

KWS = "kws_embedded"


@pytest.fixture(scope="module")
def searched():
    return systolite.map(model=KWS)


def test_program_is_that_of_a_run(searched, report_of):
    assert searched.cycles == report_of(KWS, "--backend", "fast")["cycles"]
    assert searched.cycles == systolite.run(model=KWS, backend="fast").cycles
    assert repr(searched) == "<systolite.Program kws_embedded on base_16x16>"


def test_cuts_of_a_program_make_the_same_program(searched):
    assert set(searched.cuts) == {0, 1, 2, 3, 4, 5, 6, 7, 8, 11}
    again = systolite.map(model=KWS, cuts=searched.cuts)
    assert again.text == searched.text
    assert again.cuts == searched.cuts
    estimated = systolite.map(model=KWS, cuts={})
    assert estimated.cycles == systolite.timing(model=KWS, search=False)["cycles"]
    assert systolite.map(model=KWS, search=False).text == estimated.text


@pytest.mark.parametrize("backend", ["fast", "rtl", "systemc"])
def test_every_cut_gives_the_same_outputs_and_its_own_cycles(backend):
    rng = np.random.default_rng(5)
    reference = systolite.run(model=KWS, backend="functional", seed=3, keep_all_tensors=True)
    for op, cut in ((2, Cut(blocks=5, tiles=1)), (4, Cut(blocks=int(rng.integers(1, 9)), tiles=2, first_rows=1)),
                    (1, Cut(blocks=2, tiles=2, last_blocks=6, joint=False))):
        program = systolite.map(model=KWS, cuts={op: cut}, keep_all_tensors=True)
        result = program.run(backend=backend, seed=3)
        assert result.cycles == program.cycles
        for name, tensor in reference.tensors.items():
            np.testing.assert_array_equal(result.tensors[name], tensor)


def test_a_cut_is_done_as_it_is_wanted():
    program = systolite.map(model=KWS, cuts={2: Cut(blocks=5, tiles=1, first_blocks=1, last_blocks=1, joint=False)})
    frame = program.commands
    layer = (frame.op == 2) & (frame.name == "mm")
    assert layer.sum() == 5 * 4  # blocks x column tiles of 64 channels on 16 columns
    assert program.cuts[2].blocks == 5
    assert program.cuts[2].tiles == 1


def test_dataflow_can_be_chosen():
    weight = systolite.map(model=KWS, config="both_16x16", cuts={2: Cut(dataflow="weight")})
    output = systolite.map(model=KWS, config="both_16x16", cuts={2: Cut(dataflow="output")})
    assert output.cuts[2].dataflow == "output"
    assert output.cycles != weight.cycles
    np.testing.assert_array_equal(output.run(backend="fast").output, weight.run(backend="fast").output)
    with pytest.raises(ValueError, match="dataflow is 'row', but must be one of output, weight"):
        systolite.map(model=KWS, cuts={2: Cut(dataflow="row")})


@pytest.mark.parametrize(("op", "cut", "sentence"), [
    (2, Cut(blocks=1, tiles=9), r"kws_embedded: cut of operator #2 \(CONV_2D\): tiles is 9: must be at most 4"),
    (2, Cut(blocks=-1, tiles=1), r"blocks is -1: must be 0 to 65536"),
    (2, Cut(blocks=3), r"blocks is 3 and tiles is 0: must both be given, or both be 0 for an estimate"),
    (2, Cut(dataflow="output"), r"dataflow is output: must be weight, the only one that it can have on base_16x16"),
    (9, Cut(blocks=1, tiles=1), r"operator #9 \(AVERAGE_POOL_2D\): it does not run on the array, so it is not cut"),
    (99, Cut(), r"cut of operator #99: must be one of operators 0 to 12"),
])
def test_cuts_that_cannot_be_are_refused(op, cut, sentence):
    with pytest.raises(systolite.ConfigError, match=sentence):
        systolite.map(model=KWS, cuts={op: cut})


def test_values_far_outside_are_refused():
    with pytest.raises(ValueError, match="tiles is 1099511627776: that is too much"):
        systolite.map(model=KWS, cuts={2: Cut(blocks=1, tiles=2**40)})
    with pytest.raises(TypeError):
        Cut(block=1)


def test_commands_are_the_stream_with_its_times(searched):
    commands = searched.commands
    lines = [line.split(maxsplit=1) for line in searched.text.splitlines() if line.startswith("  ")]
    assert [text for _, text in lines] == commands.text.tolist()
    assert [-1 if op == "-" else int(op) for op, _ in lines] == commands.op.tolist()
    assert (commands.start <= commands.end).all()
    assert commands.engine[-1] == "fe"
    assert commands.end[-1] == searched.cycles
    for engine in ("ld", "wl", "mm", "vec", "st"):
        assert (np.diff(commands.start[commands.engine == engine]) >= 0).all()
    assert len(commands) == len(lines)
    pytest.importorskip("pandas")
    assert commands.to_frame()["text"].tolist() == commands.text.tolist()


def test_scratchpad_holds_every_tensor_of_the_device(searched):
    places = {place.tensor: place for place in searched.scratchpad}
    model = searched.model
    assert model.inputs[0].name in places
    assert all(begin < end for place in places.values() for begin, end in place.ranges)
    assert all(place.first_op <= place.last_op for place in places.values())
    assert searched.flash_bytes > 20_000
    assert searched.sram_bytes > 490


def test_streams_can_be_written_by_hand(searched):
    assert searched.with_commands(text=searched.text).text == searched.text
    # Something is loaded twice: that changes times, not outputs.
    lines = searched.text.splitlines()
    load = next(number for number, line in enumerate(lines) if " ld mem_addr" in line)  # no tokens
    slower = searched.with_commands(text="\n".join([*lines[:load], lines[load], *lines[load:]]))
    assert len(slower.commands) == len(searched.commands) + 1
    assert slower.cuts == searched.cuts
    expected = searched.run(backend="functional").output
    for backend in ("fast", "rtl", "systemc"):
        result = slower.run(backend=backend)
        assert result.cycles == slower.cycles
        np.testing.assert_array_equal(result.output, expected)


def test_streams_that_do_something_else_show_it(searched):
    lines = searched.text.splitlines()
    requant = next(number for number, line in enumerate(lines) if line.startswith("  11 requant"))
    other = searched.with_commands(text="\n".join(lines[:requant] + lines[requant + 1:]))
    outputs = {}
    for backend in ("fast", "rtl"):
        try:
            outputs[backend] = other.run(backend=backend).output.tolist()
        except systolite.DeviceError:
            outputs[backend] = None
    assert outputs["fast"] == outputs["rtl"]
    assert outputs["rtl"] != searched.run(backend="fast").output.tolist()


def test_streams_that_are_not_legal_are_refused(searched):
    lines = searched.text.splitlines()
    for text, sentence in (
            ("\n".join([*lines[:2], "  0 multiply", *lines[2:]]), "command text, line 3: "),
            ("\n".join([*lines[:2], lines[2].replace("  0", "  44", 1), *lines[3:]]), "operator 44 must be one of 0"),
            ("", "it has 0 jobs, but must have 1"),
            ("\n".join(line for line in lines if " end" not in line), "must end with 'end'")):
        with pytest.raises(systolite.DataError, match=sentence):
            searched.with_commands(text=text)


def test_commands_that_wait_for_ever_are_a_device_error(searched):
    lines = searched.text.splitlines()
    store = next(number for number, line in enumerate(lines) if " st " in line)
    hanging = searched.with_commands(text="\n".join([*lines[:store + 1], lines[store], *lines[store + 1:]]))
    with pytest.raises(systolite.DeviceError, match="wait"):
        hanging.run(backend="fast")


def test_a_session_of_a_program_runs_again(searched):
    session = searched.session(backend="rtl")
    assert session.program is searched
    np.testing.assert_array_equal(session.run(seed=1).output, session.run(seed=1).output)
    with pytest.raises(dataclasses.FrozenInstanceError):
        searched.cuts[2].blocks = 3


def test_ctrl_c_ends_a_run_in_the_middle():
    script = ("import os, signal, threading, time\n"
              "import systolite\n"
              "slow = {'memory.flash.read_latency_cycles': 1000, 'memory.flash.cycles_per_beat': 64}\n"
              "program = systolite.map(model='ic_embedded', search=False, overrides=slow)\n"
              "session = program.session(backend='rtl')\n"
              "threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
              "start = time.monotonic()\n"
              "try:\n"
              "    session.run()\n"
              "except KeyboardInterrupt:\n"
              "    interrupted = time.monotonic() - start\n"
              "start = time.monotonic()\n"
              "assert session.run().cycles == program.cycles\n"
              "print(interrupted, time.monotonic() - start)\n")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    interrupted, whole = map(float, done.stdout.split())
    assert interrupted < whole / 2

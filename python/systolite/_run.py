# SPDX-License-Identifier: Apache-2.0
"""Running networks."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from systolite import _native
from systolite._hardware import Config, Value, load_config
from systolite._model import Model, load_model
from systolite._program import MapOptions, Program, Rounding, map
from systolite._result import RunResult, make_result

Backend = Literal["rtl", "systemc", "fast", "functional"]
Input = npt.NDArray[np.int8] | Sequence[npt.NDArray[np.int8]]


def _arrays(given: Input | None) -> list[npt.NDArray[np.int8]] | None:
    if given is None:
        return None
    return [given] if isinstance(given, np.ndarray) else [np.asarray(array) for array in given]


def _result(native: _native.Run) -> RunResult:
    return make_result(json.loads(native.report), native.arrays(), native.outputs)


class Session:
    """A network on a device, mapped and built once, to run it several times.

    Threads may share a session, which runs for one of them at a time; threads with sessions of their own run side by
    side. SystemC builds one design in the life of a process: that of each run has a process of its own.
    """

    def __init__(self, *, model: str | os.PathLike[str] | Model, config: str | os.PathLike[str] | Config = "base_16x16",
                 overrides: Mapping[str, Value] | None = None, backend: Backend = "rtl", rounding: Rounding = "double",
                 drop_constant_channels: bool = False, search: bool = True, keep_all_tensors: bool = False,
                 energy: str | os.PathLike[str] | None = "45nm",
                 progress: Callable[[str], None] | None = None) -> None:
        """Arguments as of `run()`."""
        program = map(model=model, config=config, overrides=overrides, rounding=rounding,
                      drop_constant_channels=drop_constant_channels, search=search, keep_all_tensors=keep_all_tensors)
        self._start(program, backend, energy, progress)

    @classmethod
    def _of(cls, program: Program, backend: Backend, energy: str | os.PathLike[str] | None,
            progress: Callable[[str], None] | None) -> Session:
        session = cls.__new__(cls)
        session._start(program, backend, energy, progress)
        return session

    def _start(self, program: Program, backend: Backend, energy: str | os.PathLike[str] | None,
               progress: Callable[[str], None] | None) -> None:
        self.program = program
        self._energy = None if energy is None else os.fspath(energy)
        self._native: _native.Session | None = None
        if backend != "systemc":
            self._native = _native.Session(program._native, backend, self._energy, progress)

    @property
    def model(self) -> Model:
        return self.program.model

    @property
    def config(self) -> Config:
        return self.program.config

    def run(self, *, input: Input | None = None, seed: int = 1) -> RunResult:
        """One inference; arguments as of `systolite.run()`."""
        inputs = _arrays(input)
        if self._native is not None:
            return _result(self._native.run(inputs, seed))
        program = self.program
        return make_result(*in_own_process(program.model.file, program.config.file, program.config.overrides,
                                           program._as_mapped(), self._energy, inputs, seed))


def in_own_process(*job: Any) -> tuple[Any, ...]:
    """`run_job()` in a new process. What it raises is raised here."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                                "SYSTEMC_DISABLE_COPYRIGHT_MESSAGE": "1"}
    done = subprocess.run([sys.executable, "-m", "systolite._worker"], input=pickle.dumps(job), capture_output=True,
                          env=environment, check=False)
    if done.returncode != 0:
        raise _native.SystoliteError(f"the process of the simulation ended with code {done.returncode}: "
                                     + done.stderr.decode(errors="replace").strip())
    answer: tuple[Any, ...] | Exception = pickle.loads(done.stdout)
    if isinstance(answer, Exception):
        raise answer
    return answer


def run_job(model: Path, config: Path, overrides: Mapping[str, str], options: MapOptions, energy: str | None,
            inputs: list[npt.NDArray[np.int8]] | None, seed: int) -> tuple[Any, ...]:
    """A run on SystemC in this process: report, tensors, indices of the outputs."""
    program = options.make(load_model(model=model), load_config(config=config, overrides=overrides))
    native = _native.Session(program, "systemc", energy, None).run(inputs, seed)
    return json.loads(native.report), native.arrays(), native.outputs


def run(*, model: str | os.PathLike[str] | Model, config: str | os.PathLike[str] | Config = "base_16x16",
        overrides: Mapping[str, Value] | None = None, backend: Backend = "rtl",
        input: Input | None = None, seed: int = 1,
        rounding: Rounding = "double", drop_constant_channels: bool = False, search: bool = True,
        keep_all_tensors: bool = False, energy: str | os.PathLike[str] | None = "45nm",
        progress: Callable[[str], None] | None = None) -> RunResult:
    """Maps a network onto an accelerator and runs one inference, as `systolite run` does.

    model: a .tflite file, a name ("kws_embedded") or a loaded model.
    config: a YAML file, a name from configs/hw or a loaded configuration.
    overrides: values that replace those of the configuration, by key with dots: {"array.rows": 8}.
    backend: "rtl" (Verilated; built once for each configuration, about a minute, then kept), "systemc", "fast" (the
        same cycles, some 80 times sooner), "functional" (results only).
    input: int8 array in the shape of the model's input (dimensions of 1 may be missing), a list of them for several
        inputs. Default: pseudo-random values of `seed`.
    rounding: of requantisation, "double" as TensorFlow Lite Micro, or "single".
    drop_constant_channels: remove channels that no output depends on before mapping.
    search: cut the layers by exact cycles; False maps quicker and, on some layers, worse.
    keep_all_tensors: every activation can be read back, at the price of storing it.
    energy: table of costs, a YAML file or a name from configs/energy; None for no energy.
    progress: told in one line each what takes time.

    Raises ModelError, ConfigError, DataError (input of another type or shape), ToolError (no Verilator), DeviceError;
    ValueError for a backend or rounding there is not. Other threads go on meanwhile; Ctrl-C ends the run.
    """
    session = Session(model=model, config=config, overrides=overrides, backend=backend, rounding=rounding,
                      drop_constant_channels=drop_constant_channels, search=search, keep_all_tensors=keep_all_tensors,
                      energy=energy, progress=progress)
    return session.run(input=input, seed=seed)

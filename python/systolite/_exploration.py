# SPDX-License-Identifier: Apache-2.0
"""Sweeps over configurations: every point mapped and timed exactly, on all cores or on a Dask cluster."""

from __future__ import annotations

import functools
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from systolite import _native
from systolite._hardware import Config, Value, load_config, text_of
from systolite._model import Model, load_model

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

Sweep = str | os.PathLike[str] | Mapping[str, Any]

POINTS_OF_A_TASK = 32  # small enough for Ctrl-C and progress, large enough to cost little
TASKS_OF_A_WORKER = 2  # one is evaluated, one waits


@dataclass(frozen=True)
class FigureInfo:
    """A figure of a design point, as constraints and objectives name it."""

    name: str
    unit: str
    definition: str


def figures() -> tuple[FigureInfo, ...]:
    """What is known of a design point."""
    return tuple(FigureInfo(*entry) for entry in _native.figure_list())


@dataclass(frozen=True)
class Progress:
    """How far an exploration is."""

    known: int  # points with a result
    total: int | None  # None: an evolutionary search asks as it goes
    seconds: float  # since the start
    resumed: int = 0  # of the known points, from the journal


@dataclass(frozen=True)
class Front:
    """Who meets the constraints and who is best, for one model or for all together."""

    feasible: npt.NDArray[np.bool_]  # (P,), by position in Exploration.points
    positions: npt.NDArray[np.int64]  # of the members of the exact Pareto front, ascending
    reason: str  # why it is empty, a sentence


@dataclass(frozen=True, repr=False)
class Exploration:
    """Results of P points of a sweep for M models in F figures."""

    name: str
    models: tuple[str, ...]
    points: npt.NDArray[np.uint64]  # (P,) numbers, ascending
    parameters: Mapping[str, npt.NDArray[Any]]  # (P,) each: values of what is swept
    figures: Mapping[str, npt.NDArray[np.float64]]  # (M, P) each, units as figures() says; NaN: not known
    status: npt.NDArray[np.str_]  # (M, P): "ok", "illegal", "does_not_fit", "too_slow", "failed"
    reasons: npt.NDArray[np.object_]  # (M, P): a sentence unless ok
    fronts: Mapping[str, Front]  # by model, or "all"
    confirmed: npt.NDArray[np.bool_]  # (M, P): run on the RTL, cycles and outputs equal
    seconds: float
    _native: _native.Exploration

    def to_frame(self) -> pd.DataFrame:
        """A row for each model and point: parameters, status, figures, feasible, front, confirmed. Needs pandas."""
        import pandas as pd

        return pd.concat([self._frame(number, name) for number, name in enumerate(self.models)], ignore_index=True)

    def front(self, *, model: str | None = None) -> pd.DataFrame:
        """The members of the front of a model (of the only one by default; of all with `front: all_models`)."""
        frame = self.to_frame()
        return frame[frame["front"] & (frame["model"] == (model or self.models[0]))].reset_index(drop=True)

    def save(self, *, stem: str | os.PathLike[str]) -> None:
        """Writes STEM.csv and STEM.json as `systolite explore` does (docs/exploring.md). Raises DataError."""
        path = os.fspath(stem)
        self._native.write(path + ".csv", path + ".json")

    def confirm(self, *, limit: int = 4, progress: Callable[[str], None] | None = None) -> Exploration:
        """Runs members of each front on the RTL, and returns the same exploration with them marked as confirmed.

        limit: members of each front, evenly spread from the best to the worst in the first objective.
        progress: told in one line each what is run. The RTL of a configuration takes about a minute to build and is
            kept.

        Raises MismatchError where the RTL takes other cycles or gives other outputs than computed, ToolError (no
        Verilator). Ctrl-C ends the run.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}, but must be at least 1")
        confirmed = np.zeros_like(self.confirmed)
        for position, model in self._native.confirm(limit, progress):
            confirmed[model, position] = True
        return replace(self, confirmed=confirmed)

    def _frame(self, number: int, name: str) -> pd.DataFrame:
        import pandas as pd

        front = self.fronts.get(name) or self.fronts["all"]
        on_front = np.zeros(len(self.points), dtype=bool)
        on_front[front.positions] = True
        columns: dict[str, Any] = {"model": name, "point": self.points, **self.parameters}
        columns["status"] = self.status[number]
        columns |= {key: values[number] for key, values in self.figures.items()}
        return pd.DataFrame(columns | {"feasible": front.feasible, "front": on_front,
                                       "confirmed": self.confirmed[number]})

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        return f"<systolite.Exploration {self.name}: {len(self)} points x {len(self.models)} models>"


def _source(sweep: Sweep) -> tuple[str, str]:
    """Text and name of a sweep; JSON is YAML."""
    if isinstance(sweep, Mapping):
        return json.dumps(sweep), "sweep"
    file = _native.find_sweep(os.fspath(sweep))
    return Path(file).read_text(encoding="utf-8"), file


# An evaluator belongs to one thread; it is kept for the next task of the same sweep.
_of_this_thread = threading.local()


def evaluate(yaml: str, file: str, points: list[int]) -> list[str]:
    """Records of points; what a task does, in whatever thread or process."""
    if getattr(_of_this_thread, "source", None) != (yaml, file):
        _of_this_thread.evaluator = _native.Exploration(yaml, file)
        _of_this_thread.source = (yaml, file)
    evaluator: _native.Exploration = _of_this_thread.evaluator
    return evaluator.evaluate(points)


class _Threads:
    """Tasks on the cores of this machine."""

    def __init__(self, jobs: int) -> None:
        self.width = jobs * TASKS_OF_A_WORKER
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="systolite")

    def submit(self, task: Callable[[], list[str]]) -> Future[list[str]]:
        return self._pool.submit(task)

    def finished(self, running: set[Any]) -> set[Any]:
        return wait(running, return_when=FIRST_COMPLETED).done

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


class _Cluster:
    """Tasks on a Dask cluster."""

    def __init__(self, client: Any) -> None:  # a Client; older versions of distributed have no types
        self.width = max(sum(client.nthreads().values()), 1) * TASKS_OF_A_WORKER
        self._client = client
        self._running: set[Any] = set()

    def submit(self, task: Callable[[], list[str]]) -> Any:
        future = self._client.submit(task, pure=False)
        self._running.add(future)
        return future

    def finished(self, running: set[Any]) -> set[Any]:
        import distributed

        done = distributed.wait(list(running), return_when="FIRST_COMPLETED").done
        self._running -= done
        return set(done)

    def close(self) -> None:
        self._client.cancel(list(self._running))


class _Campaign:
    def __init__(self, source: tuple[str, str], callback: Callable[[Progress], object] | None,
                 workers: _Threads | _Cluster, journal: str | None) -> None:
        self.native = _native.Exploration(*source)
        self.started = time.monotonic()
        if journal is not None:
            self.native.open_journal(journal)
        self._resumed = self.native.known
        self._source = source
        self._callback = callback
        self._workers = workers

    def run(self) -> None:
        try:
            if self.native.exhaustive:
                self.evaluate(point for point in range(self.native.size) if not self.native.knows(point))
            else:
                self.native.evolve(self.evaluate)
            self._tell()
        finally:
            self.native.close_journal()

    def evaluate(self, points: Iterable[int]) -> None:
        tasks = self._tasks(iter(points))
        running = {self._workers.submit(task) for task in islice(tasks, self._workers.width)}
        while running:
            done = self._workers.finished(running)
            running -= done
            running |= {self._workers.submit(task) for task in islice(tasks, len(done))}
            for future in done:
                self.native.add(future.result())
            self._tell()

    def _tasks(self, points: Iterator[int]) -> Iterator[Callable[[], list[str]]]:
        while chunk := list(islice(points, POINTS_OF_A_TASK)):
            yield functools.partial(evaluate, *self._source, chunk)

    def _tell(self) -> None:
        if self._callback is not None:
            total = self.native.size if self.native.exhaustive else None
            self._callback(Progress(self.native.known, total, time.monotonic() - self.started, self._resumed))


def explore(*, sweep: Sweep, callback: Callable[[Progress], object] | None = None, jobs: int | None = None,
            client: Client | None = None, journal: str | os.PathLike[str] | None = None,
            confirm: Literal["rtl"] | None = None, confirm_limit: int = 4,
            progress: Callable[[str], None] | None = None) -> Exploration:
    """Evaluates the points of a sweep exactly and finds the best ones, as `systolite explore` does.

    sweep: a sweep file, a name from configs/sweeps, or the same as a dict (docs/exploring.md).
    callback: called with the progress after every few points; what it raises ends the exploration.
    jobs: threads that evaluate; default one for each core.
    client: evaluate on the workers of a Dask cluster instead, which need this package, and the files that the sweep
        names under the same paths.
    journal: a file that every result goes into as soon as it is known. After an interruption (Ctrl-C, a crash) the same
        call goes on where it was, with the same results to the byte.
    confirm: "rtl" runs members of each front on the RTL, as `Exploration.confirm()` does.
    confirm_limit, progress: for that.

    Raises ConfigError and ModelError for a sweep that is not legal, DataError for a journal of something else or one
    that another process has open, and what `Exploration.confirm()` raises. Points that are not legal are results.
    Ctrl-C takes effect after some points.
    """
    if confirm not in (None, "rtl"):
        raise ValueError(f"confirm is {confirm!r}, but must be 'rtl' or None")
    if confirm_limit < 1:
        raise ValueError(f"confirm_limit is {confirm_limit}, but must be at least 1")
    if client is not None and jobs is not None:
        raise ValueError("jobs is for this machine: give either jobs or client")
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs is {jobs}, but must be at least 1")
    source = _source(sweep)
    workers: _Threads | _Cluster = (_Cluster(client) if client is not None
                                    else _Threads(jobs or os.cpu_count() or 1))
    try:
        campaign = _Campaign(source, callback, workers, None if journal is None else os.fspath(journal))
        campaign.run()
    finally:
        workers.close()
    found = _exploration(campaign.native, time.monotonic() - campaign.started)
    return found.confirm(limit=confirm_limit, progress=progress) if confirm else found


def _parsed(texts: list[str]) -> npt.NDArray[Any]:
    def parse(text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            return text

    return np.array([parse(text) for text in texts])


def _exploration(native: _native.Exploration, seconds: float) -> Exploration:
    found = native.results()
    values = found["figures"]
    return Exploration(
        name=native.name, models=tuple(native.models), points=found["points"],
        parameters={key: _parsed(texts) for key, texts in found["parameters"].items()},
        figures={figure.name: values[:, :, number] for number, figure in enumerate(figures())},
        status=np.array(found["status"], dtype=np.str_), reasons=np.array(found["reasons"], dtype=np.object_),
        fronts={name: Front(np.array(feasible, dtype=np.bool_), np.array(positions, dtype=np.int64), reason)
                for name, (feasible, positions, reason) in found["views"].items()},
        confirmed=np.zeros(values.shape[:2], dtype=np.bool_), seconds=seconds, _native=native)


def timing(*, model: str | os.PathLike[str] | Model, config: str | os.PathLike[str] | Config = "base_16x16",
           overrides: Mapping[str, Value] | None = None, drop_constant_channels: bool = False, search: bool = True,
           library: str | os.PathLike[str] = "osu018", energy: str | os.PathLike[str] = "45nm") -> dict[str, float]:
    """Cycles of a network without running it: mapping and exact timing only. All of `figures()` by name.

    search: cut the layers by exact cycles, as `run()` does: the same cycles. False takes well under a millisecond for a
        small network; the cycles are exact for that mapping.
    Other arguments as of `run()` and `area()`.

    Raises ModelError, also where the network does not fit, and ConfigError.
    """
    hardware = load_config(config=config, overrides=overrides)
    sweep = {
        "name": "timing", "models": [str(load_model(model=model).file)], "base": str(hardware.file),
        "library": os.fspath(library), "energy": os.fspath(energy),
        "parameters": {key: [value] for key, value in hardware.overrides.items()} | {
            "mapping.search": [text_of(search)], "mapping.drop_constant_channels": [text_of(drop_constant_channels)]},
        "objectives": [{"minimize": "cycles"}],
    }
    native = _native.Exploration(json.dumps(sweep), "timing")
    native.add(native.evaluate([0]))
    found = native.results()
    if found["status"][0][0] != "ok":
        refusal = {"illegal": _native.ConfigError, "does_not_fit": _native.ModelError}
        raise refusal.get(found["status"][0][0], _native.SystoliteError)(found["reasons"][0][0])
    return {figure.name: float(value) for figure, value in zip(figures(), found["figures"][0, 0], strict=True)}

# SPDX-License-Identifier: Apache-2.0
"""Results of runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]
Tensor = npt.NDArray[np.int8]


class Figure(NamedTuple):
    """A figure that is known within bounds; its unit is in the name of what holds it."""

    value: float
    low: float
    high: float


def _figure(figure: Mapping[str, float]) -> Figure:
    return Figure(figure["value"], figure["low"], figure["high"])


class Tensors(Mapping[str, Tensor]):
    """Tensors by name or by index in the file: int8, NHWC, read-only."""

    def __init__(self, arrays: list[tuple[int, str, Tensor]]) -> None:
        self._by_index = {index: array for index, _, array in arrays}
        self._by_name = {name: array for _, name, array in arrays}

    def __getitem__(self, key: str | int) -> Tensor:
        return self._by_index[key] if isinstance(key, int) else self._by_name[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


@dataclass(frozen=True)
class Layers:
    """Figures of the layers, arrays with one element for each of the N operators of the file.

    Without a clock (backend "functional") every figure that counts cycles, bytes or energy is 0, and bound_by is "".
    """

    index: IntArray
    op: TextArray  # TensorFlow Lite operator
    name: TextArray  # of the output tensor
    where: TextArray  # "array", "vector", "cpu", "none"
    macs: IntArray
    macs_executed: IntArray  # what was left to compute after channels were removed
    cycles: IntArray  # length of the layer's window
    lower_bound_cycles: IntArray  # max(array, transfer) of the layer alone
    busy: IntArray  # cycles its engine works; busy + all stalls = cycles
    stalls: Mapping[str, IntArray]  # cycles its engine waits, by reason
    gap: Mapping[str, IntArray]  # cycles above the bound, by cause; sums to cycles - lower_bound_cycles
    utilization: FloatArray  # 0 to 1, of the array
    bound_by: TextArray  # what most of the cycles went to; "" for no cycles
    bytes_read: IntArray
    bytes_written: IntArray
    energy_pj: FloatArray  # (N, 3): value, low, high; picojoules

    def __len__(self) -> int:
        return len(self.index)

    def to_frame(self) -> pd.DataFrame:
        """A row for each layer; stalls, causes of the gap and energy as columns ("stall.wait_ld", "gap.start").
        Needs pandas."""
        import pandas as pd

        plain = ("index", "op", "name", "where", "macs", "macs_executed", "cycles", "lower_bound_cycles", "busy",
                 "utilization", "bound_by", "bytes_read", "bytes_written")
        columns: dict[str, Any] = {key: getattr(self, key) for key in plain}
        for column, bound in enumerate(("energy_pj", "energy_pj_low", "energy_pj_high")):
            columns[bound] = self.energy_pj[:, column]
        columns |= {f"stall.{reason}": cycles for reason, cycles in self.stalls.items()}
        columns |= {f"gap.{cause}": cycles for cause, cycles in self.gap.items()}
        return pd.DataFrame(columns).set_index("index")


def _by_key(rows: list[Mapping[str, int] | None]) -> dict[str, IntArray]:
    keys = dict.fromkeys(key for row in rows for key in row or {})
    return {key: np.array([(row or {}).get(key, 0) for row in rows], dtype=np.int64) for key in keys}


def _layers(rows: list[dict[str, Any]]) -> Layers:
    def counts(key: str) -> IntArray:
        return np.array([row[key] or 0 for row in rows], dtype=np.int64)

    def texts(key: str) -> TextArray:
        return np.array([row[key] or "" for row in rows], dtype=np.str_)

    energies = [_figure(row["energy"]["total_pj"]) if row["energy"] else Figure(0, 0, 0) for row in rows]
    return Layers(
        index=counts("index"), op=texts("op"), name=texts("name"), where=texts("where"), macs=counts("macs"),
        macs_executed=counts("macs_executed"), cycles=counts("cycles"),
        lower_bound_cycles=counts("lower_bound_cycles"), busy=counts("busy"),
        stalls=_by_key([row["stalls"] for row in rows]), gap=_by_key([row["gap"] for row in rows]),
        utilization=np.array([row["utilization"] or 0 for row in rows], dtype=np.float64), bound_by=texts("bound_by"),
        bytes_read=counts("bytes_read"), bytes_written=counts("bytes_written"),
        energy_pj=np.array(energies, dtype=np.float64).reshape(-1, 3))


@dataclass(frozen=True, repr=False)
class RunResult:
    """One inference.

    Cycles are of the accelerator's clock, from doorbell to interrupt, summed over its jobs. None: the backend has no
    clock, or energy was not asked for.
    """

    report: Mapping[str, Any] = field(repr=False)  # as `systolite run --json` writes it
    layers: Layers
    tensors: Tensors  # what has a place in memory after the run, outputs among them; all with keep_all_tensors
    outputs: tuple[Tensor, ...]

    @property
    def model(self) -> str:
        value: str = self.report["model"]
        return value

    @property
    def config(self) -> str:
        value: str = self.report["config"]
        return value

    @property
    def backend(self) -> str:
        value: str = self.report["backend"]
        return value

    @property
    def output(self) -> Tensor:
        """The first output, int8, shape as in the file, read-only."""
        return self.outputs[0]

    @property
    def cycles(self) -> int | None:
        value: int | None = self.report["cycles"]
        return value

    @property
    def latency_us(self) -> float | None:
        """cycles / clock, microseconds."""
        value: float | None = self.report["latency_us"]
        return value

    @property
    def macs(self) -> int:
        value: int = self.report["macs"]
        return value

    @property
    def utilization(self) -> float | None:
        """MACs on the array / (cycles x rows x cols), 0 to 1."""
        value: float | None = self.report["utilization"]
        return value

    @property
    def bytes_read(self) -> int | None:
        """Bytes of bus words, commands included."""
        value: int | None = self.report["bytes_read"]
        return value

    @property
    def bytes_written(self) -> int | None:
        value: int | None = self.report["bytes_written"]
        return value

    @property
    def lower_bound_cycles(self) -> int:
        """Sum of the bounds of the layers."""
        value: int = self.report["lower_bound_cycles"]
        return value

    @property
    def gap(self) -> Mapping[str, int] | None:
        """Cycles above the bound by cause; sums to cycles - lower_bound_cycles."""
        value: Mapping[str, int] | None = self.report["gap"]
        return value

    @property
    def stalls(self) -> Mapping[str, Mapping[str, int]]:
        """Cycles of the run by engine ("ld", "wl", "mm", "vec", "st", "fe") and state, "busy" among them."""
        value: Mapping[str, Mapping[str, int]] = self.report["engines"]
        return value

    @property
    def energy_pj(self) -> Figure | None:
        """Of the accelerator and its memory accesses, picojoules (docs/energy.md)."""
        energy = self.report["energy"]
        return _figure(energy["total_pj"]) if energy else None

    @property
    def energy_components_pj(self) -> dict[str, Figure]:
        """The same by component; empty without energy."""
        energy = self.report["energy"]
        return {key: _figure(figure) for key, figure in energy["components_pj"].items()} if energy else {}

    def to_frame(self) -> pd.DataFrame:
        """The layers as rows (`Layers.to_frame()`). Needs pandas."""
        return self.layers.to_frame()

    def __repr__(self) -> str:
        cycles = "no clock" if self.cycles is None else f"{self.cycles:,} cycles"
        return f"<systolite.RunResult {self.model} on {self.config}, {self.backend}: {cycles}>"


def make_result(report: dict[str, Any], arrays: list[tuple[int, str, Tensor]], outputs: list[int]) -> RunResult:
    tensors = Tensors(arrays)
    return RunResult(report=report, layers=_layers(report["layers"]), tensors=tensors,
                     outputs=tuple(tensors[index] for index in outputs))

# SPDX-License-Identifier: Apache-2.0
"""Programs: how a network is mapped, chosen by the mapper or by you, and what the commands do when."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from systolite import _native
from systolite._hardware import Config, Value, load_config
from systolite._model import Model, load_model

if TYPE_CHECKING:
    import pandas as pd

    from systolite._result import RunResult
    from systolite._run import Backend, Input, Session

Rounding = Literal["double", "single"]
Dataflow = Literal["weight", "output"]


@dataclass(frozen=True)
class Cut:
    """How a layer on the array is cut. Blocks are of output pixels; a column tile is as many output channels as the
    array has columns; the column tiles of a group are computed into the accumulator together.

    While the first group runs, the layer before is being finished; behind the last one, the vector engine finishes this
    layer. Cut finer, less of that is exposed, but every block costs the way through the array.
    """

    blocks: int = 0  # at most, of equal rows or columns; more where a block would not fit. 0: by estimate, tiles too
    tiles: int = 0  # column tiles of a group
    first_blocks: int = 0  # at least, of the first group; 0: as usual
    first_rows: int = 0  # of the very first block, if fewer than of the others; 0: as the others
    first_tiles: int = 0  # of the first group; 0: as the others
    last_blocks: int = 0  # at least, of the last group; 0: as usual
    first_parts: int = 1  # at most, commands for the very first block, each with a part of the input channels or rows
    joint: bool = True  # one command for all column tiles of a group, where that is possible
    dataflow: Dataflow | None = None  # None: by estimate
    row_bands: int = 0  # depthwise: bands of rows that its image is stored in; 1: none, 0: by estimate
    bands_unrolled: bool = False  # the convolution before computes neighbouring pixels as one nonetheless


@dataclass(frozen=True, repr=False)
class Commands:
    """The N commands of a program in the order of the stream. Cycles are counted from the doorbell of the job."""

    job: npt.NDArray[np.int64]
    op: npt.NDArray[np.int64]  # operator of the file; -1: none
    engine: npt.NDArray[np.str_]  # "ld", "wl", "mm", "vec", "st"; "fe" for END
    name: npt.NDArray[np.str_]  # as in configs/isa.yaml
    text: npt.NDArray[np.object_]  # with all fields
    start: npt.NDArray[np.int64]  # cycle in which it leaves the queue of its engine
    end: npt.NDArray[np.int64]  # cycle in which it is complete

    def __len__(self) -> int:
        return len(self.job)

    def __repr__(self) -> str:
        return f"<systolite.Commands: {len(self)} commands>"

    def to_frame(self) -> pd.DataFrame:
        """A row for each command. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(vars(self))


@dataclass(frozen=True)
class ScratchpadPlace:
    """Where a tensor lies in the scratchpad."""

    tensor: str
    first_op: int  # operator that makes it, or that it is loaded for
    last_op: int  # its last user
    ranges: tuple[tuple[int, int], ...]  # bytes [begin, end); one, or one for each bank that its rows rotate through


@dataclass(frozen=True)
class MapOptions:
    """What a program is made with, as plain data."""

    rounding: str
    drop_constant_channels: bool
    search: bool
    keep_all_tensors: bool
    cuts: dict[int, dict[str, Any]] | None
    commands: str | None

    def make(self, model: Model, config: Config) -> _native.Program:
        return _native.Program(model._native, config._native, **vars(self))


class Program:
    """A network mapped for a configuration. Made by `systolite.map()`; immutable."""

    def __init__(self, model: Model, config: Config, options: MapOptions) -> None:
        self.model = model
        self.config = config
        self._options = options
        self._native = options.make(model, config)

    @property
    def cuts(self) -> dict[int, Cut]:
        """How the operators on the array are cut, with all that was left to estimates or found by searching. Mapped
        with these cuts the network becomes the same program."""
        return {op: Cut(**cut) for op, cut in self._native.cuts.items()}

    @cached_property
    def cycles(self) -> int:
        """Cycles of all jobs, doorbell to interrupt: exactly those of the RTL. Raises DeviceError for commands that
        never end or that the device refuses."""
        return self._native.cycles

    @property
    def text(self) -> str:
        """The command streams, one command a line, as `with_commands()` reads them back."""
        return self._native.text

    @cached_property
    def commands(self) -> Commands:
        """Every command, and when it runs. Raises as `cycles`."""
        found = self._native.commands()
        return Commands(job=found["job"], op=found["op"], engine=np.array(found["engine"], dtype=np.str_),
                        name=np.array(found["name"], dtype=np.str_), text=np.array(found["text"], dtype=np.object_),
                        start=found["start"], end=found["end"])

    @property
    def scratchpad(self) -> tuple[ScratchpadPlace, ...]:
        """Every tensor that the device touches, by its first operator."""
        return tuple(ScratchpadPlace(*entry) for entry in self._native.scratchpad)

    @property
    def flash_bytes(self) -> int:
        """Weights, tables, command streams, and constants of operators on the processor."""
        return self._native.flash_bytes

    @property
    def sram_bytes(self) -> int:
        """Inputs, outputs, and what the processor works with."""
        return self._native.sram_bytes

    def with_commands(self, *, text: str) -> Program:
        """The same program with other command streams: those of `text`, edited or written by hand.

        There must be as many jobs; the addresses in the text are not read. Weights, tables and tensors stay where they
        are. Whether the commands compute the network is yours to check: `run()` shows what comes out.

        Raises DataError for a text that cannot be read, or a command with a field outside its range.
        """
        return Program(self.model, self.config, replace(self._as_mapped(), commands=text))

    def _as_mapped(self) -> MapOptions:
        """What makes the same program without searching."""
        return replace(self._options, cuts=self._native.cuts)

    def session(self, *, backend: Backend = "rtl", energy: str | os.PathLike[str] | None = "45nm",
                progress: Callable[[str], None] | None = None) -> Session:
        """A device with this program, to run it several times. Arguments and errors as of `systolite.run()`."""
        from systolite._run import Session

        return Session._of(self, backend, energy, progress)

    def run(self, *, backend: Backend = "rtl", input: Input | None = None, seed: int = 1,
            energy: str | os.PathLike[str] | None = "45nm",
            progress: Callable[[str], None] | None = None) -> RunResult:
        """One inference. Arguments and errors as of `systolite.run()`; commands that never end are a DeviceError."""
        return self.session(backend=backend, energy=energy, progress=progress).run(input=input, seed=seed)

    def __repr__(self) -> str:
        return f"<systolite.Program {self.model.name} on {self.config.name}>"


def map(*, model: str | os.PathLike[str] | Model, config: str | os.PathLike[str] | Config = "base_16x16",
        overrides: Mapping[str, Value] | None = None, cuts: Mapping[int, Cut] | None = None,
        rounding: Rounding = "double", drop_constant_channels: bool = False, search: bool = True,
        keep_all_tensors: bool = False) -> Program:
    """Maps a network onto an accelerator without running it.

    cuts: how operators on the array are cut, by their number in the file; the others by estimate, nothing is searched.
        `program.cuts` of another program as a start: {**program.cuts, 4: replace(program.cuts[4], blocks=2)}.
    Other arguments as of `run()`.

    Raises ModelError, ConfigError (also for cuts that cannot be), ValueError for a rounding or dataflow there is not.
    """
    given = None if cuts is None else {op: asdict(cut) for op, cut in cuts.items()}
    options = MapOptions(rounding, drop_constant_channels, search, keep_all_tensors, given, None)
    return Program(load_model(model=model), load_config(config=config, overrides=overrides), options)

# SPDX-License-Identifier: Apache-2.0
"""Hardware configurations and what they take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from systolite import _native
from systolite._result import Figure

Value = bool | int | float | str


def text_of(value: Value) -> str:
    """A value as it stands in a YAML file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Config:
    """A hardware configuration, checked and immutable. Made by `load_config()`."""

    def __init__(self, native: _native.Config) -> None:
        self._native = native

    @property
    def name(self) -> str:
        return self._native.name

    @property
    def file(self) -> Path:
        return Path(self._native.file)

    @property
    def overrides(self) -> dict[str, str]:
        """What differs from the file, as texts."""
        return dict(self._native.overrides)

    @property
    def config_id(self) -> int:
        """32-bit hash of every parameter that changes the RTL; its register config_id."""
        return self._native.config_id

    @property
    def settings(self) -> dict[str, Value]:
        """Every parameter (configs/PARAMETERS.md) by its key with dots, presets included; addresses as text."""
        return self._native.settings

    def __repr__(self) -> str:
        return f"<systolite.Config {self.name}: config_id 0x{self.config_id:08x}>"


def load_config(*, config: str | os.PathLike[str] | Config = "base_16x16",
                overrides: Mapping[str, Value] | None = None) -> Config:
    """Loads a hardware configuration.

    config: a YAML file or a name from configs/hw ("base_16x16", "16x16" where one name ends so; `config_names()`).
    overrides: values that replace those of the file, by key with dots as in sweeps: {"array.rows": 8}.

    Raises ConfigError for an unknown name or key and for values that make no legal configuration.
    """
    if not isinstance(config, Config):
        return Config(_native.Config(os.fspath(config), [(key, text_of(v)) for key, v in (overrides or {}).items()]))
    if not overrides:
        return config
    texts = config.overrides | {key: text_of(value) for key, value in overrides.items()}
    return Config(_native.Config(str(config.file), list(texts.items())))


def config_names() -> list[str]:
    """Names of the configurations that come with Systolite, sorted."""
    return _native.config_names()


@dataclass(frozen=True)
class BlockArea:
    """A block of the accelerator's logic."""

    block: str
    kge: Figure  # thousands of 2-input NAND gates
    mm2: Figure  # of its cells
    period_ns: Figure  # longest path that ends in it; 0: there is none


@dataclass(frozen=True)
class MemoryArea:
    """A memory of the accelerator."""

    memory: str
    instances: int
    words: int  # of an instance
    word_bits: int
    mm2: Figure  # of all instances


@dataclass(frozen=True)
class AreaEstimate:
    """Area and clock from a fit to synthesised configurations (docs/area.md)."""

    library: str
    process: str
    logic_kge: Figure  # thousands of 2-input NAND gates
    logic_mm2: Figure
    memory_bits: int
    memory_mm2: Figure
    total_mm2: Figure
    fmax_mhz: Figure  # highest clock of the logic
    slowest_block: str
    blocks: tuple[BlockArea, ...]
    memories: tuple[MemoryArea, ...]


def area(*, config: str | os.PathLike[str] | Config = "base_16x16", overrides: Mapping[str, Value] | None = None,
         library: str | os.PathLike[str] = "osu018") -> AreaEstimate:
    """Estimates area and clock of a configuration, in some microseconds.

    library: cell library: a YAML file or a name from configs/area.

    Raises ConfigError.
    """
    native = load_config(config=config, overrides=overrides)._native
    found = _native.area(native, os.fspath(library))
    values: dict[str, Any] = {key: Figure(*value) if isinstance(value, tuple) else value
                              for key, value in found.items()}
    values["blocks"] = tuple(BlockArea(block, Figure(*kge), Figure(*mm2), Figure(*period_ns))
                             for block, kge, mm2, period_ns in found["blocks"])
    values["memories"] = tuple(MemoryArea(memory, instances, words, word_bits, Figure(*mm2))
                               for memory, instances, words, word_bits, mm2 in found["memories"])
    return AreaEstimate(**values)

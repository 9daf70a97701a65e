# SPDX-License-Identifier: Apache-2.0
"""Models."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from systolite import _native


@dataclass(frozen=True)
class TensorInfo:
    """An input or output of a network: real value = scale x (int8 value - zero_point)."""

    name: str
    shape: tuple[int, ...]  # NHWC, batch (1) first
    scale: float | None
    zero_point: int | None


class Model:
    """A network from a .tflite file, checked. Made by `load_model()`."""

    def __init__(self, native: _native.Model) -> None:
        self._native = native

    @property
    def name(self) -> str:
        return self._native.name

    @property
    def file(self) -> Path:
        return Path(self._native.file)

    @property
    def operators(self) -> int:
        """Number of operators."""
        return self._native.operators

    @property
    def macs(self) -> int:
        """Multiply-accumulates of an inference, every tap of convolutions, padding included."""
        return self._native.macs

    @property
    def inputs(self) -> tuple[TensorInfo, ...]:
        return tuple(TensorInfo(*entry) for entry in self._native.inputs)

    @property
    def outputs(self) -> tuple[TensorInfo, ...]:
        return tuple(TensorInfo(*entry) for entry in self._native.outputs)

    def __str__(self) -> str:
        """The graph, one line an operator."""
        return str(self._native)

    def __repr__(self) -> str:
        return f"<systolite.Model {self.name}: {self.operators} operators, {self.macs:,} MACs>"


def load_model(*, model: str | os.PathLike[str] | Model) -> Model:
    """Loads a network.

    model: a .tflite file, the name of an official model that is on this machine ("kws"), or of one that comes with
        Systolite ("kws_embedded"; `model_names()`).

    Raises ModelError for a name there is not, a damaged or an unsupported file.
    """
    return model if isinstance(model, Model) else Model(_native.Model(os.fspath(model)))


def model_names() -> list[str]:
    """Names of the models that come with Systolite, sorted."""
    return _native.embedded_model_names()

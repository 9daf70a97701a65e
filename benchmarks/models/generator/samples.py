# SPDX-License-Identifier: Apache-2.0
"""Random int8 input tensors: smooth ones, as images and spectrograms are, noise, and full-scale patterns."""

import numpy as np

KINDS = ("smooth", "noise", "extreme")


def _smooth(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    x = rng.normal(0.0, 1.0, shape)
    for axis in range(len(shape) - 1) if len(shape) > 1 else (0,):
        for _ in range(2):
            x = x + np.roll(x, 1, axis) + np.roll(x, -1, axis)
    x = x / x.std()
    return np.clip(np.round(x * 45.0), -128, 127).astype(np.int8)


def sample(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> np.ndarray:
    """One int8 tensor of `shape`, which has no batch dimension."""
    if kind == "smooth":
        return _smooth(rng, shape)
    if kind == "noise":
        return rng.integers(-128, 128, shape, np.int8)
    return np.where(rng.random(shape) < 0.5, -128, 127).astype(np.int8)


def batch(rng: np.random.Generator, shape: tuple[int, ...], kinds: tuple[str, ...]) -> np.ndarray:
    return np.stack([sample(rng, shape, kind) for kind in kinds])

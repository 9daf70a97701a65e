# SPDX-License-Identifier: Apache-2.0
"""Real-valued layers on batches (N, H, W, C), for calibration only. Golden tensors never come from here."""

import numpy as np

LIMITS = {"NONE": (-np.inf, np.inf), "RELU": (0.0, np.inf), "RELU_N1_TO_1": (-1.0, 1.0), "RELU6": (0.0, 6.0)}


def activate(x: np.ndarray, activation: str) -> np.ndarray:
    return np.clip(x, *LIMITS[activation])


def output_size(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    reach = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == "SAME" else (size - reach) // stride + 1


def _borders(size: int, kernel: int, stride: int, dilation: int, padding: str) -> tuple[int, int]:
    outputs = output_size(size, kernel, stride, dilation, padding)
    total = max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return (total // 2, total - total // 2) if padding == "SAME" else (0, 0)


def patches(
    x: np.ndarray,
    *,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: str,
    border: float,
) -> np.ndarray:
    """Windows of x: (N, OH, OW, KH, KW, C), with `border` outside the image."""
    _, h, w, _ = x.shape
    rows = _borders(h, kernel[0], stride[0], dilation[0], padding)
    cols = _borders(w, kernel[1], stride[1], dilation[1], padding)
    padded = np.pad(x, ((0, 0), rows, cols, (0, 0)), constant_values=border)
    oh = output_size(h, kernel[0], stride[0], dilation[0], padding)
    ow = output_size(w, kernel[1], stride[1], dilation[1], padding)
    y = np.arange(oh)[:, None] * stride[0] + np.arange(kernel[0])[None, :] * dilation[0]
    z = np.arange(ow)[:, None] * stride[1] + np.arange(kernel[1])[None, :] * dilation[1]
    return padded[:, y[:, None, :, None], z[None, :, None, :], :]

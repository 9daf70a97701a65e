# SPDX-License-Identifier: Apache-2.0
"""Builds a quantised network with random weights, one operator at a time.

Every operator is at once run on the calibration batch, with its weights as quantised and its input as quantised, and
the range of the result fixes the scale and zero point of its output. So the int8 range is in use throughout, as it is
in a trained network.
"""

from dataclasses import dataclass

import numpy as np

from . import layers
from .tflite_writer import ACTIVATION, PADDING, Model, Operator, Options, Tensor

RANGE_PERCENTILE = 99.9  # the tails saturate, as they do in real models


@dataclass(frozen=True)
class Value:
    """An activation: its tensor index, quantisation, and values on the calibration batch (batch first)."""

    index: int
    scale: np.float32
    zero_point: int
    samples: np.ndarray


@dataclass(frozen=True)
class ExtremeChannels:
    """Channels whose rescaling factor (input * weight / output scale) and bias are given, not calibrated.

    With `zero_weights` their output is constant, as in channels that training has killed."""

    rescale: tuple[float, ...]
    bias: tuple[int, ...]
    zero_weights: bool


class Network:
    def __init__(self, *, description: str, rng: np.random.Generator) -> None:
        self.model = Model(description=description)
        self._rng = rng

    # ---- tensors

    def _add_tensor(self, **fields: object) -> int:
        self.model.tensors.append(Tensor(**fields))
        return len(self.model.tensors) - 1

    def _activation_tensor(self, name: str, shape: tuple[int, ...], scale: np.float32, zero_point: int) -> int:
        return self._add_tensor(
            name=name,
            shape=shape,
            dtype=np.dtype(np.int8),
            scales=np.array([scale]),
            zero_points=np.array([zero_point]),
            open_batch=True,
        )

    def input(self, samples: np.ndarray, *, scale: float, zero_point: int) -> Value:
        """`samples` are int8, batch first."""
        scale32 = np.float32(scale)
        index = self._activation_tensor("input", (1,) + samples.shape[1:], scale32, zero_point)
        self.model.inputs = [index]
        return Value(index, scale32, zero_point, (samples.astype(np.float64) - zero_point) * scale32)

    def output(self, value: Value) -> None:
        self.model.outputs = [value.index]

    def _result(
        self,
        name: str,
        real: np.ndarray,
        activation: str = "NONE",
        scale: np.float32 | None = None,
        zero_point: int = 0,
    ) -> Value:
        """Output tensor for values `real`; quantisation from their range unless given."""
        real = layers.activate(real, activation)
        if scale is None:
            low = min(0.0, float(np.percentile(real, 100.0 - RANGE_PERCENTILE)))
            high = max(0.0, float(np.percentile(real, RANGE_PERCENTILE)), low + 1e-3)
            scale = np.float32((high - low) / 255.0)
            zero_point = int(np.clip(np.round(-128 - low / scale), -128, 127))
        index = self._activation_tensor(name, (1,) + real.shape[1:], scale, zero_point)
        quantised = np.clip(np.round(real / scale) + zero_point, -128, 127)
        return Value(index, scale, zero_point, (quantised - zero_point) * scale)

    # ---- weights

    def _normalised(self, dot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gain and offset per channel that give `dot` a spread around 1 and a mean around 0, like batch norm."""
        axes = tuple(range(dot.ndim - 1))
        gain = self._rng.uniform(0.4, 1.6, dot.shape[-1]) / (dot.std(axis=axes) + 1e-6)
        offset = self._rng.normal(0.0, 0.4, dot.shape[-1]) - dot.mean(axis=axes) * gain
        return gain, offset

    def _weight_tensor(
        self, name: str, real: np.ndarray, channel_dim: int, per_channel: bool
    ) -> tuple[int, np.ndarray]:
        """Adds int8 weights; returns their tensor and the scale of each channel."""
        axes = tuple(i for i in range(real.ndim) if i != channel_dim)
        largest = np.abs(real).max(axis=axes if per_channel else None, keepdims=True)
        scale = (np.maximum(largest, 1e-12) / 127.0).astype(np.float32)
        data = np.clip(np.round(real / scale), -127, 127).astype(np.int8)
        index = self._add_tensor(
            name=name,
            shape=real.shape,
            dtype=np.dtype(np.int8),
            data=data,
            scales=scale.reshape(-1),
            zero_points=np.zeros(scale.size),
            quantized_dimension=channel_dim if per_channel else 0,
        )
        return index, np.broadcast_to(scale.reshape(-1), real.shape[channel_dim])

    def _dequantised(self, index: int) -> np.ndarray:
        tensor = self.model.tensors[index]
        shape = [1] * len(tensor.shape)
        shape[tensor.quantized_dimension] = -1
        return tensor.data.astype(np.float64) * tensor.scales.astype(np.float64).reshape(shape)

    def _bias_tensor(self, name: str, values: np.ndarray, scales: np.ndarray, shares: int | None = None) -> int:
        return self._add_tensor(
            name=name,
            shape=values.shape,
            dtype=np.dtype(np.int32),
            data=values.astype(np.int32),
            scales=scales,
            zero_points=np.zeros(scales.size),
            shares_buffer_of=shares,
        )

    def _make_extreme(
        self, extreme: ExtremeChannels, x: Value, out: Value, weights: int, bias: int, dim: int, activation: str
    ) -> None:
        """Replaces the first channels of an operator by the extreme ones."""
        w, b = self.model.tensors[weights], self.model.tensors[bias]
        n = len(extreme.rescale)
        w.scales[:n] = (np.array(extreme.rescale) * float(out.scale) / float(x.scale)).astype(np.float32)
        b.data[:n] = extreme.bias
        kernels = np.moveaxis(w.data, dim, 0)[:n]  # a view
        for kernel, rescale in zip(kernels, extreme.rescale, strict=True):
            if rescale > 0.25:  # a single product, or hardly any result would be within range
                sign = np.sign(kernel.flat[0]) or 1
                kernel[...] = 0
                kernel.flat[0] = sign
        if extreme.zero_weights:
            kernels[...] = 0
            steps = np.array(extreme.rescale) * np.array(extreme.bias)
            steps = np.where(np.array(extreme.rescale) < 2.0**-32, 0.0, np.round(steps))  # such multipliers become 0
            lowest = -128 - out.zero_point if activation == "NONE" else 0
            out.samples[..., :n] = np.clip(steps, lowest, 127 - out.zero_point) * out.scale

    # ---- operators

    def _add_operator(self, code: str, inputs: tuple[int, ...], value: Value, options: Options | None) -> Value:
        self.model.operators.append(Operator(code, inputs, (value.index,), options))
        return value

    def _finish_linear(
        self,
        name: str,
        x: Value,
        scales: np.ndarray,
        dot: np.ndarray,
        offset: np.ndarray | None,
        activation: str,
        share_zero_bias: int | None,
    ) -> tuple[int, Value]:
        """Bias (tensor -1 without `offset`) and output of an operator whose products sum to `dot`."""
        if offset is None and share_zero_bias is None:
            return -1, self._result(name, dot, activation)
        bias_scales = (x.scale * scales).astype(np.float32)
        values = np.zeros(dot.shape[-1]) if offset is None else np.round(offset / bias_scales.astype(np.float64))
        values = np.clip(values, -(2**30), 2**30).astype(np.int32)
        shares = share_zero_bias if share_zero_bias is not None and share_zero_bias >= 0 else None
        bias = self._bias_tensor(f"{name}/bias", values, bias_scales, shares)
        return bias, self._result(name, dot + values * bias_scales.astype(np.float64), activation)

    def conv(
        self,
        x: Value,
        name: str,
        channels: int,
        kernel: tuple[int, int],
        *,
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        padding: str = "SAME",
        activation: str = "RELU",
        bias: bool = True,
        per_channel: bool = True,
        extreme: ExtremeChannels | None = None,
    ) -> Value:
        windows = layers.patches(
            x.samples, kernel=kernel, stride=stride, dilation=dilation, padding=padding, border=0.0
        )
        windows = windows.reshape(windows.shape[:3] + (-1,))
        real = self._rng.normal(0.0, 1.0, (channels,) + kernel + (x.samples.shape[3],))
        gain, offset = self._normalised(windows @ real.reshape(channels, -1).T)
        weights, scales = self._weight_tensor(f"{name}/weights", real * gain[:, None, None, None], 0, per_channel)
        dot = windows @ self._dequantised(weights).reshape(channels, -1).T
        bias_index, out = self._finish_linear(name, x, scales, dot, offset if bias else None, activation, None)
        if extreme is not None:
            self._make_extreme(extreme, x, out, weights, bias_index, 0, activation)
        options = Options(
            1,
            (
                (0, "int8", PADDING[padding]),
                (1, "int32", stride[1]),
                (2, "int32", stride[0]),
                (3, "int8", ACTIVATION[activation]),
                (4, "int32", dilation[1]),
                (5, "int32", dilation[0]),
            ),
        )
        return self._add_operator("CONV_2D", (x.index, weights, bias_index), out, options)

    def depthwise(
        self,
        x: Value,
        name: str,
        kernel: tuple[int, int],
        *,
        multiplier: int = 1,
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        padding: str = "SAME",
        activation: str = "RELU",
        bias: bool = True,
        share_zero_bias: int | None = None,
        extreme: ExtremeChannels | None = None,
    ) -> Value:
        """`share_zero_bias`: -1 for a bias of zeros, or the tensor of such a bias whose buffer this one shares."""
        windows = layers.patches(
            x.samples, kernel=kernel, stride=stride, dilation=dilation, padding=padding, border=0.0
        )
        windows = np.repeat(windows, multiplier, axis=5)  # output channel = input channel * multiplier + copy
        real = self._rng.normal(0.0, 1.0, (1,) + kernel + (windows.shape[5],))
        gain, offset = self._normalised(np.einsum("nyxijc,ijc->nyxc", windows, real[0]))
        weights, scales = self._weight_tensor(f"{name}/weights", real * gain, 3, True)
        dot = np.einsum("nyxijc,ijc->nyxc", windows, self._dequantised(weights)[0])
        with_bias = bias and share_zero_bias is None
        bias_index, out = self._finish_linear(
            name, x, scales, dot, offset if with_bias else None, activation, share_zero_bias
        )
        if extreme is not None:
            self._make_extreme(extreme, x, out, weights, bias_index, 3, activation)
        options = Options(
            2,
            (
                (0, "int8", PADDING[padding]),
                (1, "int32", stride[1]),
                (2, "int32", stride[0]),
                (3, "int32", multiplier),
                (4, "int8", ACTIVATION[activation]),
                (5, "int32", dilation[1]),
                (6, "int32", dilation[0]),
            ),
        )
        return self._add_operator("DEPTHWISE_CONV_2D", (x.index, weights, bias_index), out, options)

    def fully_connected(
        self,
        x: Value,
        name: str,
        channels: int,
        *,
        activation: str = "NONE",
        bias: bool = True,
        per_channel: bool = False,
        rows: bool = False,
    ) -> Value:
        """`rows`: every vector along the last dimension is an input of its own, and the dimensions are kept."""
        samples = x.samples if rows else x.samples.reshape(x.samples.shape[0], -1)
        real = self._rng.normal(0.0, 1.0, (channels, samples.shape[-1]))
        gain, offset = self._normalised(samples @ real.T)
        weights, scales = self._weight_tensor(f"{name}/weights", real * gain[:, None], 0, per_channel)
        dot = samples @ self._dequantised(weights).T
        if not per_channel:
            scales = scales[:1]
        bias_index, out = self._finish_linear(name, x, scales, dot, offset if bias else None, activation, None)
        options = Options(8, ((0, "int8", ACTIVATION[activation]), (2, "bool", rows)))
        return self._add_operator("FULLY_CONNECTED", (x.index, weights, bias_index), out, options)

    def add(self, a: Value, b: Value, name: str, *, activation: str = "NONE") -> Value:
        out = self._result(name, a.samples + b.samples, activation)
        return self._add_operator("ADD", (a.index, b.index), out, Options(11, ((0, "int8", ACTIVATION[activation]),)))

    def constant(self, name: str, real: np.ndarray) -> Value:
        """A constant operand of ADD; `real` has the tensor's own shape."""
        scale = np.float32((real.max() - real.min() + 1e-3) / 255.0)
        zero_point = int(np.clip(np.round(-128 - real.min() / scale), -128, 127))
        data = np.clip(np.round(real / scale) + zero_point, -128, 127).astype(np.int8)
        index = self._add_tensor(
            name=name,
            shape=real.shape,
            dtype=np.dtype(np.int8),
            data=data,
            scales=np.array([scale]),
            zero_points=np.array([zero_point]),
        )
        return Value(index, scale, zero_point, (data.astype(np.float64) - zero_point) * scale)

    def pool(
        self,
        x: Value,
        name: str,
        kind: str,
        window: tuple[int, int],
        *,
        stride: tuple[int, int] | None = None,
        padding: str = "VALID",
        activation: str = "NONE",
    ) -> Value:
        """`kind` is AVERAGE_POOL_2D or MAX_POOL_2D. The stride is the window unless given."""
        stride = window if stride is None else stride
        windows = layers.patches(
            x.samples, kernel=window, stride=stride, dilation=(1, 1), padding=padding, border=np.nan
        )
        reduced = np.nanmean(windows, axis=(3, 4)) if kind == "AVERAGE_POOL_2D" else np.nanmax(windows, axis=(3, 4))
        out = self._result(name, reduced, activation, x.scale, x.zero_point)
        options = Options(
            5,
            (
                (0, "int8", PADDING[padding]),
                (1, "int32", stride[1]),
                (2, "int32", stride[0]),
                (3, "int32", window[1]),
                (4, "int32", window[0]),
                (5, "int8", ACTIVATION[activation]),
            ),
        )
        return self._add_operator(kind, (x.index,), out, options)

    def reshape(self, x: Value, name: str, shape: tuple[int, ...], *, in_options: bool = False) -> Value:
        """The target, -1 allowed, is a constant operand without options, or (`in_options`) only in the options."""
        samples = x.samples.reshape((x.samples.shape[0],) + shape[1:])
        out = self._result(name, samples, "NONE", x.scale, x.zero_point)
        if in_options:
            return self._add_operator("RESHAPE", (x.index,), out, Options(17, ((0, "ints", shape),)))
        target = np.array(shape, np.int32)
        index = self._add_tensor(name=f"{name}/shape", shape=target.shape, dtype=target.dtype, data=target)
        return self._add_operator("RESHAPE", (x.index, index), out, None)

    def softmax(self, x: Value, name: str, *, beta: float = 1.0) -> Value:
        e = np.exp(beta * (x.samples - x.samples.max(axis=-1, keepdims=True)))
        out = self._result(name, e / e.sum(axis=-1, keepdims=True), "NONE", np.float32(1.0 / 256.0), -128)
        return self._add_operator("SOFTMAX", (x.index,), out, Options(9, ((0, "float", beta),)))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden tensors of single operators, from the TensorFlow Lite Micro reference kernels.

    generate.py --out DIR [--seed N] [--scale N]

Draws operators with random shapes and quantisation, runs each as a one-operator model, and writes one text file an
operator type plus MANIFEST.txt. Needs the packages numpy, flatbuffers and tflite_micro. A file holds cases:

    case NAME
    op TYPE KEY=VALUE ... inputs=I,J,.. output=K
    tensor INDEX DTYPE SHAPE SCALES ZERO_POINT DIM      scales as hexadecimal floats, '-' for none
    const|input|expect INDEX VALUE ...
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import flatbuffers
import numpy as np
from tflite_micro.python.tflite_micro import runtime
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

OPERATORS = {
    "CONV_2D": (schema.BuiltinOperator.CONV_2D, schema.BuiltinOptions.Conv2DOptions),
    "DEPTHWISE_CONV_2D": (schema.BuiltinOperator.DEPTHWISE_CONV_2D, schema.BuiltinOptions.DepthwiseConv2DOptions),
    "FULLY_CONNECTED": (schema.BuiltinOperator.FULLY_CONNECTED, schema.BuiltinOptions.FullyConnectedOptions),
    "ADD": (schema.BuiltinOperator.ADD, schema.BuiltinOptions.AddOptions),
    "AVERAGE_POOL_2D": (schema.BuiltinOperator.AVERAGE_POOL_2D, schema.BuiltinOptions.Pool2DOptions),
    "MAX_POOL_2D": (schema.BuiltinOperator.MAX_POOL_2D, schema.BuiltinOptions.Pool2DOptions),
    "SOFTMAX": (schema.BuiltinOperator.SOFTMAX, schema.BuiltinOptions.SoftmaxOptions),
}
ACTIVATIONS = ["NONE", "RELU", "RELU_N1_TO_1", "RELU6"]


@dataclass
class Tensor:
    shape: list[int]
    scales: list[float] = field(default_factory=list)
    zero_point: int = 0
    dim: int = 0
    dtype: type = np.int8
    data: np.ndarray | None = None  # constants


@dataclass
class Case:
    name: str
    type: str
    attributes: dict[str, int | float | str]
    tensors: list[Tensor]  # operands, then the output


def float32(value: float) -> float:
    return float(np.float32(value))


def options_of(case: Case):
    a = case.attributes
    fused = getattr(schema.ActivationFunctionType, str(a.get("activation", "NONE")))
    if case.type in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        options = schema.Conv2DOptionsT() if case.type == "CONV_2D" else schema.DepthwiseConv2DOptionsT()
        options.padding = getattr(schema.Padding, a["padding"])
        options.strideH, options.strideW = a["stride_h"], a["stride_w"]
        options.dilationHFactor, options.dilationWFactor = a["dilation_h"], a["dilation_w"]
        if case.type == "DEPTHWISE_CONV_2D":
            options.depthMultiplier = a["depth_multiplier"]
        options.fusedActivationFunction = fused
    elif case.type == "FULLY_CONNECTED":
        options = schema.FullyConnectedOptionsT()
        options.fusedActivationFunction = fused
    elif case.type == "ADD":
        options = schema.AddOptionsT()
        options.fusedActivationFunction = fused
    elif case.type == "SOFTMAX":
        options = schema.SoftmaxOptionsT()
        options.beta = a["beta"]
    else:
        options = schema.Pool2DOptionsT()
        options.padding = getattr(schema.Padding, a["padding"])
        options.filterHeight, options.filterWidth = a["filter_h"], a["filter_w"]
        options.strideH, options.strideW = a["stride_h"], a["stride_w"]
        options.fusedActivationFunction = fused
    return options


def model_bytes(case: Case) -> bytes:
    code, options_type = OPERATORS[case.type]
    operator_code = schema.OperatorCodeT()
    operator_code.builtinCode = code
    operator_code.deprecatedBuiltinCode = code
    operator_code.version = 4

    buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors = []
    for i, tensor in enumerate(case.tensors):
        t = schema.TensorT()
        t.name = f"t{i}".encode()
        t.shape = tensor.shape
        t.type = schema.TensorType.INT8 if tensor.dtype is np.int8 else schema.TensorType.INT32
        t.quantization = schema.QuantizationParametersT()
        t.quantization.scale = tensor.scales
        t.quantization.zeroPoint = [tensor.zero_point] * len(tensor.scales)
        t.quantization.quantizedDimension = tensor.dim
        if tensor.data is not None:
            t.buffer = len(buffers)
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(tensor.data.tobytes(), dtype=np.uint8)
            buffers.append(buffer)
        graph.tensors.append(t)
    operands = list(range(len(case.tensors) - 1))
    graph.inputs = [i for i in operands if case.tensors[i].data is None]
    graph.outputs = [len(case.tensors) - 1]
    operator = schema.OperatorT()
    operator.opcodeIndex = 0
    operator.inputs = operands
    operator.outputs = graph.outputs
    operator.builtinOptionsType = options_type
    operator.builtinOptions = options_of(case)
    graph.operators = [operator]

    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = [operator_code]
    model.subgraphs = [graph]
    model.buffers = buffers
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(case: Case, inputs: list[np.ndarray]) -> np.ndarray:
    interpreter = runtime.Interpreter.from_bytes(model_bytes(case), arena_size=1 << 21)
    for i, values in enumerate(inputs):
        interpreter.set_input(values, i)
    interpreter.invoke()
    return interpreter.get_output(0)


def same_padding(size: int, window: int, stride: int, dilation: int) -> tuple[int, int, int]:
    """Output size, border before, border after."""
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + (window - 1) * dilation + 1 - size)
    return out, total // 2, total - total // 2


def valid_padding(size: int, window: int, stride: int, dilation: int) -> tuple[int, int, int]:
    return (size - (window - 1) * dilation - 1) // stride + 1, 0, 0


class Draw:
    """Random operators; every choice comes from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def choice(self, values):
        return values[self.integer(0, len(values) - 1)]

    def zero_point(self) -> int:
        return self.choice([-128, 127, 0, self.integer(-128, 127), self.integer(-128, 127)])

    def scale(self, low: float = 1e-3, high: float = 0.5) -> float:
        return float32(math.exp(self.rng.uniform(math.log(low), math.log(high))))

    def int8(self, shape: list[int]) -> np.ndarray:
        return self.rng.integers(-128, 128, shape, dtype=np.int8)

    def weights(self, shape: list[int]) -> np.ndarray:
        return self.rng.integers(-127, 128, shape, dtype=np.int8)

    def window(self, size_h: int, size_w: int, max_stride: int, dilate: bool) -> dict:
        while True:
            dilation_h, dilation_w = (self.integer(1, 3), self.integer(1, 3)) if dilate else (1, 1)
            padding = self.choice(["SAME", "VALID"])
            kh, kw = self.integer(1, 4), self.integer(1, 4)
            sh, sw = self.integer(1, max_stride), self.integer(1, max_stride)
            rule = same_padding if padding == "SAME" else valid_padding
            oh, top, bottom = rule(size_h, kh, sh, dilation_h)
            ow, left, right = rule(size_w, kw, sw, dilation_w)
            if oh >= 1 and ow >= 1:
                return {"padding": padding, "kh": kh, "kw": kw, "stride_h": sh, "stride_w": sw,
                        "dilation_h": dilation_h, "dilation_w": dilation_w, "pad": (top, bottom, left, right),
                        "oh": oh, "ow": ow}

    def bias_for(self, count: int, accumulator: float) -> np.ndarray:
        return self.rng.integers(-int(accumulator) - 1, int(accumulator) + 2, count, dtype=np.int32)

    def output_scale(self, product: float, accumulator: float) -> float:
        """Spreads the typical accumulator over about the int8 range, sometimes far more or less."""
        return float32(product * accumulator / self.choice([20, 40, 80, 200]))

    def convolution(self, name: str, depthwise: bool) -> Case:
        height, width, channels = self.integer(1, 9), self.integer(1, 9), self.integer(1, 5)
        w = self.window(height, width, 3, dilate=self.integer(0, 2) == 0)
        multiplier = self.choice([1, 1, 2, 3]) if depthwise else 0
        outputs = channels * multiplier if depthwise else self.integer(1, 6)
        depth = 1 if depthwise else channels
        in_scale = self.scale()
        spread = self.rng.uniform(0.2, 5.0, outputs) if self.integer(0, 3) else np.ones(outputs)
        scales = [float32(self.scale() * s) for s in spread]
        accumulator = 5000.0 * math.sqrt(w["kh"] * w["kw"] * depth)
        out_scale = self.output_scale(in_scale * float(np.median(scales)), accumulator)
        bias = self.bias_for(outputs, accumulator)
        if self.integer(0, 4) == 0:  # a dead channel: weights of nothing, a huge bias, a multiplier at the lower end
            c = self.integer(0, outputs - 1)
            scales[c] = float32(out_scale / in_scale * self.choice([2.0**-31, 2.0**-32, 2.0**-34, 1.1 * 2.0**-31]))
            bias[c] = self.choice([2**30, -(2**30), 2**31 - 1, -(2**31)])
        shape = [1, w["kh"], w["kw"], outputs] if depthwise else [outputs, w["kh"], w["kw"], channels]
        dim = 3 if depthwise else 0
        attributes = {k: w[k] for k in ("padding", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad")}
        attributes["activation"] = self.choice(ACTIVATIONS)
        if depthwise:
            attributes["depth_multiplier"] = multiplier
        tensors = [
            Tensor([1, height, width, channels], [in_scale], self.zero_point()),
            Tensor(shape, scales, 0, dim, data=self.weights(shape)),
        ]
        if self.integer(0, 5):
            bias_scales = [float32(np.float32(in_scale) * np.float32(s)) for s in scales]
            tensors.append(Tensor([outputs], bias_scales, dtype=np.int32, data=bias))
        tensors.append(Tensor([1, w["oh"], w["ow"], outputs], [out_scale], self.zero_point()))
        return Case(name, "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", attributes, tensors)

    def fully_connected(self, name: str) -> Case:
        rows, depth, units = self.choice([1, 1, 3]), self.integer(1, 40), self.integer(1, 8)
        in_scale = self.scale()
        per_channel = self.integer(0, 3) == 0 and units > 1
        scales = [self.scale() for _ in range(units)] if per_channel else [self.scale()]
        accumulator = 5000.0 * math.sqrt(depth)
        out_scale = self.output_scale(in_scale * float(np.median(scales)), accumulator)
        tensors = [
            Tensor([rows, depth], [in_scale], self.zero_point()),
            Tensor([units, depth], scales, 0, 0, data=self.weights([units, depth])),
        ]
        if self.integer(0, 5):
            bias_scales = [float32(np.float32(in_scale) * np.float32(s)) for s in scales]
            tensors.append(Tensor([units], bias_scales, dtype=np.int32, data=self.bias_for(units, accumulator)))
        tensors.append(Tensor([rows, units], [out_scale], self.zero_point()))
        return Case(name, "FULLY_CONNECTED", {"activation": self.choice(ACTIVATIONS)}, tensors)

    def add(self, name: str) -> Case:
        shape = [self.integer(1, 4) for _ in range(self.integer(1, 4))]
        shapes = [list(shape), list(shape)]
        if self.integer(0, 1):
            for axis in range(len(shape)):
                if self.integer(0, 2) == 0:
                    shapes[self.integer(0, 1)][axis] = 1
            if self.integer(0, 3) == 0:
                shapes[1] = shapes[1][self.integer(0, len(shape) - 1):]
        padded = [[1] * (len(shape) - len(s)) + s for s in shapes]
        out_shape = [max(a, b) for a, b in zip(*padded, strict=True)]
        scale_1 = self.scale(0.005, 0.2)
        scale_2 = self.choice([scale_1, self.scale(0.005, 0.2), self.scale(1e-6, 1e-5)])
        tensors = [Tensor(shapes[0], [scale_1], self.zero_point()), Tensor(shapes[1], [scale_2], self.zero_point())]
        constant = self.integer(0, 3) == 0
        if constant:
            tensors[1].data = self.int8(shapes[1])
        out_scale = float32(max(scale_1, scale_2) * self.choice([0.5, 1.0, 1.5, 2.0, 3.7]))
        tensors.append(Tensor(out_shape, [out_scale], self.zero_point()))
        return Case(name, "ADD", {"activation": self.choice(ACTIVATIONS)}, tensors)

    def pool(self, name: str, average: bool) -> Case:
        height, width, channels = self.integer(1, 9), self.integer(1, 9), self.integer(1, 5)
        w = self.window(height, width, 3, dilate=False)
        scale, zero_point = self.scale(0.005, 0.2), self.zero_point()
        attributes = {k: w[k] for k in ("padding", "stride_h", "stride_w", "pad")}
        attributes |= {"filter_h": w["kh"], "filter_w": w["kw"], "activation": self.choice(ACTIVATIONS)}
        tensors = [
            Tensor([1, height, width, channels], [scale], zero_point),
            Tensor([1, w["oh"], w["ow"], channels], [scale], zero_point),
        ]
        return Case(name, "AVERAGE_POOL_2D" if average else "MAX_POOL_2D", attributes, tensors)

    def softmax(self, name: str) -> Case:
        shape = [self.choice([1, 1, 3]), self.choice([1, 2, 3, 10, 12, 40, 100])]
        if self.integer(0, 3) == 0:
            shape.insert(1, 2)
        beta = self.choice([1.0, 1.0, 0.5, 2.0, float32(self.rng.uniform(0.1, 4.0))])
        tensors = [Tensor(shape, [self.scale(1e-3, 1.5)], self.zero_point()), Tensor(shape, [1.0 / 256.0], -128)]
        return Case(name, "SOFTMAX", {"beta": beta}, tensors)

    def inputs(self, case: Case) -> list[np.ndarray]:
        """Mostly uniform values; sometimes the extremes, which find wrong clamps and overflows."""
        result = []
        for tensor in case.tensors[:-1]:
            if tensor.data is not None:
                continue
            kind = self.integer(0, 7)
            if kind == 0:
                result.append(self.rng.choice(np.array([-128, 127], np.int8), tensor.shape))
            elif kind == 1:
                result.append(np.full(tensor.shape, self.choice([-128, 127, 0]), np.int8))
            else:
                result.append(self.int8(tensor.shape))
        return result


def text_of(case: Case, inputs: list[np.ndarray], output: np.ndarray) -> str:
    def value_text(value) -> str:
        if isinstance(value, tuple):
            return ",".join(map(str, value))
        return float(value).hex() if isinstance(value, float) else str(value)

    def numbers(array: np.ndarray) -> str:
        return " ".join(map(str, array.flatten().tolist()))

    last = len(case.tensors) - 1
    attributes = " ".join(f"{k}={value_text(v)}" for k, v in case.attributes.items() if k != "padding")
    lines = [f"case {case.name}", f"op {case.type} {attributes} inputs={','.join(map(str, range(last)))} output={last}"]
    for i, t in enumerate(case.tensors):
        shape = ",".join(map(str, t.shape))
        scales = ",".join(s.hex() for s in t.scales) or "-"
        lines.append(f"tensor {i} {np.dtype(t.dtype).name} {shape} {scales} {t.zero_point} {t.dim}")
    given = iter(inputs)
    for i, t in enumerate(case.tensors[:-1]):
        lines.append(f"const {i} {numbers(t.data)}" if t.data is not None else f"input {i} {numbers(next(given))}")
    lines.append(f"expect {last} {numbers(output)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=int, default=1, help="times as many cases; the committed files have 1")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw = Draw(arguments.seed)
    plan = {
        "conv2d": (24, lambda name: draw.convolution(name, depthwise=False)),
        "depthwise_conv2d": (24, lambda name: draw.convolution(name, depthwise=True)),
        "fully_connected": (16, draw.fully_connected),
        "add": (24, draw.add),
        "average_pool_2d": (16, lambda name: draw.pool(name, average=True)),
        "max_pool_2d": (12, lambda name: draw.pool(name, average=False)),
        "softmax": (24, draw.softmax),
    }
    manifest = [
        f"tool tflite_micro {version('tflite_micro')} (reference kernels)",
        f"numpy {np.__version__}",
        f"command tests/kernels/golden/generate.py --out tests/kernels/golden --seed {arguments.seed}",
    ]
    for name, (count, make) in plan.items():
        texts = []
        for i in range(count * arguments.scale):
            case = make(f"{name}_{i}")
            inputs = draw.inputs(case)
            texts.append(text_of(case, inputs, run(case, inputs)))
        content = "\n".join(texts)
        (arguments.out / f"{name}.txt").write_text(content, encoding="utf-8")
        manifest.append(f"sha256 {hashlib.sha256(content.encode()).hexdigest()} {name}.txt")
    (arguments.out / "MANIFEST.txt").write_text("\n".join(manifest) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

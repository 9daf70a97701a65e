# SPDX-License-Identifier: Apache-2.0
"""Writes .tflite files: a plain description in, FlatBuffer bytes out. Slot numbers are the field ids of the format."""

from dataclasses import dataclass, field

import flatbuffers
import numpy as np

FILE_IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3
TENSOR_TYPES = {np.dtype(np.int32): 2, np.dtype(np.int8): 9}
OPERATOR_CODES = {
    "ADD": 0,
    "AVERAGE_POOL_2D": 1,
    "CONV_2D": 3,
    "DEPTHWISE_CONV_2D": 4,
    "DEQUANTIZE": 6,
    "FULLY_CONNECTED": 9,
    "MAX_POOL_2D": 17,
    "RESHAPE": 22,
    "SOFTMAX": 25,
    "QUANTIZE": 114,
}
PADDING = {"SAME": 0, "VALID": 1}
ACTIVATION = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}


@dataclass(frozen=True)
class Tensor:
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    data: np.ndarray | None = None  # None: activation
    scales: np.ndarray | None = None  # float32; one, or one per slice of `quantized_dimension`
    zero_points: np.ndarray | None = None
    quantized_dimension: int = 0
    shares_buffer_of: int | None = None  # index of an earlier tensor with the same data
    open_batch: bool = False  # shape signature with -1 for the batch


@dataclass(frozen=True)
class Options:
    """Number in the union, and the fields as (slot, kind, value); kind is int8, int32, bool, float or ints."""

    union_type: int
    fields: tuple[tuple[int, str, object], ...]


@dataclass(frozen=True)
class Operator:
    code: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Options | None


@dataclass
class Model:
    description: str
    tensors: list[Tensor] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    unused_codes: tuple[str, ...] = ()  # listed in the file, used by no operator
    old_codes: bool = False  # operator codes only in the field of old files


def _vector(builder: flatbuffers.Builder, values: np.ndarray) -> int:
    return builder.CreateNumpyVector(np.ascontiguousarray(values))


def _offsets(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()


def _buffer(builder: flatbuffers.Builder, data: bytes) -> int:
    vector = None
    if data:
        builder.StartVector(1, len(data), 16)  # readers may use the bytes in place
        builder.head -= len(data)
        builder.Bytes[builder.head : builder.head + len(data)] = data
        vector = builder.EndVector()
    builder.StartObject(3)
    if vector is not None:
        builder.PrependUOffsetTRelativeSlot(0, vector, 0)
    return builder.EndObject()


def _quantization(builder: flatbuffers.Builder, tensor: Tensor) -> int:
    scales = _vector(builder, tensor.scales.astype(np.float32))
    zero_points = _vector(builder, tensor.zero_points.astype(np.int64))
    builder.StartObject(7)
    builder.PrependUOffsetTRelativeSlot(2, scales, 0)
    builder.PrependUOffsetTRelativeSlot(3, zero_points, 0)
    builder.PrependInt32Slot(6, tensor.quantized_dimension, 0)
    return builder.EndObject()


def _tensor(builder: flatbuffers.Builder, tensor: Tensor, buffer: int) -> int:
    name = builder.CreateString(tensor.name)
    shape = _vector(builder, np.array(tensor.shape, np.int32))
    signature = _vector(builder, np.array((-1,) + tensor.shape[1:], np.int32)) if tensor.open_batch else None
    quantization = _quantization(builder, tensor) if tensor.scales is not None else None
    builder.StartObject(10)
    builder.PrependUOffsetTRelativeSlot(0, shape, 0)
    builder.PrependInt8Slot(1, TENSOR_TYPES[np.dtype(tensor.dtype)], 0)
    builder.PrependUint32Slot(2, buffer, 0)
    builder.PrependUOffsetTRelativeSlot(3, name, 0)
    if quantization is not None:
        builder.PrependUOffsetTRelativeSlot(4, quantization, 0)
    if signature is not None:
        builder.PrependUOffsetTRelativeSlot(7, signature, 0)
    return builder.EndObject()


def _options(builder: flatbuffers.Builder, options: Options) -> int:
    vectors = {
        slot: _vector(builder, np.array(value, np.int32)) for slot, kind, value in options.fields if kind == "ints"
    }
    builder.StartObject(8)
    for slot, kind, value in options.fields:
        if kind == "int8":
            builder.PrependInt8Slot(slot, value, 0)
        elif kind == "int32":
            builder.PrependInt32Slot(slot, value, None)  # written even if it is the default
        elif kind == "bool":
            builder.PrependBoolSlot(slot, value, False)
        elif kind == "float":
            builder.PrependFloat32Slot(slot, value, 0.0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, vectors[slot], 0)
    return builder.EndObject()


def _operator(builder: flatbuffers.Builder, operator: Operator, code_index: int) -> int:
    inputs = _vector(builder, np.array(operator.inputs, np.int32))
    outputs = _vector(builder, np.array(operator.outputs, np.int32))
    options = _options(builder, operator.options) if operator.options is not None else None
    builder.StartObject(9)
    builder.PrependUint32Slot(0, code_index, 0)
    builder.PrependUOffsetTRelativeSlot(1, inputs, 0)
    builder.PrependUOffsetTRelativeSlot(2, outputs, 0)
    if options is not None:
        builder.PrependUint8Slot(3, operator.options.union_type, 0)
        builder.PrependUOffsetTRelativeSlot(4, options, 0)
    return builder.EndObject()


def _operator_code(builder: flatbuffers.Builder, code: str, old: bool) -> int:
    builder.StartObject(4)
    builder.PrependInt8Slot(0, OPERATOR_CODES[code], 0)
    builder.PrependInt32Slot(2, 1, 0)
    if not old:
        builder.PrependInt32Slot(3, OPERATOR_CODES[code], 0)
    return builder.EndObject()


def write(model: Model) -> bytes:
    builder = flatbuffers.Builder(1 << 16)

    # Buffer 0 is empty by convention; activations get one of their own, also empty, as converters write them.
    buffer_of_tensor: list[int] = []
    contents = [b""]
    for tensor in model.tensors:
        if tensor.shares_buffer_of is not None:
            buffer_of_tensor.append(buffer_of_tensor[tensor.shares_buffer_of])
            continue
        buffer_of_tensor.append(len(contents))
        contents.append(b"" if tensor.data is None else np.ascontiguousarray(tensor.data).tobytes())

    codes = list(dict.fromkeys(operator.code for operator in model.operators)) + list(model.unused_codes)
    buffers = _offsets(builder, [_buffer(builder, content) for content in contents])
    tensors = _offsets(builder, [_tensor(builder, t, b) for t, b in zip(model.tensors, buffer_of_tensor, strict=True)])
    operators = _offsets(builder, [_operator(builder, o, codes.index(o.code)) for o in model.operators])
    inputs = _vector(builder, np.array(model.inputs, np.int32))
    outputs = _vector(builder, np.array(model.outputs, np.int32))
    name = builder.CreateString("main")
    builder.StartObject(5)
    builder.PrependUOffsetTRelativeSlot(0, tensors, 0)
    builder.PrependUOffsetTRelativeSlot(1, inputs, 0)
    builder.PrependUOffsetTRelativeSlot(2, outputs, 0)
    builder.PrependUOffsetTRelativeSlot(3, operators, 0)
    builder.PrependUOffsetTRelativeSlot(4, name, 0)
    subgraphs = _offsets(builder, [builder.EndObject()])
    operator_codes = _offsets(builder, [_operator_code(builder, code, model.old_codes) for code in codes])
    description = builder.CreateString(model.description)
    builder.StartObject(8)
    builder.PrependUint32Slot(0, SCHEMA_VERSION, 0)
    builder.PrependUOffsetTRelativeSlot(1, operator_codes, 0)
    builder.PrependUOffsetTRelativeSlot(2, subgraphs, 0)
    builder.PrependUOffsetTRelativeSlot(3, description, 0)
    builder.PrependUOffsetTRelativeSlot(4, buffers, 0)
    builder.Finish(builder.EndObject(), file_identifier=FILE_IDENTIFIER)
    return bytes(builder.Output())

# SPDX-License-Identifier: Apache-2.0
"""Small models, mostly of one operator, for shapes and numbers that the networks do not have."""

from collections.abc import Callable

import numpy as np

from .network import ExtremeChannels, Network, Value
from .samples import batch
from .tflite_writer import Model

CALIBRATION = ("smooth", "noise", "noise", "extreme") * 4

Body = Callable[[Network, Value], Value]


def _model(shape: tuple[int, ...], body: Body, *, scale: float = 0.05, zero_point: int = 7) -> Callable[..., Model]:
    def build(rng: np.random.Generator) -> Model:
        net = Network(description="Systolite corner case", rng=rng)
        x = net.input(batch(rng, shape, CALIBRATION), scale=scale, zero_point=zero_point)
        net.output(body(net, x))
        return net.model

    return build


# From a multiplier of 0 (rescaling below 2^-32) over every kind of right shift to left shifts.
_RESCALES = ExtremeChannels(
    rescale=(
        0.7 * 2.0**-40,
        0.9 * 2.0**-33,
        0.9 * 2.0**-32,
        0.6 * 2.0**-31,
        0.8 * 2.0**-30,
        0.7 * 2.0**-29,
        0.9 * 2.0**-23,
        0.75 * 2.0**-20,
        2.0**-16,
        0.51 * 2.0**-8,
        0.99 * 2.0**-5,
        0.4,
        0.9999999,
        1.0,
        1.7,
        13.0,
        31.0,
    ),
    bias=(
        2**30,
        2**31 - 2**21,
        -(2**31) + 2**21,
        2**30 + 77,
        -(2**30) - 123,
        -(2**30),
        2**29 + 1,
        -(2**26),
        2**22 + 5,
        -1000,
        300,
        0,
        -5,
        3,
        -20,
        1,
        0,
    ),
    zero_weights=False,
)


def _broadcast_add(net: Network, x: Value) -> Value:
    pooled = net.pool(x, "pooled", "MAX_POOL_2D", (8, 6))
    return net.add(x, pooled, "sum", activation="RELU6")


def _constant_add(net: Network, x: Value) -> Value:
    constant = net.constant("offsets", np.linspace(-2.0, 5.0, x.samples.shape[3]).reshape(1, 1, 1, -1))
    return net.add(constant, x, "sum")


def _row_add(net: Network, x: Value) -> Value:
    constant = net.constant("rows", np.linspace(-3.0, 3.0, x.samples.shape[1]).reshape(1, -1, 1, 1))
    return net.add(x, constant, "sum", activation="RELU_N1_TO_1")


def _residual(net: Network, x: Value) -> Value:
    y = net.conv(x, "conv", x.samples.shape[3], (3, 3), activation="NONE")
    return net.add(y, x, "sum")


def _reshape_chain(net: Network, x: Value) -> Value:
    x = net.reshape(x, "rows", (1, 12, 15), in_options=True)
    return net.reshape(x, "flat", (1, -1))


CORNERS = {
    "add_broadcast_relu6": _model((8, 6, 13), _broadcast_add),
    "add_constant": _model((5, 7, 19), _constant_add),
    "add_rows_relu_n1_to_1": _model((9, 4, 5), _row_add),
    "add_residual": _model((7, 6, 18), _residual, zero_point=-30),
    "average_pool_same": _model(
        (9, 7, 12), lambda n, x: n.pool(x, "pool", "AVERAGE_POOL_2D", (3, 3), stride=(2, 2), padding="SAME")
    ),
    "average_pool_stride1_relu": _model(
        (8, 9, 21),
        lambda n, x: n.pool(x, "pool", "AVERAGE_POOL_2D", (5, 4), stride=(1, 1), padding="SAME", activation="RELU"),
        zero_point=-11,
    ),
    "conv1d_stride2": _model((31, 1, 9), lambda n, x: n.conv(x, "conv", 24, (5, 1), stride=(2, 1))),
    "conv_dilated_same": _model((13, 11, 5), lambda n, x: n.conv(x, "conv", 7, (3, 3), dilation=(2, 2))),
    "conv_dilated_valid": _model(
        (14, 12, 3), lambda n, x: n.conv(x, "conv", 18, (3, 2), dilation=(3, 2), padding="VALID", activation="RELU6")
    ),
    "conv_no_bias_relu_n1_to_1": _model(
        (6, 6, 17), lambda n, x: n.conv(x, "conv", 16, (3, 3), bias=False, activation="RELU_N1_TO_1")
    ),
    "conv_odd_channels": _model((5, 5, 70), lambda n, x: n.conv(x, "conv", 67, (1, 1), activation="NONE")),
    "conv_per_tensor": _model((7, 9, 6), lambda n, x: n.conv(x, "conv", 20, (3, 3), per_channel=False)),
    "conv_rescale_extremes": _model(
        (4, 4, 16), lambda n, x: n.conv(x, "conv", 20, (1, 1), activation="NONE", extreme=_RESCALES)
    ),
    "conv_stride3": _model((10, 11, 8), lambda n, x: n.conv(x, "conv", 12, (1, 1), stride=(3, 3))),
    "conv_uneven_stride": _model((12, 10, 4), lambda n, x: n.conv(x, "conv", 9, (4, 5), stride=(3, 1))),
    "depthwise_5x3_stride2": _model((11, 10, 16), lambda n, x: n.depthwise(x, "depthwise", (5, 3), stride=(2, 2))),
    "depthwise_dilated": _model((12, 10, 9), lambda n, x: n.depthwise(x, "depthwise", (3, 3), dilation=(2, 2))),
    "depthwise_multiplier2": _model(
        (8, 9, 6), lambda n, x: n.depthwise(x, "depthwise", (3, 3), multiplier=2, stride=(2, 2))
    ),
    "depthwise_valid_relu6": _model(
        (6, 7, 20), lambda n, x: n.depthwise(x, "depthwise", (3, 3), padding="VALID", activation="RELU6")
    ),
    "depthwise_rescale_extremes": _model(
        (5, 5, 20), lambda n, x: n.depthwise(x, "depthwise", (3, 3), activation="NONE", extreme=_RESCALES)
    ),
    "fully_connected_flattens": _model((4, 4, 8), lambda n, x: n.fully_connected(x, "dense", 33)),
    "fully_connected_no_bias": _model(
        (50,), lambda n, x: n.fully_connected(x, "dense", 21, bias=False, activation="RELU6"), scale=0.02
    ),
    "fully_connected_per_channel": _model((40,), lambda n, x: n.fully_connected(x, "dense", 37, per_channel=True)),
    "fully_connected_rows": _model((6, 32), lambda n, x: n.fully_connected(x, "dense", 20, rows=True)),
    "max_pool_same": _model(
        (9, 7, 12), lambda n, x: n.pool(x, "pool", "MAX_POOL_2D", (3, 3), stride=(2, 2), padding="SAME")
    ),
    "max_pool_valid_relu6": _model(
        (11, 9, 35), lambda n, x: n.pool(x, "pool", "MAX_POOL_2D", (2, 2), activation="RELU6"), zero_point=-40
    ),
    "reshape_options": _model((4, 5, 9), _reshape_chain),
    "softmax_beta": _model((50,), lambda n, x: n.softmax(x, "softmax", beta=0.7)),
}

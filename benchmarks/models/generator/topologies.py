# SPDX-License-Identifier: Apache-2.0
"""The embedded models: operator by operator the five MLPerf Tiny networks, with random weights, and a matrix product.

ic, kws and sww have the full size; vww and ad have fewer channels so that the repository stays small.
"""

import numpy as np

from .network import ExtremeChannels, Network
from .samples import batch
from .tflite_writer import Model

CALIBRATION = ("smooth", "smooth", "smooth", "noise")


def _network(rng: np.random.Generator, description: str) -> Network:
    return Network(description=description, rng=rng)


def image_classification(rng: np.random.Generator) -> Model:
    """ResNet-8: three residual stages, the later two with a strided 1x1 shortcut."""
    net = _network(rng, "Systolite embedded ResNet-8")
    x = net.input(batch(rng, (32, 32, 3), CALIBRATION), scale=1.0, zero_point=-128)
    x = net.conv(x, "stem", 16, (3, 3))
    for stage, channels in enumerate((16, 32, 64)):
        stride = (1, 1) if stage == 0 else (2, 2)
        y = net.conv(x, f"stage{stage}/a", channels, (3, 3), stride=stride)
        y = net.conv(y, f"stage{stage}/b", channels, (3, 3), activation="NONE")
        shortcut = x
        if stage > 0:
            shortcut = net.conv(x, f"stage{stage}/shortcut", channels, (1, 1), stride=stride, activation="NONE")
        x = net.add(shortcut, y, f"stage{stage}/sum", activation="RELU")
    x = net.pool(x, "pool", "AVERAGE_POOL_2D", (8, 8))
    x = net.reshape(x, "flatten", (-1, 64))
    x = net.fully_connected(x, "logits", 10)
    net.output(net.softmax(x, "probabilities"))
    net.model.unused_codes = ("QUANTIZE", "DEQUANTIZE")
    return net.model


def keyword_spotting(rng: np.random.Generator) -> Model:
    """DS-CNN: a strided 10x4 convolution, then four depthwise-separable blocks."""
    net = _network(rng, "Systolite embedded DS-CNN")
    x = net.input(batch(rng, (49, 10, 1), CALIBRATION), scale=0.5847029, zero_point=83)
    x = net.conv(x, "stem", 64, (10, 4), stride=(2, 2))
    for block in range(4):
        x = net.depthwise(x, f"block{block}/depthwise", (3, 3))
        x = net.conv(x, f"block{block}/pointwise", 64, (1, 1))
    x = net.pool(x, "pool", "AVERAGE_POOL_2D", (25, 5))
    x = net.reshape(x, "flatten", (-1, 64))
    x = net.fully_connected(x, "logits", 12)
    net.output(net.softmax(x, "probabilities"))
    return net.model


def _dead_channels(rng: np.random.Generator, channels: int) -> ExtremeChannels:
    """A quarter of the channels, constant, down to rescaling factors so small that the multiplier becomes 0."""
    count = channels // 4
    exponents = rng.integers(24, 35, count)
    rescale = tuple(float(rng.uniform(0.5, 1.0) * 2.0 ** -int(e)) for e in exponents)
    bias = tuple(int(rng.choice((-1, 1))) * (2**30 + int(rng.integers(0, 129))) for _ in range(count))
    return ExtremeChannels(rescale=rescale, bias=bias, zero_weights=True)


def visual_wake_words(rng: np.random.Generator) -> Model:
    """MobileNetV1 on 96x96, thirteen separable blocks; part of the later channels is dead, as in the official model."""
    net = _network(rng, "Systolite embedded MobileNetV1")
    x = net.input(batch(rng, (96, 96, 3), CALIBRATION), scale=1.0 / 255.0, zero_point=-128)
    x = net.conv(x, "stem", 8, (3, 3), stride=(2, 2))
    blocks = (
        (1, 12),
        (2, 20),
        (1, 20),
        (2, 40),
        (1, 40),
        (2, 64),
        (1, 64),
        (1, 64),
        (1, 64),
        (1, 64),
        (1, 64),
        (2, 96),
        (1, 96),
    )
    for block, (stride, channels) in enumerate(blocks):
        x = net.depthwise(x, f"block{block}/depthwise", (3, 3), stride=(stride, stride))
        dead = _dead_channels(rng, channels) if block >= 7 else None
        x = net.conv(x, f"block{block}/pointwise", channels, (1, 1), extreme=dead)
    x = net.pool(x, "pool", "AVERAGE_POOL_2D", (3, 3))
    x = net.reshape(x, "flatten", (-1, 96))
    x = net.fully_connected(x, "logits", 2)
    net.output(net.softmax(x, "probabilities"))
    net.model.unused_codes = ("QUANTIZE", "DEQUANTIZE")
    return net.model


def anomaly_detection(rng: np.random.Generator) -> Model:
    """Fully connected autoencoder with a bottleneck of 8, in the file form of old converters."""
    net = _network(rng, "Systolite embedded autoencoder")
    x = net.input(batch(rng, (640,), CALIBRATION * 8), scale=0.3910152, zero_point=89)
    for layer, width in enumerate((64, 64, 64, 64, 8, 64, 64, 64, 64)):
        x = net.fully_connected(x, f"dense{layer}", width, activation="RELU")
    net.output(net.fully_connected(x, "reconstruction", 640))
    net.model.old_codes = True
    return net.model


def streaming_wakeword(rng: np.random.Generator) -> Model:
    """1-D DS-CNN without padding; the depthwise layers have biases of zeros, three of which share one buffer."""
    net = _network(rng, "Systolite embedded 1-D DS-CNN")
    x = net.input(batch(rng, (30, 1, 40), CALIBRATION), scale=0.0037010426, zero_point=-128)
    shared = -1
    for block, (taps, channels) in enumerate(((3, 128), (5, 128), (10, 128), (15, 32))):
        x = net.depthwise(
            x, f"block{block}/depthwise", (taps, 1), padding="VALID", activation="NONE", share_zero_bias=shared
        )
        if block == 1:
            shared = net.model.operators[-1].inputs[2]
        x = net.conv(x, f"block{block}/pointwise", channels, (1, 1), padding="VALID")
    x = net.reshape(x, "flatten", (-1, 32))
    x = net.fully_connected(x, "logits", 3)
    net.output(net.softmax(x, "probabilities"))
    return net.model


def matrix_product(rng: np.random.Generator) -> Model:
    """256 x 256 by 256 x 256: a fully connected layer on 256 rows, the yardstick of matrix accelerators."""
    net = _network(rng, "Systolite matrix product")
    x = net.input(batch(rng, (256, 256), CALIBRATION), scale=0.05, zero_point=3)
    net.output(net.fully_connected(x, "product", 256, rows=True))
    return net.model


EMBEDDED = {
    "ad_embedded": anomaly_detection,
    "gemm_embedded": matrix_product,
    "ic_embedded": image_classification,
    "kws_embedded": keyword_spotting,
    "sww_embedded": streaming_wakeword,
    "vww_embedded": visual_wake_words,
}

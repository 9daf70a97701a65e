// SPDX-License-Identifier: Apache-2.0
// The operators as the TensorFlow Lite quantisation specification defines them, in the plainest form. Shares no code
// with the product, so that an error there cannot hide here. Activations are dense NHWC with batch 1.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/reference/fixed_point.h"

namespace systolite::reference {

using Bytes = std::vector<std::int8_t>;

struct Quantised {  // real = scale * (q - zero_point)
  float scale = 1.0F;
  std::int32_t zero_point = 0;
};

enum class Limit { kNone, kRelu, kReluN1To1, kRelu6 };  // fused activation

struct Size {
  int height = 1, width = 1, channels = 1;
  [[nodiscard]] int elements() const { return height * width * channels; }
};

struct Window {
  int height = 1, width = 1;
  int stride_y = 1, stride_x = 1;
  int dilation_y = 1, dilation_x = 1;
  int pad_top = 0, pad_left = 0;
};

// Weights: one scale for the tensor or one per output channel; zero point 0. An empty bias is no bias.
struct Weights {
  Bytes values;
  std::vector<float> scales;
  std::vector<std::int32_t> bias;
};

struct Operand {
  Bytes values;
  Quantised quant;
};

// Weights [out channels][kernel height][kernel width][in channels].
[[nodiscard]] Bytes conv_2d(const Operand& input, Size in, const Weights& weights, const Window& window, Size out,
                            Quantised quant, Limit limit, RoundingMode mode);
// Weights [kernel height][kernel width][out channels]; output channel c reads input channel c / depth_multiplier.
[[nodiscard]] Bytes depthwise_conv_2d(const Operand& input, Size in, const Weights& weights, const Window& window,
                                      Size out, Quantised quant, Limit limit, RoundingMode mode);
// Weights [outputs][inputs]; one output per weight row.
[[nodiscard]] Bytes fully_connected(const Operand& input, const Weights& weights, int outputs, Quantised quant,
                                    Limit limit, RoundingMode mode);
// Operands of equal size; broadcasting is the caller's.
[[nodiscard]] Bytes add(const Operand& a, const Operand& b, Quantised quant, Limit limit, RoundingMode mode);
// Input and output have the same quantisation; taps outside the image do not take part.
[[nodiscard]] Bytes average_pool_2d(const Operand& input, Size in, const Window& window, Size out, Limit limit);
[[nodiscard]] Bytes max_pool_2d(const Operand& input, Size in, const Window& window, Size out, Limit limit);
// Over rows of `depth` values. The output has scale 1/256 and zero point -128.
[[nodiscard]] Bytes softmax(const Operand& input, int depth, float beta);

}  // namespace systolite::reference

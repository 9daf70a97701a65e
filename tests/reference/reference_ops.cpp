// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/reference_ops.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace systolite::reference {
namespace {

struct Clamp {
  std::int64_t low = -128;
  std::int64_t high = 127;
  [[nodiscard]] std::int8_t operator()(std::int64_t value) const {
    return static_cast<std::int8_t>(std::max(low, std::min(high, value)));
  }
};

Clamp clamp_of(Limit limit, Quantised quant) {
  const auto quantised = [quant](float real) {
    return quant.zero_point + static_cast<std::int64_t>(std::round(real / quant.scale));
  };
  Clamp clamp;
  if (limit == Limit::kRelu || limit == Limit::kRelu6) clamp.low = std::max(clamp.low, quantised(0.0F));
  if (limit == Limit::kReluN1To1) clamp.low = std::max(clamp.low, quantised(-1.0F));
  if (limit == Limit::kReluN1To1) clamp.high = std::min(clamp.high, quantised(1.0F));
  if (limit == Limit::kRelu6) clamp.high = std::min(clamp.high, quantised(6.0F));
  return clamp;
}

float scale_of(const Weights& weights, int channel) {
  return weights.scales.size() == 1 ? weights.scales[0] : weights.scales[static_cast<std::size_t>(channel)];
}

std::int64_t bias_of(const Weights& weights, int channel) {
  return weights.bias.empty() ? 0 : weights.bias[static_cast<std::size_t>(channel)];
}

// An image with bounds.
struct Image {
  const Bytes& values;
  Size size;
  [[nodiscard]] bool has(int y, int x) const { return y >= 0 && y < size.height && x >= 0 && x < size.width; }
  [[nodiscard]] int at(int y, int x, int c) const {
    return values[static_cast<std::size_t>((y * size.width + x) * size.channels + c)];
  }
};

// Calls body(y, x, c) for every element in memory order and collects the results.
template <typename Body>
Bytes for_each_element(Size size, const Body& body) {
  Bytes result;
  result.reserve(static_cast<std::size_t>(size.elements()));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < size.channels; ++c) result.push_back(body(y, x, c));
    }
  }
  return result;
}

// Calls body(ky, kx, iy, ix) for every tap of the window of output (oy, ox) that lies inside the image.
template <typename Body>
void for_each_tap(const Image& image, const Window& window, int oy, int ox, const Body& body) {
  for (int ky = 0; ky < window.height; ++ky) {
    for (int kx = 0; kx < window.width; ++kx) {
      const int iy = oy * window.stride_y - window.pad_top + ky * window.dilation_y;
      const int ix = ox * window.stride_x - window.pad_left + kx * window.dilation_x;
      if (image.has(iy, ix)) body(ky, kx, iy, ix);
    }
  }
}

std::vector<Multiplier> channel_multipliers(const Weights& weights, int channels, float input_scale, float output_scale,
                                            RoundingMode mode) {
  std::vector<Multiplier> result;
  for (int c = 0; c < channels; ++c) {
    const double product = static_cast<double>(input_scale) * static_cast<double>(scale_of(weights, c));
    result.push_back(to_multiplier(product / static_cast<double>(output_scale), mode));
  }
  return result;
}

}  // namespace

// Padding stands for the real value 0, so taps outside the image add nothing.
Bytes conv_2d(const Operand& input, Size in, const Weights& weights, const Window& window, Size out, Quantised quant,
              Limit limit, RoundingMode mode) {
  const Image image{input.values, in};
  const Clamp clamp = clamp_of(limit, quant);
  const std::vector<Multiplier> multipliers =
      channel_multipliers(weights, out.channels, input.quant.scale, quant.scale, mode);
  return for_each_element(out, [&](int oy, int ox, int oc) {
    std::int64_t sum = bias_of(weights, oc);
    for_each_tap(image, window, oy, ox, [&](int ky, int kx, int iy, int ix) {
      for (int ic = 0; ic < in.channels; ++ic) {
        const int at = ((oc * window.height + ky) * window.width + kx) * in.channels + ic;
        sum += (image.at(iy, ix, ic) - input.quant.zero_point) * weights.values[static_cast<std::size_t>(at)];
      }
    });
    return clamp(std::int64_t{scale(wrap(sum), multipliers[static_cast<std::size_t>(oc)], mode)} + quant.zero_point);
  });
}

Bytes depthwise_conv_2d(const Operand& input, Size in, const Weights& weights, const Window& window, Size out,
                        Quantised quant, Limit limit, RoundingMode mode) {
  const Image image{input.values, in};
  const Clamp clamp = clamp_of(limit, quant);
  const int depth_multiplier = out.channels / in.channels;
  const std::vector<Multiplier> multipliers =
      channel_multipliers(weights, out.channels, input.quant.scale, quant.scale, mode);
  return for_each_element(out, [&](int oy, int ox, int oc) {
    std::int64_t sum = bias_of(weights, oc);
    for_each_tap(image, window, oy, ox, [&](int ky, int kx, int iy, int ix) {
      const int at = (ky * window.width + kx) * out.channels + oc;
      sum += (image.at(iy, ix, oc / depth_multiplier) - input.quant.zero_point) *
             weights.values[static_cast<std::size_t>(at)];
    });
    return clamp(std::int64_t{scale(wrap(sum), multipliers[static_cast<std::size_t>(oc)], mode)} + quant.zero_point);
  });
}

Bytes fully_connected(const Operand& input, const Weights& weights, int outputs, Quantised quant, Limit limit,
                      RoundingMode mode) {
  const Clamp clamp = clamp_of(limit, quant);
  const auto inputs = static_cast<int>(weights.values.size()) / outputs;
  // One scale for the tensor: the specification's product of scales is taken in single precision here, and only here.
  std::vector<Multiplier> multipliers = channel_multipliers(weights, outputs, input.quant.scale, quant.scale, mode);
  if (weights.scales.size() == 1) {
    const float product = input.quant.scale * weights.scales[0];
    std::fill(multipliers.begin(), multipliers.end(),
              to_multiplier(static_cast<double>(product) / static_cast<double>(quant.scale), mode));
  }
  const int rows = static_cast<int>(input.values.size()) / inputs;
  return for_each_element({rows, 1, outputs}, [&](int row, int, int o) {
    std::int64_t sum = bias_of(weights, o);
    for (int i = 0; i < inputs; ++i) {
      const int x = input.values[static_cast<std::size_t>(row * inputs + i)] - input.quant.zero_point;
      sum += x * weights.values[static_cast<std::size_t>(o * inputs + i)];
    }
    return clamp(std::int64_t{scale(wrap(sum), multipliers[static_cast<std::size_t>(o)], mode)} + quant.zero_point);
  });
}

Bytes add(const Operand& a, const Operand& b, Quantised quant, Limit limit, RoundingMode mode) {
  constexpr std::int64_t kHeadroom = 1 << 20;
  const Clamp clamp = clamp_of(limit, quant);
  const double twice_larger = 2.0 * static_cast<double>(std::max(a.quant.scale, b.quant.scale));
  const Multiplier scale_a = to_multiplier(static_cast<double>(a.quant.scale) / twice_larger, mode);
  const Multiplier scale_b = to_multiplier(static_cast<double>(b.quant.scale) / twice_larger, mode);
  const Multiplier scale_sum =
      to_multiplier(twice_larger / (static_cast<double>(kHeadroom) * static_cast<double>(quant.scale)), mode);
  Bytes result;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const std::int32_t left = scale(wrap((a.values[i] - a.quant.zero_point) * kHeadroom), scale_a, mode);
    const std::int32_t right = scale(wrap((b.values[i] - b.quant.zero_point) * kHeadroom), scale_b, mode);
    const std::int32_t sum = wrap(std::int64_t{left} + right);
    result.push_back(clamp(std::int64_t{scale(sum, scale_sum, mode)} + quant.zero_point));
  }
  return result;
}

Bytes average_pool_2d(const Operand& input, Size in, const Window& window, Size out, Limit limit) {
  const Image image{input.values, in};
  const Clamp clamp = clamp_of(limit, input.quant);
  return for_each_element(out, [&](int oy, int ox, int c) {
    int sum = 0;
    int count = 0;
    for_each_tap(image, window, oy, ox, [&](int, int, int iy, int ix) {
      sum += image.at(iy, ix, c);
      ++count;
    });
    return clamp(sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count);
  });
}

Bytes max_pool_2d(const Operand& input, Size in, const Window& window, Size out, Limit limit) {
  const Image image{input.values, in};
  const Clamp clamp = clamp_of(limit, input.quant);
  return for_each_element(out, [&](int oy, int ox, int c) {
    int largest = -128;
    for_each_tap(image, window, oy, ox,
                 [&](int, int, int iy, int ix) { largest = std::max(largest, image.at(iy, ix, c)); });
    return clamp(largest);
  });
}

}  // namespace systolite::reference

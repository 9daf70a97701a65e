// SPDX-License-Identifier: Apache-2.0
// Kernels with every legal scale and any bias: shifts to the left and by nothing, multipliers of 0, sums that wrap,
// narrow clamps, groups, windows that lie wholly in the padding. Against sums and scaling written here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "driver/kernels/slt_kernels.h"
#include "tests/reference/fixed_point.h"
#include "tests/reference/random_source.h"

namespace systolite::test {
namespace {

using reference::RandomSource;
using Bytes = std::vector<std::int8_t>;
using Words = std::vector<std::int32_t>;

Bytes random_bytes(RandomSource& random, std::size_t count) {
  Bytes bytes(count);
  for (auto& b : bytes) b = random.byte();
  return bytes;
}

// Channels of every kind side by side.
struct Scales {
  Words bias, multipliers, shifts;
};

Scales random_scales(RandomSource& random, int channels) {
  constexpr std::int64_t kLow = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int32_t>::max();
  Scales s;
  for (int c = 0; c < channels; ++c) {
    s.bias.push_back(static_cast<std::int32_t>(random.chance(70)   ? random.integer(-60000, 60000)
                                               : random.chance(50) ? random.integer(kLow, kHigh)
                                               : random.chance(50) ? (1 << 30)
                                                                   : -(1 << 30)));
    s.multipliers.push_back(static_cast<std::int32_t>(random.chance(15)   ? 0
                                                      : random.chance(10) ? random.integer(0, kHigh)
                                                                          : random.integer(1 << 30, kHigh)));
    s.shifts.push_back(random.chance(70) ? -random.number(0, 14) : random.number(kSltMinShift, kSltMaxShift));
  }
  return s;
}

struct Stage {
  std::int32_t zero_point, low, high, rounding;
};

Stage random_stage(RandomSource& random) {
  Stage s{random.number(-128, 127), -128, 127, random.chance(80) ? kSltDoubleRounding : kSltSingleRounding};
  if (random.chance(50)) {
    s.low = random.number(-128, 127);
    s.high = random.number(s.low, 127);
  }
  return s;
}

std::int8_t finish(std::int64_t sum, std::int32_t bias, std::int32_t multiplier, std::int32_t shift, const Stage& s) {
  const std::int32_t value = reference::wrap(sum + bias);
  std::int64_t scaled = 0;
  if (s.rounding == kSltDoubleRounding) {
    const std::int32_t left = reference::wrap(std::int64_t{value} << std::max(shift, 0));
    scaled = reference::divide_by_power_of_two(reference::high_multiply(left, multiplier), std::max(-shift, 0));
  } else {
    const int total = 31 - shift;
    // Wraps to 32 bits, as the hardware does.
    scaled = reference::wrap((std::int64_t{value} * multiplier + (std::int64_t{1} << (total - 1))) >> total);
  }
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(scaled + s.zero_point, s.low, s.high));
}

class Scratch {
 public:
  explicit Scratch(std::uint32_t bytes) : words_((bytes + 3) / 4, 0xA5A5A5A5U) {}
  [[nodiscard]] void* data() { return words_.data(); }

 private:
  std::vector<std::uint32_t> words_;
};

struct Axis {
  int input, output, kernel, stride, dilation, pad;
};

// Output extents beyond the image are legal: their windows see padding alone.
Axis random_axis(RandomSource& random) {
  return {random.number(1, 7), random.number(1, 7), random.number(1, 4),
          random.number(1, 3), random.number(1, 2), random.number(0, 9)};
}

int input_of(const Axis& a, int out, int tap) { return out * a.stride - a.pad + tap * a.dilation; }
bool inside(const Axis& a, int at) { return at >= 0 && at < a.input; }

TEST(ExtremeScaleTest, Convolution) {
  for (std::uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    RandomSource random(seed);
    const Axis y = random_axis(random);
    const Axis x = random_axis(random);
    const int groups = random.chance(80) ? 1 : random.number(2, 3);
    const int depth = random.number(1, 9);
    const int per_group = random.number(1, 7);
    const Stage stage = random_stage(random);
    const slt_conv2d_params_t p = {y.input,
                                   x.input,
                                   groups * depth,
                                   y.output,
                                   x.output,
                                   groups * per_group,
                                   y.kernel,
                                   x.kernel,
                                   depth,
                                   y.stride,
                                   x.stride,
                                   y.dilation,
                                   x.dilation,
                                   y.pad,
                                   x.pad,
                                   random.number(-128, 127),
                                   stage.zero_point,
                                   stage.low,
                                   stage.high,
                                   stage.rounding};
    ASSERT_TRUE(slt_conv2d_params_ok(&p)) << seed;
    const Bytes input = random_bytes(random, slt_conv2d_input_bytes(&p));
    const Bytes weights = random_bytes(random, slt_conv2d_weight_bytes(&p));
    const Scales scales = random_scales(random, p.output_channels);
    Bytes output(slt_conv2d_output_bytes(&p));
    Scratch scratch(slt_conv2d_scratch_bytes(&p));
    const bool with_bias = random.chance(90);
    slt_conv2d(&p, input.data(), weights.data(), with_bias ? scales.bias.data() : nullptr, scales.multipliers.data(),
               scales.shifts.data(), output.data(), scratch.data());
    std::size_t at = 0;
    for (int oy = 0; oy < y.output; ++oy) {
      for (int ox = 0; ox < x.output; ++ox) {
        for (int oc = 0; oc < p.output_channels; ++oc, ++at) {
          std::int64_t sum = 0;
          for (int ky = 0; ky < y.kernel; ++ky) {
            for (int kx = 0; kx < x.kernel; ++kx) {
              const int iy = input_of(y, oy, ky);
              const int ix = input_of(x, ox, kx);
              if (!inside(y, iy) || !inside(x, ix)) continue;
              for (int c = 0; c < depth; ++c) {
                const int value =
                    input[static_cast<std::size_t>((iy * x.input + ix) * groups * depth + oc / per_group * depth + c)];
                const int weight =
                    weights[static_cast<std::size_t>(((oc * y.kernel + ky) * x.kernel + kx) * depth + c)];
                sum += (value - p.input_zero_point) * weight;
              }
            }
          }
          const auto o = static_cast<std::size_t>(oc);
          ASSERT_EQ(output[at],
                    finish(sum, with_bias ? scales.bias[o] : 0, scales.multipliers[o], scales.shifts[o], stage))
              << "seed " << seed << " output " << oy << "," << ox << "," << oc;
        }
      }
    }
  }
}

TEST(ExtremeScaleTest, Depthwise) {
  for (std::uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    RandomSource random(seed);
    Axis y = random_axis(random);
    Axis x = random_axis(random);
    if (random.chance(50)) {  // which has a method of its own
      y.kernel = x.kernel = 3;
      y.dilation = x.dilation = 1;
    }
    const int channels = random.number(1, 11);
    const int multiplier = random.chance(75) ? 1 : random.number(2, 3);
    const Stage stage = random_stage(random);
    const slt_depthwise_conv2d_params_t p = {
        y.input,          x.input,    channels,   y.output,      x.output,
        multiplier,       y.kernel,   x.kernel,   y.stride,      x.stride,
        y.dilation,       x.dilation, y.pad,      x.pad,         random.number(-128, 127),
        stage.zero_point, stage.low,  stage.high, stage.rounding};
    ASSERT_TRUE(slt_depthwise_conv2d_params_ok(&p)) << seed;
    const int outputs = channels * multiplier;
    const Bytes input = random_bytes(random, slt_depthwise_conv2d_input_bytes(&p));
    const Bytes weights = random_bytes(random, slt_depthwise_conv2d_weight_bytes(&p));
    const Scales scales = random_scales(random, outputs);
    Bytes output(slt_depthwise_conv2d_output_bytes(&p));
    Scratch scratch(slt_depthwise_conv2d_scratch_bytes(&p));
    const bool with_bias = random.chance(90);
    slt_depthwise_conv2d(&p, input.data(), weights.data(), with_bias ? scales.bias.data() : nullptr,
                         scales.multipliers.data(), scales.shifts.data(), output.data(), scratch.data());
    std::size_t at = 0;
    for (int oy = 0; oy < y.output; ++oy) {
      for (int ox = 0; ox < x.output; ++ox) {
        for (int oc = 0; oc < outputs; ++oc, ++at) {
          std::int64_t sum = 0;
          for (int ky = 0; ky < y.kernel; ++ky) {
            for (int kx = 0; kx < x.kernel; ++kx) {
              const int iy = input_of(y, oy, ky);
              const int ix = input_of(x, ox, kx);
              if (!inside(y, iy) || !inside(x, ix)) continue;
              const int value = input[static_cast<std::size_t>((iy * x.input + ix) * channels + oc / multiplier)];
              const int weight = weights[static_cast<std::size_t>((ky * x.kernel + kx) * outputs + oc)];
              sum += (value - p.input_zero_point) * weight;
            }
          }
          const auto o = static_cast<std::size_t>(oc);
          ASSERT_EQ(output[at],
                    finish(sum, with_bias ? scales.bias[o] : 0, scales.multipliers[o], scales.shifts[o], stage))
              << "seed " << seed << " output " << oy << "," << ox << "," << oc;
        }
      }
    }
  }
}

TEST(ExtremeScaleTest, FullyConnected) {
  for (std::uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    RandomSource random(seed);
    const int rows = random.number(1, 3);
    const int depth = random.mostly_small(1, 70);
    const int units = random.number(1, 14);
    const bool per_channel = random.chance(50);
    const Stage stage = random_stage(random);
    const slt_fully_connected_params_t p = {.rows = rows,
                                            .depth = depth,
                                            .units = units,
                                            .per_channel = per_channel ? 1 : 0,
                                            .input_zero_point = random.number(-128, 127),
                                            .weights_zero_point = random.chance(50) ? 0 : random.number(-128, 127),
                                            .output_zero_point = stage.zero_point,
                                            .act_min = stage.low,
                                            .act_max = stage.high,
                                            .rounding = stage.rounding};
    ASSERT_TRUE(slt_fully_connected_params_ok(&p)) << seed;
    const Bytes input = random_bytes(random, slt_fully_connected_input_bytes(&p));
    const Bytes weights = random_bytes(random, slt_fully_connected_weight_bytes(&p));
    const Scales scales = random_scales(random, units);
    Bytes output(slt_fully_connected_output_bytes(&p));
    Scratch scratch(slt_fully_connected_scratch_bytes(&p));
    const bool with_bias = random.chance(90);
    slt_fully_connected(&p, input.data(), weights.data(), with_bias ? scales.bias.data() : nullptr,
                        scales.multipliers.data(), scales.shifts.data(), output.data(), scratch.data());
    for (int r = 0; r < rows; ++r) {
      for (int n = 0; n < units; ++n) {
        std::int64_t sum = 0;
        for (int k = 0; k < depth; ++k) {
          sum += (input[static_cast<std::size_t>(r * depth + k)] - p.input_zero_point) *
                 (weights[static_cast<std::size_t>(n * depth + k)] - p.weights_zero_point);
        }
        const auto s = static_cast<std::size_t>(per_channel ? n : 0);
        ASSERT_EQ(output[static_cast<std::size_t>(r * units + n)],
                  finish(sum, with_bias ? scales.bias[static_cast<std::size_t>(n)] : 0, scales.multipliers[s],
                         scales.shifts[s], stage))
            << "seed " << seed << " row " << r << " unit " << n;
      }
    }
  }
}

TEST(ExtremeScaleTest, AddWithEveryShiftToTheRight) {
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    RandomSource random(seed);
    const Stage stage = random_stage(random);
    const auto multiplier = [&] { return static_cast<std::int32_t>(random.integer(1 << 30, (1LL << 31) - 1)); };
    const auto shift = [&] { return random.chance(60) ? -random.number(0, 6) : -random.number(0, 31); };
    const auto operand = [&] {
      return slt_add_operand_t{{1, 1, 1, 256}, random.number(-128, 127), multiplier(), shift()};
    };
    slt_add_params_t p = {operand(), operand(),  stage.zero_point, multiplier(), -random.number(0, 31),
                          stage.low, stage.high, stage.rounding};
    ASSERT_TRUE(slt_add_params_ok(&p));
    const Bytes a = random_bytes(random, 256);
    const Bytes b = random_bytes(random, 256);
    Bytes output(256);
    slt_add(&p, a.data(), b.data(), output.data());
    const auto scaled = [&](std::int8_t value, const slt_add_operand_t& in) {
      const std::int32_t shifted = (value - in.zero_point) * (1 << 20);
      if (stage.rounding == kSltDoubleRounding) {
        return reference::divide_by_power_of_two(reference::high_multiply(shifted, in.multiplier), -in.shift);
      }
      const int total = 31 - in.shift;
      return static_cast<std::int32_t>((std::int64_t{shifted} * in.multiplier + (std::int64_t{1} << (total - 1))) >>
                                       total);
    };
    for (std::size_t i = 0; i < 256; ++i) {
      ASSERT_EQ(output[i], finish(std::int64_t{scaled(a[i], p.in1)} + scaled(b[i], p.in2), 0, p.output_multiplier,
                                  p.output_shift, stage))
          << "seed " << seed << " element " << i;
    }
  }
}

}  // namespace
}  // namespace systolite::test

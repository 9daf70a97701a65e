// SPDX-License-Identifier: Apache-2.0
// Command streams written by hand: one layer, one block, one column tile. They show how the commands belong together
// and share nothing with the mapper.
#pragma once

#include <cstdint>
#include <vector>

#include "slt_isa.hpp"
#include "tests/functional/small_device.h"
#include "tests/reference/reference_ops.h"

namespace systolite::testing {

// Where hand-written programs keep their data.
constexpr std::uint32_t kInput = 0x20000000, kSecondInput = 0x20004000, kOutput = 0x20008000;
constexpr std::uint32_t kWeights = 0x20010000, kTable = 0x20020000;
constexpr std::int64_t kSpmInput = 0, kSpmSecondInput = 0x4000, kSpmOutput = 0x8000;

// A convolution with at most 256 output pixels and 8 output channels.
struct ConvLayer {
  bool depthwise = false;
  reference::Size in, out;
  reference::Window window;
  reference::Operand input;
  reference::Weights weights;
  reference::Quantised quant;
  reference::Limit limit = reference::Limit::kNone;
  [[nodiscard]] reference::Bytes expected(reference::RoundingMode mode) const;
};

// A layer with reproducible contents; output size and padding follow from the window (SAME).
[[nodiscard]] ConvLayer make_layer(bool depthwise, reference::Size in, int channels, reference::Window window);

struct ConvOptions {
  int buses = 1;              // depthwise: kernel rows per pass
  int overlap = 0;            // depthwise: stream positions that rows share
  int interleave = 0;         // of the input's rows
  bool split_kernel = false;  // two mm commands, the second adds to the first
  bool per_tensor = false;
  bool output = false;  // output stationary
  reference::RoundingMode mode = reference::RoundingMode::kTwice;
};

// Writes the layer's data to memory and returns the program; the result goes to kOutput.
[[nodiscard]] std::vector<isa::Command> conv_program(SmallDevice& device, const ConvLayer& layer,
                                                     const ConvOptions& options = {});

}  // namespace systolite::testing

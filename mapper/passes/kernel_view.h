// SPDX-License-Identifier: Apache-2.0
// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED seen alike: outputs that sum weights x inputs over the taps of a
// window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/ir/graph.h"

namespace systolite {

// Size of the last dimension; 1 for a scalar.
[[nodiscard]] int channel_count(const Tensor& tensor);

// Taps [first, end) of one axis of a window.
struct TapRange {
  int first = 0, end = 0;
  bool operator==(const TapRange&) const = default;
};

// Whether the operator is one of the three.
[[nodiscard]] bool has_kernel(const Op& op) noexcept;

// A kernel of kernel_h x kernel_w taps. An output sums over `inputs` channels at each tap: all for CONV_2D, one for
// DEPTHWISE_CONV_2D. FULLY_CONNECTED over whole pixels has one tap a pixel; over other pieces of its input it has one
// tap of as many inputs as it reads, which are then not channels of the input tensor (`by_channel` is false).
class KernelView {
 public:
  KernelView(const Graph& graph, const Op& op);

  int outputs = 1, kernel_h = 1, kernel_w = 1, inputs = 1;
  bool by_channel = true;
  int outputs_per_input = 0;  // DEPTHWISE_CONV_2D: its depth multiplier; otherwise 0
  std::int32_t input_zero_point = 0;
  // The different sets of taps that lie inside the image while the window moves; every pair of a set of rows and a set
  // of columns occurs.
  std::vector<TapRange> rows, cols;

  [[nodiscard]] int weight(int output, int row, int col, int input) const {
    return static_cast<std::int8_t>((*weights_)[weight_index(output, row, col, input)]);
  }
  [[nodiscard]] std::size_t weight_index(int output, int row, int col, int input) const {
    return static_cast<std::size_t>(output) * output_step_ +
           static_cast<std::size_t>(row * kernel_w + col) * tap_step_ + static_cast<std::size_t>(input);
  }
  [[nodiscard]] std::int32_t bias(int output) const;
  // Channel of the input tensor; only if `by_channel`.
  [[nodiscard]] int input_channel(int output, int input) const {
    return outputs_per_input > 0 ? output / outputs_per_input : input;
  }

 private:
  const std::vector<std::uint8_t>* weights_;
  const std::vector<std::uint8_t>* bias_ = nullptr;
  std::size_t output_step_ = 0;
  std::size_t tap_step_ = 0;
};

// A number for each tap, and their sums over rectangles of taps.
class TapSums {
 public:
  TapSums(int kernel_h, int kernel_w)
      : width_(static_cast<std::size_t>(kernel_w) + 1), sums_((static_cast<std::size_t>(kernel_h) + 1) * width_) {}

  // Taps are set in the order of their rows and columns, each once.
  void set(int row, int col, std::int64_t value) {
    const std::size_t at = index(row + 1, col + 1);
    sums_[at] = value + sums_[at - 1] + sums_[at - width_] - sums_[at - width_ - 1];
  }
  [[nodiscard]] std::int64_t over(TapRange rows, TapRange cols) const {
    if (rows.first >= rows.end || cols.first >= cols.end) return 0;
    return sums_[index(rows.end, cols.end)] - sums_[index(rows.first, cols.end)] - sums_[index(rows.end, cols.first)] +
           sums_[index(rows.first, cols.first)];
  }

 private:
  [[nodiscard]] std::size_t index(int row, int col) const {
    return static_cast<std::size_t>(row) * width_ + static_cast<std::size_t>(col);
  }

  std::size_t width_;
  std::vector<std::int64_t> sums_;  // over all taps above and to the left
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Output size and border of a sliding window along one dimension, by the rules of TensorFlow Lite.
#pragma once

#include <cstdint>

namespace systolite {

enum class PaddingRule { kSame, kValid };

struct WindowSpan {
  std::int64_t outputs;  // 0 or less: the window does not fit
  std::int64_t before;   // border above or left
  std::int64_t after;    // border below or right; one more than `before` when the total is odd
};

// Requires size, kernel, stride and dilation of at least 1.
[[nodiscard]] WindowSpan window_span(PaddingRule rule, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                                     std::int64_t dilation);

}  // namespace systolite

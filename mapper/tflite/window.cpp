// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/window.h"

#include <algorithm>

namespace systolite {

WindowSpan window_span(PaddingRule rule, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                       std::int64_t dilation) {
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  if (rule == PaddingRule::kValid) {
    // Without the test, C++ division would round a negative size up to one output.
    return {.outputs = size < reach ? 0 : (size - reach) / stride + 1, .before = 0, .after = 0};
  }
  const std::int64_t outputs = (size + stride - 1) / stride;
  const std::int64_t border = std::max<std::int64_t>((outputs - 1) * stride + reach - size, 0);
  return {.outputs = outputs, .before = border / 2, .after = border - border / 2};
}

}  // namespace systolite

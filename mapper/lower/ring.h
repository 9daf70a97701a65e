// SPDX-License-Identifier: Apache-2.0
// Hands out contiguous pieces of a local buffer in rotation, so that the next piece can be filled while the last is
// read.
#pragma once

#include <cstdint>

#include "mapper/lower/view.h"

namespace systolite {

class Ring {
 public:
  Ring(std::uint32_t size, std::uint32_t alignment) : size_(size), alignment_(alignment) {}
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  // Requires amount <= size().
  Range take(std::uint32_t amount) noexcept {
    if (next_ + amount > size_) next_ = 0;
    const Range range{next_, next_ + amount};
    next_ = (range.end + alignment_ - 1) / alignment_ * alignment_;
    return range;
  }

 private:
  std::uint32_t size_;
  std::uint32_t alignment_;
  std::uint32_t next_ = 0;
};

}  // namespace systolite

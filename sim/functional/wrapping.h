// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace systolite::functional {

// 32-bit addition that wraps, as the hardware adds.
[[nodiscard]] inline std::int32_t add_wrapping(std::int32_t a, std::int32_t b) noexcept {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
// Numbers in messages.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace systolite::cpu {

// "0x0800012c"
inline std::string hex(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%08x", value);
  return text.data();
}

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
// The memories inside the accelerator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"

namespace systolite::functional {

// Byte addressed; addresses wrap at the size, which is a power of two.
class Scratchpad {
 public:
  explicit Scratchpad(int bytes) : bytes_(static_cast<std::size_t>(bytes)), mask_(bytes_.size() - 1) {}

  [[nodiscard]] std::int8_t& at(std::int64_t address) noexcept {
    return bytes_[static_cast<std::size_t>(address) & mask_];
  }
  [[nodiscard]] std::int8_t at(std::int64_t address) const noexcept {
    return bytes_[static_cast<std::size_t>(address) & mask_];
  }
  // `count` bytes from `address`: in place, or gathered in `scratch` where they wrap.
  [[nodiscard]] const std::int8_t* read(std::int64_t address, std::size_t count, std::int8_t* scratch) const noexcept {
    const std::size_t begin = static_cast<std::size_t>(address) & mask_;
    if (begin + count <= bytes_.size()) return bytes_.data() + begin;
    for (std::size_t i = 0; i < count; ++i) scratch[i] = bytes_[(begin + i) & mask_];
    return scratch;
  }
  [[nodiscard]] std::span<std::int8_t> bytes() noexcept { return bytes_; }

 private:
  std::vector<std::int8_t> bytes_;
  std::size_t mask_;
};

struct LocalMemories {
  explicit LocalMemories(const HwConfig& hw);
  // Fills every memory with pseudo-random bytes, so that a read of something never written shows.
  void fill(std::uint64_t seed);

  Scratchpad spm;
  std::vector<std::int8_t> wbuf;
  std::vector<std::int32_t> acc;  // entry * columns + column, both halves
  std::vector<std::int32_t> bias;
  std::vector<std::int32_t> mult;
  std::vector<std::int8_t> shift;
};

// A tensor's rows in the scratchpad (hw/MICROARCHITECTURE.md, "View").
struct RowView {
  std::int64_t base;
  std::int64_t pitch;
  std::int64_t interleave;
  std::int64_t bank_bytes;
  [[nodiscard]] std::int64_t address(std::int64_t y) const noexcept {
    const std::int64_t bank = y & ((std::int64_t{1} << interleave) - 1);
    return base + bank * bank_bytes + (y >> interleave) * pitch;
  }
};

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
// The constant part of a program, laid out from a bus address upwards.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace systolite {

class FlashImage {
 public:
  // Streams and tables must start on a multiple of the widest bus (16 bytes); so does everything else, for whole
  // bursts.
  static constexpr std::uint32_t kAlignBytes = 16;

  explicit FlashImage(std::uint32_t base) : base_(base) {}

  // Appends bytes at the next aligned address and returns its bus address.
  std::uint32_t append(std::span<const std::uint8_t> bytes) {
    while (bytes_.size() % kAlignBytes != 0) bytes_.push_back(0);
    const auto address = base_ + static_cast<std::uint32_t>(bytes_.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return address;
  }
  [[nodiscard]] std::uint32_t base() const noexcept { return base_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  std::uint32_t base_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The constant part of a program, laid out from a bus address upwards.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/error.h"

namespace systolite {

// Whether a program comes with the bytes of its flash, or only with their addresses: enough for its commands and their
// timing.
enum class FlashContents : std::uint8_t { kBytes, kAddresses };

class FlashImage {
 public:
  using Bytes = std::vector<std::uint8_t>;

  // Streams and tables must start on a multiple of the widest bus (16 bytes); so does everything else, for whole
  // bursts.
  static constexpr std::uint32_t kAlignBytes = 16;

  explicit FlashImage(std::uint32_t base, FlashContents contents = FlashContents::kBytes)
      : base_(base), contents_(contents) {}

  // Gives `size` bytes the next aligned address and returns it. They are made only if they are wanted.
  template <std::invocable<> Make>
  std::uint32_t append(std::size_t size, Make make) {
    size_ = (size_ + kAlignBytes - 1) / kAlignBytes * kAlignBytes;
    const auto address = base_ + static_cast<std::uint32_t>(size_);
    if (contents_ == FlashContents::kBytes) {
      const Bytes bytes = make();
      if (bytes.size() != size) throw Error(ExitCode::kInternal, "mapper: constants of another size than announced");
      bytes_.resize(size_);
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    size_ += size;
    return address;
  }
  [[nodiscard]] std::uint32_t base() const noexcept { return base_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Empty when only addresses were wanted.
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  std::uint32_t base_;
  FlashContents contents_;
  std::size_t size_ = 0;
  Bytes bytes_;
};

}  // namespace systolite

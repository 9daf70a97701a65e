// SPDX-License-Identifier: Apache-2.0
// A network with every operator, a few bytes in size, as a program that runs on the processor except for empty jobs.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/host/network_image.h"
#include "driver/include/slt_runtime.h"
#include "mapper/ir/graph.h"
#include "mapper/program/program.h"

namespace systolite::test {

inline constexpr std::uint32_t kFlashBase = 0x08000000;
inline constexpr std::uint32_t kSramBase = 0x20000000;
inline constexpr std::uint32_t kConfigId = 0x1234ABCD;

// CONV_2D, DEPTHWISE_CONV_2D, ADD, MAX_POOL_2D, AVERAGE_POOL_2D, RESHAPE, FULLY_CONNECTED, SOFTMAX.
[[nodiscard]] Graph tiny_graph();

// All operators on the processor, each tensor at an address of its own. With `jobs`, a job of one command before the
// first and one of two commands after the last operator.
[[nodiscard]] Program processor_program(const Graph& graph, bool jobs);

// Memory of exactly the size a network needs, between guard bytes.
class GuardedMemory {
 public:
  GuardedMemory(std::uint32_t bytes, const std::vector<std::uint8_t>& content = {});
  [[nodiscard]] std::uint8_t* data() { return bytes_.data() + kGuardBytes; }
  [[nodiscard]] bool guards_intact() const;

 private:
  static constexpr std::size_t kGuardBytes = 64;
  static constexpr std::uint8_t kGuard = 0xA5;
  std::uint32_t size_;
  std::vector<std::uint8_t> bytes_;
};

[[nodiscard]] slt_network_header_t header_of(const std::vector<std::uint8_t>& image);

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// What a processor's memories hold before the baseline firmware (driver/firmware/baseline) runs a network, and what is
// read from them afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "driver/firmware/baseline/baseline.h"
#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/quantize.h"

namespace systolite::baseline {

// Where the firmware was linked.
struct MemoryMap {
  std::uint32_t flash = 0x08000000;
  std::uint32_t ram = 0x20000000;
};

struct MemoryImage {
  MemoryMap map;
  Program program;                   // places of the tensors
  std::vector<std::uint8_t> flash;   // from flash + SLT_BASELINE_IMAGE on: network image, constants
  std::uint32_t arena_bytes = 0;     // working memory included
  std::uint32_t scratch_bytes = 0;   // of these, working memory of the kernels
  std::uint32_t constant_bytes = 0;  // weights, biases, tables
  std::uint32_t network_bytes = 0;   // the network image alone: steps with their parameters

  // RAM that the firmware and the network need, from map.ram on.
  [[nodiscard]] std::uint32_t ram_bytes() const { return SLT_BASELINE_ARENA + arena_bytes; }
  // From map.flash on, firmware included.
  [[nodiscard]] std::uint32_t flash_bytes() const {
    return SLT_BASELINE_IMAGE + static_cast<std::uint32_t>(flash.size());
  }
};

// Throws Error(kModel) when an operator is outside the range of its kernel, or there are more than
// kSltBaselineMaxSteps.
[[nodiscard]] MemoryImage make_memory_image(const Graph& graph, const MemoryMap& map,
                                            Rounding rounding = Rounding::kDouble, bool keep_all_tensors = false,
                                            std::uint32_t least_scratch_bytes = 0);

// RAM from map.ram on, ready to run: mailbox, inputs in their places, the rest with a pattern.
[[nodiscard]] std::vector<std::uint8_t> make_ram(const MemoryImage& image, const Graph& graph,
                                                 std::span<const std::vector<std::int8_t>> inputs,
                                                 std::uint32_t request);

// `ram` as the firmware left it.
[[nodiscard]] slt_baseline_mailbox_t read_mailbox(std::span<const std::uint8_t> ram);
// By tensor, those that have a place. With keep_all_tensors every activation as it was computed, otherwise only what
// nothing has overwritten since.
[[nodiscard]] std::map<int, std::vector<std::int8_t>> read_tensors(const MemoryImage& image,
                                                                   std::span<const std::uint8_t> ram);

}  // namespace systolite::baseline

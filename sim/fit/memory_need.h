// SPDX-License-Identifier: Apache-2.0
// What a network with its firmware needs of a microcontroller's memories. Code and variables are those of the firmware
// images that this program was built with (driver/firmware), for the core in question.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite::fit {

struct Part {
  std::string what;
  std::uint64_t bytes = 0;
};

[[nodiscard]] std::uint64_t sum(const std::vector<Part>& parts);

struct MemoryNeed {
  std::vector<Part> arena;      // RAM in one piece: tensors, working memory
  std::vector<Part> variables;  // RAM in another: of the firmware, with its stack
  std::vector<Part> flash;
  std::vector<Part> external;  // beside the microcontroller; not part of the verdict

  [[nodiscard]] std::uint64_t ram_bytes() const { return sum(arena) + sum(variables); }
  [[nodiscard]] std::uint64_t flash_bytes() const { return sum(flash); }
};

// The accelerator beside a core: driver, runtime and kernels in the firmware soc_infer. `program` was made of `graph`
// for `hw`. Throws Error: kModel (an operator outside the range of its kernel), kTool (no firmware or no linker).
[[nodiscard]] MemoryNeed accelerator_need(const Graph& graph, const HwConfig& hw, const Program& program,
                                          const std::string& core, Rounding rounding);
// The core alone: the firmware of sim/baseline. Throws alike.
[[nodiscard]] MemoryNeed processor_need(const Graph& graph, const std::string& core, Rounding rounding);

}  // namespace systolite::fit

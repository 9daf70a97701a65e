// SPDX-License-Identifier: Apache-2.0
// A compiled program in the form the C runtime executes (driver/include/slt_network.h).
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite {

struct NetworkImage {
  std::vector<std::uint8_t> image;  // for slt_network_load(); lies at a multiple of 4
  std::vector<std::uint8_t> flash;  // at program.flash_base: the program's flash, then the constants of processor
                                    // steps; empty if the program comes without its bytes
  std::uint32_t flash_bytes = 0;    // of flash, also when it is empty
  std::uint32_t arena_bytes = 0;    // at program.sram_base: the program's, then the working memory of the kernels
  std::uint32_t scratch_bytes = 0;  // of these, working memory
};

// Inputs and outputs of the graph must have a place in SRAM, and so must every activation of a processor step. Throws
// Error(kModel) for an operator outside the range of its kernel, Error(kInternal) for a program that breaks these
// rules.
// `least_scratch_bytes`: for kernels that need more working memory than the project's own.
[[nodiscard]] NetworkImage build_network_image(const Graph& graph, const Program& program,
                                               Rounding rounding = Rounding::kDouble,
                                               std::uint32_t least_scratch_bytes = 0);

// Throws Error(kModel) when flash or arena are larger than the memories of the configuration, saying by how much.
void check_fits(const Graph& graph, const HwConfig& config, const NetworkImage& network);

}  // namespace systolite

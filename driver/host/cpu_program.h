// SPDX-License-Identifier: Apache-2.0
// A network for the processor alone: every operator on the kernels, no device.
#pragma once

#include <cstdint>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"

namespace systolite {

struct CpuProgramOptions {
  std::uint32_t flash_base = 0;   // bus address of the constants, a multiple of 16
  std::uint32_t sram_base = 0;    // of the arena, a multiple of 16
  bool keep_all_tensors = false;  // every activation has memory of its own, so that each can be looked at after a run
};

// Tensors are placed by lifetime, the largest first. A RESHAPE shares the memory of its input and takes no step.
// Deterministic. build_network_image() adds constants and working memory. Throws Error(kModel) for a network whose
// activations are beyond the address space.
[[nodiscard]] Program cpu_program(const Graph& graph, const CpuProgramOptions& options);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// One inference on a simulated Cortex-M alone, with the project's kernels.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/baseline/firmware_data.h"
#include "sim/core/quantize.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/counters.h"
#include "sim/cpu/profile.h"

namespace systolite::baseline {

struct CoreRun {
  std::string kernels;  // whose
  std::string core;     // "cortex-m4"
  std::string profile;  // "l4r5"
  std::string board;
  cpu::Trust status = cpu::Trust::kUnvalidated;
  double clock_mhz = 0;                             // of the profile
  std::uint64_t cycles = 0;                         // from the first operator to the last, runtime included
  std::vector<std::uint64_t> operator_cycles;       // by operator of the graph; 0 for one that only renames
  cpu::Counters counters;                           // of the whole program: start-up and check of the network image too
  std::uint32_t ram_bytes = 0;                      // activations and the kernels' working memory
  std::uint32_t scratch_bytes = 0;                  // of these, working memory
  std::uint32_t flash_bytes = 0;                    // code, steps, weights and tables
  std::map<int, std::vector<std::int8_t>> outputs;  // by tensor

  [[nodiscard]] double microseconds() const { return static_cast<double>(cycles) / clock_mhz; }
};

// `inputs` in the order of graph.inputs. Throws Error: kTool (no firmware in this program), kModel (an operator outside
// the range of its kernel; does not fit the memories of the profile, by how many bytes), kDevice (the program did not
// end as it should).
[[nodiscard]] CoreRun run_on_core(const Graph& graph, std::span<const std::vector<std::int8_t>> inputs,
                                  const cpu::CoreConfig& core, const cpu::Profile& profile,
                                  Rounding rounding = Rounding::kDouble, std::string_view kernels = kOwnKernels);

}  // namespace systolite::baseline

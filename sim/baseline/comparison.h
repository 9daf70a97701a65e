// SPDX-License-Identifier: Apache-2.0
// A network on the accelerator beside the same network on Cortex-M alone: simulated with the project's kernels, and as
// others have published it.
//
// Definitions. Time on the accelerator is device cycles at its clock plus, one after the other, the cycles of the
// operators it does not take on the host processor at that processor's clock; the driver's own cycles are not in it. A
// speed-up is the other's cycles or time divided by the accelerator's. RAM of a core is activations and working memory
// of the kernels, flash its code, steps, weights and tables. Energy of a core is its cycles times what one costs on the
// board of its profile, the whole part included. Energy of the accelerator is that of its report, plus the host's
// operators, plus the host asleep while the accelerator works. The two stand on different technologies
// (docs/energy.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/baseline/core_run.h"
#include "sim/baseline/published.h"
#include "sim/baseline/published_energy.h"
#include "sim/energy/cpu_energy.h"
#include "sim/report/report.h"

namespace systolite::baseline {

inline constexpr int kComparisonSchema = 1;  // changes with the meaning or the name of a JSON key

struct CoreComparison {
  CoreRun run;
  std::optional<PublishedResult> best;                // of this core on the reference model
  std::optional<PublishedResult> cmsis_nn;            // the best with CMSIS-NN, if it is another
  std::optional<energy::CpuEnergy> energy;            // of a cycle; nothing: no figure with a source is known
  std::optional<PublishedEnergyResult> least_energy;  // of this core on the reference model

  [[nodiscard]] std::optional<Figure> energy_uj() const;  // of the inference
  [[nodiscard]] std::optional<Figure> operator_uj(std::size_t index) const;
};

// An operator that the accelerator leaves to the processor beside it.
struct HostOperator {
  int op = 0;
  std::string type;
  std::string reason;
  std::uint64_t cycles = 0;
};

struct Comparison {
  Report accelerator;
  std::uint32_t accelerator_flash_bytes = 0;  // weights, tables, command streams
  std::uint32_t accelerator_sram_bytes = 0;   // tensors in memory, beside those in the scratchpad
  std::uint32_t scratchpad_bytes = 0;
  std::optional<std::string> reference;  // MLPerf Tiny model of this shape
  std::string compiler;                  // of the simulated firmware
  CoreRun host;                          // the processor beside the accelerator, running everything; for its operators
  std::optional<energy::CpuEnergy> host_energy;
  std::vector<HostOperator> host_operators;
  std::vector<CoreComparison> cores;

  [[nodiscard]] std::uint64_t host_cycles() const;
  [[nodiscard]] double host_us() const { return static_cast<double>(host_cycles()) / host.clock_mhz; }
  // Device and host, in cycles of each; and in time.
  [[nodiscard]] std::uint64_t accelerator_cycles() const { return accelerator.cycles + host_cycles(); }
  // Nothing if no figure is known of the host.
  [[nodiscard]] std::optional<Figure> host_active_uj() const;  // in its operators
  [[nodiscard]] std::optional<Figure> host_asleep_uj() const;  // while the accelerator works
  // Accelerator and host; nothing if the energy of one of them is not known.
  [[nodiscard]] std::optional<Figure> accelerator_uj() const;
  [[nodiscard]] double accelerator_us() const { return accelerator.latency_us + host_us(); }
};

[[nodiscard]] std::string to_table(const Comparison& comparison);
[[nodiscard]] std::string to_json(const Comparison& comparison);

}  // namespace systolite::baseline

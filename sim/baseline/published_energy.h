// SPDX-License-Identifier: Apache-2.0
// Published energy per inference on Cortex-M without an accelerator: configs/baselines/energy.yaml, read once,
// strictly.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace systolite::baseline {

struct PublishedEnergyResult {
  std::string core;      // "cortex-m4"
  std::string model;     // "kws"
  std::string software;  // "X-CUBE-AI v9.0"
  std::string board;
  std::string supply;  // of the part, as the submitter states it
  double clock_mhz = 0;
  double energy_uj = 0;   // of the whole part
  double latency_ms = 0;  // of the energy run
  std::string source;     // round and folder in its repository

  [[nodiscard]] double cycles() const { return latency_ms * clock_mhz * 1000; }
  [[nodiscard]] double pj_per_cycle() const { return energy_uj * 1e6 / cycles(); }
};

class PublishedEnergy {
 public:
  // Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
  static PublishedEnergy load(const std::filesystem::path& file);

  // Least energy of a core on a model; nothing if no one has published any.
  [[nodiscard]] std::optional<PublishedEnergyResult> best(const std::string& core, const std::string& model) const;
  [[nodiscard]] const std::vector<PublishedEnergyResult>& results() const noexcept { return results_; }

 private:
  std::vector<PublishedEnergyResult> results_;
};

}  // namespace systolite::baseline

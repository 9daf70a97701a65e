// SPDX-License-Identifier: Apache-2.0
// What a cycle of a processor costs, with all that is on its chip: configs/energy/cpu.yaml, read once, strictly.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/figure.h"

namespace systolite::energy {

struct CpuEnergy {
  std::string core;     // "cortex-m4"
  std::string profile;  // "l4r5", of configs/cpu/profiles
  Figure active_pj;     // a cycle in which it executes
  Figure sleep_pj;      // a cycle in WFI with its clock running
  std::string supply;   // under what conditions
  std::string source;   // of active_pj
};

class CpuEnergies {
 public:
  // Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
  static CpuEnergies load(const std::filesystem::path& file);
  // The same from text; `file` stands for the file in messages.
  static CpuEnergies parse(const std::string& yaml, const std::string& file);

  // Nothing if no figure with a source is known of the pair.
  [[nodiscard]] std::optional<CpuEnergy> find(const std::string& core, const std::string& profile) const;
  [[nodiscard]] const std::vector<CpuEnergy>& all() const noexcept { return entries_; }

 private:
  std::vector<CpuEnergy> entries_;
};

}  // namespace systolite::energy

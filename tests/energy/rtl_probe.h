// SPDX-License-Identifier: Apache-2.0
// The RTL with counters inside (activity_probe.sv.in), and what they count.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/energy/event.h"
#include "sim/rtl/rtl_builder.h"

namespace systolite::energy {

class RtlProbe {
 public:
  // A copy of the sources with the probe among them, below `folder`, which stays the same from run to run so that the
  // library is built once.
  RtlProbe(const HwConfig& hw, const std::filesystem::path& folder);

  [[nodiscard]] const RtlBuildOptions& build() const noexcept { return build_; }
  // Of every job that has ended since the device that was made last came out of reset, by name of the event.
  using Counts = std::map<std::string, std::uint64_t>;
  [[nodiscard]] std::vector<Counts> jobs() const;

 private:
  RtlBuildOptions build_;
  std::filesystem::path counts_;
};

// Compares the events that the probe counts; names what differs.
[[nodiscard]] std::string difference(const RtlProbe::Counts& counted, const Activity& derived);

}  // namespace systolite::energy

// SPDX-License-Identifier: Apache-2.0
// Events of the two DMA engines: bus words, and the words of the local memories behind them.
#pragma once

#include "sim/core/hw_config.h"
#include "sim/energy/event.h"
#include "slt_isa.hpp"

namespace systolite::energy {

class DmaActivity {
 public:
  explicit DmaActivity(const HwConfig& hw) noexcept : hw_(hw) {}

  void configure(const isa::LdCfg& cfg) { load_ = cfg; }
  void configure(const isa::StCfg& cfg) { store_ = cfg; }
  void load(const isa::Ld& ld, Activity& activity) const;
  void store(const isa::St& st, Activity& activity) const;

 private:
  const HwConfig& hw_;
  isa::LdCfg load_;
  isa::StCfg store_;
};

// Adds bus words read from or written to the memory that holds `address`.
void add_bus_bytes(std::int64_t address, std::uint64_t bytes, bool write, const HwConfig& hw, Activity& activity);

}  // namespace systolite::energy

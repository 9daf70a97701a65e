// SPDX-License-Identifier: Apache-2.0
// Events of the vector engine.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/energy/event.h"
#include "slt_isa.hpp"

namespace systolite::energy {

class VectorActivity {
 public:
  explicit VectorActivity(const HwConfig& hw) noexcept : hw_(hw) {}

  void configure(const isa::VecCfgOut& cfg) { out_ = cfg; }
  void configure(const isa::VecCfgIn& cfg) { in_ = cfg; }
  void requantise(const isa::Requant& requant, Activity& activity) const;
  void add(const isa::Add& add, Activity& activity) const;
  void pool(const isa::Pool& pool, Activity& activity) const;

 private:
  // Output pixels of a block.
  struct Block {
    std::int64_t oy0;
    std::int64_t ox0;
    std::int64_t nrows;
    std::int64_t ncols;
  };
  // Words written for all pixels of a block, `bytes` from channel c0 of each.
  [[nodiscard]] std::int64_t written_words(const Block& block, std::int64_t c0, std::int64_t bytes) const;
  // Words read for all pixels and the whole window, `bytes` from channel c0.
  [[nodiscard]] std::int64_t window_words(const Block& block, std::int64_t c0, std::int64_t bytes) const;

  const HwConfig& hw_;
  isa::VecCfgOut out_;
  isa::VecCfgIn in_;
};

}  // namespace systolite::energy

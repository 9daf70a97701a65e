// SPDX-License-Identifier: Apache-2.0
// How much of the loading of weights and tables the array hides.
#pragma once

#include <map>

#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

// Cycles in which the load DMA was at a load of weights or tables, waiting for the memory included: hidden if the
// matrix engine worked at the same time, on whatever layer, exposed if not.
struct WeightTransfer {
  Cycles hidden = 0;
  Cycles exposed = 0;
  WeightTransfer& operator+=(const WeightTransfer& other) {
    hidden += other.hidden;
    exposed += other.exposed;
    return *this;
  }
  bool operator==(const WeightTransfer&) const = default;
};

// By the operator whose weights they are.
[[nodiscard]] std::map<int, WeightTransfer> weight_transfers(const JobStep& job, const Trace& trace,
                                                             const HwConfig& hw);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// What a design point means for the product it is part of.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "sim/core/figure.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/energy/static_power.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/product.h"

namespace systolite::explore {

// One inference, and what the accelerator leaks.
struct ProductPart {
  const HwConfig& hw;
  Cycles cycles = 0;               // of its jobs
  std::uint64_t awake_cycles = 0;  // of the processor
  Figure energy_pj;                // of the accelerator and its memory accesses
  energy::StaticPower leakage;
};

// The scenario has not the time; the text is a sentence.
class TooSlow : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws TooSlow.
[[nodiscard]] ProductCost product_cost(const Product& product, const ProductPart& part);

}  // namespace systolite::explore

// SPDX-License-Identifier: Apache-2.0
// How many flip-flops and gates a configuration has, for what they cost whether or not anything happens.
#pragma once

#include "sim/core/hw_config.h"

namespace systolite::energy {

struct HardwareSize {
  double pe_flops = 0;     // of one PE
  double other_flops = 0;  // of everything but PEs and memories
  double gates = 0;        // NAND2 equivalents of everything but memories
};

// PEs, skew registers, delay lines and lanes are counted from the RTL; the rest is fitted to the synthesis results of
// docs/area.md for base_16x16, small_8x8 and rect_8x16: flip-flops within 1 %, gates within 1 %.
[[nodiscard]] HardwareSize hardware_size(const HwConfig& hw);

// Bits of a partial sum on its way through the array.
[[nodiscard]] int sum_bits(const HwConfig& hw);

}  // namespace systolite::energy

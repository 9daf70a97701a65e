// SPDX-License-Identifier: Apache-2.0
// The quantities of a hardware description on which areas and clock periods depend (scripts/area/fit.py has the same
// ones).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "sim/core/hw_config.h"

namespace systolite {

inline constexpr std::array<std::string_view, 28> kQuantityNames = {
    "1",     // constant
    "rows",  // of the array
    "cols",
    "pes",          // rows * cols
    "lanes",        // of requantisation
    "bus_bytes",    // width of the AXI port
    "burst_beats",  // longest burst
    "reads",        // outstanding read bursts
    "queue_depth",  // commands
    "banks",        // of the scratchpad
    "spm_word",     // bytes of a scratchpad word
    "wbuf_word",    // bytes of a weight buffer word
    "sum_bits",     // of a PE's sum
    "groups",       // of channels that are requantised together, in a row of columns
    "skew_bits",    // registers of the triangles around the array
    "delay_bytes",  // of the delay lines of the column mode
    "weight_only",  // 1 if no other dataflow is built, else 0
    "output_only",  // likewise
    "both",         // 1 if both dataflows are built
    "output",       // 1 if output stationary is built
    "depthwise",    // 1 with the column mode
    "log2_rows",    // logarithms, not rounded
    "log2_cols",   "log2_spm_word", "log2_wbuf_word", "log2_lanes", "log2_groups", "log2_bus_bytes",
};

using Quantities = std::array<double, kQuantityNames.size()>;

[[nodiscard]] Quantities quantities_of(const HwConfig& config);

// Bits of a partial sum on its way through the array.
[[nodiscard]] int sum_bits(const HwConfig& config);

// Place of a name in kQuantityNames.
[[nodiscard]] std::optional<std::size_t> find_quantity(std::string_view name);

}  // namespace systolite

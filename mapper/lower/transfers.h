// SPDX-License-Identifier: Apache-2.0
// Activation tensors between SRAM and scratchpad.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/lower/layout.h"
#include "mapper/lower/unit.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Loads of a whole tensor in pieces of rows, so that its first user can start before all of it has arrived.
[[nodiscard]] std::vector<Planned> load_tensor(const View& view, std::uint32_t sram_address, const HwConfig& hw);

// Stores of a whole tensor of `channels` bytes a pixel, in pieces that can each leave when they are made.
[[nodiscard]] std::vector<Planned> store_tensor(const View& view, int channels, std::uint32_t sram_address,
                                                const HwConfig& hw);

// The same for a tensor whose scratchpad rows are columns of the image in memory, a load or store for each. Columns
// that reach beyond the image are first filled from `zero_points`, the bus address of as many zero points as a column
// has bytes. Stored columns must not overlap (no step shorter than the pixel, no padding).
[[nodiscard]] bool needs_zero_points(const View& view, const ColumnLayout& columns) noexcept;
[[nodiscard]] std::vector<Planned> load_columns(const View& view, const ColumnLayout& columns,
                                                std::uint32_t sram_address, std::uint32_t zero_points,
                                                const HwConfig& hw);
[[nodiscard]] std::vector<Planned> store_columns(const View& view, const ColumnLayout& columns,
                                                 std::uint32_t sram_address, const HwConfig& hw);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Activation tensors between SRAM and scratchpad.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/lower/unit.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Loads of a whole tensor in pieces of rows, so that its first user can start before all of it has arrived.
[[nodiscard]] std::vector<Planned> load_tensor(const View& view, std::uint32_t sram_address, const HwConfig& hw);

// Stores of a whole tensor.
[[nodiscard]] std::vector<Planned> store_tensor(const View& view, std::uint32_t sram_address, const HwConfig& hw);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Rules for programs that the front end does not check. The RTL's assertions stop at a program that breaks one, or its
// local addresses wrap; the model refuses it. All throw Error(kDevice).
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/functional/matrix_engine.h"
#include "slt_isa.hpp"

namespace systolite::sc {

void require_rules(const isa::Wl& wl, std::uint32_t index, const HwConfig& hw);
void require_rules(const isa::Mm& mm, std::uint32_t index, const isa::MmCfgIn& in, const isa::MmCfgKernel& kernel,
                   const HwConfig& hw);
void require_rules(const isa::Requant& requant, std::uint32_t index, const isa::VecCfgOut& out, const HwConfig& hw);
void require_rules(const isa::VecCfgScale& scale, std::uint32_t index);
// A K step takes a tile; it needs one of its own dataflow with at least `rows` rows.
void require_tile(const functional::WeightTile& tile, const isa::MmCfgIn& in, std::int64_t rows, std::uint32_t index);

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// Requantisation tables as they lie in memory (hw/MICROARCHITECTURE.md, "Tables in memory").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/quantize.h"
#include "slt_isa.hpp"

namespace systolite {

// Fields `scale`, `bias` and `shift` of the ld that brings a table.
struct TableForm {
  isa::ScaleForm scale = isa::ScaleForm::kNone;
  isa::BiasForm bias = isa::BiasForm::kNone;
  int shift = 0;
  bool operator==(const TableForm&) const = default;
};

// The shortest form that holds `bias`, one value a slot, and `scale`: one a slot, or a single one for all. A single one
// that has no packed word (multiplier below 2^30) is held once a slot, in the full form.
[[nodiscard]] TableForm shortest_form(std::span<const std::int32_t> bias, std::span<const QuantizedMultiplier> scale);

// How many bytes the table of `slots` slots takes, of which a bus of `bus_bytes` divides the number.
[[nodiscard]] std::size_t table_bytes(const TableForm& form, std::size_t slots, int bus_bytes) noexcept;

// The table's bytes for a bus of `bus_bytes`, of which the slots are a multiple.
[[nodiscard]] std::vector<std::uint8_t> table_image(const TableForm& form, std::span<const std::int32_t> bias,
                                                    std::span<const QuantizedMultiplier> scale, int bus_bytes);

}  // namespace systolite

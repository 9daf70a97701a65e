// SPDX-License-Identifier: Apache-2.0
// How much of the scratchpad tensors hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/program/program.h"

namespace systolite {

// Bytes in at least one of the ranges.
[[nodiscard]] std::uint64_t covered_bytes(std::vector<ScratchpadRange> ranges);

// Bytes that tensors hold at an operator; those that a result takes from an operand count once.
[[nodiscard]] std::uint64_t held_bytes(const std::vector<ScratchpadPlace>& places, int op);

// The most of them at any operator; `operators`: how many the graph has.
[[nodiscard]] std::uint64_t scratchpad_peak_bytes(const Program& program, std::size_t operators);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace systolite::cli {

// Throws Error(kMismatch) if the values differ: how many of how many, the first index, what was expected and what came.
// `what` names the tensor. Throws Error(kInternal) if the sizes differ.
void expect_equal(std::span<const std::int8_t> expected, std::span<const std::int8_t> got, const std::string& what);

}  // namespace systolite::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

namespace systolite {

// a / b rounded up, in the wider type of the two; a is not negative, b above 0.
[[nodiscard]] constexpr auto ceil_div(std::integral auto a, std::integral auto b) noexcept { return (a + b - 1) / b; }

}  // namespace systolite

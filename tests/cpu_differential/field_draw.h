// SPDX-License-Identifier: Apache-2.0
// Random operands.
#pragma once

#include "tests/cpu_differential/instruction_form.h"
#include "tests/cpu_differential/random.h"

namespace systolite::cpu_test {

// Draws every field of the form within its rule; r13 and r15 only where the architecture gives them a meaning.
// Throws std::logic_error when the rule seems to allow nothing.
[[nodiscard]] Fields draw_fields(const Form& form, Random& random);

// A register for pointers and the like: r0 to r12 or lr; r0 to r7 when `low`.
[[nodiscard]] std::uint32_t draw_register(Random& random, bool low);

// Values at which arithmetic has its corners, among ordinary ones.
[[nodiscard]] std::uint32_t draw_word(Random& random);
[[nodiscard]] std::uint32_t draw_float(Random& random);

}  // namespace systolite::cpu_test

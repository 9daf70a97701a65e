// SPDX-License-Identifier: Apache-2.0
// Offsets of branches whose target is an immediate.
#pragma once

#include <cstdint>
#include <optional>

#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {

[[nodiscard]] bool is_immediate_branch(const Form& form);

// `offset` in bytes from the address of the instruction + 4. False when the form cannot express it.
[[nodiscard]] bool set_branch_offset(const Form& form, Fields& fields, std::int32_t offset);

[[nodiscard]] std::int32_t branch_offset(const Form& form, const Fields& fields);

}  // namespace systolite::cpu_test

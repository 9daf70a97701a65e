// SPDX-License-Identifier: Apache-2.0
// Build attributes of an Arm ELF file (Arm, Addenda to the ABI, "Build attributes").
#pragma once

#include <cstdint>
#include <span>

#include "sim/cpu/core_config.h"

namespace systolite::cpu {

struct ArmAttributes {
  int profile = 0;  // 'A', 'R', 'M', 'S', or 0: any
  Architecture architecture = Architecture::kV6M;
};

// The content of a section of type SHT_ARM_ATTRIBUTES. What is not understood is left at its default.
[[nodiscard]] ArmAttributes read_arm_attributes(std::span<const std::uint8_t> section);

}  // namespace systolite::cpu

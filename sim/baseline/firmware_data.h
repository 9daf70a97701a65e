// SPDX-License-Identifier: Apache-2.0
// The baseline firmware, compiled with this program for each core.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace systolite::baseline {

struct FirmwareData {
  std::string_view core;                // "cortex-m4"
  std::span<const std::uint8_t> bytes;  // flash from MemoryMap{}.flash on
};

// Empty when there was no arm-none-eabi-gcc.
[[nodiscard]] std::span<const FirmwareData> firmware_data();
// What compiled them: compiler with version and flags.
[[nodiscard]] std::string_view firmware_compiler();
// Whose kernels are in them.
[[nodiscard]] std::string_view firmware_kernels();

// Throws Error(kTool) when the firmware of this core is not in this program.
[[nodiscard]] const FirmwareData& firmware_for(std::string_view core);

}  // namespace systolite::baseline

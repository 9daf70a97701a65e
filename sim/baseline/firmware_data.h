// SPDX-License-Identifier: Apache-2.0
// The baseline firmware, compiled with this program for each core.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace systolite::baseline {

struct FirmwareData {
  std::string_view kernels;             // kOwnKernels, or whose they are
  std::string_view core;                // "cortex-m4"
  std::span<const std::uint8_t> bytes;  // flash from MemoryMap{}.flash on
};

// Empty when there was no arm-none-eabi-gcc.
[[nodiscard]] std::span<const FirmwareData> firmware_data();
// What each of them keeps for its stack.
[[nodiscard]] std::uint32_t firmware_stack_bytes();
// What compiled them: compiler with version and flags.
[[nodiscard]] std::string_view firmware_compiler();
// Kernels there is firmware with, the project's own first.
[[nodiscard]] std::vector<std::string> firmware_kernels();
inline constexpr std::string_view kOwnKernels = "driver/kernels";

// Throws Error(kTool) when the firmware of this core is not in this program.
[[nodiscard]] const FirmwareData& firmware_for(std::string_view core, std::string_view kernels = kOwnKernels);

}  // namespace systolite::baseline

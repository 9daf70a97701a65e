// SPDX-License-Identifier: Apache-2.0
// The firmware that was compiled with this program (driver/firmware), given addresses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace systolite {

// Where an image goes. All sizes in bytes.
struct FirmwarePlacement {
  std::uint32_t flash = 0;  // a multiple of kFirmwareFlashAlignment
  std::uint32_t flash_bytes = 0;
  std::uint32_t ram = 0;  // a multiple of 8
  std::uint32_t ram_bytes = 0;
  std::uint32_t board = 0;  // of slt_board_t (driver/firmware/soc/slt_board.h), in flash
};

inline constexpr std::uint32_t kFirmwareFlashAlignment = 256;  // of the vector table
inline constexpr std::uint32_t kFirmwareStackBytes = 4096;

// The content of the flash from `placement.flash` on; the vector table comes first. `application`: "soc_infer" or
// "soc_serve"; `core`: such as "cortex-m4". Throws Error: kTool (no arm-none-eabi-ld, or Systolite was built without
// the firmware), kModel (does not fit, by how many bytes).
[[nodiscard]] std::vector<std::uint8_t> place_firmware(const std::string& application, const std::string& core,
                                                       const FirmwarePlacement& placement);

}  // namespace systolite

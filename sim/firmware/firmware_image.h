// SPDX-License-Identifier: Apache-2.0
// The firmware that was compiled with this program (driver/firmware), given addresses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/cpu/elf_image.h"

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

struct PlacedFirmware {
  std::vector<std::uint8_t> flash;  // its content from `placement.flash` on; the vector table comes first
  cpu::ElfImage image;              // symbols, for messages; its file is gone
};

// `application`: "soc_infer" or
// "soc_serve"; `core`: such as "cortex-m4". Throws Error: kTool (no arm-none-eabi-ld, or Systolite was built without
// the firmware), kModel (does not fit, by how many bytes).
[[nodiscard]] PlacedFirmware place_firmware(const std::string& application, const std::string& core,
                                            const FirmwarePlacement& placement);

}  // namespace systolite

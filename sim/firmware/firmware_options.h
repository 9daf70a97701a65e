// SPDX-License-Identifier: Apache-2.0
// The processor in front of the accelerator, and what its firmware does.
#pragma once

#include <cstdint>
#include <string>

#include "sim/cpu/core_config.h"
#include "sim/cpu/profile.h"
#include "sim/soc/run_ahead.h"

namespace systolite {

enum class FirmwareWait : std::uint8_t { kPoll, kInterrupt };
[[nodiscard]] const char* name(FirmwareWait wait);

struct FirmwareOptions {
  cpu::CoreConfig core;
  cpu::Profile profile;
  FirmwareWait wait = FirmwareWait::kInterrupt;
  RunAhead run_ahead = RunAhead::kNextEvent;
};

// What the serving firmware needs beyond that; numbers as in slt_board_t.
struct ServeOptions {
  std::string vendor;
  std::string model;  // "kws01"
  std::uint32_t input_format = 0;
  std::uint32_t results_format = 0;
  std::uint32_t buffer_bytes = 0;
  std::uint32_t uart_bit_cycles = 0;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/core.h"

namespace systolite::cpu_test {

std::span<const Core> cores() {
  static const std::vector<Core> kCores = {
      // The micro:bit has a Cortex-M0, which runs the same instructions; its memories are enlarged.
      {.name = "cortex-m0plus",
       .label = "CortexM0Plus",
       .isa = kV6M,
       .machine = "microbit",
       .machine_options = {"-global", "nrf51-soc.flash-size=0x400000", "-global", "nrf51-soc.sram-size=0x400000"},
       .compiler_cpu = "cortex-m0plus"},
      {.name = "cortex-m3",
       .label = "CortexM3",
       .isa = kV6M | kV7M,
       .machine = "mps2-an385",
       .compiler_cpu = "cortex-m3"},
      {.name = "cortex-m4",
       .label = "CortexM4",
       .isa = kV6M | kV7M | kDsp | kFloat,
       .machine = "mps2-an386",
       .compiler_cpu = "cortex-m4"},
      {.name = "cortex-m7",
       .label = "CortexM7",
       .isa = kV6M | kV7M | kDsp | kFloat | kFloat5,
       .machine = "mps2-an500",
       .compiler_cpu = "cortex-m7"},
      // Starts in Secure state; these are the Secure aliases of its memories.
      {.name = "cortex-m33",
       .label = "CortexM33",
       .isa = kV6M | kV7M | kDsp | kFloat | kFloat5 | kV8M,
       .machine = "mps2-an505",
       .code_base = 0x10000000,
       .ram_base = 0x38000000,
       .compiler_cpu = "cortex-m33"},
  };
  return kCores;
}

}  // namespace systolite::cpu_test

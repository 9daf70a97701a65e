// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/core/hw_config.h"

namespace systolite {

// A small legal configuration with different latencies everywhere.
inline HwConfig small_config() {
  return {.name = "small",
          .file = "small.yaml",
          .clock_mhz = 100,
          .array = {.rows = 8, .cols = 8, .depthwise_unit = true},
          .requant_lanes = 8,
          .scratchpad_bytes = 65536,
          .scratchpad_banks = 8,
          .weight_buffer_bytes = 8192,
          .accumulator_bytes = 8192,
          .param_channels = 256,
          .queue_depth = 2,
          .dma = {.bus_bits = 64, .burst_beats = 16, .outstanding_reads = 4},
          .flash = {.base = 0x08000000,
                    .bytes = 1 << 20,
                    .read_latency_cycles = 8,
                    .write_latency_cycles = 1,
                    .cycles_per_beat = 1},
          .sram = {.base = 0x20000000,
                   .bytes = 1 << 18,
                   .read_latency_cycles = 2,
                   .write_latency_cycles = 3,
                   .cycles_per_beat = 1}};
}

}  // namespace systolite

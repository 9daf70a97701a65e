// SPDX-License-Identifier: Apache-2.0
#include "tests/fast/configuration.h"

#include <filesystem>

namespace systolite::fast {
namespace {

// Both dataflows, wide bus, bursts of an odd length, deep queues, many reads.
constexpr const char* kWide = R"(
name: wide_4x8
clock_mhz: 100
array: {rows: 4, cols: 8, dataflow: both, depthwise_unit: false}
requant_lanes: 8
scratchpad: {bytes: 65536, banks: 8}
weight_buffer: {bytes: 4096}
accumulator: {bytes: 4096}
param_channels: 128
queue_depth: 4
dma: {bus_bits: 128, burst_beats: 3, outstanding_reads: 8}
memory:
  flash: {base: 0x08000000, bytes: 1048576, read_latency_cycles: 30, cycles_per_beat: 1}
  sram: {base: 0x20000000, bytes: 1048576, read_latency_cycles: 1, write_latency_cycles: 20, cycles_per_beat: 1}
)";

}  // namespace

HwConfig configuration(const std::string& name) {
  if (name == "wide_4x8") return parse_hw_config(kWide, name);
  const std::filesystem::path source(SYSTOLITE_SOURCE_DIR);
  const auto shipped = source / "configs" / "hw" / (name + ".yaml");
  return load_hw_config(std::filesystem::exists(shipped) ? shipped
                                                         : source / "tests" / "network" / "configs" / (name + ".yaml"));
}

}  // namespace systolite::fast

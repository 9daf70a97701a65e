// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/event.h"

namespace systolite::energy {
namespace {

struct EventInfo {
  const char* name;
  Component component;
};

// In the order of Event.
constexpr std::array<EventInfo, kEvents> kInfo = {{
    {"macs_dense", Component::kArray},
    {"macs_output_stationary", Component::kArray},
    {"macs_depthwise", Component::kArray},
    {"pe_cycles_busy", Component::kArray},
    {"pe_cycles_parked", Component::kArray},
    {"vectors_dense", Component::kArray},
    {"vectors_output_stationary", Component::kArray},
    {"vectors_depthwise", Component::kArray},
    {"weight_rows", Component::kArray},
    {"weight_rows_output_stationary", Component::kArray},
    {"weight_tiles", Component::kArray},
    {"accumulator_reads_matrix", Component::kAccumulator},
    {"accumulator_reads_vector", Component::kAccumulator},
    {"accumulator_writes", Component::kAccumulator},
    {"scratchpad_reads_matrix", Component::kBuffers},
    {"scratchpad_reads_vector", Component::kBuffers},
    {"scratchpad_reads_store", Component::kBuffers},
    {"scratchpad_writes_vector", Component::kBuffers},
    {"scratchpad_writes_load", Component::kBuffers},
    {"weight_buffer_reads", Component::kBuffers},
    {"weight_buffer_writes", Component::kBuffers},
    {"table_reads", Component::kBuffers},
    {"bias_table_writes", Component::kBuffers},
    {"mult_table_writes", Component::kBuffers},
    {"shift_table_writes", Component::kBuffers},
    {"lane_loads", Component::kVector},
    {"lane_multiplies", Component::kVector},
    {"commands", Component::kControl},
    {"flash_bytes_read", Component::kFlash},
    {"sram_bytes_read", Component::kSram},
    {"sram_bytes_written", Component::kSram},
    {"external_bytes_read", Component::kExternal},
    {"external_bytes_written", Component::kExternal},
    {"bus_bytes_read", Component::kBus},
    {"bus_bytes_written", Component::kBus},
    {"clock_cycles", Component::kClock},
    {"leakage_cycles", Component::kLeakage},
    {"cpu_cycles_active", Component::kCpu},
    {"cpu_cycles_asleep", Component::kCpu},
}};

}  // namespace

const char* name(Component component) noexcept {
  constexpr std::array<const char*, kComponents> kNames = {"array",    "accumulator", "buffers", "vector",
                                                           "control",  "clock",       "sram",    "flash",
                                                           "external", "bus",         "leakage", "cpu"};
  return kNames[static_cast<std::size_t>(component)];
}

const char* name(Event event) noexcept { return kInfo[static_cast<std::size_t>(event)].name; }

Component component_of(Event event) noexcept { return kInfo[static_cast<std::size_t>(event)].component; }

}  // namespace systolite::energy

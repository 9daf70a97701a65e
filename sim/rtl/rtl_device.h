// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL with its memories as a Device.
#pragma once

#include <cstdint>
#include <filesystem>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/contention.h"
#include "sim/memory/memory_system.h"
#include "sim/rtl/rtl_model.h"

namespace systolite {

class RtlDevice final : public Device {
 public:
  // `library`: from build_rtl_library() for the same configuration. `memory` outlives the device.
  // Throws Error(kTool) when the library cannot be loaded.
  RtlDevice(const HwConfig& config, BusMemory& memory, const std::filesystem::path& library)
      : memory_(memory, config), model_(memory_, static_cast<unsigned>(config.dma.bus_bytes()), library) {}

  std::uint32_t read_register(std::uint32_t offset) override { return model_.read_register(offset); }
  void write_register(std::uint32_t offset, std::uint32_t value) override { model_.write_register(offset, value); }
  [[nodiscard]] bool irq() const override { return model_.irq(); }
  bool advance_until_irq(Cycles limit) override { return model_.run_until_irq(limit); }
  void advance(Cycles cycles) override { model_.run(cycles); }
  [[nodiscard]] Cycles now() const override { return model_.now(); }
  Trace take_trace() override {
    Trace trace = model_.take_trace();
    mark_contention(trace, memory_.contention());
    return trace;
  }

  // For waveforms.
  [[nodiscard]] RtlModel& model() noexcept { return model_; }
  // Stalls and faults of the memories, for tests.
  [[nodiscard]] MemorySystem& memory() noexcept { return memory_; }

 private:
  MemorySystem memory_;
  RtlModel model_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The fast model as a Device: results of the functional executor at the times of the RTL.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/fast/fast_core.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/contention.h"
#include "sim/memory/memory_system.h"

namespace systolite {

// Cycles, counters, interrupt and traces are those of RtlDevice for the same accesses. What a job writes is in the
// memory when the write of the doorbell returns.
class FastDevice final : public Device {
 public:
  // `memory` outlives the device.
  FastDevice(const HwConfig& config, BusMemory& memory) : memory_(memory, config), core_(config, memory, memory_) {}

  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;
  [[nodiscard]] bool irq() const override { return irq_; }
  bool advance_until_irq(Cycles limit) override;
  void advance(Cycles cycles) override;
  [[nodiscard]] Cycles now() const override { return now_; }
  Trace take_trace() override {
    Trace trace = core_.take_trace(now_);
    mark_contention(trace, memory_.contention());
    return trace;
  }

  // Stalls and faults of the memories, for tests.
  [[nodiscard]] MemorySystem& memory() noexcept { return memory_; }

 private:
  void advance_to(Cycles cycle);

  MemorySystem memory_;
  FastCore core_;
  Cycles now_ = 0;
  bool irq_ = false;  // in the cycle before now_
};

}  // namespace systolite

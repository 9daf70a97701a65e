// SPDX-License-Identifier: Apache-2.0
// The functional executor behind the device port: same registers and errors as the hardware, no notion of time.
#pragma once

#include <cstdint>
#include <map>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/functional/executor.h"
#include "sim/memory/bus_memory.h"

namespace systolite {

// A job is over before the write of the doorbell returns. Every register access counts as one cycle; traces are empty.
class FunctionalDevice final : public Device {
 public:
  // Both arguments outlive the device.
  FunctionalDevice(const HwConfig& config, BusMemory& memory);

  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;
  [[nodiscard]] bool irq() const override;
  bool advance_until_irq(Cycles limit) override;
  void advance(Cycles cycles) override { now_ += cycles; }
  [[nodiscard]] Cycles now() const override { return now_; }
  Trace take_trace() override { return {}; }

 private:
  void run_job();
  void soft_reset();

  Executor executor_;
  std::map<std::uint32_t, std::uint32_t> registers_;  // by offset
  Cycles now_ = 0;
};

}  // namespace systolite

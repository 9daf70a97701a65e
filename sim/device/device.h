// SPDX-License-Identifier: Apache-2.0
// The device port: all the host and the driver may do with an accelerator. Every backend implements it.
#pragma once

#include <cstdint>

#include "sim/device/trace.h"

namespace systolite {

// A backend advances its own clock: a register access takes the cycles the register bus takes, advance() lets it run.
// Failures of the simulation itself (a hardware assertion, a protocol violation) are thrown as Error(kDevice); errors
// the hardware reports (status.error) are ordinary register contents.
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  // `offset` is a byte offset of configs/regs.yaml, a multiple of 4. An access to an offset without a register behaves
  // as the hardware does (reads 0).
  virtual std::uint32_t read_register(std::uint32_t offset) = 0;
  // Writing the doorbell starts the trace of a job.
  virtual void write_register(std::uint32_t offset, std::uint32_t value) = 0;

  // Level of the interrupt line.
  [[nodiscard]] virtual bool irq() const = 0;
  // Runs until the interrupt line is high, at most `limit` cycles. Returns irq().
  virtual bool advance_until_irq(Cycles limit) = 0;
  // Runs `cycles` cycles whatever the interrupt line does.
  virtual void advance(Cycles cycles) = 0;

  // Cycles since reset, over all jobs and register accesses.
  [[nodiscard]] virtual Cycles now() const = 0;

  // The trace of the last job, and forgets it. A job that is still running is cut at the current cycle.
  virtual Trace take_trace() = 0;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The accelerator behind its registers, without a clock: results from the functional executor, times from the timing
// model. Whoever owns a clock says in which cycle an access takes place.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/fast/timing.h"
#include "sim/functional/executor.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/bus_port.h"

namespace systolite {

// Cycles are absolute and never go backwards from call to call. The values of all registers are those of the hardware
// in every cycle, counters and error registers among them, whatever stops a job. What a job writes is in the memory
// as soon as its doorbell has been rung; a stream must not change while it runs, and has to set the configuration
// registers it uses. After an error the contents of the memories are unspecified.
class FastCore {
 public:
  // `memory` and `port` are the same memory and outlive the core.
  FastCore(const HwConfig& config, BusMemory& memory, BusPort& port);

  // `setup`: cycle of the setup phase. Offsets without a register read 0.
  std::uint32_t read(std::uint32_t offset, Cycles setup);
  // `access`: cycle of the access phase, at whose end a write takes effect. Throws Error(kDevice) for a job the
  // hardware has no error code for: deadlock, or a rule broken that only the hardware's assertions check.
  void write(std::uint32_t offset, std::uint32_t value, Cycles access);

  // Level of the interrupt line in a cycle.
  [[nodiscard]] bool irq(Cycles cycle);
  // First cycle from `from` on with a high interrupt line, if no register is written.
  [[nodiscard]] std::optional<Cycles> next_irq(Cycles from);

  // The trace of the last job, and forgets it. It ends where the interrupt line has risen, or with the cycle before
  // `now`.
  Trace take_trace(Cycles now);

 private:
  enum class Ending : std::uint8_t { kDone, kError, kReset };

  // Applies what has happened before a cycle.
  void settle(Cycles cycle);
  [[nodiscard]] bool line() const;
  void observe_line(Cycles cycle);
  [[nodiscard]] std::uint32_t counter(std::uint32_t offset, Cycles cycle) const;
  void clear_outcome();

  void start_job(Cycles start);
  [[nodiscard]] fast::DeviceJob run_job();
  void busy_write(std::uint32_t offset, Cycles access);
  void soft_reset(Cycles access);

  HwConfig config_;
  BusMemory& memory_;
  BusPort& port_;
  Executor executor_;
  fast::TimingModel timing_;
  std::map<std::uint32_t, std::uint32_t> registers_;  // by offset; counters and the busy bit are computed

  // The last job.
  fast::DeviceJob job_;
  Cycles start_ = 0;
  bool busy_ = false;
  Cycles busy_until_ = 0;  // the cycle in which the device is idle again
  Ending ending_ = Ending::kDone;
  Cycles count_from_ = 0;  // what the counters have counted happened from then on
  bool has_trace_ = false;
  std::optional<Cycles> line_rose_;  // first cycle since the doorbell with a high interrupt line
};

}  // namespace systolite

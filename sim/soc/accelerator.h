// SPDX-License-Identifier: Apache-2.0
// The socket every accelerator of the SoC plugs into, whatever models it.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <exception>
#include <systemc>
#include <utility>

#include "sim/device/trace.h"
#include "sim/soc/register_module.h"
#include "slt_regs.h"

namespace systolite {

// Registers of configs/regs.yaml on `registers` (RegisterModule), bus bursts on `memory`
// (sim/soc/bus_burst_extension.h), a level-sensitive interrupt on `irq`. An access to an offset without a register
// succeeds and reads 0, as on the device.
class Accelerator : public RegisterModule {
 public:
  tlm_utils::simple_initiator_socket<Accelerator> memory;
  sc_core::sc_out<bool> irq;

  // The trace of the last job, and forgets it; Trace::start counts cycles of the SoC's clock. A job that is still
  // running is cut at the current cycle.
  virtual Trace take_trace() = 0;

  // Throws what went wrong inside a process: an exception does not pass through the kernel as it is.
  virtual void rethrow_failure() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 protected:
  static constexpr Cycles kSetupCycle = 1;   // of an access, counted from its first cycle
  static constexpr Cycles kAccessCycle = 2;  // a write takes effect at the end of it
  static constexpr Cycles kAccessCycles = 4;

  Accelerator(const sc_core::sc_module_name& name, const ClockDomain& clock)
      : RegisterModule(name, clock, SLT_REG_SPACE_BYTES), memory("memory"), irq("irq") {}

  // To be called in a process, in the handler of an exception: keeps it and pauses the simulation.
  void fail() {
    failure_ = std::current_exception();
    sc_core::sc_pause();
  }

 private:
  std::exception_ptr failure_;
};

}  // namespace systolite

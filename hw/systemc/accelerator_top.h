// SPDX-License-Identifier: Apache-2.0
// The accelerator as a SystemC module: register socket, interrupt, memory. Cycle for cycle what slt_top does
// (hw/MICROARCHITECTURE.md), but event driven: nothing runs in a cycle in which no block has anything to decide.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "hw/systemc/accelerator_core.h"
#include "hw/systemc/model_context.h"

namespace systolite::sc {

class AcceleratorTop final : public sc_core::sc_module {
 public:
  // Reads and writes of one aligned 32-bit word. The access begins with its setup cycle at the annotated time, which is
  // the beginning of a cycle, and takes timing::kAccessCycles; the next one may begin when it is over. A read returns
  // the values of the setup cycle, so a reader with an annotated delay has to let it pass first.
  tlm_utils::simple_target_socket<AcceleratorTop> registers;
  sc_core::sc_out<bool> irq;

  // `config` and `memory` outlive the module.
  AcceleratorTop(const sc_core::sc_module_name& name, const HwConfig& config, BusPort& memory);

  // One clock cycle (clock_mhz of the configuration).
  [[nodiscard]] const sc_core::sc_time& period() const noexcept { return period_; }
  // Cycles since the simulation began.
  [[nodiscard]] Cycles now() const { return context_.clock.cycles_since_reset(); }
  // The trace of the last job, and forgets it. A job that is still running is cut at the current cycle.
  [[nodiscard]] Trace take_trace() { return context_.log.take_trace(context_.clock.job_cycle()); }
  // The model pauses the simulation and stands still when it fails: a program breaks a rule that only the RTL's
  // assertions check, or a job can never end. Throws that Error, if there is one.
  void rethrow_failure() const { context_.watchdog.rethrow(); }

 private:
  void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  sc_core::sc_time period_;
  ModelContext context_;
  AcceleratorCore core_;
};

}  // namespace systolite::sc

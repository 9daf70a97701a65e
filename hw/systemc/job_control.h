// SPDX-License-Identifier: Apache-2.0
// Life of a job: start, end, and the ordered stop after a fault or a soft reset.
//   Timing: doorbell written in cycle t: cycle 0 of the job is t + 1. END taken in t: status and interrupt change in t
//   + 1. A fault reported in t: everything is cleared from t + 1 until nothing is outstanding on the bus, at least one
//   cycle; status, cause and interrupt change in the cycle after the last of these. A soft reset written in t: the
//   same, without an interrupt. Of several faults in a cycle the first in the order of FaultSource counts, and only the
//   first cycle with a fault.
#pragma once

#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"
#include "hw/systemc/register_file.h"

namespace systolite::sc {

class JobControl final : public ClockedBlock, public JobIf, public RegisterEventsIf {
 public:
  sc_core::sc_port<RegisterUpdateIf> registers;
  sc_core::sc_port<ReadRequestIf> reads;
  sc_core::sc_port<WriteStatusIf> writes;
  sc_core::sc_port<JobMemberIf, 0, sc_core::SC_ONE_OR_MORE_BOUND> members;

  JobControl(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus);

  void report(FaultSource source, Cycles when, const Fault& fault) override;
  void reached_end(Cycles now) override;
  [[nodiscard]] bool clearing(Cycles now) const override;

  [[nodiscard]] bool busy() const override;
  void register_written(const RegisterEvents& events) override;

  [[nodiscard]] std::string waits_for() const override { return {}; }

 private:
  enum class State { kNone, kStart, kRun, kStop, kReset };
  struct PendingFault {
    FaultSource source;
    Cycles when;
    Fault fault;
  };

  void evaluate(Cycles now) override;
  void begin();
  void decide();
  void decide_cycle(Cycles now);
  [[nodiscard]] State state(Cycles now) const noexcept { return now >= next_from_ ? next_state_ : state_; }
  void enter(State state, Cycles from);
  [[nodiscard]] std::optional<Fault> fault_in(Cycles now, State state) const;

  BusPort& bus_;
  sc_core::sc_event begin_;   // cycle 0
  sc_core::sc_event decide_;  // after the blocks of a cycle have run
  State state_ = State::kNone;
  State next_state_ = State::kNone;
  Cycles next_from_ = 0;
  Cycles clear_cycle_ = kNever;  // first cycle of a stop
  RegisterEvents written_;
  bool end_reached_ = false;
  std::optional<PendingFault> pending_fault_;
  Fault fault_;  // that stopped the job
};

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// What load and store DMA have in common: the way of a command from its queue to its bursts, and its completion.
//   Timing: a transfer popped in cycle t is checked kPopToCheck later; a fault is reported kFaultToReport after that.
//   It leaves the check stage when the walk is free and offers its first burst kCheckToBurst later, the others
//   kBurstToBurst after the one before has been accepted. Its place in the check stage is free from the cycle on in
//   which it leaves. A configuration command takes effect when it is popped and does not wait for the walk. State: busy
//   in the cycle after a beat, wait_memory in the other cycles with a command in flight.
#pragma once

#include <optional>
#include <utility>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"
#include "hw/systemc/dma_order.h"
#include "hw/systemc/dma_walk.h"

namespace systolite::sc {

class DmaEngine : public ClockedBlock, public EngineIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<JobRegistersIf> registers;
  sc_core::sc_port<JobIf> job;
  sc_core::sc_port<LocalMemoryIf> memory;

  void command_offered(Cycles from) override { wake_at(from); }
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 protected:
  // Whose faults, and what a range outside the windows is reported as.
  struct Kind {
    isa::Engine engine;
    FaultSource check_source;
    isa::ErrorCause window_cause;
  };

  DmaEngine(const sc_core::sc_module_name& name, ModelContext& context, const Kind& kind);

  // What only one of the two does in a cycle.
  virtual void work(Cycles now) = 0;
  // The walk has a command; its burst is on offer from `from` on.
  virtual void burst_offered(Cycles from) = 0;
  // Earliest cycle for the next work() that nobody else causes; kNever if there is none.
  [[nodiscard]] virtual Cycles next_work() const = 0;
  virtual void configure(const isa::AnyCommand& command) = 0;
  // The command with the configuration in force.
  [[nodiscard]] virtual DmaTransfer transfer_of(const isa::AnyCommand& command) const = 0;
  // Windows a transfer may lie in.
  [[nodiscard]] virtual std::pair<Window, Window> windows() const = 0;

  [[nodiscard]] const DmaWalk& walk() const noexcept { return walk_; }
  [[nodiscard]] bool walking() const noexcept { return walking_; }
  // The burst on offer has been accepted.
  void burst_accepted(Cycles now);
  // The transfer in the walk finishes in `cycle`.
  void transfer_finishes(Cycles now, Cycles cycle);
  [[nodiscard]] std::uint32_t bus_bytes() const noexcept { return bus_bytes_; }
  // Lanes of a beat that belong to the row.
  struct Lanes {
    unsigned first;
    unsigned count;
  };
  [[nodiscard]] Lanes lanes_of(const DmaBurst& burst, unsigned beat) const noexcept;

 private:
  struct Check {
    DmaTransfer transfer;
    bool good;
    Cycles from;
  };

  void evaluate(Cycles now) override;
  void leave_check(Cycles now);
  [[nodiscard]] bool can_pop(const QueuedCommand* command) const;
  void pop(Cycles now);
  void check(Cycles now, const QueuedCommand& command);
  void schedule(Cycles now);

  Kind kind_;
  int unit_;
  std::uint32_t bus_bytes_;
  DmaOrder order_;
  std::optional<Check> check_;
  DmaWalk walk_;
  bool walking_ = false;
  Cycles walk_free_from_ = 0;  // if not walking
};

}  // namespace systolite::sc

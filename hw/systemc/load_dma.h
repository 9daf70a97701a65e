// SPDX-License-Identifier: Apache-2.0
// Load DMA: memory to scratchpad, weight buffer and requantisation tables.
//   Timing: a transfer popped in cycle t is checked kPopToCheck later; a fault is reported kFaultToReport after that.
//   It leaves the check stage when the walk is free and requests its first burst kCheckToBurst later, the others
//   kBurstToBurst after the grant of the one before. It finishes with its last beat. A configuration command takes
//   effect when it is popped and does not wait for the walk. State: busy in the cycle after a beat, wait_memory in the
//   other cycles with a command in flight. Data: a burst is written to its local memory as a whole when its last beat
//   has moved, at the latest when its command is done.
#pragma once

#include <deque>
#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"
#include "hw/systemc/dma_order.h"
#include "hw/systemc/dma_walk.h"

namespace systolite::sc {

class LoadDma final : public ClockedBlock, public EngineIf, public ReadClientIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<ReadRequestIf> reads;
  sc_core::sc_port<JobRegistersIf> registers;
  sc_core::sc_port<JobIf> job;
  sc_core::sc_port<LocalMemoryIf> memory;

  LoadDma(const sc_core::sc_module_name& name, ModelContext& context);

  void command_offered(Cycles from) override { wake_at(from); }
  void granted(Cycles now, std::span<const BusReadBeat> beats) override;
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  static constexpr int kUnit = static_cast<int>(isa::Engine::kLd);
  struct Check {
    DmaTransfer transfer;
    bool good;
    Cycles from;
  };
  struct Burst {
    DmaBurst burst;
    BusReadBeats beats;
  };

  void evaluate(Cycles now) override;
  [[nodiscard]] bool can_pop(const QueuedCommand* command) const;
  void pop(Cycles now);
  void check(Cycles now, const isa::Ld& ld, std::uint32_t index);
  void report_bus_error(const DmaBurst& burst, std::span<const BusReadBeat> beats);
  // Writes the beats that have moved before `now` of every burst that is complete by then or, when `partial`, of all.
  void write_local(Cycles now, bool partial);
  void write_burst(const Burst& burst, Cycles end);

  std::uint32_t bus_bytes_;
  isa::LdCfg config_;
  DmaOrder order_;
  std::optional<Check> check_;
  DmaWalk walk_;
  bool walking_ = false;
  Cycles walk_free_from_ = 0;   // if not walking
  std::deque<Burst> received_;  // granted, not written
};

}  // namespace systolite::sc

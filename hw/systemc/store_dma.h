// SPDX-License-Identifier: Apache-2.0
// Store DMA: scratchpad to memory.
//   Timing: from the pop to the first burst on offer as in LoadDma. A burst is issued in the first cycle in which it is
//   on offer, fewer than kMaxWrites bursts are issued and not answered, and the address register is free or being
//   taken; its address is on the bus kGrantToAddress later. Beats are read from the scratchpad in order, one a cycle,
//   from kIssueToRead after the issue on, while fewer than kDataDepth are read and not taken by the bus; a beat is on
//   the bus kReadToBus after its read. A transfer finishes with the response of its last burst. A configuration command
//   takes effect when it is popped. State: busy in the cycle after a beat was taken, wait_memory in the other cycles
//   with a command in flight. Data: a burst is read from the scratchpad and handed to the bus when it is issued;
//   nothing else writes there before its command is done. Bursts that are issued are finished whatever happens to the
//   job.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"
#include "hw/systemc/dma_order.h"
#include "hw/systemc/dma_walk.h"

namespace systolite::sc {

class StoreDma final : public ClockedBlock, public EngineIf, public WriteStatusIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<JobRegistersIf> registers;
  sc_core::sc_port<JobIf> job;
  sc_core::sc_port<LocalMemoryIf> memory;

  StoreDma(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus);

  void command_offered(Cycles from) override { wake_at(from); }
  [[nodiscard]] Cycles writes_idle_from() const override { return responses_.empty() ? 0 : responses_.back() + 1; }
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  static constexpr int kUnit = static_cast<int>(isa::Engine::kSt);
  struct Check {
    DmaTransfer transfer;
    bool good;
    Cycles from;
  };

  void evaluate(Cycles now) override;
  [[nodiscard]] bool can_pop(const QueuedCommand* command) const;
  void pop(Cycles now);
  void check(Cycles now, const isa::St& st, std::uint32_t index);
  // First cycle in which the burst on offer can be issued.
  [[nodiscard]] Cycles issue_from() const;
  void issue(Cycles now);
  void drop_work();
  // Reads beat `beat` of a burst; returns the strobe.
  std::uint16_t read_beat(const DmaBurst& burst, unsigned beat, BusBeat& data);

  BusPort& bus_;
  std::uint32_t bus_bytes_;
  isa::StCfg config_;
  DmaOrder order_;
  std::optional<Check> check_;
  DmaWalk walk_;
  bool walking_ = false;
  Cycles walk_free_from_ = 0;  // if not walking
  Cycles burst_from_ = 0;      // the burst is on offer from here on, if walking
  Cycles address_taken_ = 0;
  std::deque<Cycles> responses_;  // of the bursts that may be outstanding
  // Beats on their way from scratchpad to bus.
  Cycles read_from_ = 0;                            // earliest read of the next beat, as far as the one before it goes
  Cycles bus_from_ = 0;                             // the same for its place on the bus
  std::array<Cycles, timing::kDataDepth> taken_{};  // cycles in which the last beats were taken; read_beats_ indexes
  std::uint64_t beats_ = 0;                         // of the job
};

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// Store DMA: scratchpad to memory.
//   Timing: to the burst on offer as DmaEngine says. A burst is accepted (issued) in the first cycle in which fewer
//   than kMaxWrites bursts are issued and not answered, and the address register is free or being taken; its address is
//   on the bus kGrantToAddress later. Beats are read from the scratchpad in order, one a cycle, from kIssueToRead after
//   the issue on, while fewer than kDataDepth are read and not taken by the bus; a beat is on the bus kReadToBus after
//   its read. A transfer finishes with the response of its last burst; an error is reported kFaultToReport after the
//   response. Data: a burst is read from the scratchpad and handed to the bus when it is issued; nothing else writes
//   there before its command is done. Bursts that are issued are finished whatever happens to the job.
#pragma once

#include <array>
#include <deque>

#include "hw/systemc/dma_engine.h"
#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

class StoreDma final : public DmaEngine, public WriteStatusIf {
 public:
  StoreDma(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus);

  [[nodiscard]] Cycles writes_idle_from() const override { return responses_.empty() ? 0 : responses_.back() + 1; }
  void start_job() override;

 private:
  void work(Cycles now) override;
  void burst_offered(Cycles from) override { burst_from_ = from; }
  // First cycle in which the burst on offer can be issued.
  [[nodiscard]] Cycles next_work() const override;
  void configure(const isa::AnyCommand& command) override { config_ = std::get<isa::StCfg>(command); }
  [[nodiscard]] DmaTransfer transfer_of(const isa::AnyCommand& command) const override;
  [[nodiscard]] std::pair<Window, Window> windows() const override;
  void issue(Cycles now);
  // Sends all beats of a burst that is issued now.
  [[nodiscard]] BusResponse send(Cycles now, const DmaBurst& burst);
  // Reads a beat from the scratchpad; returns its strobe.
  std::uint16_t read_beat(const DmaBurst& burst, unsigned beat, BusBeat& data);

  BusPort& bus_;
  isa::StCfg config_;
  Cycles burst_from_ = 0;
  Cycles address_taken_ = 0;
  std::deque<Cycles> responses_;  // of the bursts that may be outstanding
  // Beats on their way from scratchpad to bus.
  Cycles read_from_ = 0;  // earliest read of the next beat, as far as the one before it goes
  Cycles bus_from_ = 0;   // the same for its place on the bus
  std::array<Cycles, timing::kDataDepth>
      taken_{};              // when the last beats were taken; index: number of the beat, modulo size
  std::uint64_t beats_ = 0;  // of the job
};

}  // namespace systolite::sc

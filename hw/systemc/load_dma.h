// SPDX-License-Identifier: Apache-2.0
// Load DMA: memory to scratchpad, weight buffer and requantisation tables.
//   Timing: as DmaEngine says; a burst is accepted when ReadBus grants it. A transfer finishes with its last beat. An
//   error in a beat is reported kFaultToReport after it. Data: a burst is written to its local memory as a whole when
//   its last beat has moved, at the latest when its command is done.
#pragma once

#include <deque>

#include "hw/systemc/dma_engine.h"

namespace systolite::sc {

class LoadDma final : public DmaEngine, public ReadClientIf {
 public:
  sc_core::sc_port<ReadRequestIf> reads;

  LoadDma(const sc_core::sc_module_name& name, ModelContext& context);

  void granted(Cycles now, std::span<const BusReadBeat> beats) override;
  void start_job() override;
  void clear(Cycles now) override;

 private:
  struct Received {
    DmaBurst burst;
    BusReadBeats beats;
  };

  void work(Cycles now) override;
  void burst_offered(Cycles from) override;
  [[nodiscard]] Cycles next_work() const override { return kNever; }
  void configure(const isa::AnyCommand& command) override { config_ = std::get<isa::LdCfg>(command); }
  [[nodiscard]] DmaTransfer transfer_of(const isa::AnyCommand& command) const override;
  [[nodiscard]] std::pair<Window, Window> windows() const override;
  void report_error(const DmaBurst& burst, std::span<const BusReadBeat> beats);
  // Writes the beats of a burst that have moved before `end`.
  void write_local(const Received& received, Cycles end);

  isa::LdCfg config_;
  std::deque<Received> received_;  // granted, not written
};

}  // namespace systolite::sc

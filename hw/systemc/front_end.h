// SPDX-License-Identifier: Apache-2.0
// Command front end: fetches the stream ahead, checks each command and dispatches in order, one a cycle.
//   Timing: the stream range is checked in cycle 0, the first burst is requested in kStartToRequest. A burst is
//   requested while the buffer has room for all of it: room is taken with the grant and returned when a command moves
//   to the head. A command whose last beat arrives in cycle t moves to the head in t + kBeatToHead, if that is free or
//   being freed, and is dispatched kHeadToDispatch later or when its queue has room. END at the head ends the job in
//   the first cycle in which the engines are idle and no fetch burst is outstanding. A fault found in t is reported in
//   t + kFaultToReport. State: busy in a cycle that dispatches or takes END (and in cycle 0), queue_full, wait_engines
//   (END waits), else wait_memory.
#pragma once

#include <deque>
#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"

namespace systolite::sc {

// A command of the stream, granted and perhaps not arrived.
struct FetchedCommand {
  isa::Command command{};
  Cycles complete = kNever;  // cycle of its last beat; kNever: not all of it has been granted
  bool bus_error = false;
};
// The command the front end decides about.
struct HeadCommand {
  QueuedCommand queued;
  isa::Engine engine = isa::Engine::kFe;  // kFe: END
  bool legal = false;
  bool bus_error = false;
  Cycles from = 0;  // at the head from here on
  [[nodiscard]] bool is_end() const noexcept { return legal && engine == isa::Engine::kFe; }
  [[nodiscard]] bool good() const noexcept { return legal && !bus_error; }
};

class FrontEnd final : public ClockedBlock, public ReadClientIf, public QueueListenerIf, public JobMemberIf {
 public:
  sc_core::sc_port<ReadRequestIf> reads;
  sc_core::sc_port<JobRegistersIf> registers;
  sc_core::sc_port<JobIf> job;
  sc_core::sc_vector<sc_core::sc_port<DispatchIf>> queues;  // by engine

  FrontEnd(const sc_core::sc_module_name& name, ModelContext& context);

  void granted(Cycles now, std::span<const BusReadBeat> beats) override;
  void queue_changed(int engine, Cycles from) override;
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  static constexpr int kUnit = kUnitCount - 1;

  void evaluate(Cycles now) override;
  bool dispatch(Cycles now);
  void take_end(Cycles now);
  void move_to_head(Cycles now);
  void report_head(Cycles now);
  void check_out_of_commands(Cycles now, bool dispatched);
  void request_burst(Cycles from);
  void reset();
  [[nodiscard]] bool engines_idle(Cycles now) const;
  [[nodiscard]] isa::State head_state() const;

  unsigned bus_bytes_;
  unsigned command_beats_;
  unsigned burst_beats_;  // longest burst

  bool active_ = false;
  // Fetch.
  std::uint32_t address_ = 0;
  std::uint32_t left_ = 0;  // beats not requested
  std::uint32_t room_ = 0;  // beats
  unsigned requested_ = 0;  // beats of the request that is not granted, 0: none
  Cycles last_beat_ = 0;    // of all bursts granted
  // Buffer. The command that has arrived in part is the last one.
  std::deque<FetchedCommand> arrivals_;
  unsigned part_ = 0;  // beats of it
  // Head.
  std::optional<HeadCommand> head_;
  std::uint32_t index_ = 0;  // of the head in the stream
  bool fault_reported_ = false;
};

}  // namespace systolite::sc

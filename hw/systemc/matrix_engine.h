// SPDX-License-Identifier: Apache-2.0
// Matrix engine: executes mm and its configuration commands, one K step after the other.
//   Timing (setup holds one mm command, the loops work on one):
//   Pop: with setup empty and fewer than kMaxInFlight commands popped and not done. An mm command is in setup from
//   kPopToEnter later until it enters the loops; a configuration command never is. Enter: when the loops are free, or
//   in the last cycle of the command there; a change of dataflow waits until the command before has finished, a
//   depthwise command with other taps or buses than the last one until that one has. K steps: each takes its tile in
//   the first cycle in which one is on offer, from the entry or the last cycle of the K step before on. It occupies
//   max(positions, kMinStep) cycles from kTakeToVisit later on, an output-stationary one as many as the array has rows.
//   Finish: matrix_done_delay() after the visit in which the last partial sum starts, output_done_delay() after the one
//   that reads the last pixel. done: with the finish, in the order of the queue, one a cycle; a configuration command
//   at the earliest in the cycle after its pop. State: busy in a K step; wait_weights with a command in the loops and
//   no tile; with a command only in setup drain if it waits for a finish, else busy; busy in the cycle after the pop of
//   a configuration command. Data: a K step is computed as a whole when it takes its tile: its operands are there since
//   its command was popped, and its results are used after done at the earliest.
#pragma once

#include <deque>
#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"

namespace systolite::sc {

class MatrixEngine final : public ClockedBlock, public EngineIf, public TileListenerIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<TileIf> weights;

  MatrixEngine(const sc_core::sc_module_name& name, ModelContext& context, functional::LocalMemories& memories);

  void command_offered(Cycles from) override { wake_at(from); }
  void tile_offered(Cycles from) override;
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  static constexpr int kUnit = static_cast<int>(isa::Engine::kMm);

  // What the array as a whole has to be set to for depthwise commands.
  struct Columns {
    std::int64_t taps = 0;
    std::int64_t buses = 0;
    bool operator==(const Columns&) const = default;
  };
  // An mm command with the configuration that applies to it.
  struct Block {
    isa::Mm mm;
    functional::EngineConfig config;
    std::uint32_t index = 0;
    bool output = false;
    std::optional<Columns> columns;  // of a depthwise command
    std::int64_t steps = 0;
    Cycles step_cycles = 0;       // of all K steps but the last
    Cycles last_step_cycles = 0;  // of the last one
    Cycles last_start = 0;  // visit of the last K step in which its last partial sum starts, or its last pixel is read
    Cycles done_delay = 0;  // from there to the finish
  };
  struct Open {
    bool is_cfg;
    Cycles finish;  // configuration command: cycle of the pop
  };

  void evaluate(Cycles now) override;
  void complete_oldest(Cycles now);
  [[nodiscard]] Cycles array_free() const;
  void enter();
  void take(Cycles now, const functional::WeightTile& tile);
  void pop(Cycles now);
  void set_up(const isa::Mm& mm, std::uint32_t index);
  [[nodiscard]] isa::State state_in(Cycles cycle) const;
  void schedule(Cycles now);

  functional::MatrixEngine arithmetic_;
  functional::EngineConfig config_;
  std::deque<Open> open_;
  Block setup_;
  bool setup_valid_ = false;
  Block block_;  // in the loops
  bool block_valid_ = false;
  std::int64_t step_ = 0;     // K steps begun
  Cycles step_end_ = kNever;  // last cycle of the K step that runs
  // Of the last command that has entered, and of the last depthwise one: the cycle after its finish, kNever until its
  // last K step begins.
  Cycles finished_ = 0;
  Cycles columns_finished_ = 0;
  bool output_ = false;         // dataflow of the last command that has entered
  Columns columns_;             // of the last depthwise one
  Cycles cfg_popped_ = kNever;  // last pop of a configuration command
};

}  // namespace systolite::sc

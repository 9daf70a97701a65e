// SPDX-License-Identifier: Apache-2.0
// Weight load: cuts the weight strings of a wl command into tiles and streams them, one row a cycle, into the shadow
// registers.
//   Timing: a command is popped when none is active or the active one issues its last row. Row 0 of a tile issues when
//   the row before has issued and the tile before has been taken: kTakeToRow after that take at the earliest; the other
//   rows follow without a gap. The tile is on offer kRowToTile after its row 0, until it is taken. done is
//   kWeightDoneDelay after the issue of the last row. State: busy while a row issues, wait_shadow while row 0 waits for
//   the tile before to be taken. Data: a tile is read from the weight buffer as a whole when its row 0 issues.
//   Output-stationary commands: popped when none is active. A tile is on offer kPopToOffer after the pop, or when the
//   one before has been taken; its rows follow from kTakeToStream after its take on. The command is active to the take
//   of its last tile; done and state as above. Data: a tile is read when it is offered.
#pragma once

#include <deque>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"
#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

class WeightLoad final : public ClockedBlock, public EngineIf, public TileIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<TileListenerIf> matrix;
  sc_core::sc_port<LocalMemoryIf> memory;

  WeightLoad(const sc_core::sc_module_name& name, ModelContext& context);

  void command_offered(Cycles from) override { wake_at(from); }
  [[nodiscard]] const functional::WeightTile* tile(Cycles now) const override;
  void take(Cycles now) override;
  void start_job() override;
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  static constexpr int kUnit = static_cast<int>(isa::Engine::kWl);

  void evaluate(Cycles now) override;
  void pop(Cycles now);
  void schedule(Cycles now);
  void issue_tile(Cycles now);
  void offer_tile(Cycles from);
  void stream_tile(Cycles taken);
  [[nodiscard]] isa::State stream_state(Cycles cycle);
  [[nodiscard]] bool output() const noexcept { return command_.dataflow != 0; }
  [[nodiscard]] bool shadow_free(Cycles now) const noexcept {
    return !tile_present_ && (taken_ == kNever || taken_ + timing::kTakeToRow <= now);
  }

  bool active_ = false;
  isa::Wl command_;
  std::int64_t tiles_ = 0;  // of the command
  std::int64_t next_tile_ = 0;
  Cycles row0_from_ = 0;      // the row before has issued: row 0 of the next tile may, if there is one
  Cycles last_row_ = kNever;  // of the command, once its last tile has started; not of an output-stationary one
  // Rows that follow takes: of the tile taken last, and of the one before.
  struct Rows {
    Cycles first, last;
  };
  std::deque<Rows> streams_;
  Cycles pop_from_ = 0;  // output stationary: of the next command
  // Shadow registers.
  functional::WeightTile shadow_;
  bool tile_present_ = false;
  Cycles tile_from_ = 0;   // on offer from here on
  Cycles taken_ = kNever;  // last take
  std::deque<Cycles> dones_;
};

}  // namespace systolite::sc

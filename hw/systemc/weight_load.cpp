// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/weight_load.h"

#include <algorithm>

#include "hw/systemc/program_rules.h"

namespace systolite::sc {

WeightLoad::WeightLoad(const sc_core::sc_module_name& name, ModelContext& context)
    : ClockedBlock(name, context), queue("queue"), matrix("matrix"), memory("memory") {}

void WeightLoad::start_job() {
  sleep();
  active_ = false;
  tile_present_ = false;
  taken_ = kNever;
  dones_.clear();
}

void WeightLoad::clear(Cycles now) {
  start_job();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
}

const functional::WeightTile* WeightLoad::tile(Cycles now) const {
  return tile_present_ && tile_from_ <= now ? &shadow_ : nullptr;
}

void WeightLoad::take(Cycles now) {
  tile_present_ = false;
  taken_ = now;
  if (active_ && next_tile_ < tiles_) wake_at(std::max(row0_from_, now + timing::kTakeToRow));
}

void WeightLoad::evaluate(Cycles now) {
  if (!dones_.empty() && dones_.front() == now) {
    dones_.pop_front();
    queue->complete(now);
  }
  if (active_ && next_tile_ < tiles_ && row0_from_ <= now) {
    if (shadow_free(now)) {
      issue_tile(now);
    } else {
      log().unit_state(kUnit, now, isa::State::kWaitShadow);
    }
  }
  if (!active_ || last_row_ == now) pop(now);

  // What may happen next without anybody's help.
  if (!dones_.empty()) wake_at(dones_.front());
  if (!active_) {
    if (queue->head(now + 1) != nullptr) wake_at(now + 1);
  } else if (next_tile_ == tiles_) {
    wake_at(last_row_);
  } else if (!tile_present_) {
    wake_at(std::max(row0_from_, now + 1));
  } else if (row0_from_ > now) {
    wake_at(row0_from_);
  }
}

void WeightLoad::issue_tile(Cycles now) {
  functional::load_weight_tile(command_, next_tile_, memory->memories(), shadow_);
  ++next_tile_;
  tile_present_ = true;
  tile_from_ = now + timing::kRowToTile;
  matrix->tile_offered(tile_from_);
  row0_from_ = now + static_cast<Cycles>(shadow_.rows);
  if (next_tile_ == tiles_) {
    last_row_ = row0_from_ - 1;
    dones_.push_back(last_row_ + timing::kWeightDoneDelay);
  }
  log().unit_state(kUnit, now, isa::State::kBusy);
}

void WeightLoad::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  active_ = command != nullptr;
  last_row_ = kNever;
  if (!active_) {
    log().unit_state(kUnit, now + 1, isa::State::kIdle);
    return;
  }
  command_ = std::get<isa::Wl>(command->command);
  require_rules(command_, command->index, hw());
  tiles_ = functional::tiles_loaded(command_);
  next_tile_ = 0;
  row0_from_ = now + timing::kPopToRow;
  queue->pop(now);
}

std::string WeightLoad::waits_for() const { return active_ ? "waits for the matrix engine to take a tile" : ""; }

}  // namespace systolite::sc

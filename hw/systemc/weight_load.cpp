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
  streams_.clear();
  row0_from_ = 0;
  pop_from_ = 0;
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
  if (shadow_.dataflow != 0) stream_tile(now);
  if (!active_ || next_tile_ == tiles_) return;
  if (output()) {
    offer_tile(now + 1);
  } else {
    wake_at(std::max(row0_from_, now + timing::kTakeToRow));
  }
}

// The rows of the tile that is taken, and the end of its command if it was the last one.
void WeightLoad::stream_tile(Cycles taken) {
  const Cycles first = taken + timing::kTakeToStream;
  const Cycles last = first + static_cast<Cycles>(shadow_.rows) - 1;
  streams_.push_back({first, last});
  row0_from_ = last + 1;
  wake_at(taken + 1);
  if (next_tile_ < tiles_) return;
  dones_.push_back(last + timing::kWeightDoneDelay);
  active_ = false;
  pop_from_ = taken + timing::kTakeToPop;
}

void WeightLoad::offer_tile(Cycles from) {
  functional::load_weight_tile(command_, next_tile_++, memory->memories(), shadow_);
  tile_present_ = true;
  tile_from_ = from;
  matrix->tile_offered(from);
}

// Rows of taken tiles, and an output-stationary command that waits for a take.
isa::State WeightLoad::stream_state(Cycles cycle) {
  while (!streams_.empty() && streams_.front().last < cycle) streams_.pop_front();
  if (!streams_.empty() && streams_.front().first <= cycle) return isa::State::kBusy;
  return active_ || !streams_.empty() ? isa::State::kWaitShadow : isa::State::kIdle;
}

void WeightLoad::evaluate(Cycles now) {
  if (!dones_.empty() && dones_.front() == now) {
    dones_.pop_front();
    queue->complete(now);
  }
  if (active_ && !output() && next_tile_ < tiles_ && row0_from_ <= now) {
    if (shadow_free(now)) {
      issue_tile(now);
    } else {
      log().unit_state(kUnit, now, isa::State::kWaitShadow);
    }
  }
  if ((!active_ && pop_from_ <= now) || last_row_ == now) pop(now);
  if ((active_ && output()) || !streams_.empty()) log().unit_state(kUnit, now + 1, stream_state(now + 1));
  schedule(now);
}

// What may happen next without anybody's help.
void WeightLoad::schedule(Cycles now) {
  if (!dones_.empty()) wake_at(dones_.front());
  for (const Rows& rows : streams_) {
    if (rows.first > now + 1) wake_at(rows.first - 1);
    if (rows.last > now) wake_at(rows.last);
  }
  if (!active_) {
    if (queue->head(std::max(now + 1, pop_from_)) != nullptr) wake_at(std::max(now + 1, pop_from_));
  } else if (output()) {
    return;
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
  queue->pop(now);
  if (output()) {
    if (!tile_present_) offer_tile(now + timing::kPopToOffer);
  } else {
    row0_from_ = std::max(row0_from_, now + timing::kPopToRow);
  }
}

std::string WeightLoad::waits_for() const { return active_ ? "waits for the matrix engine to take a tile" : ""; }

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/matrix_engine.h"

#include <algorithm>

#include "hw/systemc/program_rules.h"
#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

MatrixEngine::MatrixEngine(const sc_core::sc_module_name& name, ModelContext& context,
                           functional::LocalMemories& memories)
    : ClockedBlock(name, context), queue("queue"), weights("weights"), arithmetic_(context.hw, memories) {}

void MatrixEngine::start_job() {
  sleep();
  open_.clear();
  setup_valid_ = false;
  block_valid_ = false;
  step_end_ = kNever;
  finished_ = 0;
  columns_finished_ = 0;
  cfg_popped_ = kNever;
}

void MatrixEngine::clear(Cycles now) {
  start_job();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
}

void MatrixEngine::tile_offered(Cycles from) {
  if (block_valid_ && step_end_ == kNever) wake_at(from);
}

// From when on the array is as the command in setup needs it, or may be changed.
Cycles MatrixEngine::array_free() const {
  const Cycles dataflow = setup_.output == output_ ? 0 : finished_;
  const Cycles columns = !setup_.columns || *setup_.columns == columns_ ? 0 : columns_finished_;
  return std::max(dataflow, columns);
}

void MatrixEngine::evaluate(Cycles now) {
  const bool ready = !setup_valid_ && open_.size() < timing::kMaxInFlight;
  complete_oldest(now);

  const bool step_ends = step_end_ == now;
  if (step_ends) {
    step_end_ = kNever;
    if (step_ == block_.steps) block_valid_ = false;
  }
  if (setup_valid_ && !block_valid_ && array_free() <= now) enter();
  if (block_valid_ && step_end_ == kNever) {
    if (const functional::WeightTile* tile = weights->tile(now)) take(now, *tile);
  }
  if (ready) pop(now);

  log().unit_state(kUnit, now + 1, state_in(now + 1));
  schedule(now);
}

void MatrixEngine::complete_oldest(Cycles now) {
  if (open_.empty()) return;
  const Open& oldest = open_.front();
  if (oldest.finish == kNever || (oldest.is_cfg ? oldest.finish + 1 : oldest.finish) > now) return;
  open_.pop_front();
  queue->complete(now);
}

void MatrixEngine::enter() {
  std::swap(block_, setup_);
  setup_valid_ = false;
  block_valid_ = true;
  step_ = 0;
  output_ = block_.output;
  finished_ = kNever;
  if (!block_.columns) return;
  columns_ = *block_.columns;
  columns_finished_ = kNever;
}

void MatrixEngine::take(Cycles now, const functional::WeightTile& tile) {
  require_tile(tile, block_.config.mm_in, arithmetic_.rows_needed(block_.mm, step_, block_.config), block_.index);
  arithmetic_.step(block_.mm, step_, block_.config, tile);
  weights->take(now);
  const bool last = ++step_ == block_.steps;
  step_end_ = now + (last ? block_.last_step_cycles : block_.step_cycles);
  if (!last) return;
  const Cycles finish = now + timing::kTakeToVisit + block_.last_start + block_.done_delay;
  std::ranges::find(open_, kNever, &Open::finish)->finish = finish;
  finished_ = finish + 1;
  if (block_.columns) columns_finished_ = finished_;
}

void MatrixEngine::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  if (command == nullptr) return;
  if (command->is_cfg) {
    config_.apply(command->command);
    cfg_popped_ = now;
  } else {
    set_up(std::get<isa::Mm>(command->command), command->index);
  }
  open_.push_back({command->is_cfg, command->is_cfg ? now : kNever});
  queue->pop(now);
}

void MatrixEngine::set_up(const isa::Mm& mm, std::uint32_t index) {
  const isa::MmCfgIn& in = config_.mm_in;
  const isa::MmCfgKernel& kernel = config_.mm_kernel;
  require_rules(mm, index, in, kernel, hw());
  setup_valid_ = true;
  setup_.mm = mm;
  setup_.config.mm_in = in;
  setup_.config.mm_kernel = kernel;
  setup_.index = index;
  setup_.steps = functional::tiles_taken(mm, setup_.config, hw());
  const int rows = hw().array.rows;
  const int cols = hw().array.cols;
  setup_.output = in.dataflow != 0;
  setup_.columns.reset();
  if (setup_.output) {
    setup_.step_cycles = setup_.last_step_cycles = static_cast<Cycles>(rows);
    setup_.last_start = static_cast<Cycles>((mm.nrows * mm.ncols - 1) % rows);
    setup_.done_delay = timing::output_done_delay(rows, cols);
    return;
  }
  const bool depthwise = in.depthwise != 0;
  if (depthwise) setup_.columns = Columns{kernel.taps, kernel.buses};
  const std::int64_t overlap = depthwise ? kernel.overlap : 0;
  const std::int64_t last_start = depthwise ? (mm.ncols - 1) * in.stride_x : mm.ncols - 1;
  const std::int64_t row = depthwise ? last_start + kernel.taps - overlap : mm.ncols;
  // Column tiles of one pass leave the positions behind their last row to the next one.
  const std::int64_t shared = mm.nky <= kernel.buses && mm.tiles > 1 ? overlap : 0;
  setup_.step_cycles = std::max(static_cast<Cycles>(mm.nrows * row + overlap - shared), timing::kMinStep);
  setup_.last_step_cycles = std::max(static_cast<Cycles>(mm.nrows * row + overlap), timing::kMinStep);
  setup_.last_start = static_cast<Cycles>((mm.nrows - 1) * row + last_start);
  setup_.done_delay = timing::matrix_done_delay(rows, cols);
}

isa::State MatrixEngine::state_in(Cycles cycle) const {
  if (block_valid_) return step_end_ != kNever ? isa::State::kBusy : isa::State::kWaitWeights;
  if (setup_valid_) return array_free() <= cycle ? isa::State::kBusy : isa::State::kDrain;
  return cfg_popped_ + 1 == cycle ? isa::State::kBusy : isa::State::kIdle;
}

// What may happen next without anybody's help.
void MatrixEngine::schedule(Cycles now) {
  if (!open_.empty()) {
    const Open& oldest = open_.front();
    if (oldest.finish != kNever) wake_at(std::max(now + 1, oldest.finish));
  }
  if (step_end_ != kNever) {
    wake_at(step_end_);
  } else if (block_valid_) {
    if (weights->tile(now + 1) != nullptr) wake_at(now + 1);
  } else if (setup_valid_) {
    wake_at(std::max(now + 2, array_free()) - 1);  // the state changes with the entry
  }
  if (cfg_popped_ == now) wake_at(now + 1);
  if (!setup_valid_ && open_.size() < timing::kMaxInFlight && queue->head(now + 1) != nullptr) wake_at(now + 1);
}

std::string MatrixEngine::waits_for() const {
  if (block_valid_ && step_end_ == kNever) return "waits for a weight tile";
  return setup_valid_ ? "waits for the array to drain" : "";
}

}  // namespace systolite::sc

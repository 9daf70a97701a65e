// SPDX-License-Identifier: Apache-2.0
// Weight load and matrix engine. They hand over one weight tile at a time: a tile is loaded when the one before has
// been taken, and taken when the K step before is over. An output-stationary tile is offered without being loaded; its
// rows follow when it has been taken.
#pragma once

#include "sim/fast/job_context.h"

namespace systolite::fast {

class MatrixUnit {
 public:
  explicit MatrixUnit(JobContext& job)
      : job_(job), loads_(job.stream.weights), commands_(job.stream.matrices), order_(job, kMm, commands_) {}

  void advance() {
    for (;;) {
      if (tiles_left_ == 0) pop_load();
      if (!offered_ && tiles_left_ != 0) load_tile();
      pop_commands();
      if (steps_left_ == 0 || !offered_) return;
      hand_over();
    }
  }

  [[nodiscard]] std::uint32_t popped_loads() const noexcept { return next_load_; }
  [[nodiscard]] std::uint32_t popped() const noexcept { return next_; }
  [[nodiscard]] std::uint32_t steps_left() const noexcept { return steps_left_; }
  [[nodiscard]] std::uint32_t tiles_left() const noexcept { return tiles_left_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // ---- Weight load
  void pop_load() {
    const Latencies& l = job_.latencies;
    if (next_load_ == job_.times.pushed[kWl]) return;
    const WeightCommand& load = loads_[next_load_];
    Cycles cycle = job_.earliest_pop(kWl, next_load_, load.header);
    if (cycle == kUnknown) return;
    if (next_load_ != 0) cycle = std::max(cycle, pop_from_);
    job_.pop(kWl, next_load_, cycle);
    load_output_ = load.output;
    if (load_output_) {
      load_offer_ = cycle + l.pop_to_offer;
    } else {
      row_ = std::max(row_, cycle + l.pop_to_row);
    }
    tiles_left_ = load.tiles;
    string_rows_ = load.string_rows;
    string_left_ = load.string_rows;
    tile_rows_ = load.tile_rows;
  }

  // The tile before has been taken.
  void load_tile() {
    const Latencies& l = job_.latencies;
    offered_ = true;
    output_ = load_output_;
    if (output_) {
      offer_ = load_offer_;
      return;
    }
    offer_ = row_ + l.row_to_tile;
    const Cycles last_row = issue_rows(row_, kUnknown);
    if (--tiles_left_ == 0) complete_load(last_row, last_row + l.row_to_pop);
  }

  // An output-stationary tile has been taken.
  void stream_tile(Cycles take) {
    const Latencies& l = job_.latencies;
    const Cycles last_row = issue_rows(take + l.take_to_stream, take);
    if (--tiles_left_ == 0) complete_load(last_row, take + l.take_to_pop);
  }

  // Rows of the next tile, the first one in cycle `first`. The result is the cycle of the last one.
  Cycles issue_rows(Cycles first, Cycles take) {
    const Latencies& l = job_.latencies;
    const std::uint32_t rows = std::min(tile_rows_, string_left_);
    string_left_ = string_left_ == rows ? string_rows_ : string_left_ - rows;
    if (job_.record != nullptr) job_.record->tiles.push_back({first, take, rows});
    const Cycles last = first + (rows - 1) * l.row_to_row;
    row_ = last + l.row_to_row;
    return last;
  }

  void complete_load(Cycles last_row, Cycles pop_from) {
    job_.complete(kWl, next_load_, loads_[next_load_].header, last_row + job_.latencies.last_row_to_done);
    pop_from_ = pop_from;
    ++next_load_;
  }

  // ---- Matrix engine
  void pop_commands() {
    const Latencies& l = job_.latencies;
    while (setup_ == kNone && next_ < job_.times.pushed[kMm]) {
      const MatrixCommand& command = commands_[next_];
      Cycles cycle = job_.earliest_pop(kMm, next_, command.header);
      if (cycle == kUnknown) return;
      if (entered_) cycle = std::max(cycle, enter_ + l.enter_to_pop);
      job_.pop(kMm, next_, cycle);
      if (command.header.is_cfg) {
        order_.finish(next_++, cycle + l.matrix_cfg_to_done);
      } else {
        order_.start(next_);
        setup_ = next_++;
        setup_pop_ = cycle;
        if (steps_left_ == 0) enter();
      }
      order_.retire(next_);
    }
  }

  // The loops are free: the command in setup enters them.
  void enter() {
    const Latencies& l = job_.latencies;
    const MatrixCommand& command = commands_[setup_];
    enter_ = setup_pop_ + l.pop_to_enter;
    if (entered_) {
      enter_ = std::max(enter_, end_ + l.end_to_enter);
      if (output_mode_ != command.output) enter_ = std::max(enter_, finish_ + l.finish_to_enter);
    }
    if (command.column_mode != 0) {
      if (column_mode_ != 0 && column_mode_ != command.column_mode) {
        enter_ = std::max(enter_, column_finish_ + l.finish_to_enter);
      }
      column_mode_ = command.column_mode;
    }
    job_.times.enter[setup_] = enter_;
    entered_ = true;
    output_mode_ = command.output;
    running_ = setup_;
    setup_ = kNone;
    steps_left_ = command.steps;
    step_cycles_ = command.step_cycles;
    last_step_cycles_ = command.last_step_cycles;
    ready_ = enter_ + l.enter_to_take;
  }

  // ---- Both: tiles go from one to the other as long as both have a command.
  void hand_over() {
    const Latencies& l = job_.latencies;
    Cycles take = 0;
    for (;;) {
      take = std::max(ready_, offer_);
      end_ = take + l.take_to_step - 1 + (steps_left_ == 1 ? last_step_cycles_ : step_cycles_);
      ready_ = end_ + l.end_to_take;
      offered_ = false;
      if (output_) {
        stream_tile(take);
      } else {
        if (job_.record != nullptr) job_.record->tiles.back().take = take;
        row_ = std::max(row_, take + l.take_to_row);
      }
      if (--steps_left_ == 0 || tiles_left_ == 0) break;
      load_tile();
    }
    if (steps_left_ != 0) return;
    const MatrixCommand& command = commands_[running_];
    finish_ = take + command.last_step_to_finish;
    if (command.column_mode != 0) column_finish_ = finish_;
    job_.times.end[running_] = end_;
    order_.finish(running_, finish_);
    order_.retire(next_);
    if (setup_ != kNone) enter();
  }

  JobContext& job_;
  const std::vector<WeightCommand>& loads_;
  const std::vector<MatrixCommand>& commands_;
  CompletionOrder<MatrixCommand> order_;

  std::uint32_t next_load_ = 0;   // to be popped, or being worked on
  std::uint32_t tiles_left_ = 0;  // of the command being worked on
  std::uint32_t string_rows_ = 0;
  std::uint32_t string_left_ = 0;
  std::uint32_t tile_rows_ = 0;
  bool load_output_ = false;  // dataflow of its tiles
  Cycles load_offer_ = 0;     // output stationary: from when on it offers them
  Cycles row_ = 0;            // earliest issue of the next row
  Cycles pop_from_ = 0;       // earliest pop of the next command

  // The tile that waits to be taken, perhaps one of the command before.
  bool offered_ = false;
  bool output_ = false;  // its dataflow
  Cycles offer_ = 0;     // from when on

  std::uint32_t next_ = 0;       // to be popped
  std::uint32_t setup_ = kNone;  // command that waits for the loops
  Cycles setup_pop_ = 0;
  std::uint32_t running_ = kNone;  // command in the loops
  std::uint32_t steps_left_ = 0;
  Cycles step_cycles_ = 0;
  Cycles last_step_cycles_ = 0;
  Cycles ready_ = 0;               // earliest take of its next tile
  bool entered_ = false;           // some command has
  bool output_mode_ = false;       // of the last command that entered
  std::uint32_t column_mode_ = 0;  // of the last depthwise command that entered
  Cycles enter_ = 0;
  Cycles end_ = 0;
  Cycles finish_ = 0;
  Cycles column_finish_ = 0;  // of the last depthwise command
};

}  // namespace systolite::fast

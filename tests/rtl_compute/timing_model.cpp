// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_compute/timing_model.h"

#include <algorithm>

namespace systolite::rtl_compute {
namespace {

constexpr long kMinStep = 4;
constexpr long kMmDoneDelay = kRows + kCols + 4;
constexpr long kOutputDoneDelay = kMmDoneDelay + 1;
constexpr long kWlDoneDelay = 2;
constexpr long kTakeToStream = 2;  // output stationary: take of a tile to its first row
constexpr std::size_t kMaxInFlight = 4;
constexpr long kNever = -1;

// Weight tiles in the order of their use. A tile's first row waits for the take of the tile before, or, output
// stationary, follows the take of the tile itself.
class TileStream {
 public:
  TileStream(const std::vector<TimedCommand>& commands, ProgramTimes& times) : commands_(commands), times_(times) {}

  // First cycle in which the next tile can be taken.
  long next_valid() {
    if (tiles_left_ == 0) pop();
    if (wl_.dataflow != 0) return std::max(pop_, take_) + 1;
    const long first = std::max({pop_ + 1, last_row_ + 1, take_ + 1});
    issue(first);
    free_ = last_row_;
    return first + 1;
  }
  void taken(long cycle) {
    take_ = cycle;
    if (wl_.dataflow == 0) return;
    issue(cycle + kTakeToStream);
    free_ = cycle + 1;
  }

  void paint() {
    for (std::size_t i = 0; i < times_.wl.size(); ++i) {
      for (long t = times_.wl[i].pop + 1; t <= ends_[i]; ++t)
        times_.wl_state[static_cast<std::size_t>(t)] = isa::State::kWaitShadow;
    }
    for (const long t : issues_) times_.wl_state[static_cast<std::size_t>(t)] = isa::State::kBusy;
  }

 private:
  void issue(long first) {
    const long rows = std::min<long>(wl_.tile_rows, string_left_);
    for (long row = 0; row < rows; ++row) issues_.push_back(first + row);
    last_row_ = first + rows - 1;
    string_left_ -= rows;
    if (string_left_ == 0) string_left_ = wl_.len;
    if (--tiles_left_ == 0) {
      times_.wl.push_back({pop_, last_row_ + kWlDoneDelay});
      ends_.push_back(last_row_);
    }
  }

  void pop() {
    const TimedCommand& item = commands_.at(next_++);
    wl_ = isa::decode_wl(item.command);
    pop_ = std::max({item.arrival, pop_ + 1, free_});
    string_left_ = wl_.len;
    tiles_left_ = wl_.outer * ((wl_.len + wl_.tile_rows - 1) / wl_.tile_rows) * (wl_.dataflow != 0 ? wl_.again + 1 : 1);
  }

  const std::vector<TimedCommand>& commands_;
  ProgramTimes& times_;
  std::size_t next_ = 0;
  isa::Wl wl_;
  long pop_ = kNever;
  long free_ = kNever;  // earliest pop of the next command
  long last_row_ = kNever;
  long take_ = kNever;
  long string_left_ = 0;
  long tiles_left_ = 0;
  std::vector<long> issues_;
  std::vector<long> ends_;
};

// A depthwise command.
struct Columns {
  std::int64_t taps = 0;
  std::int64_t buses = 0;
  long finish = kNever;
};

struct Interval {
  long first;
  long last;
};

class MatrixTimes {
 public:
  MatrixTimes(const ComputeProgram& program, ProgramTimes& times) : times_(times), tiles_(program.wl, times) {
    for (const TimedCommand& item : program.mm) command(item);
    long last = 0;
    for (const auto* list : {&times.mm, &times.wl}) {
      for (const CommandTimes& command : *list) last = std::max(last, command.done);
    }
    times.mm_state.assign(static_cast<std::size_t>(last + 1), isa::State::kIdle);
    times.wl_state.assign(static_cast<std::size_t>(last + 1), isa::State::kIdle);
    // Later kinds win.
    paint(configurations_, isa::State::kBusy);
    paint(drains_, isa::State::kDrain);
    paint(enters_, isa::State::kBusy);
    paint(loops_, isa::State::kWaitWeights);
    paint(steps_, isa::State::kBusy);
    tiles_.paint();
  }

 private:
  void paint(const std::vector<Interval>& intervals, isa::State state) {
    for (const Interval& interval : intervals) {
      for (long t = interval.first; t <= interval.last; ++t) times_.mm_state[static_cast<std::size_t>(t)] = state;
    }
  }

  void command(const TimedCommand& item) {
    const std::size_t i = times_.mm.size();
    const long done_before = i == 0 ? kNever : times_.mm[i - 1].done;
    const long free = std::max({item.arrival, i == 0 ? 0 : times_.mm[i - 1].pop + 1, enter_ + 1});
    long pop = free;
    if (i >= kMaxInFlight) pop = std::max(pop, times_.mm[i - kMaxInFlight].done + 1);
    times_.in_flight_stalls += pop - free;

    const isa::AnyCommand any = isa::decode(item.command);
    if (const auto* mm = std::get_if<isa::Mm>(&any)) {
      times_.mm.push_back({pop, std::max(matrix(*mm, pop), done_before + 1)});
      return;
    }
    if (const auto* in = std::get_if<isa::MmCfgIn>(&any)) in_ = *in;
    if (const auto* kernel = std::get_if<isa::MmCfgKernel>(&any)) kernel_ = *kernel;
    configurations_.push_back({pop + 1, pop + 1});
    times_.mm.push_back({pop, std::max(pop + 1, done_before + 1)});
  }

  // Cycle after the command's last write.
  long matrix(const isa::Mm& mm, long pop) {
    const bool depthwise = in_.depthwise != 0;
    const bool output = in_.dataflow != 0;
    const long loops_free = std::max(pop + 1, end_);
    enter_ = loops_free;
    if (output != output_) enter_ = std::max(enter_, mm_finish_ + 1);
    if (depthwise && (kernel_.taps != columns_.taps || kernel_.buses != columns_.buses))
      enter_ = std::max(enter_, columns_.finish + 1);
    output_ = output;
    drains_.push_back({std::max(pop + 1, end_ + 1), enter_ - 1});
    enters_.push_back({enter_, enter_});
    times_.drain_cycles += enter_ - loops_free;

    const long overlap = depthwise ? kernel_.overlap : 0;
    const long row = depthwise ? (mm.ncols - 1) * in_.stride_x + kernel_.taps - overlap : mm.ncols;
    const long positions = mm.nrows * row + overlap;
    const long groups = output ? (positions + kRows - 1) / kRows : 1;
    const long steps = mm.tiles * (depthwise ? (mm.nky + kernel_.buses - 1) / kernel_.buses
                                             : groups * mm.nky * kernel_.nkx * ((mm.len + kRows - 1) / kRows));
    // Column tiles in one pass leave the positions behind their last row to the next tile.
    const long shared = depthwise && mm.tiles > 1 && mm.nky <= kernel_.buses ? overlap : 0;
    long take = kNever;
    end_ = enter_;
    for (long s = 0; s < steps; ++s) {
      const long visited = s + 1 < steps ? positions - shared : positions;
      const long step_cycles = output ? kRows : std::max(visited, kMinStep);
      take = std::max(end_, tiles_.next_valid());
      tiles_.taken(take);
      end_ = take + step_cycles;
      if (!output) times_.hold_cycles += step_cycles - visited;
      steps_.push_back({take + 1, end_});
    }
    loops_.push_back({enter_ + 1, end_});
    mm_finish_ = take + positions - (depthwise ? kernel_.taps - 1 : 0) + kMmDoneDelay;
    if (output) mm_finish_ = take + positions - (groups - 1) * kRows + kOutputDoneDelay;
    if (depthwise) columns_ = {kernel_.taps, kernel_.buses, mm_finish_};
    return mm_finish_;
  }

  ProgramTimes& times_;
  TileStream tiles_;
  isa::MmCfgIn in_;
  isa::MmCfgKernel kernel_;
  bool output_ = false;  // dataflow of the command before
  Columns columns_;      // the last depthwise command
  long enter_ = kNever;
  long end_ = kNever;
  long mm_finish_ = kNever;
  std::vector<Interval> configurations_, drains_, enters_, loops_, steps_;
};

}  // namespace

ProgramTimes predict(const ComputeProgram& program) {
  ProgramTimes times;
  MatrixTimes{program, times};
  return times;
}

}  // namespace systolite::rtl_compute

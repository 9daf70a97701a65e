// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/trace_checks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/functional/column_tiles.h"

namespace systolite::lockstep {
namespace {

constexpr int kMaxInFlight = 4;
constexpr int kMaxTokens = 255;

std::string unit_name(std::size_t unit) { return std::string(isa::name(static_cast<isa::Engine>(unit))); }

std::uint64_t beats_of(const std::vector<BeatSpan>& spans) {
  std::uint64_t beats = 0;
  const BeatSpan* before = nullptr;
  for (const BeatSpan& span : spans) {
    EXPECT_LT(span.from, span.to) << "a span of beats is empty";
    EXPECT_TRUE(before == nullptr || before->to < span.from) << "spans of beats touch or overlap";
    beats += span.to - span.from;
    before = &span;
  }
  return beats;
}

// Beats that rows of `bytes` bytes take, each from its own aligned address.
template <typename Dma>
std::uint64_t beats_of_rows(const Dma& dma, std::int64_t stride, std::int64_t bus) {
  std::uint64_t beats = 0;
  for (std::int64_t row = 0; row < dma.rows; ++row) {
    const std::int64_t first = dma.mem_addr + row * stride;
    beats += static_cast<std::uint64_t>((first + dma.row_bytes - 1) / bus - first / bus + 1);
  }
  return beats;
}

void check_traffic(const HwConfig& hw, std::span<const isa::Command> stream, const Trace& trace,
                   const JobFacts& facts) {
  const std::int64_t bus = hw.dma.bus_bytes();
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  functional::EngineConfig config;
  for (const functional::ProgramCommand& command : facts.program.commands) {
    config.apply(command.command);
    if (const auto* ld = std::get_if<isa::Ld>(&command.command)) loads += beats_of_rows(*ld, config.ld.mem_stride, bus);
    if (const auto* st = std::get_if<isa::St>(&command.command))
      stores += beats_of_rows(*st, config.st.mem_stride, bus);
  }
  EXPECT_EQ(trace.traffic.load_beats, loads);
  EXPECT_EQ(trace.traffic.write_beats, stores);
  const auto command_beats = static_cast<std::uint64_t>(isa::kCommandBytes / bus);
  EXPECT_GE(trace.traffic.fetch_beats, (facts.program.commands.size() + 1) * command_beats);
  EXPECT_LE(trace.traffic.fetch_beats, stream.size() * command_beats);
  EXPECT_EQ(beats_of(trace.read_beats), trace.traffic.fetch_beats + trace.traffic.load_beats);
  EXPECT_EQ(beats_of(trace.fetch_beats), trace.traffic.fetch_beats);
  EXPECT_EQ(beats_of(trace.write_beats), trace.traffic.write_beats);
}

// Cycles a command needs at least from its pop to its completion.
class LeastCycles {
 public:
  LeastCycles(const HwConfig& hw, const functional::EngineConfig& config, std::int64_t tiles)
      : hw_(hw), config_(config), tiles_(tiles) {}

  std::int64_t operator()(const isa::Ld& ld) const {
    return static_cast<std::int64_t>(beats_of_rows(ld, config_.ld.mem_stride, hw_.dma.bus_bytes()));
  }
  std::int64_t operator()(const isa::St& st) const {
    return static_cast<std::int64_t>(beats_of_rows(st, config_.st.mem_stride, hw_.dma.bus_bytes()));
  }
  std::int64_t operator()(const isa::Wl& wl) const { return wl.outer * wl.len * (wl.dataflow != 0 ? wl.again + 1 : 1); }
  std::int64_t operator()(const isa::Mm& mm) const {
    if (config_.mm_in.dataflow != 0) {
      const std::int64_t last_pixels = (mm.nrows * mm.ncols - 1) % hw_.array.rows + 1;
      return (tiles_ - 1) * hw_.array.rows + last_pixels + hw_.array.rows + hw_.array.cols;
    }
    const bool depthwise = config_.mm_in.depthwise != 0;
    const isa::MmCfgKernel& kernel = config_.mm_kernel;
    const std::int64_t overlap = depthwise ? kernel.overlap : 0;
    const std::int64_t row = depthwise ? (mm.ncols - 1) * config_.mm_in.stride_x + kernel.taps - overlap : mm.ncols;
    // The last sum starts taps - 1 positions before the end of the last pass.
    const std::int64_t through = hw_.array.rows + hw_.array.cols - (depthwise ? kernel.taps - 1 : 0);
    // Column tiles of one pass share positions; the last one has them for itself.
    const std::int64_t shared = depthwise && mm.nky <= kernel.buses ? overlap : 0;
    return (tiles_ - 1) * std::max<std::int64_t>(mm.nrows * row + overlap - shared, 4) +
           std::max<std::int64_t>(mm.nrows * row + overlap, 4) + through - 4;
  }
  std::int64_t operator()(const isa::Requant& requant) const {
    return functional::groups_of(requant, hw_) * requant.nrows * requant.ncols;
  }
  std::int64_t operator()(const isa::Add& add) const { return 3 * groups(add.len); }
  std::int64_t operator()(const isa::Pool& pool) const {
    return groups(pool.nch) * pool.nrows * pool.ncols * config_.vec_in.kh * config_.vec_in.kw;
  }
  template <typename Configuration>
  std::int64_t operator()(const Configuration&) const {
    return 1;
  }

 private:
  [[nodiscard]] std::int64_t groups(std::int64_t bytes) const {
    return (bytes + hw_.requant_lanes - 1) / hw_.requant_lanes;
  }
  const HwConfig& hw_;
  const functional::EngineConfig& config_;
  std::int64_t tiles_;
};

void check_commands(const HwConfig& hw, const Trace& trace, const JobFacts& facts) {
  functional::EngineConfig config;
  std::array<const CommandTimes*, kEngineCount> before{};
  for (std::size_t i = 0; i < facts.commands.size(); ++i) {
    const CommandTimes& times = facts.commands[i];
    const functional::ProgramCommand& command = facts.program.commands[i];
    SCOPED_TRACE(functional::command_label(i, command.command));
    config.apply(command.command);
    EXPECT_LT(times.dispatched, times.popped);
    EXPECT_LT(times.done, trace.cycles);
    const std::int64_t least = std::visit(LeastCycles(hw, config, command.tiles), command.command);
    EXPECT_GE(times.done, times.popped + static_cast<Cycles>(least));
    const CommandTimes*& mate = before[static_cast<std::size_t>(times.engine)];
    if (mate != nullptr) {
      EXPECT_LT(mate->popped, times.popped);
      EXPECT_LT(mate->done, times.done);
    }
    mate = &times;
  }
}

}  // namespace

void check_spans(const Trace& trace) {
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    SCOPED_TRACE(unit_name(unit));
    Cycles at = 0;
    const StateSpan* before = nullptr;
    for (const StateSpan& span : trace.states[unit]) {
      ASSERT_EQ(span.from, at) << "spans leave a gap or overlap";
      ASSERT_LT(span.from, span.to) << "a span is empty";
      ASSERT_FALSE(before != nullptr && before->state == span.state) << "neighbouring spans are one";
      at = span.to;
      before = &span;
    }
    ASSERT_EQ(at, trace.cycles) << "spans do not end with the job";
  }
}

void check_trace(const HwConfig& hw, std::span<const isa::Command> stream, const Trace& trace, const JobFacts& facts) {
  check_spans(trace);
  check_traffic(hw, stream, trace, facts);
  check_commands(hw, trace, facts);
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    SCOPED_TRACE(unit_name(e));
    EXPECT_LE(facts.most_in_queue[e], hw.queue_depth);
    EXPECT_LE(facts.most_in_flight[e], kMaxInFlight);
    for (const auto& of_producer : facts.most_tokens) EXPECT_LE(of_producer[e], kMaxTokens);
  }
}

void check_counters(const JobCounters& counters, const Trace& trace, const JobFacts& facts) {
  EXPECT_EQ(counters[0], trace.cycles);
  EXPECT_EQ(counters[1], facts.commands.size() + 1);
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    Cycles busy = 0;
    for (const StateSpan& span : trace.states[e]) busy += span.state == isa::State::kBusy ? span.to - span.from : 0;
    EXPECT_EQ(counters[2 + e], busy) << unit_name(e);
  }
  EXPECT_EQ(counters[7], trace.traffic.fetch_beats + trace.traffic.load_beats);
  EXPECT_EQ(counters[8], trace.traffic.write_beats);
}

}  // namespace systolite::lockstep

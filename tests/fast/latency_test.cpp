// SPDX-License-Identifier: Apache-2.0
// Every latency matters: random jobs show a change of any of them by one cycle. Other tests compare the times with the
// RTL; this one shows that such a comparison sees a wrong latency.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "sim/fast/timing.h"
#include "sim/memory/memory_system.h"
#include "tests/fast/configuration.h"
#include "tests/fast/random_stream.h"

namespace systolite::fast {

// For GoogleTest.
inline void PrintTo(const LatencyName& latency, std::ostream* out) { *out << latency.name; }

namespace {

// A job that ends, or is stopped by an illegal command, a missing END, an address or a bus error.
struct Case {
  HwConfig hw;
  std::vector<isa::Command> stream;
  Windows windows;
  std::vector<std::uint32_t> bus_errors;

  [[nodiscard]] Trace run(const Latencies& latencies) const {
    const TimingModel model(hw, latencies);
    BusMemory contents(hw);
    MemorySystem memory(contents, hw);
    for (const std::uint32_t address : bus_errors) memory.inject_error(address, AxiResponse::kSlaveError);
    return model.run(model.prepare(stream), hw.flash.base + 0x10000, windows, memory).trace;
  }
};

Case draw_case(const HwConfig& hw, std::uint64_t seed) {
  RandomStream draw(hw, seed);
  Case result{.hw = hw, .stream = draw.draw(120), .windows = Windows::whole(hw), .bus_errors = {}};
  const std::int64_t slow = draw.from(0, 2);
  result.hw.sram.write_latency_cycles = slow == 0 ? 30 : 1;
  result.hw.sram.cycles_per_beat = slow == 1 ? 4 : 1;
  result.hw.flash.read_latency_cycles = draw.chance(50) ? 1 : 40;
  switch (draw.from(0, 9)) {
    case 0:
      result.stream[60].w[0] &= ~31U;  // no opcode
      break;
    case 1:
      result.stream.pop_back();
      break;
    case 2:
      result.windows.read_only.last = hw.flash.base + 5000;
      break;
    case 3:
      for (int i = 0; i < 40; ++i) {
        const auto offset = static_cast<std::uint32_t>(draw.from(0, 20000));
        result.bus_errors.push_back(draw.chance(50) ? hw.flash.base + offset : hw.sram.base + 32768 + offset);
      }
      break;
    case 4:
      result.windows.read_only = {};
      result.windows.read_write = {};
      break;
    case 5:  // what lies behind END is fetched as well, and may come late
      result.stream = draw.draw(2);
      result.stream.resize(60);
      break;
    default:
      break;
  }
  return result;
}

bool same(const Trace& a, const Trace& b) {
  return a.cycles == b.cycles && a.states == b.states && a.pop_cycles == b.pop_cycles &&
         a.done_cycles == b.done_cycles && a.read_beats == b.read_beats && a.fetch_beats == b.fetch_beats &&
         a.write_beats == b.write_beats;
}

class LatencyTest : public testing::TestWithParam<LatencyName> {};

TEST_P(LatencyTest, OneCycleMoreIsSeen) {
  Latencies changed;
  ++(changed.*GetParam().member);
  for (const char* name : {"base_16x16", "odd_5x7", "wide_4x8", "large_32x32"}) {
    const HwConfig hw = configuration(name);
    const auto refused = [&hw](const Latencies& latencies) {
      return TimingModel(hw, latencies).refuse(isa::ErrorCause::kBadStream, 0).trace;
    };
    if (!same(refused({}), refused(changed))) return;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const Case drawn = draw_case(hw, seed);
      if (!same(drawn.run({}), drawn.run(changed))) return;
    }
  }
  FAIL() << "no job shows it";
}

INSTANTIATE_TEST_SUITE_P(All, LatencyTest, testing::ValuesIn(kLatencyNames),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace systolite::fast

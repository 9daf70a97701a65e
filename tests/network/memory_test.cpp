// SPDX-License-Identifier: Apache-2.0
// One network on memories of every kind behind the same RTL: memories change the time, never the result.
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/session/session.h"
#include "tests/network/report_checks.h"
#include "tests/reference/random_layer.h"

namespace systolite {
namespace {

class MemoryTest : public testing::Test {
 protected:
  HwConfig base() const {
    return load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
  }

  // Runs the network with every tensor in memory on the RTL and on the fast model; checks tensors and report, and that
  // both saw the same memory.
  Report run(const HwConfig& hw, std::vector<Trace>* traces = nullptr) {
    std::vector<Trace> rtl;
    const Report report = run(hw, Backend::kRtl, rtl);
    std::vector<Trace> fast;
    static_cast<void>(run(hw, Backend::kFast, fast));
    EXPECT_EQ(rtl.size(), fast.size());
    for (std::size_t job = 0; job < std::min(rtl.size(), fast.size()); ++job) {
      EXPECT_EQ(rtl[job].cycles, fast[job].cycles);
      EXPECT_EQ(rtl[job].states, fast[job].states);
      EXPECT_EQ(rtl[job].read_beats, fast[job].read_beats);
      EXPECT_EQ(rtl[job].write_beats, fast[job].write_beats);
    }
    if (traces != nullptr) *traces = rtl;
    return report;
  }

  Report run(const HwConfig& hw, Backend backend, std::vector<Trace>& traces) {
    SessionOptions options;
    options.backend = backend;
    options.keep_all_tensors = true;
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
    Session session(drawn_.graph, hw, options);
    const RunResult result = session.run(drawn_.inputs);
    const auto expected = drawn_.tensors(reference::RoundingMode::kTwice);
    for (const Op& op : drawn_.graph.ops) {
      const int tensor = op.outputs[0];
      EXPECT_EQ(result.tensors.at(tensor), expected.at(static_cast<std::size_t>(tensor))) << op.type;
    }
    const Report report = session.report(result, "random");
    test::check_report(report, result);
    traces = result.traces;
    return report;
  }

  static Cycles contention(const Report& report, isa::Engine engine) {
    return report.engines[static_cast<std::size_t>(engine)][isa::State::kWaitContention];
  }

  reference::RandomCase drawn_ = reference::random_chain(3);
};

TEST_F(MemoryTest, SlowerMemoriesTakeMoreCycles) {
  const Cycles plain = run(base()).cycles;

  HwConfig lines = base();
  lines.flash.line = {.bytes = 16, .access_cycles = 9, .prefetch_lines = 0};
  const Cycles on_demand = run(lines).cycles;
  lines.flash.line->prefetch_lines = 2;
  const Cycles prefetched = run(lines).cycles;
  EXPECT_GT(prefetched, plain);
  EXPECT_GT(on_demand, prefetched);
}

TEST_F(MemoryTest, WeightsComeFromTheMemoryThatHoldsThem) {
  HwConfig external = base();
  external.external = external.flash;
  external.external->base = 0x90000000;
  external.external->write_latency_cycles = 5;
  external.weights = RegionId::kExternal;
  external.flash.read_latency_cycles = 900;  // nobody asks
  const Cycles plain = run(base()).cycles;
  EXPECT_EQ(run(external).cycles, plain);
  external.external->read_latency_cycles += 30;
  EXPECT_GT(run(external).cycles, plain);
}

TEST_F(MemoryTest, ContentionAppearsWhereTheCpuHoldsTheBank) {
  HwConfig shared = base();
  shared.cpu_traffic = {
      {.region = RegionId::kSram, .bank = 0, .offset_cycles = 0, .period_cycles = 5, .busy_cycles = 3},
      {.region = RegionId::kFlash, .bank = 0, .offset_cycles = 2, .period_cycles = 7, .busy_cycles = 4}};
  std::vector<Trace> traces;
  const Report report = run(shared, &traces);
  EXPECT_GT(report.cycles, run(base()).cycles);
  EXPECT_GT(contention(report, isa::Engine::kLd), 0);
  EXPECT_GT(contention(report, isa::Engine::kSt), 0);
  EXPECT_GT(contention(report, isa::Engine::kFe), 0);

  const auto held = [](Cycles cycle) { return cycle % 5 < 3 || (cycle >= 2 && (cycle - 2) % 7 < 4); };
  for (const Trace& trace : traces) {
    for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
      const Cycles delay = unit == static_cast<std::size_t>(isa::Engine::kFe) ? 2 : 1;
      for (const StateSpan& span : trace.states[unit]) {
        if (span.state != isa::State::kWaitContention) continue;
        for (Cycles cycle = span.from; cycle < span.to; ++cycle) ASSERT_TRUE(held(cycle - delay)) << cycle;
      }
    }
  }
}

TEST_F(MemoryTest, TrafficOnABankThatTheNetworkDoesNotUseCostsNothing) {
  HwConfig shared = base();
  shared.sram.banks = 8;
  shared.cpu_traffic = {
      {.region = RegionId::kSram, .bank = 7, .offset_cycles = 0, .period_cycles = 10, .busy_cycles = 9}};
  const Report report = run(shared);
  EXPECT_EQ(report.cycles, run(base()).cycles);
  EXPECT_EQ(contention(report, isa::Engine::kLd), 0);
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The parts of the suite that judge others have to be able to say no.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "sim/fast/timing.h"
#include "tests/lockstep/coverage.h"
#include "tests/lockstep/hardware.h"
#include "tests/lockstep/mutants.h"

namespace systolite::lockstep {
namespace {

constexpr std::uint64_t kHardware = 61;

class PartsTest : public testing::Test {
 protected:
  PartsTest() {
    const fast::TimingModel model(stream.hw);
    BusTiming bus(stream.hw);
    bus.set_stalls(stream.stalls);
    trace = model.trace(model.prepare(stream.commands), stream.address, bus);
  }
  [[nodiscard]] JobFacts facts() const { return derive_facts(stream.hw, stream.commands, trace); }

  LockstepStream stream = draw_stream(draw_hardware(kHardware), kHardware, 1);
  Trace trace;
};

TEST_F(PartsTest, FactsFollowFromATrace) {
  const JobFacts found = facts();
  EXPECT_EQ(found.commands.size(), stream.end);
  EXPECT_GT(*std::max_element(found.most_in_flight.begin(), found.most_in_flight.end()), 1);
}

TEST_F(PartsTest, ALostCompletionContradictsTheStream) {
  trace.done_cycles[0].pop_back();
  EXPECT_THROW(static_cast<void>(facts()), std::runtime_error);
}

TEST_F(PartsTest, ALostDispatchContradictsTheStream) {
  auto& spans = trace.states[kEngineCount];
  spans.erase(std::find_if(spans.begin() + 1, spans.end(),
                           [](const StateSpan& span) { return span.state == isa::State::kBusy; }));
  EXPECT_THROW(static_cast<void>(facts()), std::runtime_error);
}

TEST_F(PartsTest, ATokenTakenBeforeItIsGivenContradictsTheStream) {
  const JobFacts before = facts();
  for (std::size_t i = 0; i < before.commands.size(); ++i) {
    if (before.program.commands[i].wait == 0) continue;
    const auto engine = static_cast<std::size_t>(before.commands[i].engine);
    trace.pop_cycles[engine][before.program.commands[i].position] = 0;
  }
  EXPECT_THROW(static_cast<void>(facts()), std::runtime_error);
}

TEST_F(PartsTest, CoverageStartsEmptyAndAddsUp) {
  Coverage coverage;
  const std::size_t all = coverage.empty_bins().size();
  coverage.add(stream, trace, facts());
  EXPECT_LT(coverage.empty_bins().size(), all);
  EXPECT_EQ(coverage.count_of("kind/mixed"), 1);
  EXPECT_THROW(coverage.count("no such bin"), std::logic_error);

  const auto file = std::filesystem::path(testing::TempDir()) / "lockstep_parts_test.txt";
  coverage.save(file);
  coverage.merge(file);
  std::filesystem::remove(file);
  EXPECT_EQ(coverage.count_of("kind/mixed"), 2);
}

TEST(MutantsTest, EveryLatencyIsMutatedBothWays) {
  const std::vector<Mutant> mutants = all_mutants();
  for (const fast::LatencyName& latency : fast::kLatencyNames) {
    const auto of_latency = std::count_if(mutants.begin(), mutants.end(), [&](const Mutant& mutant) {
      return mutant.latencies.*latency.member != fast::Latencies{}.*latency.member;
    });
    EXPECT_EQ(of_latency, fast::Latencies{}.*latency.member == 0 ? 1 : 2) << latency.name;
  }
}

}  // namespace
}  // namespace systolite::lockstep

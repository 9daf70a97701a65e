// SPDX-License-Identifier: Apache-2.0
// One hardware configuration in lockstep: every stream on every backend, everything they show compared.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "tests/lockstep/backends.h"
#include "tests/lockstep/coverage.h"
#include "tests/lockstep/hardware.h"
#include "tests/lockstep/lockstep.h"
#include "tests/lockstep/mutants.h"
#include "tests/lockstep/trace_checks.h"

namespace systolite::lockstep {
namespace {

struct Options {
  std::uint64_t hardware = 2;
  std::uint64_t first = 0;
  std::uint64_t streams = 32;
  std::string coverage;
};
Options options;

constexpr std::size_t kKept = 200;  // streams that are kept for the mutants

void check_jobs(const LockstepStream& stream, const Observation& observation, Coverage& coverage) {
  const Jobs jobs = jobs_of(stream);
  for (std::size_t job = 0; job < kJobs; ++job) {
    const JobOutcome& outcome = observation.outcomes[job];
    ASSERT_NE(outcome.done, job == kDrawnJob && stream.kind == StreamKind::kFault);
    check_spans(observation.traces[job]);
    if (!outcome.done) {
      coverage.add_fault(outcome.cause);
      continue;
    }
    const JobFacts facts = derive_facts(stream.hw, jobs[job].commands, observation.traces[job]);
    check_trace(stream.hw, jobs[job].commands, observation.traces[job], facts);
    check_counters(observation.counters[job], observation.traces[job], facts);
    if (job == kDrawnJob) coverage.add(stream, observation.traces[job], facts);
  }
}

// Everything that was compared, kept for the models that are wrong on purpose.
struct Compared {
  LockstepStream stream;
  Observation expected;
};

// Whether the mutant does something else than the RTL did, be it only that it throws.
bool differs(const Mutant& mutant, const Compared& compared, const Backend& reference) {
  const std::unique_ptr<Backend> backend = make_timing_backend(mutant.latencies);
  LockstepStream changed = compared.stream;
  mutant.change_stream(changed);
  try {
    return difference(compared.stream, reference, compared.expected, *backend, backend->run(changed)).has_value();
  } catch (const std::exception&) {
    return true;
  }
}

void try_mutants(const std::vector<Compared>& run, const Backend& reference, Coverage& coverage) {
  for (const Mutant& mutant : all_mutants()) {
    const auto caught = std::find_if(run.begin(), run.end(),
                                     [&](const Compared& compared) { return differs(mutant, compared, reference); });
    if (caught == run.end()) continue;
    EXPECT_EQ(mutant.no_effect, "") << mutant.name << " differs after all:\n" << describe(caught->stream);
    if (mutant.no_effect.empty()) coverage.count(fmt::format("mutant/{}", mutant.name));
  }
}

TEST(LockstepTest, BackendsAgreeInEveryCycleAndByte) {
  const HwConfig hardware = draw_hardware(options.hardware);
  const std::unique_ptr<Backend> rtl = make_rtl_backend(hardware);
  std::vector<std::unique_ptr<Backend>> others;
  others.push_back(make_systemc_backend(hardware));
  others.push_back(make_fast_backend());
  others.push_back(make_timing_backend());
  Coverage coverage;
  std::vector<Compared> run;
  std::uint64_t commands = 0;
  Cycles cycles = 0;
  for (std::uint64_t number = options.first; number < options.first + options.streams; ++number) {
    const LockstepStream stream = draw_stream(hardware, options.hardware, number);
    SCOPED_TRACE(describe(stream));
    Observation expected;
    ASSERT_NO_THROW(expected = rtl->run(stream));
    for (const auto& backend : others) {
      const auto found = difference(stream, *rtl, expected, *backend, backend->run(stream));
      EXPECT_FALSE(found.has_value()) << *found;
    }
    check_jobs(stream, expected, coverage);
    if (HasFailure()) break;
    coverage.count("run/streams");
    commands += stream.end;
    cycles += expected.traces[kDrawnJob].cycles;
    if (run.size() < kKept) run.push_back({stream, std::move(expected)});
  }
  coverage.count("run/configurations");
  try_mutants(run, *rtl, coverage);
  std::printf("hardware %llu, streams %llu to %llu: %llu commands, %llu cycles\n",
              static_cast<unsigned long long>(options.hardware), static_cast<unsigned long long>(options.first),
              static_cast<unsigned long long>(options.first + options.streams - 1),
              static_cast<unsigned long long>(commands), static_cast<unsigned long long>(cycles));
  if (!options.coverage.empty() && !HasFailure()) coverage.save(options.coverage);
}

}  // namespace
}  // namespace systolite::lockstep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  using systolite::lockstep::options;
  CLI::App app("Lockstep of all backends on random command streams");
  app.add_option("--hardware", options.hardware, "Seed of the hardware configuration");
  app.add_option("--first", options.first, "First stream");
  app.add_option("--streams", options.streams, "Number of streams");
  app.add_option("--coverage", options.coverage, "File for the counts of the coverage bins");
  CLI11_PARSE(app, argc, argv);
  return RUN_ALL_TESTS();
}

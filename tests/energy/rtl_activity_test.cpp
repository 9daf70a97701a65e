// SPDX-License-Identifier: Apache-2.0
// Derived activity against counters in the RTL, on the random command streams of the lockstep tests.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "sim/energy/clock_activity.h"
#include "sim/energy/command_activity.h"
#include "sim/rtl/rtl_device.h"
#include "tests/energy/rtl_probe.h"
#include "tests/lockstep/device_jobs.h"
#include "tests/lockstep/hardware.h"

namespace systolite::energy {
namespace {

struct Options {
  std::uint64_t hardware = 2;
  std::uint64_t first = 0;
  std::uint64_t streams = 32;
  std::string folder = ".";
};
Options options;

TEST(RtlActivityTest, EventsDerivedFromCommandsAreThoseOfTheRtl) {
  HwConfig hardware = lockstep::draw_hardware(options.hardware);
  hardware.name = "hardware_" + std::to_string(options.hardware);
  const RtlProbe probe(hardware, options.folder);
  const std::filesystem::path library = build_rtl_library(hardware, probe.build());
  Activity sum;
  std::uint64_t jobs_compared = 0;
  for (std::uint64_t number = options.first; number < options.first + options.streams; ++number) {
    const lockstep::LockstepStream stream = lockstep::draw_stream(hardware, options.hardware, number);
    if (stream.kind == lockstep::StreamKind::kFault) continue;  // a job that stops half-way has no energy
    SCOPED_TRACE("stream " + std::to_string(number));
    const lockstep::Jobs jobs = lockstep::jobs_of(stream);
    BusMemory memory(stream.hw);
    lockstep::prepare_memory(stream, jobs, memory);
    lockstep::Observation observation;
    std::vector<RtlProbe::Counts> counted;
    {
      RtlDevice device(stream.hw, memory, library);
      lockstep::run_jobs(device, device.memory(), stream, jobs, observation);
      counted = probe.jobs();
    }
    ASSERT_EQ(counted.size(), jobs.size());
    for (std::size_t job = 0; job < jobs.size(); ++job) {
      SCOPED_TRACE("job " + std::to_string(job));
      Activity derived;
      count_commands(jobs[job].commands, {}, stream.hw, {&derived, 1});
      const JobClock clock = clock_of(observation.traces[job]);
      count_clock(clock, jobs[job].address, stream.hw, derived);
      ASSERT_EQ(difference(counted[job], derived), "");
      // No PE computes while the matrix engine does not work.
      ASSERT_LE(derived[Event::kMacDense] + derived[Event::kMacOutput] + derived[Event::kMacDepthwise],
                derived[Event::kPeBusy]);
      ASSERT_EQ(derived[Event::kClock], observation.traces[job].cycles);
      sum += derived;
      ++jobs_compared;
    }
  }
  EXPECT_GT(jobs_compared, 0U);
  // What the drawn streams are made of has happened.
  for (const Event event : {Event::kAccWrite, Event::kSpmReadMatrix, Event::kSpmReadVector, Event::kSpmReadStore,
                            Event::kSpmWriteVector, Event::kSpmWriteLoad, Event::kWbufRead, Event::kWbufWrite,
                            Event::kTableRead, Event::kBiasWrite, Event::kMultWrite, Event::kShiftWrite,
                            Event::kLaneLoad, Event::kLaneMultiply, Event::kAccReadMatrix, Event::kAccReadVector}) {
    EXPECT_GT(sum[event], 0U) << name(event);
  }
  EXPECT_EQ(sum[Event::kMacDense] > 0, hardware.array.weight_stationary);
  EXPECT_EQ(sum[Event::kMacOutput] > 0, hardware.array.output_stationary);
  EXPECT_EQ(sum[Event::kMacDepthwise] > 0, hardware.array.depthwise_unit);
}

}  // namespace
}  // namespace systolite::energy

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  using systolite::energy::options;
  CLI::App app("Derived activity against counters in the RTL");
  app.add_option("--hardware", options.hardware, "Seed of the hardware configuration");
  app.add_option("--first", options.first, "First stream");
  app.add_option("--streams", options.streams, "Number of streams");
  app.add_option("--folder", options.folder, "Where the RTL with counters is kept");
  CLI11_PARSE(app, argc, argv);
  return RUN_ALL_TESTS();
}

// SPDX-License-Identifier: Apache-2.0
// Compiled programs, and programs that take exceptions: they print the same on the simulator and on qemu.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/simulator.h"

namespace systolite::cpu_test {
namespace {

constexpr std::uint64_t kCycleLimit = 200'000'000;
constexpr int kReportedLines = 12;
constexpr std::size_t kContextLines = 8;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// The first lines that differ, with those before them; the last title of a test is the last line that is not indented.
std::string first_difference(const std::vector<std::string>& simulator, const std::vector<std::string>& qemu) {
  std::size_t at = 0;
  std::string title;
  while (at < simulator.size() && at < qemu.size() && simulator[at] == qemu[at]) {
    if (simulator[at][0] != ' ') title = simulator[at];
    ++at;
  }
  std::string text = "line " + std::to_string(at) + ", in '" + title + "'\n";
  for (std::size_t i = at < kContextLines ? 0 : at - kContextLines; i < at; ++i) text += "    " + qemu[i] + "\n";
  for (std::size_t i = at; i < at + kReportedLines; ++i) {
    text += "  simulator: " + (i < simulator.size() ? simulator[i] : "(end)") + "\n";
    text += "  qemu:      " + (i < qemu.size() ? qemu[i] : "(end)") + "\n";
  }
  return text;
}

std::filesystem::path program_file(const Core& core, const std::string& name) {
  return std::filesystem::path(SYSTOLITE_CPU_PROGRAMS) / ("program_" + std::string(core.name) + "_" + name + ".elf");
}

class CompiledProgram : public testing::TestWithParam<std::tuple<Core, std::string>> {};

TEST_P(CompiledProgram, PrintsTheSameAsOnQemu) {
  if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
  const auto& [core, name] = GetParam();
  const std::filesystem::path elf = program_file(core, name);
  const std::vector<std::string> expected = lines(run_on_qemu(core, elf));
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(expected.back(), "end");

  const SimulatorRun run = run_on_simulator(core, read_elf(elf), kCycleLimit);
  EXPECT_EQ(run.stop.reason, cpu::StopReason::kExit) << run.stop.message << "; last fault: " << run.fault;
  const std::vector<std::string> printed = lines(run.output);
  EXPECT_TRUE(printed == expected) << first_difference(printed, expected);
}

INSTANTIATE_TEST_SUITE_P(Cores, CompiledProgram,
                         testing::Combine(testing::ValuesIn(cores().begin(), cores().end()),
                                          testing::Values("algorithms_O0", "algorithms_O2", "algorithms_O3",
                                                          "exceptions")),
                         [](const testing::TestParamInfo<std::tuple<Core, std::string>>& test) {
                           return std::string(std::get<0>(test.param).label) + "_" + std::get<1>(test.param);
                         });

class SleepOnExit : public testing::TestWithParam<Core> {};

TEST_P(SleepOnExit, RunsNothingBetweenHandlers) {
  const SimulatorRun run =
      run_on_simulator(GetParam(), read_elf(program_file(GetParam(), "sleep_on_exit")), kCycleLimit);
  EXPECT_EQ(run.output,
            "asleep from handler to handler\n"
            "  enter 0000000f\n  tick 00000001\n  thread 00000000\n  leave 0000000f\n"
            "  enter 0000000f\n  tick 00000002\n  thread 00000000\n  leave 0000000f\n"
            "  enter 0000000f\n  tick 00000003\n  thread 00000000\n  leave 0000000f\n"
            "  ticks 00000003\n"
            "end\n");
}

INSTANTIATE_TEST_SUITE_P(Cores, SleepOnExit, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test

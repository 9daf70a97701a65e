// SPDX-License-Identifier: Apache-2.0
// `systolite cpu run`: what it prints, writes and complains about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"
#include "tests/sim/temporary_folder.h"

namespace systolite::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string firmware(const std::string& name, const std::string& core = "cortex-m4") {
  return SYSTOLITE_CPU_FIRMWARE_DIR "/" + name + "_" + core + ".elf";
}

class CpuRunTest : public testing::Test {
 protected:
  Outcome run(const std::string& arguments) { return systolite(folder_.path(), "cpu run " + arguments); }

  TemporaryFolder folder_;
};

TEST_F(CpuRunTest, PrintsOutputOfTheProgramAndATable) {
  const Outcome outcome = run(firmware("arithmetic") + " --profile l4r5");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("checksum 0x"), HasSubstr("cortex-m4 (timing plausible), profile l4r5: NUCLEO-L4R5ZI"),
                    HasSubstr("ended: exit, code 0"), HasSubstr("fetch wait")));
}

TEST_F(CpuRunTest, JsonHasEveryFigureAndTheyAddUp) {
  const Outcome outcome = run(firmware("arithmetic") + " --json - --functions --dump-registers");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("schema"), "systolite.cpu/1");
  EXPECT_EQ(json.at("exit_code"), 0);
  EXPECT_THAT(json.at("output").get<std::string>(), HasSubstr("checksum"));
  std::uint64_t instructions = 0;
  for (const auto& count : json.at("instructions_by_class")) instructions += count.get<std::uint64_t>();
  EXPECT_EQ(json.at("instructions"), instructions);
  std::uint64_t cycles = 0;
  for (const auto& function : json.at("functions")) cycles += function.at("cycles").get<std::uint64_t>();
  EXPECT_EQ(json.at("cycles"), cycles);
  EXPECT_EQ(json.at("registers").at("r").size(), 16U);
}

TEST_F(CpuRunTest, DumpsMemoryByAddressAndSymbol) {
  const Outcome outcome =
      run(firmware("arithmetic") + " --dump-memory 0x08000000:16=vectors.bin --dump-memory ticks=t.bin");
  EXPECT_EQ(outcome.code, 6);
  EXPECT_THAT(outcome.err, HasSubstr("there is no symbol 'ticks'"));
  EXPECT_EQ(text_of(folder_.path() / "vectors.bin").size(), 16U);
  EXPECT_EQ(run(firmware("exceptions") + " --dump-memory ticks=t.bin").code, 0);
  EXPECT_EQ(text_of(folder_.path() / "t.bin").size(), 4U);
}

TEST_F(CpuRunTest, ExitCodeOfTheProgramIsReported) {
  const Outcome outcome = run(firmware("failing") + " --args exit");
  EXPECT_EQ(outcome.code, 9);
  EXPECT_THAT(outcome.err, HasSubstr("failing_cortex-m4.elf: the program ended with exit code 3"));
}

TEST_F(CpuRunTest, FaultsNameInstructionAndSymbol) {
  const struct {
    const char* argument;
    const char* sentence;
  } kCases[] = {{"load", "BusFault at load_from_nowhere"},
                {"load", "load from 0x60000000, where nothing is"},
                {"undefined", "UsageFault at undefined_instruction"},
                {"undefined", "undefined instruction 0x0000de00"},
                {"overflow", "BusFault at overflow_the_stack"},
                {"store", "store to 0x08000000, where nothing can be written"}};
  for (const auto& [argument, sentence] : kCases) {
    const Outcome outcome = run(firmware("failing") + " --args " + argument);
    EXPECT_EQ(outcome.code, 9) << argument;
    EXPECT_THAT(outcome.err, HasSubstr(sentence)) << argument;
  }
}

TEST_F(CpuRunTest, EndlessLoopStopsAtTheLimit) {
  const Outcome outcome = run(firmware("failing") + " --args loop --max-cycles 100000");
  EXPECT_EQ(outcome.code, 9);
  EXPECT_THAT(outcome.err, HasSubstr("still running at endless_loop"));
}

TEST_F(CpuRunTest, SleepWithoutAnEndIsNoticed) {
  const Outcome outcome = run(firmware("failing") + " --args sleep");
  EXPECT_EQ(outcome.code, 9);
  EXPECT_THAT(outcome.err, HasSubstr("no interrupt is left that could wake it"));
}

TEST_F(CpuRunTest, LockUpSaysWhy) {
  const Outcome outcome = run(firmware("failing") + " --args overflow --run-fault-handlers");
  EXPECT_EQ(outcome.code, 9);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("the processor locks up"), HasSubstr("stack overflow")));
}

TEST_F(CpuRunTest, RefusesWhatItCannotRun) {
  std::ofstream(folder_.path() / "text.elf") << "no program";
  std::ofstream(folder_.path() / "core.yaml") << "name: mine\n";
  const struct {
    std::string arguments;
    int code;
    const char* sentence;
  } kCases[] = {{"missing.elf", 6, "missing.elf: cannot be opened"},
                {"text.elf", 6, "this is not an ELF file"},
                {"'" SYSTOLITE_PROGRAM "'", 6, "64-bit"},
                {firmware("arithmetic") + " --core cortex-m5", 4,
                 "names are: cortex-m0plus, cortex-m3, cortex-m33, cortex-m4, cortex-m7"},
                {firmware("arithmetic") + " --profile h7a3", 4, "is for cortex-m7, not for cortex-m4"},
                {firmware("arithmetic") + " --core cortex-m0plus", 6, "was built for ARMv7E-M"},
                {firmware("arithmetic") + " --core core.yaml", 4, "core.yaml:1: key 'architecture' is missing"},
                {firmware("arithmetic") + " --dump-memory here", 2, "neither ADDRESS:BYTES=FILE nor SYMBOL=FILE"},
                {firmware("arithmetic") + " --json folder/x.json", 6, "the folder folder does not exist"},
                {"", 2, "program is required"}};
  for (const auto& [arguments, code, sentence] : kCases) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, code) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(sentence)) << arguments;
  }
}

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// `systolite cpu run`: what it prints, writes and complains about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

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
                {"store", "store to 0x08000000, where nothing can be written"}};
  for (const auto& [argument, sentence] : kCases) {
    const Outcome outcome = run(firmware("failing") + " --args " + argument);
    EXPECT_EQ(outcome.code, 9) << argument;
    EXPECT_THAT(outcome.err, HasSubstr(sentence)) << argument;
  }
}

TEST_F(CpuRunTest, AStackOverflowIsNoticedWhereTheVariablesBegin) {
  const struct {
    const char* arguments;
    std::vector<const char*> parts;
  } kCases[] = {
      {"overflow",
       {"stack overflow at overflow_the_stack", "(0x080", "the stack pointer would be 0x",
        "below the end of the stack at 0x2000", "the end of .bss"}},
      {"frame", {"stack overflow at call_without_stack", "the end of .bss"}},
      {"overflow --stack-end 0x20008000", {"stack overflow at overflow_the_stack", "0x20008000, as --stack-end says"}},
      {"overflow --stack-end data_end", {"stack overflow at overflow_the_stack", "the symbol data_end"}},
      {"overflow --run-fault-handlers", {"stack overflow at overflow_the_stack"}},
      {"overflow --stack-end none", {"BusFault at overflow_the_stack", "store to 0x1ff"}}};
  for (const auto& [arguments, parts] : kCases) {
    const Outcome outcome = run(firmware("failing") + " --args " + arguments);
    EXPECT_EQ(outcome.code, 9) << arguments;
    for (const char* part : parts) EXPECT_THAT(outcome.err, HasSubstr(part)) << arguments;
  }
  const Outcome outcome = run(firmware("failing") + " --args overflow --json -");
  EXPECT_EQ(nlohmann::json::parse(outcome.out).at("ended"), "stack overflow");
  EXPECT_EQ(run(firmware("failing") + " --args exit --stack-end nowhere").code, 6);
}

TEST_F(CpuRunTest, EveryCoreNoticesAStackOverflow) {
  for (const char* core : {"cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"}) {
    const Outcome outcome = run(firmware("failing", core) + " --core " + core + " --args overflow");
    EXPECT_EQ(outcome.code, 9) << core;
    EXPECT_THAT(outcome.err, HasSubstr("stack overflow at overflow_the_stack")) << core;
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
  const Outcome outcome = run(firmware("failing") + " --args overflow --run-fault-handlers --stack-end none");
  EXPECT_EQ(outcome.code, 9);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("the processor locks up"), HasSubstr("stack overflow")));
}

TEST_F(CpuRunTest, RefusesWhatItCannotRun) {
  std::ofstream(folder_.path() / "text.elf") << "no program";
  std::ofstream(folder_.path() / "core.yaml") << "name: mine\n";
  const std::string whole = text_of(firmware("arithmetic"));
  std::ofstream(folder_.path() / "cut.elf", std::ios::binary) << whole.substr(0, 0x1040);
  std::string foreign = whole;
  foreign[18] = 62;  // x86-64
  std::ofstream(folder_.path() / "foreign.elf", std::ios::binary) << foreign;
  const struct {
    std::string arguments;
    int code;
    const char* sentence;
  } kCases[] = {{"missing.elf", 6, "missing.elf: cannot be opened"},
                {"text.elf", 6, "this is not an ELF file"},
                {"'" SYSTOLITE_PROGRAM "'", 6, "64-bit"},
                {"cut.elf", 6, "cut.elf: segment 0 reaches beyond the end of the file"},
                {"foreign.elf", 6, "foreign.elf: this is an ELF file for machine 62: must be Arm (40)"},
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

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/hw_description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::filesystem::path kFolder = std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw";

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "no error";
}

TEST(HwDescriptionTest, EqualsTheConfigurationOfTheFileUntilAValueIsReplaced) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".yaml") continue;
    const HwConfig expected = load_hw_config(entry.path());
    const HwConfig config = HwDescription::load(entry.path()).config("here");
    EXPECT_EQ(config.params_package(), expected.params_package()) << entry.path();
    EXPECT_EQ(config.clock_mhz, expected.clock_mhz);
    EXPECT_EQ(config.sram.bytes, expected.sram.bytes);
    EXPECT_EQ(config.flash.line.has_value(), expected.flash.line.has_value());
    EXPECT_EQ(config.cpu_traffic.size(), expected.cpu_traffic.size());
  }
}

TEST(HwDescriptionTest, ReplacesValuesByTheirKey) {
  HwDescription description = HwDescription::load(kFolder / "contended_16x16.yaml");
  description.parameter("array.rows").set("8");
  description.parameter("memory.sram.read_latency_cycles").set("7");
  HwDescription::Parameter period = description.parameter("cpu_traffic[0].period_cycles");
  period.set("123");
  HwConfig config = description.config("here");
  EXPECT_EQ(config.array.rows, 8);
  EXPECT_EQ(config.sram.read_latency_cycles, 7);
  EXPECT_EQ(config.cpu_traffic.at(0).period_cycles, 123);
  period.set("124");
  EXPECT_EQ(description.config("here").cpu_traffic.at(0).period_cycles, 124);
  EXPECT_EQ(period.text(), "124");
}

TEST(HwDescriptionTest, KnowsTheDefaultsOfKeysThatAreMissing) {
  HwDescription description = HwDescription::load(kFolder / "base_16x16.yaml");
  EXPECT_THAT(description.values(), AllOf(Contains(Pair("array.cols", "16")), Contains(Pair("memory.sram.banks", "1")),
                                          Contains(Pair("memory.weights", "flash"))));
  description.parameter("memory.sram.banks").set("4");
  EXPECT_EQ(description.config("here").sram.banks, 4);
}

TEST(HwDescriptionTest, RefusesAValueThatIsNotLegalWhenItIsRead) {
  HwDescription description = HwDescription::load(kFolder / "base_16x16.yaml");
  description.parameter("array.rows").set("3");
  EXPECT_THAT(message_of([&] { static_cast<void>(description.config("point 7")); }),
              AllOf(HasSubstr("point 7"), HasSubstr("'array.rows' is 3"), HasSubstr("4 to 64")));
}

TEST(HwDescriptionTest, RefusesAKeyThatTheDescriptionDoesNotHave) {
  HwDescription description = HwDescription::load(kFolder / "base_16x16.yaml");
  for (const char* key : {"array.depth", "array", "name", "", "cpu_traffic[0].bank", "array.rows.more", "dma[0]"}) {
    EXPECT_THAT(message_of([&] { static_cast<void>(description.parameter(key)); }),
                AllOf(HasSubstr("'" + std::string(key) + "'"), HasSubstr("array.rows")));
  }
}

TEST(HwDescriptionTest, RefusesWhatIsNoHardwareDescription) {
  EXPECT_THAT(message_of([] { static_cast<void>(HwDescription::parse("array: 3\n", "x.yaml")); }), HasSubstr("x.yaml"));
}

}  // namespace
}  // namespace systolite

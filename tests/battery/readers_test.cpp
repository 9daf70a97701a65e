// SPDX-License-Identifier: Apache-2.0
// What the readers refuse, and how they say it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "sim/battery/cell.h"
#include "sim/battery/mcu_preset.h"
#include "sim/battery/scenario.h"
#include "sim/battery/standby.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using namespace battery;

std::string shipped(const std::string& name) {
  return read_text(fs::path(SYSTOLITE_SOURCE_DIR) / "configs" / name, ExitCode::kConfig);
}

std::string with(std::string yaml, const std::string& from, const std::string& to) {
  const std::size_t at = yaml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return yaml.replace(at, from.size(), to);
}

template <typename Parse>
std::string refusal(Parse parse, const std::string& yaml) {
  try {
    (void)parse(yaml, "F.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "accepted";
}

TEST(ReadersTest, ANegativeCapacityIsRefused) {
  EXPECT_EQ(refusal(parse_cell, with(shipped("batteries/cr2032.yaml"), "value: 235", "value: -235")),
            "F.yaml:4: key 'capacity.value' is -235: must be 0.001 to 1000000");
}

TEST(ReadersTest, UnknownKeysAreRefused) {
  EXPECT_EQ(refusal(parse_cell, shipped("batteries/cr2032.yaml") + "colour: silver\n"),
            "F.yaml:10: key 'colour' is unknown: allowed are name, capacity, voltage, usable, self_discharge, "
            "continuous_current, peak_current");
  EXPECT_NE(refusal(parse_mcu, shipped("mcus/stm32u575.yaml") + "colour: black\n").find("key 'colour' is unknown"),
            std::string::npos);
  EXPECT_NE(refusal(parse_standby, shipped("standby/gated.yaml") + "colour: black\n").find("key 'colour' is unknown"),
            std::string::npos);
}

TEST(ReadersTest, ImpossiblePeriodsAreRefused) {
  const std::string yaml = shipped("scenarios/person_detection.yaml");
  EXPECT_EQ(refusal(parse_scenario, with(yaml, "inferences_per_second: 1", "inferences_per_second: 2")),
            "F.yaml:8: key 'inferences_per_second' is 2: must be at most one in each sensing period of 1000 ms, 1");
  EXPECT_EQ(refusal(parse_scenario, with(with(yaml, "sensing_period_ms: 1000", "sensing_period_ms: 50"),
                                         "high: 120, unit: ms", "high: 120, unit: ms")),
            "F.yaml:12: key 'sensor.capture_time.value' is 60: must be at most the sensing period of 50 ms");
  EXPECT_EQ(refusal(parse_scenario, with(yaml, "sensing_period_ms: 1000", "sensing_period_ms: 0")),
            "F.yaml:7: key 'sensing_period_ms' is 0: must be 0.001 to 1000000000");
}

TEST(ReadersTest, AConstantWithoutUnitOrOrderIsRefused) {
  const std::string yaml = shipped("batteries/cr2032.yaml");
  EXPECT_EQ(refusal(parse_cell, with(yaml, "unit: mAh", "unit: Ah")),
            "F.yaml:4: key 'capacity.unit' is Ah: must be mAh");
  EXPECT_EQ(refusal(parse_cell, with(yaml, "low: 220", "low: 236")),
            "F.yaml:4: key 'capacity.low' is 236: must be at most 'value'");
}

TEST(ReadersTest, AMicrocontrollerNeedsMemoryAndAStateThatCaptures) {
  std::string yaml = shipped("mcus/stm32l4r5.yaml");
  EXPECT_NE(refusal(parse_mcu, with(yaml, "captures: true", "captures: false"))
                .find("key 'states' is a list: must be a list of states of which at least one captures"),
            std::string::npos);
  EXPECT_NE(refusal(parse_mcu, with(yaml, "bytes: 655360", "bytes: 0"))
                .find("key 'ram[0].bytes' is 0: must be 1 to 4294967295"),
            std::string::npos);
  EXPECT_NE(refusal(parse_mcu, with(yaml, "where: internal", "where: inside"))
                .find("key 'flash.where' is inside: must be internal or external"),
            std::string::npos);
  EXPECT_NE(refusal(parse_mcu, with(yaml, "name: stop2", "name: sleep")).find("must be another name"),
            std::string::npos);
}

TEST(ReadersTest, MissingFilesAreRefused) {
  try {
    (void)load_cell("/nowhere/battery.yaml");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_NE(std::string(error.what()).find("/nowhere/battery.yaml"), std::string::npos);
  }
}

}  // namespace
}  // namespace systolite::test

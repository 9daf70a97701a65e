// SPDX-License-Identifier: Apache-2.0
// `systolite fit`, as a user calls it.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/mcu_program_test.h"

namespace systolite {
namespace {

using nlohmann::json;

class FitTest : public test::McuProgramTest {
 protected:
  void write_mcu(const std::string& from, const std::string& to) { write("mcus/stm32u575.yaml", from, to, "mcu.yaml"); }
};

std::uint64_t bytes_of(const json& parts) {
  std::uint64_t sum = 0;
  for (const json& part : parts) sum += part["bytes"].get<std::uint64_t>();
  return sum;
}

std::uint64_t part(const json& parts, const std::string& what) {
  for (const json& entry : parts) {
    if (entry["what"] == what) return entry["bytes"].get<std::uint64_t>();
  }
  ADD_FAILURE() << what;
  return 0;
}

TEST_F(FitTest, FiguresAreThoseThatOtherCommandsMeasure) {
  const json fit = asked("fit kws_embedded --mcu stm32l4r5")["mcus"][0];
  const json compared = asked("compare kws_embedded --cores cortex-m4:l4r5");
  const json& device = compared["accelerator"];
  const json& accelerator = fit["accelerator"];
  EXPECT_EQ(part(accelerator["flash"], "weights and tables") + part(accelerator["flash"], "command streams"),
            device["flash_bytes"].get<std::uint64_t>());
  EXPECT_EQ(part(accelerator["arena"], "inputs, outputs, operands of processor steps"),
            device["sram_bytes"].get<std::uint64_t>());
  const json& core = compared["cores"][0];
  EXPECT_EQ(fit["processor"]["flash_bytes"], core["flash_bytes"]);
  EXPECT_EQ(bytes_of(fit["processor"]["arena"]), core["ram_bytes"].get<std::uint64_t>());
}

TEST_F(FitTest, PartsSpareBytesAndCapacityAddUp) {
  const json all = asked("fit ic_embedded");
  ASSERT_EQ(all["mcus"].size(), 7U);
  for (const json& mcu : all["mcus"]) {
    for (const json& system : {mcu["accelerator"], mcu["processor"]}) {
      EXPECT_EQ(system["ram_bytes"].get<std::uint64_t>(), bytes_of(system["arena"]) + bytes_of(system["variables"]));
      EXPECT_EQ(system["flash_bytes"].get<std::uint64_t>(), bytes_of(system["flash"]));
      EXPECT_EQ(system["flash_spare_bytes"].get<std::int64_t>(),
                mcu["flash_bytes"].get<std::int64_t>() - system["flash_bytes"].get<std::int64_t>());
      EXPECT_EQ(system["fits"].get<bool>(), system["verdict"].get<std::string>().starts_with("yes: "));
      EXPECT_GE(part(system["variables"], "stack"), 2048U);
      EXPECT_GT(part(system["flash"], "code of the firmware"), 4000U);
    }
  }
}

TEST_F(FitTest, ATooSmallMicrocontrollerIsRefusedByTheByte) {
  const json fit = asked("fit kws_embedded --mcu stm32u575")["mcus"][0]["accelerator"];
  const auto needed = fit["flash_bytes"].get<std::uint64_t>();
  write_mcu("bytes: 2097152", "bytes: " + std::to_string(needed));
  EXPECT_EQ(call("fit kws_embedded --mcu mcu.yaml").code, 0);
  write_mcu("bytes: 2097152", "bytes: " + std::to_string(needed - 1));
  const auto outcome = call("fit kws_embedded --mcu mcu.yaml");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.err,
            "systolite: error: kws_embedded on base_16x16 does not fit stm32u575: no: 1 bytes of flash are missing\n");
  EXPECT_NE(outcome.out.find("with the accelerator: no: 1 bytes of flash are missing"), std::string::npos);
}

TEST_F(FitTest, ANetworkThatTheAcceleratorCannotHoldIsANo) {
  std::string yaml = test::text_of(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
  yaml.replace(yaml.find("bytes: 131072"), 13, "bytes: 16384");
  std::ofstream(folder.path() / "small.yaml") << yaml;
  const auto outcome = call("fit ic_embedded --config small.yaml --mcu stm32u575");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("bytes of scratchpad"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("alone: yes"), std::string::npos) << outcome.out;
}

TEST_F(FitTest, UnknownMicrocontrollersAreRefusedWithTheNamesThereAre) {
  const auto outcome = call("fit kws_embedded --mcu stm8");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err,
            "systolite: error: 'stm8' is neither a file nor the name of a microcontroller; names are: max78000_like, "
            "nrf5340, stm32g0b1, stm32h7a3, stm32l4r5, stm32n6_like, stm32u575\n");
}

TEST_F(FitTest, TheTimelineIsInTableAndJson) {
  const json all = asked("fit sww_embedded --mcu stm32u575");
  EXPECT_EQ(all["scratchpad"]["memory_bytes"], 131072);
  EXPECT_EQ(all["scratchpad"]["alive_bytes"].size(), 11U);
  EXPECT_EQ(all["processor_memory"]["peak_bytes"], 6656);
  const auto outcome = call("fit sww_embedded --mcu stm32u575");
  EXPECT_NE(outcome.out.find("Scratchpad of the accelerator: most alive"), std::string::npos);
  EXPECT_NE(outcome.out.find("##"), std::string::npos);
}

}  // namespace
}  // namespace systolite

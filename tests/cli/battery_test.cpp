// SPDX-License-Identifier: Apache-2.0
// `systolite battery`, as a user calls it.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/mcu_program_test.h"

namespace systolite {
namespace {

using nlohmann::json;

class BatteryTest : public test::McuProgramTest {
 protected:
  json asked(const std::string& arguments) { return test::McuProgramTest::asked("battery " + arguments); }
};

double total(const json& row) { return row["power"]["total_uw"]["value"].get<double>(); }

const json& row_of(const json& report, const std::string& system) {
  for (const json& row : report["systems"]) {
    if (row["system"] == system) return row;
  }
  ADD_FAILURE() << system;
  return report["systems"][0];
}

TEST_F(BatteryTest, SharesAndTimesAddUp) {
  const json report = asked("kws_embedded --scenario keyword_spotting");
  ASSERT_GE(report["systems"].size(), 8U);
  EXPECT_EQ(report["systems"][0]["system"], "stm32u575 + base_16x16");
  int possible = 0;
  for (const json& row : report["systems"]) {
    if (row["power"].is_null()) continue;
    ++possible;
    for (const char* bound : {"value", "low", "high"}) {
      double sum = 0;
      for (const json& share : row["power"]["shares_uw"]) sum += share[bound].get<double>();
      EXPECT_NEAR(sum, row["power"]["total_uw"][bound].get<double>(), sum * 1e-9) << row["system"];
    }
    const double power_w = (total(row) + report["battery"]["self_discharge_uw"]["value"].get<double>()) / 1e6;
    EXPECT_NEAR(row["life"]["days"]["value"].get<double>(),
                report["battery"]["usable_joules"]["value"].get<double>() / power_w / 86400, 1e-6);
    EXPECT_LE(row["life"]["days"]["low"], row["life"]["days"]["value"]);
    EXPECT_GE(row["life"]["days"]["high"], row["life"]["days"]["value"]);
  }
  EXPECT_GE(possible, 6);
}

TEST_F(BatteryTest, TheInferenceIsThatOfTheFirmwareAndTheCores) {
  const json report = asked("kws_embedded --scenario keyword_spotting --mcu stm32l4r5");
  const auto run_text = call("run kws_embedded --backend fast --firmware --cpu cortex-m4 --profile l4r5 --json -");
  const json firmware = json::parse(run_text.out)["firmware"];
  const double jobs = firmware["accelerator_cycles"].get<double>();
  const double others = firmware["cycles"].get<double>() - jobs;
  const json& with = report["systems"][0]["inference"];
  EXPECT_NEAR(with["seconds"].get<double>(), jobs / 200e6 + others / 120e6, 1e-12);
  EXPECT_NEAR(with["processor_uj"]["value"].get<double>(), others * 372e-6 + jobs / 200e6 * 6480, 1e-9);
  EXPECT_GT(with["accelerator_uj"]["value"].get<double>(), 0);
  const auto compared = call("compare kws_embedded --cores cortex-m4:l4r5 --json -");
  const double cycles = json::parse(compared.out)["cores"][0]["cycles"].get<double>();
  const json& alone = row_of(report, "stm32l4r5")["inference"];
  EXPECT_NEAR(alone["seconds"].get<double>(), cycles / 120e6, 1e-12);
  EXPECT_NEAR(alone["processor_uj"]["value"].get<double>(), cycles * 372e-6, 1e-6);
  EXPECT_EQ(alone["accelerator_uj"]["value"], 0);
}

TEST_F(BatteryTest, PowersCrossAtTheBreakEvenRate) {
  const std::string arguments = "kws_embedded --mcu stm32l4r5 --standby ungated --scenario ";
  write("scenarios/person_detection.yaml", "inferences_per_second: 1", "inferences_per_second: 0.5", "s.yaml");
  const json report = asked(arguments + "s.yaml");
  const json& payoff = row_of(report, "stm32l4r5")["break_even"];
  ASSERT_EQ(payoff["pays"], "from_rate") << payoff;
  const double rate = payoff["inferences_per_second"].get<double>();
  ASSERT_GT(rate, 0);
  ASSERT_LT(rate, 0.9);
  EXPECT_LE(payoff["low"].get<double>(), rate);
  for (const double factor : {0.95, 1.05}) {
    write("scenarios/person_detection.yaml", "inferences_per_second: 1",
          "inferences_per_second: " + std::to_string(rate * factor), "s.yaml");
    const json other = asked(arguments + "s.yaml");
    EXPECT_EQ(total(other["systems"][0]) < total(row_of(other, "stm32l4r5")), factor > 1) << factor;
  }
}

TEST_F(BatteryTest, EveryShippedScenarioRuns) {
  for (const auto& [scenario, model] : {std::pair{"wake_word", "sww"},
                                        {"keyword_spotting", "kws"},
                                        {"person_detection", "vww"},
                                        {"machine_anomaly", "ad"},
                                        {"gesture", "sww"}}) {
    const auto outcome = call("battery " + std::string(model) + "_embedded --scenario " + scenario);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("Average power from the battery by share, uW"), std::string::npos);
    EXPECT_NE(outcome.out.find("days (low to high)"), std::string::npos);
    EXPECT_NE(outcome.out.find("The accelerator against the processor alone"), std::string::npos);
  }
}

TEST_F(BatteryTest, AnImpossibleDutyCycleIsRefused) {
  write("scenarios/person_detection.yaml", "sensing_period_ms: 1000", "sensing_period_ms: 61", "s.yaml");
  const auto outcome = call("battery vww_embedded --scenario s.yaml");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err.find("systolite: error: s.yaml: key 'sensing_period_ms' is 61: must be at least "), 0U)
      << outcome.err;
}

TEST_F(BatteryTest, BadInputIsNamed) {
  auto outcome = call("battery kws_embedded --scenario breakfast");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err,
            "systolite: error: 'breakfast' is neither a file nor the name of a scenario; names are: gesture, "
            "keyword_spotting, machine_anomaly, person_detection, wake_word\n");
  outcome = call("battery kws_embedded --scenario gesture --mcu stm8");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find("'stm8' is neither a file nor the name of a microcontroller; names are: max78000_like"),
            std::string::npos);
  outcome = call("battery kws_embedded --scenario gesture --battery potato");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find("name of a battery; names are: 2xaa, 2xaaa, cr2032"), std::string::npos);
  write("batteries/cr2032.yaml", "value: 235", "value: -235", "b.yaml");
  outcome = call("battery kws_embedded --scenario gesture --battery b.yaml");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err, "systolite: error: b.yaml:4: key 'capacity.value' is -235: must be 0.001 to 1000000\n");
  EXPECT_EQ(call("battery kws_embedded").code, 2);
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Energy in `run` and `compare`, as a user sees it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kTables = fs::path(SYSTOLITE_SOURCE_DIR) / "configs/energy";

class EnergyCliTest : public ::testing::Test {
 protected:
  test::Outcome call(const std::string& arguments) {
    return test::systolite(folder.path(), arguments, "SYSTOLITE_GOLDEN=");
  }
  json report(const std::string& arguments) {
    const auto outcome = call("run kws_embedded --backend fast --json - " + arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  TemporaryFolder folder;
};

double pj(const json& part, const char* bound = "value") { return part["total_pj"][bound].get<double>(); }

TEST_F(EnergyCliTest, ComponentsAndLayersAddUpToTheTotal) {
  const json all = report("");
  const json& energy = all["energy"];
  EXPECT_EQ(energy["table"], "45nm") << "the default";
  for (const char* bound : {"value", "low", "high"}) {
    double components = 0;
    for (const json& component : energy["components_pj"]) components += component[bound].get<double>();
    double layers = pj(energy["driver"], bound);
    for (const json& layer : all["layers"]) layers += pj(layer["energy"], bound);
    EXPECT_NEAR(components, pj(energy, bound), 1e-9 * pj(energy, bound));
    EXPECT_NEAR(layers, pj(energy, bound), 1e-9 * pj(energy, bound));
  }
  EXPECT_LT(pj(energy, "low"), pj(energy));
  EXPECT_LT(pj(energy), pj(energy, "high"));
  EXPECT_EQ(energy["events"]["clock_cycles"], all["cycles"]);
  EXPECT_NEAR(energy["pj_per_mac"]["value"].get<double>(), pj(energy) / all["macs_executed"].get<double>(), 1e-9);
  EXPECT_NEAR(energy["average_mw"]["value"].get<double>(), pj(energy) / all["latency_us"].get<double>() / 1000, 1e-9);
  EXPECT_EQ(energy["has_cpu"], false);
  EXPECT_FALSE(energy["components_pj"].contains("cpu"));
}

TEST_F(EnergyCliTest, TheTableOnTheScreenNamesTheEnergyTable) {
  const auto outcome = call("run kws_embedded --backend fast");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\nEnergy (table 45nm): "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(" pJ/MAC, "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\n  processor not included: no processor is simulated\n"), std::string::npos);
  EXPECT_NE(call("run kws_embedded --backend fast --energy 22nm").out.find("Energy (table 22nm): "), std::string::npos);
}

TEST_F(EnergyCliTest, ASmallerTechnologyTakesLess) {
  EXPECT_LT(pj(report("--energy 22nm")["energy"]), pj(report("--energy 45nm")["energy"]));
}

TEST_F(EnergyCliTest, ATableOfOnesOwnCountsOnlyWhatItSays) {
  std::string text = test::text_of(kTables / "45nm.yaml");
  const std::string from = "mac_dense: {value: 0.64, low: 0.3, high: 1.7";
  ASSERT_NE(text.find(from), std::string::npos);
  text.replace(text.find(from), from.size(), "mac_dense: {value: 1.64, low: 0.3, high: 1.7");
  std::ofstream(folder.path() / "mine.yaml") << text;
  const json mine = report("--energy mine.yaml")["energy"];
  const json shipped = report("")["energy"];
  const double macs = shipped["events"]["macs_dense"].get<double>();
  EXPECT_GT(macs, 1e6);
  EXPECT_NEAR(pj(mine) - pj(shipped), macs, 1e-6 * macs) << "a pJ more for each of them";
}

TEST_F(EnergyCliTest, BadTablesAreRefused) {
  const auto unknown = call("run kws_embedded --backend fast --energy 90nm");
  EXPECT_EQ(unknown.code, 4);
  EXPECT_NE(unknown.err.find("'90nm' is neither a file nor the name of an energy table; names are: 22nm, 45nm"),
            std::string::npos)
      << unknown.err;
  std::string text = test::text_of(kTables / "22nm.yaml");
  const auto at = text.find("source: \"", text.find("flash_byte"));
  text.replace(at, text.find('}', at) - at, "source: \"\"");
  std::ofstream(folder.path() / "bare.yaml") << text;
  const auto bare = call("run kws_embedded --backend fast --energy bare.yaml");
  EXPECT_EQ(bare.code, 4);
  EXPECT_NE(
      bare.err.find("key 'costs.flash_byte.source' is \"\": must be a text that says where the figure comes from"),
      std::string::npos)
      << bare.err;
}

TEST_F(EnergyCliTest, ABackendWithoutAClockHasNoEnergy) {
  const auto outcome = call("run kws_embedded --backend functional --json -");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(json::parse(outcome.out)["energy"].is_null());
}

TEST_F(EnergyCliTest, EveryBackendReportsTheSameEnergy) {
  const json fast = report("");
  const auto outcome = call("run kws_embedded --backend rtl --json -");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json rtl = json::parse(outcome.out);
  EXPECT_EQ(fast["energy"], rtl["energy"]);
  for (std::size_t i = 0; i < fast["layers"].size(); ++i)
    EXPECT_EQ(fast["layers"][i]["energy"], rtl["layers"][i]["energy"]) << i;
}

TEST_F(EnergyCliTest, ASimulatedProcessorIsPartOfIt) {
  if (call("run kws_embedded --backend fast --firmware").code == 8) GTEST_SKIP() << "built without arm-none-eabi-gcc";
  const json all = report("--firmware --profile l4r5");
  const json& energy = all["energy"];
  EXPECT_EQ(energy["has_cpu"], true);
  const json& firmware = all["firmware"];
  const std::uint64_t active = energy["events"]["cpu_cycles_active"].get<std::uint64_t>();
  const std::uint64_t asleep = energy["events"]["cpu_cycles_asleep"].get<std::uint64_t>();
  EXPECT_EQ(active + asleep, firmware["cycles"].get<std::uint64_t>());
  EXPECT_GT(asleep, firmware["accelerator_cycles"].get<std::uint64_t>() / 2);
  EXPECT_EQ(all["layers"][12]["energy"]["events"]["cpu_cycles_active"], all["layers"][12]["cpu_cycles"]) << "SOFTMAX";
  double layers = pj(energy["driver"]);
  for (const json& layer : all["layers"]) layers += pj(layer["energy"]);
  EXPECT_NEAR(layers, pj(energy), 1e-9 * pj(energy));
  const double polling = pj(report("--firmware --profile l4r5 --wait poll")["energy"]);
  EXPECT_GT(polling, pj(energy)) << "a processor that sleeps takes less";

  const json unknown = report("--firmware --cpu cortex-m0plus")["energy"];
  EXPECT_EQ(unknown["has_cpu"], false);
  EXPECT_EQ(unknown["cpu"], "configs/energy/cpu.yaml has no figure of cortex-m0plus with profile ideal");
}

TEST_F(EnergyCliTest, CompareShowsEnergyOfEveryCoreBesideThePublishedOne) {
  const auto outcome = call("compare kws_embedded --cores cortex-m4:l4r5,cortex-m0plus:ideal --json -");
  if (outcome.code == 8) GTEST_SKIP() << "built without arm-none-eabi-gcc";
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json all = json::parse(outcome.out);
  const json& m4 = all["cores"][0];
  EXPECT_NEAR(m4["energy_uj"]["value"].get<double>(),
              m4["cycles"].get<double>() * m4["pj_per_cycle"]["value"].get<double>() / 1e6, 1e-6);
  double layers = 0;
  double device = 0;
  for (const json& layer : all["layers"]) {
    layers += layer["core_energy_uj"][0]["value"].get<double>();
    device += layer["device_energy_uj"]["value"].get<double>();
  }
  EXPECT_LE(layers, m4["energy_uj"]["value"].get<double>());
  EXPECT_GE(layers, 0.99 * m4["energy_uj"]["value"].get<double>()) << "all but the runtime is in operators";
  EXPECT_NEAR(device, all["accelerator"]["device_energy_uj"]["value"].get<double>(), 1e-9);
  EXPECT_EQ(m4["published_energy"]["software"], "X-CUBE-AI v9.0");
  EXPECT_DOUBLE_EQ(m4["published_energy"]["energy_uj"].get<double>(), 1820.454);
  EXPECT_TRUE(all["cores"][1]["energy_uj"].is_null()) << "nothing is known of that core";
  const json& accelerator = all["accelerator"];
  EXPECT_EQ(accelerator["energy_table"], "45nm");
  const auto value = [&](const char* key) { return accelerator[key]["value"].get<double>(); };
  EXPECT_NEAR(value("energy_uj"), value("device_energy_uj") + value("host_active_uj") + value("host_asleep_uj"), 1e-9);
  // The host is a Cortex-M4 on the same board, at 120 MHz; 112 pJ a cycle asleep.
  EXPECT_NEAR(value("host_active_uj"),
              accelerator["host_cycles"].get<double>() * m4["pj_per_cycle"]["value"].get<double>() / 1e6, 1e-9);
  EXPECT_NEAR(value("host_asleep_uj"),
              accelerator["device_cycles"].get<double>() / accelerator["clock_mhz"].get<double>() * 120 * 112 / 1e6,
              1e-9);
  const auto table = call("compare kws_embedded --cores cortex-m4:l4r5,cortex-m0plus:ideal --energy 22nm");
  EXPECT_NE(table.out.find("Energy of the inference"), std::string::npos);
  EXPECT_NE(table.out.find("activity x table 22nm"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("no figure in configs/energy/cpu.yaml"), std::string::npos) << table.out;
}

}  // namespace
}  // namespace systolite

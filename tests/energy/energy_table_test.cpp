// SPDX-License-Identifier: Apache-2.0
// The tables that are shipped, and tables that are refused.
#include "sim/energy/energy_table.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"
#include "sim/energy/cpu_energy.h"
#include "sim/energy/energy.h"

namespace systolite::energy {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = fs::path(SYSTOLITE_SOURCE_DIR) / "configs";

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& yaml) {
  try {
    (void)parse_energy_table(yaml, "table.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "accepted";
}

// Every mapping with a value anywhere in a file.
void check_constants(const YAML::Node& node, const std::string& where, int& found) {
  if (node.IsMap()) {
    if (node["value"]) {
      ++found;
      for (const char* key : {"low", "high", "unit", "source"}) EXPECT_TRUE(node[key]) << where << ": " << key;
      EXPECT_GT(node["source"].as<std::string>("").size(), 10U) << where;
      EXPECT_LE(node["low"].as<double>(), node["value"].as<double>()) << where;
      EXPECT_GE(node["high"].as<double>(), node["value"].as<double>()) << where;
      return;
    }
    for (const auto& entry : node) check_constants(entry.second, where + "." + entry.first.as<std::string>(), found);
  } else if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i)
      check_constants(node[i], where + "[" + std::to_string(i) + "]", found);
  }
}

TEST(EnergyTableTest, EveryShippedConstantHasBoundsUnitAndSource) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kConfigs / "energy")) {
    if (entry.path().extension() != ".yaml") continue;
    int found = 0;
    check_constants(YAML::LoadFile(entry.path().string()), entry.path().filename().string(), found);
    EXPECT_GT(found, 10) << entry.path();
    if (entry.path().stem() == "cpu") {
      EXPECT_NO_THROW(CpuEnergies::load(entry.path()));
    } else {
      EXPECT_EQ(load_energy_table(entry.path()).name, entry.path().stem());
    }
    ++files;
  }
  EXPECT_GE(files, 3);
}

TEST(EnergyTableTest, RefusesWhatHasNoSourceOrNoOrder) {
  const std::string table = text_of(kConfigs / "energy" / "45nm.yaml");
  ASSERT_EQ(complaint(table), "accepted");
  EXPECT_EQ(complaint(replaced(table, "mac_dense: {value: 0.64, low: 0.3", "mac_dense: {value: 0.64, low: 0.7")),
            "table.yaml:9: key 'costs.mac_dense.low' is 0.7: must be at most 'value'");
  EXPECT_EQ(complaint(replaced(table, "high: 1.7, unit: pJ", "high: 0.1, unit: pJ")),
            "table.yaml:9: key 'costs.mac_dense.high' is 0.1: must be at least 'value'");
  EXPECT_EQ(complaint(replaced(table, "high: 1.7, unit: pJ", "high: 1.7, unit: nJ")),
            "table.yaml:9: key 'costs.mac_dense.unit' is nJ: must be pJ");
  EXPECT_EQ(complaint(replaced(table, "high: 1.7, unit: pJ,\n    source: \"", "high: 1.7, unit: pJ,\n    origin: \"")),
            "table.yaml:10: key 'costs.mac_dense.origin' is unknown: allowed are value, low, high, unit, source");
  EXPECT_EQ(complaint(replaced(table, "  mac_output:", "  mac_other:")),
            "table.yaml:11: key 'costs.mac_other' is unknown: allowed are mac_dense, mac_output, mac_depthwise, "
            "flop_clock, flop_clock_parked, flop_data, clock_tree, adder, lane_load, lane_multiply, command, "
            "flash_byte, external_byte, bus_byte, gate_leakage");
  EXPECT_NE(complaint(replaced(table, "sram:\n  source: \"CACTI", "sram:\n  source: \"\" #")), "accepted");
  EXPECT_NE(complaint(replaced(table, "word_bits: 32, bytes: 2048", "word_bits: 32, bytes: 512")), "accepted");
}

TEST(SramModelTest, GivesTheGridAndWhatLiesBetween) {
  const auto figures = [](double read) {
    const Figure figure = Figure::exact(read);
    return SramFigures{.read_pj = figure, .write_pj = figure * 2, .leakage_uw = figure * 0.5};
  };
  const SramModel model(
      {{32, 1024, figures(1)}, {32, 4096, figures(4)}, {64, 1024, figures(2)}, {64, 4096, figures(6)}});
  const auto read = [&](std::int64_t bytes, std::int64_t bits) { return model.at(bytes, bits).read_pj.value; };
  EXPECT_EQ(read(1024, 32), 1);
  EXPECT_EQ(read(4096, 64), 6);
  EXPECT_EQ(read(2560, 32), 2.5);
  EXPECT_EQ(read(2560, 48), 3.25);
  EXPECT_EQ(read(512, 32), 1) << "smaller than the grid";
  EXPECT_EQ(read(1024, 8), 1) << "narrower than the grid";
  EXPECT_EQ(read(16384, 32), 8) << "larger than the grid: square root of the size";
  EXPECT_EQ(model.at(16384, 32).leakage_uw.value, 8) << "larger than the grid";
  EXPECT_EQ(read(8192, 128), 12) << "two macros of 64 bits side by side";
  EXPECT_EQ(model.at(8192, 128).write_pj.value, 24);
}

TEST(EnergyModelTest, EveryEventCostsSomethingInEveryConfigurationAndTable) {
  for (const char* table_name : {"45nm", "22nm"}) {
    const EnergyTable table = load_energy_table(kConfigs / "energy" / (std::string(table_name) + ".yaml"));
    const AreaTable library = AreaTable::load(kConfigs / "area" / "osu018.yaml");
    for (const auto& entry : fs::directory_iterator(kConfigs / "hw")) {
      const HwConfig hw = load_hw_config(entry.path());
      const EnergyModel model(table, hw, logic_size(hw, estimate_area(hw, library)));
      for (std::size_t i = 0; i < kEvents; ++i) {
        const auto event = static_cast<Event>(i);
        const Figure& cost = model.costs_pj()[i];
        if (component_of(event) == Component::kCpu) {
          EXPECT_EQ(cost, Figure{}) << "no processor was given";
          continue;
        }
        EXPECT_GT(cost.low, 0) << name(event) << ' ' << entry.path();
        EXPECT_LE(cost.low, cost.value) << name(event) << ' ' << entry.path();
        EXPECT_LE(cost.value, cost.high) << name(event) << ' ' << entry.path();
      }
    }
  }
}

TEST(CpuEnergyTest, ComesByCoreAndProfile) {
  const CpuEnergies energies = CpuEnergies::load(kConfigs / "energy" / "cpu.yaml");
  const auto m4 = energies.find("cortex-m4", "l4r5");
  ASSERT_TRUE(m4);
  EXPECT_LT(m4->sleep_pj.value, m4->active_pj.value);
  EXPECT_FALSE(energies.find("cortex-m4", "u575")) << "another core's board";
  EXPECT_FALSE(energies.find("cortex-m0plus", "ideal")) << "nothing is known of it";
}

TEST(CpuEnergyTest, APairThatAppearsTwiceIsRefused) {
  const std::string figure = R"({value: 2, low: 1, high: 3, unit: pJ/cycle, source: measured})";
  const std::string entry = "  - {core: a, profile: b, supply: 1.8 V, active: " + figure + ", sleep: " + figure + "}\n";
  EXPECT_NO_THROW(CpuEnergies::parse("processors:\n" + entry, "cpu.yaml"));
  EXPECT_THROW(CpuEnergies::parse("processors:\n" + entry + entry, "cpu.yaml"), Error);
}

}  // namespace
}  // namespace systolite::energy

// SPDX-License-Identifier: Apache-2.0
// Every file of configs/mcus, configs/batteries, configs/scenarios and configs/standby.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/battery/cell.h"
#include "sim/battery/mcu_preset.h"
#include "sim/battery/scenario.h"
#include "sim/battery/standby.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/profile.h"
#include "sim/energy/cpu_energy.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using namespace battery;

const fs::path kConfigs = fs::path(SYSTOLITE_SOURCE_DIR) / "configs";

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kConfigs / folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

const std::map<std::string, std::function<void(const std::string&, const std::string&)>> kReaders = {
    {"mcus", [](const std::string& yaml, const std::string& file) { (void)parse_mcu(yaml, file); }},
    {"batteries", [](const std::string& yaml, const std::string& file) { (void)parse_cell(yaml, file); }},
    {"scenarios", [](const std::string& yaml, const std::string& file) { (void)parse_scenario(yaml, file); }},
    {"standby", [](const std::string& yaml, const std::string& file) { (void)parse_standby(yaml, file); }},
};

TEST(PresetsTest, EveryConstantNamesItsSource) {
  // Taking any one source away makes the reader refuse the file, so no constant is without one.
  int sources = 0;
  for (const auto& [folder, read] : kReaders) {
    for (const fs::path& file : files_in(folder)) {
      const std::string yaml = read_text(file, ExitCode::kConfig);
      ASSERT_NO_THROW(read(yaml, file.string())) << file;
      constexpr std::string_view kKey = ", source: \"";
      std::size_t at = yaml.find(kKey);
      ASSERT_NE(at, std::string::npos) << file;
      for (; at != std::string::npos; at = yaml.find(kKey, at + 1)) {
        const std::size_t end = yaml.find('"', at + kKey.size());
        const std::string without = yaml.substr(0, at) + yaml.substr(end + 1);
        EXPECT_THROW(read(without, file.string()), Error) << file << " " << yaml.substr(at, end - at);
        const std::string empty = yaml.substr(0, at + kKey.size()) + yaml.substr(end);
        EXPECT_THROW(read(empty, file.string()), Error) << file << " " << yaml.substr(at, end - at);
        ++sources;
      }
      // And every line with a figure of its own has one: what the readers take without are settings.
      const auto figures = static_cast<int>(std::ranges::count(yaml, '{'));
      const auto simulations = folder == "mcus" ? 1 : 0;
      int of_file = 0;
      for (std::size_t i = yaml.find("source: \""); i != std::string::npos; i = yaml.find("source: \"", i + 1))
        ++of_file;
      EXPECT_EQ(of_file, figures - simulations) << file;
    }
  }
  EXPECT_GT(sources, 150);
}

TEST(PresetsTest, FilesAreNamedAfterWhatTheyHold) {
  for (const fs::path& file : files_in("mcus")) EXPECT_EQ(load_mcu(file).name, file.stem());
  for (const fs::path& file : files_in("batteries")) EXPECT_EQ(load_cell(file).name, file.stem());
  for (const fs::path& file : files_in("scenarios")) EXPECT_EQ(load_scenario(file).name, file.stem());
  for (const fs::path& file : files_in("standby")) EXPECT_EQ(load_standby(file).name, file.stem());
}

TEST(PresetsTest, McusGoWithTheProcessorsThatStandForThem) {
  std::set<std::string> names;
  for (const fs::path& file : files_in("mcus")) {
    const Mcu mcu = load_mcu(file);
    names.insert(mcu.name);
    const auto core = cpu::load_core_config(kConfigs / "cpu/cores" / (mcu.simulated_core + ".yaml"));
    const auto profile = cpu::load_profile(kConfigs / "cpu/profiles" / (mcu.simulated_profile + ".yaml"));
    EXPECT_EQ(core.name, mcu.simulated_core);
    if (!profile.cores.empty()) {
      EXPECT_EQ(std::ranges::count(profile.cores, core.name), 1) << file;
    }
    if (profile.name == "ideal") continue;
    EXPECT_EQ(profile.clock_mhz, mcu.clock_mhz) << file;
    EXPECT_EQ(profile.board, mcu.board) << file;
    for (const cpu::ProfileMemory& memory : profile.memories) {
      if (memory.kind == cpu::MemoryKind::kFlash) {
        EXPECT_EQ(memory.bytes, mcu.flash_bytes) << file;
      }
    }
    const bool ram = std::ranges::any_of(profile.memories, [&](const cpu::ProfileMemory& memory) {
      return memory.kind == cpu::MemoryKind::kRam && memory.base == mcu.ram[0].base && memory.bytes == mcu.ram[0].bytes;
    });
    EXPECT_TRUE(ram) << file;
  }
  EXPECT_EQ(names, (std::set<std::string>{"max78000_like", "nrf5340", "stm32g0b1", "stm32h7a3", "stm32l4r5",
                                          "stm32n6_like", "stm32u575"}));
}

TEST(PresetsTest, ACycleCostsWhatTheOtherCommandsSay) {
  // `run` and `compare` price cycles by configs/energy/cpu.yaml, of any supply; a preset has one supply.
  const auto energies = energy::CpuEnergies::load(kConfigs / "energy/cpu.yaml");
  int both = 0;
  for (const fs::path& file : files_in("mcus")) {
    const Mcu mcu = load_mcu(file);
    const auto other = energies.find(mcu.core, mcu.simulated_profile);
    if (!other || mcu.simulated_profile == "ideal") continue;
    const Figure& active = mcu.active_pj_per_cycle.figure;
    EXPECT_EQ(active.value, other->active_pj.value) << file;
    EXPECT_GE(active.low, other->active_pj.low) << file;
    EXPECT_LE(active.high, other->active_pj.high) << file;
    ++both;
  }
  EXPECT_GE(both, 3);
}

TEST(PresetsTest, ADeeperStateDrawsLessAndWakesUpLater) {
  for (const fs::path& file : files_in("mcus")) {
    const Mcu mcu = load_mcu(file);
    double before = mcu.active_uw().value;
    double wake = 0;
    for (const SleepState& state : mcu.states) {
      EXPECT_LT(state.power_uw.figure.value, before) << file << " " << state.name;
      EXPECT_GE(state.wake_us.figure.value, wake) << file << " " << state.name;
      // Waking up draws no more than running.
      EXPECT_LE(state.wake_uj.figure.value, mcu.active_uw().value * state.wake_us.figure.value / 1e6 * 1.05)
          << file << " " << state.name;
      before = state.power_uw.figure.value;
      wake = state.wake_us.figure.value;
    }
  }
}

TEST(PresetsTest, ScenariosNameWhatThereIs) {
  std::set<std::string> names;
  for (const fs::path& file : files_in("scenarios")) {
    const Scenario scenario = load_scenario(file);
    names.insert(scenario.name);
    EXPECT_TRUE(fs::exists(kConfigs / "mcus" / (scenario.mcu + ".yaml"))) << file;
    EXPECT_TRUE(fs::exists(kConfigs / "batteries" / (scenario.battery + ".yaml"))) << file;
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"gesture", "keyword_spotting", "machine_anomaly", "person_detection", "wake_word"}));
}

}  // namespace
}  // namespace systolite::test

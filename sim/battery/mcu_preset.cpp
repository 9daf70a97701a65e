// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/mcu_preset.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::battery {
namespace {

constexpr std::array<std::string_view, 11> kTopKeys = {"name",   "part",  "board", "core",   "simulation", "clock_mhz",
                                                       "supply", "flash", "ram",   "active", "states"};
constexpr std::array<std::string_view, 2> kSimulationKeys = {"core", "profile"};
constexpr std::array<std::string_view, 3> kFlashKeys = {"bytes", "where", "source"};
constexpr std::array<std::string_view, 4> kRamKeys = {"name", "base", "bytes", "source"};
constexpr std::array<std::string_view, 6> kStateKeys = {"name",  "captures",  "keeps_ram",
                                                        "power", "wake_time", "wake_energy"};
constexpr double kMostMhz = 2000;
constexpr double kMostPjPerCycle = 10'000;
constexpr double kMostUw = 1e7;
constexpr double kMostUs = 1e7;
constexpr double kMostUj = 1e6;
constexpr double kMostVolts = 6;
constexpr const char* kSource = "a text that says where the figure comes from";

std::uint32_t bytes_of(const StrictMap& map, std::string_view key) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::string rule = "1 to " + std::to_string(kMost);
  const std::int64_t value = map.integer(key, rule);
  if (value < 1 || value > kMost) map.refuse(key, rule);
  return static_cast<std::uint32_t>(value);
}

RamRegion read_region(const StrictMap& entry) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::string rule = "an address of 32 bits";
  const std::int64_t base = entry.integer("base", rule);
  if (base < 0 || base > kMost) entry.refuse("base", rule);
  return {.name = entry.text("name", "the name of a memory"),
          .base = static_cast<std::uint32_t>(base),
          .bytes = bytes_of(entry, "bytes"),
          .source = entry.text("source", kSource)};
}

SleepState read_state(const StrictMap& entry) {
  return {.name = entry.text("name", "the name of a state"),
          .captures = entry.flag("captures"),
          .keeps_ram = entry.flag("keeps_ram"),
          .power_uw = read_sourced(entry, "power", {"uW", 0, kMostUw}),
          .wake_us = read_sourced(entry, "wake_time", {"us", 0, kMostUs}),
          .wake_uj = read_sourced(entry, "wake_energy", {"uJ", 0, kMostUj})};
}

void read_flash(const StrictMap& flash, Mcu& mcu) {
  mcu.flash_bytes = bytes_of(flash, "bytes");
  const std::string where = flash.text("where", "internal or external");
  if (where != "internal" && where != "external") flash.refuse("where", "internal or external");
  mcu.flash_is_external = where == "external";
  mcu.flash_source = flash.text("source", kSource);
}

}  // namespace

std::uint64_t Mcu::ram_bytes() const {
  return std::accumulate(ram.begin(), ram.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const RamRegion& region) { return sum + region.bytes; });
}

Mcu parse_mcu(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  const StrictMap simulation = top.map("simulation", kSimulationKeys);
  Mcu mcu;
  mcu.file = file;
  mcu.name = top.text("name", "the name of the preset");
  mcu.part = top.text("part", "the name of the part");
  mcu.board = top.text("board", "the board that was measured");
  mcu.core = top.text("core", "a core such as cortex-m4");
  mcu.simulated_core = simulation.text("core", "a name of configs/cpu/cores");
  mcu.simulated_profile = simulation.text("profile", "a name of configs/cpu/profiles");
  mcu.clock_mhz = top.real("clock_mhz", 1, kMostMhz);
  mcu.supply_v = read_sourced(top, "supply", {"V", 0.5, kMostVolts});
  read_flash(top.map("flash", kFlashKeys), mcu);
  for (const StrictMap& entry : top.list("ram", kRamKeys)) mcu.ram.push_back(read_region(entry));
  if (mcu.ram.empty()) top.refuse("ram", "a list of at least one memory");
  mcu.active_pj_per_cycle = read_sourced(top, "active", {"pJ/cycle", 0, kMostPjPerCycle});
  for (const StrictMap& entry : top.list("states", kStateKeys)) {
    mcu.states.push_back(read_state(entry));
    const auto same = [&](const SleepState& state) { return state.name == mcu.states.back().name; };
    if (std::ranges::count_if(mcu.states, same) > 1) entry.refuse("name", "another name than that of another state");
  }
  if (std::ranges::none_of(mcu.states, &SleepState::captures))
    top.refuse("states", "a list of states of which at least one captures");
  return mcu;
}

Mcu load_mcu(const std::filesystem::path& file) { return parse_mcu(read_text(file, ExitCode::kConfig), file.string()); }

}  // namespace systolite::battery

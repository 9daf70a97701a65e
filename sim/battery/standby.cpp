// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/standby.h"

#include <array>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::battery {
namespace {

constexpr std::array<std::string_view, 2> kTopKeys = {"name", "states"};
constexpr std::array<std::string_view, 5> kStateKeys = {"name", "logic", "sram", "wake_time", "wake_energy"};
constexpr double kMostUs = 1e7;
constexpr double kMostNj = 1e9;
constexpr double kNanoPerMicro = 1000;

}  // namespace

StandbyTable parse_standby(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  StandbyTable table{.name = top.text("name", "the name of the table"), .file = file, .rules = {}};
  for (const StrictMap& entry : top.list("states", kStateKeys)) {
    table.rules.push_back({.name = entry.text("name", "the name of a state"),
                           .logic = read_sourced(entry, "logic", {"share", 0, 1}),
                           .sram = read_sourced(entry, "sram", {"share", 0, 1}),
                           .wake_us = read_sourced(entry, "wake_time", {"us", 0, kMostUs}),
                           .wake_nj = read_sourced(entry, "wake_energy", {"nJ", 0, kMostNj})});
  }
  if (table.rules.empty()) top.refuse("states", "a list of at least one state");
  return table;
}

StandbyTable load_standby(const std::filesystem::path& file) {
  return parse_standby(read_text(file, ExitCode::kConfig), file.string());
}

std::vector<StandbyState> standby_states(const StandbyTable& table, const Leakage& leakage) {
  std::vector<StandbyState> states;
  for (const StandbyRule& rule : table.rules) {
    states.push_back({.name = rule.name,
                      .power_uw = rule.logic.figure * leakage.logic_uw + rule.sram.figure * leakage.sram_uw,
                      .wake_us = rule.wake_us.figure,
                      .wake_uj = rule.wake_nj.figure / kNanoPerMicro});
  }
  return states;
}

}  // namespace systolite::battery

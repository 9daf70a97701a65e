// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/energy_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/sourced.h"
#include "sim/core/strict_yaml.h"

namespace systolite::energy {
namespace {

constexpr std::array<std::string_view, 5> kTopKeys = {"name", "node_nm", "supply_v", "costs", "sram"};
constexpr std::array<std::string_view, 4> kSramKeys = {"source", "two_port", "spread", "points"};
constexpr std::array<std::string_view, 8> kPointKeys = {"word_bits", "bytes",        "read_pj",    "read_low_pj",
                                                        "write_pj",  "write_low_pj", "leakage_uw", "leakage_high_uw"};
constexpr double kMostPj = 1e6;
constexpr double kMostRatio = 100;
constexpr double kMostUw = 1e9;
constexpr const char* kSourceRule = "a text that says where the figures come from";

struct Cost {
  std::string_view key;
  Figure LogicCosts::*member;
  std::string_view unit = "pJ";
};

constexpr std::array<Cost, 15> kCosts = {{{"mac_dense", &LogicCosts::mac_dense},
                                          {"mac_output", &LogicCosts::mac_output},
                                          {"mac_depthwise", &LogicCosts::mac_depthwise},
                                          {"flop_clock", &LogicCosts::flop_clock},
                                          {"flop_clock_parked", &LogicCosts::flop_clock_parked},
                                          {"flop_data", &LogicCosts::flop_data},
                                          {"clock_tree", &LogicCosts::clock_tree},
                                          {"adder", &LogicCosts::adder},
                                          {"lane_load", &LogicCosts::lane_load},
                                          {"lane_multiply", &LogicCosts::lane_multiply},
                                          {"command", &LogicCosts::command},
                                          {"flash_byte", &LogicCosts::flash_byte},
                                          {"external_byte", &LogicCosts::external_byte},
                                          {"bus_byte", &LogicCosts::bus_byte},
                                          {"gate_leakage", &LogicCosts::gate_leakage, "nW"}}};

LogicCosts read_costs(const StrictMap& top) {
  std::array<std::string_view, kCosts.size()> keys;
  std::ranges::transform(kCosts, keys.begin(), &Cost::key);
  const StrictMap map = top.map("costs", keys);
  LogicCosts costs;
  for (const Cost& cost : kCosts)
    costs.*cost.member = read_sourced(map, cost.key, {.unit = cost.unit, .least = 0, .most = kMostPj}).figure;
  return costs;
}

// Between the low figure and the value, widened upwards by the spread.
Figure access(const StrictMap& entry, const char* key, const char* low_key, const Figure& spread) {
  const double value = entry.real(key, 0, kMostPj);
  const double low = entry.real(low_key, 0, kMostPj);
  if (low > value) entry.refuse(low_key, std::string("at most '") + key + "'");
  return {.value = value * spread.value, .low = low * spread.low, .high = value * spread.high};
}

SramPoint read_point(const StrictMap& entry, const Figure& spread) {
  SramPoint point{.word_bits = entry.integer("word_bits", "a width in bits"),
                  .bytes = entry.integer("bytes", "a size in bytes"),
                  .figures = {.read_pj = access(entry, "read_pj", "read_low_pj", spread),
                              .write_pj = access(entry, "write_pj", "write_low_pj", spread),
                              .leakage_uw = {}}};
  if (point.word_bits < 1) entry.refuse("word_bits", "a width in bits");
  if (point.bytes < 1) entry.refuse("bytes", "a size in bytes");
  const double leakage = entry.real("leakage_uw", 0, kMostUw);
  const double most = entry.real("leakage_high_uw", 0, kMostUw);
  if (most < leakage) entry.refuse("leakage_high_uw", "at least 'leakage_uw'");
  point.figures.leakage_uw = {.value = leakage, .low = leakage, .high = most};
  return point;
}

SramModel read_sram(const StrictMap& sram) {
  if (sram.text("source", kSourceRule).size() < 5) sram.refuse("source", kSourceRule);
  const Figure spread = read_sourced(sram, "spread", {.unit = "ratio", .least = 0, .most = kMostRatio}).figure;
  std::vector<SramPoint> points;
  for (const StrictMap& entry : sram.list("points", kPointKeys)) {
    SramPoint point = read_point(entry, spread);
    const bool follows = points.empty() || point.word_bits > points.back().word_bits ||
                         (point.word_bits == points.back().word_bits && point.bytes > points.back().bytes);
    if (!follows) entry.refuse("bytes", "more than before, or the first size of a wider word");
    points.push_back(std::move(point));
  }
  if (points.empty()) sram.refuse("points", "a list of macros, at least one");
  return SramModel(std::move(points));
}

}  // namespace

EnergyTable parse_energy_table(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  const StrictMap sram = top.map("sram", kSramKeys);
  return {.name = top.text("name", "the name of the table"),
          .node_nm = top.real("node_nm", 1, 1000),
          .supply_v = top.real("supply_v", 0.1, 10),
          .logic = read_costs(top),
          .sram = read_sram(sram),
          .sram_two_port = read_sourced(sram, "two_port", {.unit = "ratio", .least = 1, .most = kMostRatio}).figure};
}

EnergyTable load_energy_table(const std::filesystem::path& file) {
  return parse_energy_table(read_text(file, ExitCode::kConfig), file.string());
}

}  // namespace systolite::energy

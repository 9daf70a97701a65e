// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/cell.h"

#include <array>
#include <string_view>

#include "sim/battery/units.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::battery {
namespace {

constexpr std::array<std::string_view, 7> kTopKeys = {"name",           "capacity",           "voltage",     "usable",
                                                      "self_discharge", "continuous_current", "peak_current"};
constexpr double kLeast = 0.001;  // what must not be zero
constexpr double kMostMah = 1e6;
constexpr double kMostVolts = 100;
constexpr double kMostMa = 1e6;
constexpr double kMostPercentYear = 1000;

}  // namespace

Figure Cell::usable_joules() const {
  return capacity_mah.figure * voltage_v.figure * usable_percent.figure * (kSecondsPerHour / kMilli / kPercent);
}

Figure Cell::self_discharge_uw() const {
  return capacity_mah.figure * voltage_v.figure * self_discharge_percent.figure *
         (kSecondsPerHour / kMilli / kPercent * kMicro / kSecondsPerYear);
}

Cell parse_cell(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  return {.name = top.text("name", "the name of the battery"),
          .file = file,
          .capacity_mah = read_sourced(top, "capacity", {"mAh", kLeast, kMostMah}),
          .voltage_v = read_sourced(top, "voltage", {"V", kLeast, kMostVolts}),
          .usable_percent = read_sourced(top, "usable", {"%", kLeast, kPercent}),
          .self_discharge_percent = read_sourced(top, "self_discharge", {"%/year", 0, kMostPercentYear}),
          .continuous_ma = read_sourced(top, "continuous_current", {"mA", kLeast, kMostMa}),
          .peak_ma = read_sourced(top, "peak_current", {"mA", kLeast, kMostMa})};
}

Cell load_cell(const std::filesystem::path& file) {
  return parse_cell(read_text(file, ExitCode::kConfig), file.string());
}

}  // namespace systolite::battery

// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/scenario.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "sim/battery/units.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::battery {
namespace {

constexpr std::array<std::string_view, 10> kTopKeys = {
    "name",        "model",  "mcu",         "battery",          "sensing_period_ms", "inferences_per_second",
    "deadline_ms", "sensor", "preparation", "supply_efficiency"};
constexpr std::array<std::string_view, 3> kSensorKeys = {"power", "capture_time", "capture_energy"};
constexpr double kLeastMs = 0.001;
constexpr double kMostMs = 1e9;
constexpr double kMostRate = 1e6;
constexpr double kMostUw = 1e7;
constexpr double kMostUj = 1e9;
constexpr double kMostKcycles = 1e9;
constexpr double kRoundOff = 1e-9;  // of a product of two decimal numbers

}  // namespace

Scenario parse_scenario(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  const StrictMap sensor = top.map("sensor", kSensorKeys);
  Scenario scenario;
  scenario.file = file;
  scenario.name = top.text("name", "the name of the scenario");
  scenario.model = top.text("model", "the name of a model");
  scenario.mcu = top.text("mcu", "the name of a microcontroller of configs/mcus");
  scenario.battery = top.text("battery", "the name of a battery of configs/batteries");
  scenario.sensing_period_ms = top.real("sensing_period_ms", kLeastMs, kMostMs);
  scenario.inferences_per_second = top.real("inferences_per_second", 0, kMostRate);
  scenario.deadline_ms = top.real("deadline_ms", kLeastMs, kMostMs);
  scenario.sensor_uw = read_sourced(sensor, "power", {"uW", 0, kMostUw});
  scenario.capture_ms = read_sourced(sensor, "capture_time", {"ms", 0, kMostMs});
  scenario.capture_uj = read_sourced(sensor, "capture_energy", {"uJ", 0, kMostUj});
  scenario.preparation_kcycles = read_sourced(top, "preparation", {"kcycle", 0, kMostKcycles});
  scenario.supply_percent = read_sourced(top, "supply_efficiency", {"%", 1, kPercent});
  if (scenario.inferences_per_second * scenario.period_s() > 1 + kRoundOff) {
    top.refuse("inferences_per_second", fmt::format("at most one in each sensing period of {:g} ms, {:g}",
                                                    scenario.sensing_period_ms, 1 / scenario.period_s()));
  }
  if (scenario.capture_ms.figure.value > scenario.sensing_period_ms) {
    sensor.map("capture_time", kSourcedKeys)
        .refuse("value", fmt::format("at most the sensing period of {:g} ms", scenario.sensing_period_ms));
  }
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& file) {
  return parse_scenario(read_text(file, ExitCode::kConfig), file.string());
}

}  // namespace systolite::battery

// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sim/battery/battery_report.h"

namespace systolite::battery {
namespace {

using Json = nlohmann::ordered_json;

Json figure_json(const Figure& figure) { return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}}; }

const char* name(Payoff payoff) {
  switch (payoff) {
    case Payoff::kAlways:
      return "always";
    case Payoff::kFromRate:
      return "from_rate";
    case Payoff::kOnlyInTime:
      return "only_in_time";
    case Payoff::kBeyondTime:
      return "beyond_time";
    case Payoff::kNever:
      return "never";
    case Payoff::kImpossible:
      return "impossible";
  }
  return "";
}

Json payoff_json(const std::optional<BreakEven>& result) {
  if (!result) return nullptr;
  const bool rate = result->payoff != Payoff::kNever && result->payoff != Payoff::kImpossible;
  const bool bounds = result->payoff == Payoff::kFromRate;
  return {{"pays", name(result->payoff)},
          {"inferences_per_second", rate ? Json(result->per_second) : Json(nullptr)},
          {"low", bounds ? Json(result->low) : Json(nullptr)},
          {"high", bounds && result->high ? Json(*result->high) : Json(nullptr)},
          {"sentence", sentence(*result)}};
}

Json power_json(const AveragePower& power) {
  Json shares = Json::object();
  for (std::size_t i = 0; i < kShares; ++i)
    shares[battery::name(static_cast<Share>(i))] = figure_json(power.shares_uw[i]);
  return {{"shares_uw", shares},
          {"total_uw", figure_json(power.total_uw)},
          {"peak_uw", figure_json(power.peak_uw)},
          {"peak_seconds", power.peak_s},
          {"duty_cycle", power.duty_cycle},
          {"response_ms", figure_json(power.response_ms)},
          {"margin_ms", figure_json(power.margin_ms)},
          {"capture_state", power.capture_state},
          {"rest_state", power.rest_state},
          {"standby_state", power.standby_state}};
}

Json life_json(const Life& life) {
  return {{"days", figure_json(life.days)},
          {"self_discharge_uw", figure_json(life.self_discharge_uw)},
          {"average_ma", figure_json(life.average_ma)},
          {"peak_ma", figure_json(life.peak_ma)},
          {"capacitor_uf", life.capacitor_uf},
          {"average_allowed", life.average_allowed},
          {"peak_allowed", life.peak_allowed}};
}

Json row_json(const BatteryRow& row) {
  Json json = {{"system", row.name}, {"software", row.software}, {"source", row.source}};
  if (!row.system) {
    json["refusal"] = row.refusal;
    return json;
  }
  const InferenceCost& cost = row.system->inference;
  json["mcu"] = row.system->mcu.name;
  json["inference"] = {{"seconds", cost.seconds},
                       {"processor_uj", figure_json(cost.processor_uj)},
                       {"accelerator_uj", figure_json(cost.accelerator_uj)}};
  json["needed_ms"] = row.needed_ms;
  json["power"] = row.power ? power_json(*row.power) : Json(nullptr);
  json["life"] = row.life ? life_json(*row.life) : Json(nullptr);
  json["break_even"] = payoff_json(row.accelerator);
  return json;
}

}  // namespace

std::string to_json(const BatteryReport& report) {
  Json rows = Json::array();
  for (const BatteryRow& row : report.rows) rows.push_back(row_json(row));
  const Scenario& scenario = report.scenario;
  const Json json = {{"schema", kBatterySchema},
                     {"model", report.model},
                     {"config", report.config},
                     {"backend", report.backend},
                     {"standby", report.standby},
                     {"reference_model", report.reference ? Json(*report.reference) : Json(nullptr)},
                     {"notes", report.notes},
                     {"scenario",
                      {{"name", scenario.name},
                       {"sensing_period_ms", scenario.sensing_period_ms},
                       {"inferences_per_second", scenario.inferences_per_second},
                       {"deadline_ms", scenario.deadline_ms}}},
                     {"battery",
                      {{"name", report.cell.name},
                       {"usable_joules", figure_json(report.cell.usable_joules())},
                       {"self_discharge_uw", figure_json(report.cell.self_discharge_uw())}}},
                     {"systems", rows}};
  return json.dump(2) + "\n";
}

}  // namespace systolite::battery

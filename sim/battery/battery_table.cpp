// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/battery/battery_report.h"

namespace systolite::battery {
namespace {

using Out = std::back_insert_iterator<std::string>;

// Four digits, as many as any of these figures deserves.
std::string digits(double value) {
  if (value == 0) return "0";
  const double size = value < 0 ? -value : value;
  if (size >= 1000) return fmt::format("{:.0f}", value);
  if (size >= 100) return fmt::format("{:.1f}", value);
  if (size >= 1) return fmt::format("{:.2f}", value);
  return fmt::format("{:.2g}", value);
}

std::string bounded(const Figure& figure) {
  return fmt::format("{} ({} to {})", digits(figure.value), digits(figure.low), digits(figure.high));
}

void heading(const BatteryReport& r, std::string& text) {
  const Scenario& s = r.scenario;
  fmt::format_to(Out(text),
                 "{} on {} in scenario {}: sensing every {:g} ms, {:g} inferences/s, deadline {:g} ms\n"
                 "Battery {}: {} mAh, {} V, {} % usable; supply efficiency {} %; standby of the accelerator: {}\n",
                 r.model, r.config, s.name, s.sensing_period_ms, s.inferences_per_second, s.deadline_ms, r.cell.name,
                 digits(r.cell.capacity_mah.figure.value), digits(r.cell.voltage_v.figure.value),
                 digits(r.cell.usable_percent.figure.value), digits(s.supply_percent.figure.value), r.standby);
  for (const std::string& note : r.notes) fmt::format_to(Out(text), "{}\n", note);
}

std::size_t widest(const BatteryReport& r, std::string BatteryRow::*column) {
  std::size_t width = 8;
  for (const BatteryRow& row : r.rows) width = std::max(width, (row.*column).size());
  return width;
}

void shares(const BatteryReport& r, std::size_t name_width, std::size_t software_width, std::string& text) {
  fmt::format_to(Out(text), "\nAverage power from the battery by share, uW\n{:<{}} {:<{}}", "system", name_width,
                 "software", software_width);
  for (const char* column : {"sensor", "sleep", "standby", "wake-up", "prepare", "infer:cpu", "infer:acc", "supply"})
    fmt::format_to(Out(text), " {:>9}", column);
  text += "  all (low to high)\n";
  for (const BatteryRow& row : r.rows) {
    fmt::format_to(Out(text), "{:<{}} {:<{}}", row.name, name_width, row.software, software_width);
    if (!row.system) {
      fmt::format_to(Out(text), " does not fit: {}\n", row.refusal);
    } else if (!row.power) {
      fmt::format_to(Out(text), " has not the time: takes {} ms of every {:g} ms\n", digits(row.needed_ms),
                     r.scenario.sensing_period_ms);
    } else {
      for (const Figure& share : row.power->shares_uw) fmt::format_to(Out(text), " {:>9}", digits(share.value));
      fmt::format_to(Out(text), "  {}\n", bounded(row.power->total_uw));
    }
  }
}

std::string states(const AveragePower& power) {
  std::string text = power.capture_state;
  if (!power.rest_state.empty()) text += (text.empty() ? "" : ", ") + power.rest_state;
  if (!power.standby_state.empty()) text += ", accelerator " + power.standby_state;
  return text;
}

void life(const BatteryReport& r, std::size_t name_width, std::size_t software_width, std::string& text) {
  fmt::format_to(Out(text), "\nBattery life\n{:<{}} {:<{}} {:>12} {:>12} {:>8} {:>12} {:>12} {:>9}  {:<28} {}\n",
                 "system", name_width, "software", software_width, "inference ms", "inference uJ", "duty %",
                 "response ms", "margin ms", "peak mA", "days (low to high)", "between tasks");
  for (const BatteryRow& row : r.rows) {
    if (!row.power) continue;
    const InferenceCost& cost = row.system->inference;
    const bool allowed = row.life->peak_allowed && row.life->average_allowed;
    fmt::format_to(Out(text), "{:<{}} {:<{}} {:>12} {:>12} {:>8} {:>12} {:>12} {:>9}{} {:<28} {}\n", row.name,
                   name_width, row.software, software_width, digits(cost.seconds * 1000),
                   digits(cost.processor_uj.value + cost.accelerator_uj.value), digits(row.power->duty_cycle * 100),
                   digits(row.power->response_ms.value), digits(row.power->margin_ms.value),
                   digits(row.life->peak_ma.value), allowed ? " " : "!", bounded(row.life->days), states(*row.power));
  }
  fmt::format_to(Out(text), "Self-discharge, as a power: {} uW. ", bounded(r.cell.self_discharge_uw()));
  fmt::format_to(Out(text), "The battery gives {} mA for long and {} mA for short; !: more is drawn.\n",
                 digits(r.cell.continuous_ma.figure.value), digits(r.cell.peak_ma.figure.value));
  for (const BatteryRow& row : r.rows) {
    if (!row.life || row.life->peak_allowed) continue;
    fmt::format_to(Out(text), "  {} ({}): {} mA for {} ms; a capacitor of {} uF would carry the peak\n", row.name,
                   row.software, digits(row.life->peak_ma.value), digits(row.power->peak_s * 1000),
                   digits(row.life->capacitor_uf));
  }
  const bool missed =
      std::ranges::any_of(r.rows, [](const BatteryRow& row) { return row.power && row.power->margin_ms.value < 0; });
  if (missed) text += "A margin below 0 means that the deadline is missed.\n";
}

void payoff(const BatteryReport& r, std::string& text) {
  text += "\nThe accelerator against the processor alone (same sensing, any rate of inferences)\n";
  for (const BatteryRow& row : r.rows) {
    if (row.accelerator)
      fmt::format_to(Out(text), "  {} ({}): {}\n", row.name, row.software, sentence(*row.accelerator));
  }
}

void sources(const BatteryReport& r, std::string& text) {
  for (const BatteryRow& row : r.rows) {
    if (!row.source.empty()) fmt::format_to(Out(text), "Latency of {} ({}): {}\n", row.name, row.software, row.source);
  }
}

}  // namespace

std::string to_table(const BatteryReport& report) {
  const std::size_t name_width = widest(report, &BatteryRow::name);
  const std::size_t software_width = widest(report, &BatteryRow::software);
  std::string text;
  heading(report, text);
  shares(report, name_width, software_width, text);
  life(report, name_width, software_width, text);
  payoff(report, text);
  sources(report, text);
  return text;
}

}  // namespace systolite::battery

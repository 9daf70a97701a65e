// SPDX-License-Identifier: Apache-2.0
#include "sim/report/report_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <vector>

namespace systolite {
namespace {

using Out = std::back_insert_iterator<std::string>;

// 1234567 -> "1,234,567"
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string grouped(std::int64_t value) {
  const auto size = static_cast<std::uint64_t>(std::abs(value));
  return (value < 0 ? "-" : "") + grouped(size);
}

std::string ratio(Cycles cycles, std::int64_t bound) {
  return bound == 0 ? "-" : fmt::format("{:.2f}", static_cast<double>(cycles) / static_cast<double>(bound));
}

double percent(Cycles part, Cycles whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// The stalls that matter, largest first: "wait_ld 12 %, drain 3 %".
std::string main_stalls(const StateCycles& states, Cycles cycles) {
  constexpr double kShown = 1.0;  // percent
  std::vector<std::pair<Cycles, isa::State>> stalls;
  for (std::size_t i = 0; i < kStateCount; ++i) {
    const auto state = static_cast<isa::State>(i);
    if (state != isa::State::kBusy && percent(states.cycles[i], cycles) >= kShown)
      stalls.emplace_back(states.cycles[i], state);
  }
  std::ranges::stable_sort(stalls, std::ranges::greater{}, [](const auto& stall) { return stall.first; });
  std::string text;
  for (const auto& [count, state] : stalls) {
    fmt::format_to(Out(text), "{}{} {:.0f} %", text.empty() ? "" : ", ", isa::name(state), percent(count, cycles));
  }
  return text;
}

// What is above the bound, most first: "vector 120, drain 36, prefetched -10". Causes below 1 % of the cycles are left
// out.
std::string main_causes(const Gap& gap, Cycles cycles) {
  std::vector<std::pair<std::int64_t, GapCause>> causes;
  for (std::size_t i = 0; i < kGapCauses; ++i) {
    const std::int64_t count = gap.cycles[i];
    if (100 * std::abs(count) >= static_cast<std::int64_t>(cycles) && count != 0)
      causes.emplace_back(count, static_cast<GapCause>(i));
  }
  std::ranges::stable_sort(causes, std::ranges::greater{}, [](const auto& entry) { return std::abs(entry.first); });
  std::string text;
  for (const auto& [count, cause] : causes)
    fmt::format_to(Out(text), "{}{} {}", text.empty() ? "" : ", ", name(cause), grouped(count));
  return text;
}

std::string cpu_heading(const Report& report) {
  if (!report.firmware)
    return "On the CPU (no CPU model is selected: their cycles are not counted in device cycles):\n";
  return fmt::format("On the CPU ({}, profile {}; cycles are not in those of the accelerator):\n",
                     report.firmware->core, report.firmware->profile);
}

void cpu_lines(const Report& report, std::string& text) {
  bool any = false;
  for (const LayerReport& layer : report.layers) {
    if (layer.where != Where::kCpu) continue;
    if (!any) text += cpu_heading(report);
    any = true;
    fmt::format_to(Out(text), "  operator {} {}: {}", layer.index, layer.op, layer.reason);
    if (layer.cpu_cycles) fmt::format_to(Out(text), "; {} cycles", grouped(*layer.cpu_cycles));
    text += "\n";
  }
  if (!any) text += "Every operator runs on the accelerator.\n";
}

void removed_line(const Report& report, std::string& text) {
  if (!report.removed) return;
  const auto number = [](std::int64_t value) { return grouped(static_cast<std::uint64_t>(value)); };
  fmt::format_to(Out(text), "Removed: {} constant and {} unread channels, {} of {} MACs, {} weights\n",
                 number(report.removed->constant_channels), number(report.removed->unread_channels),
                 number(report.removed->macs), number(report.macs), number(report.removed->weights));
}

// "2 CONV_2D, 3 ADD".
void in_place_line(const Report& report, std::string& text) {
  std::string operators;
  for (const LayerReport& layer : report.layers) {
    if (layer.in_place_of)
      fmt::format_to(Out(operators), "{}{} {}", operators.empty() ? "" : ", ", layer.index, layer.op);
  }
  if (operators.empty()) return;
  fmt::format_to(Out(text), "In place, so that the tensors fit the scratchpad of {} B: {}\n",
                 grouped(static_cast<std::uint64_t>(report.scratchpad_bytes)), operators);
}

// "1 DEPTHWISE_CONV_2D (2)".
void row_bands_line(const Report& report, std::string& text) {
  std::string operators;
  for (const LayerReport& layer : report.layers) {
    if (layer.row_bands > 1)
      fmt::format_to(Out(operators), "{}{} {} ({})", operators.empty() ? "" : ", ", layer.index, layer.op,
                     layer.row_bands);
  }
  if (!operators.empty()) fmt::format_to(Out(text), "Image stored as bands of rows beside each other: {}\n", operators);
}

// "array output": with the dataflow where it is not weight stationary always.
std::string place(const LayerReport& layer, const Report& report) {
  if (!report.names_dataflow || !layer.dataflow) return name(layer.where);
  return fmt::format("{} {}", name(layer.where), name(*layer.dataflow));
}

// The energy of a layer in nJ, as a column; nothing if there are no energies.
std::string energy_column(const Report& report, const LayerReport& layer) {
  if (!report.energy) return "";
  const double pj = report.energy->layers.at(static_cast<std::size_t>(layer.index)).split.total().value;
  return fmt::format(" {:>9}", pj == 0 ? "-" : fmt::format("{:.1f}", pj / 1000));
}

void layer_table(const Report& report, std::string& text) {
  const int place_width = report.names_dataflow ? 12 : 6;
  fmt::format_to(Out(text), "\n{:>3} {:<18} {:<{}} {:>12} {:>11} {:>11} {:>6} {:>7}  {:<11} {:>10} {:>10}{}  {}\n", "#",
                 "operator", "on", place_width, "MACs", "cycles", "bound", "ratio", "array %", "bound by", "read B",
                 "written B", report.energy ? " energy nJ" : "", "cycles above the bound");
  for (const LayerReport& layer : report.layers) {
    fmt::format_to(Out(text), "{:>3} {:<18} {:<{}} {:>12} ", layer.index, layer.op, place(layer, report), place_width,
                   grouped(static_cast<std::uint64_t>(layer.macs_executed)));
    if (layer.where == Where::kCpu || layer.where == Where::kNone) {
      const Cycles cycles = layer.cpu_cycles.value_or(layer.cycles);
      fmt::format_to(Out(text), "{:>11} {:>11}", cycles == 0 ? "-" : grouped(cycles), "-");
      if (layer.cpu_cycles && report.energy && report.energy->has_cpu)
        fmt::format_to(Out(text), "{:49}{}", "", energy_column(report, layer));
      text += "\n";
      continue;
    }
    fmt::format_to(Out(text), "{:>11} {:>11} {:>6} {:>7.1f}  {:<11} {:>10} {:>10}{}  {}\n", grouped(layer.cycles),
                   grouped(layer.bound.cycles()), ratio(layer.cycles, layer.bound.cycles()), 100.0 * layer.utilization,
                   layer.bound_by ? name(*layer.bound_by) : "-", grouped(layer.bytes_read),
                   grouped(layer.bytes_written), energy_column(report, layer), main_causes(layer.gap, layer.cycles));
  }
}

void engine_table(const Report& report, std::string& text) {
  fmt::format_to(Out(text), "\n{:<8} {:>7}  {}\n", "engine", "busy %", "otherwise (share of cycles)");
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    const StateCycles& states = report.engines[unit];
    fmt::format_to(Out(text), "{:<8} {:>7.1f}  {}\n", isa::name(static_cast<isa::Engine>(unit)),
                   percent(states.busy(), report.cycles), main_stalls(states, report.cycles));
  }
}

void bound_lines(const Report& report, std::string& text) {
  fmt::format_to(Out(text), "Bound: {} cycles, {} x, {} above: {}; {} if all transfers and array work overlapped\n",
                 grouped(report.bound_cycles), ratio(report.cycles, report.bound_cycles), grouped(report.gap.total()),
                 main_causes(report.gap, 0), grouped(report.overlapped_bound_cycles));
  fmt::format_to(Out(text), "Loading weights and tables: {} cycles hidden under the array, {} exposed",
                 grouped(report.weights.hidden), grouped(report.weights.exposed));
  if (report.cycles_without_prefetch)
    fmt::format_to(Out(text), "; without prefetch the run would take {} cycles",
                   grouped(*report.cycles_without_prefetch));
  text += "\n";
}

// "12.3 uJ (5.6 to 30.1)"; three digits, nJ below 1 uJ.
std::string energy_text(const Figure& pj) {
  const bool small = pj.value < 1e6;
  const Figure scaled = pj / (small ? 1e3 : 1e6);
  return fmt::format("{:.3g} {} ({:.3g} to {:.3g})", scaled.value, small ? "nJ" : "uJ", scaled.low, scaled.high);
}

// Shares of the nominal energy, most first: "array 40 %, buffers 21 %". Below 1 % they are left out.
std::string energy_shares(const energy::EnergySplit& split) {
  std::vector<std::pair<double, const char*>> shares;
  const double total = split.total().value;
  for (std::size_t i = 0; i < energy::kComponents; ++i) {
    const double share = 100 * split.pj[i].value / total;
    if (share >= 1) shares.emplace_back(share, energy::name(static_cast<energy::Component>(i)));
  }
  std::ranges::stable_sort(shares, std::ranges::greater{}, [](const auto& entry) { return entry.first; });
  std::string text;
  for (const auto& [share, name] : shares)
    fmt::format_to(Out(text), "{}{} {:.0f} %", text.empty() ? "" : ", ", name, share);
  return text;
}

void energy_lines(const Report& report, std::string& text) {
  if (!report.energy) return;
  const EnergyReport& energy = *report.energy;
  const Figure total = energy.total_pj();
  fmt::format_to(Out(text), "Energy (table {}): {}", energy.table, energy_text(total));
  if (report.macs_executed != 0)
    fmt::format_to(Out(text), ", {:.3g} pJ/MAC", total.value / static_cast<double>(report.macs_executed));
  fmt::format_to(Out(text), ", {:.3g} mW over {:.1f} us: {}\n", energy.average_mw().value, energy.time_us,
                 energy_shares(energy.run.split));
  fmt::format_to(Out(text), "  processor {}: {}\n", energy.has_cpu ? "included" : "not included", energy.cpu);
}

// One line a part of the inference, with a bar from the place where the parts before it end.
void firmware_table(const Report& report, std::string& text) {
  if (!report.firmware) return;
  const FirmwareReport& firmware = *report.firmware;
  constexpr double kBarColumns = 50;
  const auto column = [&](Cycles cycles) {
    return static_cast<std::size_t>(
        std::lround(kBarColumns * static_cast<double>(cycles) / static_cast<double>(firmware.cycles)));
  };
  const auto line = [&](const char* part, Cycles begin, Cycles cycles) {
    const std::size_t from = column(begin);
    const std::string bar = std::string(from, ' ') + std::string(column(begin + cycles) - from, '#');
    fmt::format_to(Out(text), "{:<12} {:>11} {:>10.1f} {:>7.1f}  {}\n", part, grouped(cycles),
                   static_cast<double>(cycles) / report.clock_mhz, percent(cycles, firmware.cycles), bar);
  };
  fmt::format_to(Out(text), "\nFirmware on {} (profile {}, {}), waiting by {}: {} instructions from reset to exit\n",
                 firmware.core, firmware.profile, firmware.profile_status,
                 firmware.wait == "poll" ? "polling" : "interrupt", grouped(firmware.instructions));
  fmt::format_to(Out(text), "{:<12} {:>11} {:>10} {:>7}\n", "part", "cycles", "us", "share %");
  const Cycles waited = firmware.driver_cycles() + firmware.waiting_cycles;
  line("driver", 0, firmware.driver_cycles());
  line("waiting", firmware.driver_cycles(), firmware.waiting_cycles);
  line("fallback", waited, firmware.fallback_cycles);
  line("inference", 0, firmware.cycles);
  line("accelerator", firmware.driver_cycles(), firmware.accelerator_cycles);
  fmt::format_to(Out(text),
                 "Overhead of driver and waiting beyond the accelerator: {} cycles, {:.2f} % of the inference\n",
                 grouped(firmware.overhead_cycles()), percent(firmware.overhead_cycles(), firmware.cycles));
}

}  // namespace

std::string to_table(const Report& report) {
  std::string text;
  fmt::format_to(Out(text), "{} on {} ({} x {} array, {:g} MHz), backend {}\n", report.model, report.config,
                 report.rows, report.cols, report.clock_mhz, report.backend);
  cpu_lines(report, text);
  removed_line(report, text);
  in_place_line(report, text);
  row_bands_line(report, text);
  fmt::format_to(Out(text), "Input: {}\n", report.input);
  if (!report.has_timing) {
    fmt::format_to(Out(text), "The backend {} has no clock: no cycles, no bytes.\n", report.backend);
    return text;
  }
  layer_table(report, text);
  engine_table(report, text);
  fmt::format_to(
      Out(text),
      "\nTotal: {} cycles, {:.1f} us, {} MACs, array utilization {:.1f} %, {} B read ({} B commands), {} B written\n",
      grouped(report.cycles), report.latency_us, grouped(static_cast<std::uint64_t>(report.macs_executed)),
      100.0 * report.utilization, grouped(report.bytes_read), grouped(report.bytes_fetched),
      grouped(report.bytes_written));
  bound_lines(report, text);
  energy_lines(report, text);
  firmware_table(report, text);
  return text;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/baseline/comparison.h"

namespace systolite::baseline {
namespace {

using Out = std::back_insert_iterator<std::string>;

// 1234567 -> "1,234,567"
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string grouped(double value) { return grouped(static_cast<std::uint64_t>(value + 0.5)); }

void heading(const Comparison& c, std::string& text) {
  const Report& r = c.accelerator;
  fmt::format_to(Out(text), "{} on {} ({} x {} array, {:g} MHz, backend {}) and on Cortex-M alone\n", r.model, r.config,
                 r.rows, r.cols, r.clock_mhz, r.backend);
  fmt::format_to(Out(text), "Compiler of the software on the simulated cores: {}\n", c.compiler);
  if (r.removed) text += "Channels that no output depends on are removed, on the cores too.\n";
  if (c.host_operators.empty()) {
    text += "Every operator runs on the accelerator.\n";
    return;
  }
  fmt::format_to(Out(text), "Beside the accelerator, on a {} at {:g} MHz (profile {}):\n", c.host.core,
                 c.host.clock_mhz, c.host.profile);
  for (const HostOperator& op : c.host_operators) {
    fmt::format_to(Out(text), "  operator {} {}: {} ({} cycles)\n", op.op, op.type, op.reason, grouped(op.cycles));
  }
}

void layers(const Comparison& c, std::string& text) {
  fmt::format_to(Out(text), "\nCycles by operator\n{:>3} {:<18} {:>12} {:>12}", "#", "operator", "MACs", "accelerator");
  for (const CoreComparison& core : c.cores) fmt::format_to(Out(text), " {:>14}", core.run.core);
  fmt::format_to(Out(text), "\n{:>3} {:<18} {:>12} {:>12}", "", "", "", "");
  for (const CoreComparison& core : c.cores) {
    fmt::format_to(Out(text), " {:>14}", core.run.kernels == kOwnKernels ? kOwnKernels : "CMSIS-NN");
  }
  text += "\n";
  for (const LayerReport& layer : c.accelerator.layers) {
    const auto host = std::ranges::find(c.host_operators, layer.index, &HostOperator::op);
    const std::string cycles = host != c.host_operators.end() ? "host"
                               : layer.cycles == 0            ? "-"
                                                              : grouped(layer.cycles);
    fmt::format_to(Out(text), "{:>3} {:<18} {:>12} {:>12}", layer.index, layer.op,
                   grouped(static_cast<std::uint64_t>(layer.macs)), cycles);
    for (const CoreComparison& core : c.cores) {
      const std::uint64_t on_core = core.run.operator_cycles.at(static_cast<std::size_t>(layer.index));
      fmt::format_to(Out(text), " {:>14}", on_core == 0 ? "-" : grouped(on_core));
    }
    text += "\n";
  }
  fmt::format_to(Out(text), "{:>3} {:<18} {:>12} {:>12}", "", "inference",
                 grouped(static_cast<std::uint64_t>(c.accelerator.macs)), grouped(c.accelerator.cycles));
  for (const CoreComparison& core : c.cores) fmt::format_to(Out(text), " {:>14}", grouped(core.run.cycles));
  text += "\n";
}

void summary_row(std::string& text, const std::string& what, const std::string& software, double clock_mhz,
                 double cycles, double us, const std::string& ram, const std::string& flash, const Comparison& c) {
  fmt::format_to(Out(text), "{:<33} {:<46} {:>5g} {:>13} {:>11} {:>9} {:>9} {:>9.1f} {:>9.1f}\n", what, software,
                 clock_mhz, grouped(cycles), fmt::format("{:.1f}", us), ram, flash,
                 cycles / static_cast<double>(c.accelerator_cycles()), us / c.accelerator_us());
}

void published_row(std::string& text, const PublishedResult& p, const Comparison& c) {
  summary_row(text, fmt::format("{} {}", p.core, p.board), p.software + ", published", p.clock_mhz, p.cycles(),
              p.latency_ms * 1000, "", "", c);
}

void summary(const Comparison& c, std::string& text) {
  fmt::format_to(Out(text), "\nWhole inference\n{:<33} {:<46} {:>5} {:>13} {:>11} {:>9} {:>9} {:>19}\n", "", "", "", "",
                 "", "", "", "accelerator faster");
  fmt::format_to(Out(text), "{:<33} {:<46} {:>5} {:>13} {:>11} {:>9} {:>9} {:>9} {:>9}\n", "on", "software", "MHz",
                 "cycles", "us", "RAM B", "flash B", "in cycles", "in time");
  summary_row(text, "accelerator", c.host_operators.empty() ? "" : "with host " + c.host.core, c.accelerator.clock_mhz,
              static_cast<double>(c.accelerator_cycles()), c.accelerator_us(),
              grouped(std::uint64_t{c.accelerator_sram_bytes} + c.scratchpad_bytes),
              grouped(std::uint64_t{c.accelerator_flash_bytes}), c);
  for (const CoreComparison& core : c.cores) {
    const CoreRun& run = core.run;
    summary_row(text, fmt::format("{} {} ({})", run.core, run.profile, cpu::name(run.status)), run.kernels,
                run.clock_mhz, static_cast<double>(run.cycles), run.microseconds(),
                grouped(std::uint64_t{run.ram_bytes}), grouped(std::uint64_t{run.flash_bytes}), c);
    if (core.best) published_row(text, *core.best, c);
    if (core.cmsis_nn) published_row(text, *core.cmsis_nn, c);
  }
}

// Three digits at least: 0.856, 12.4, 7,313.
std::string short_number(double value) { return value < 1000 ? fmt::format("{:.3g}", value) : grouped(value); }

std::string uj(const Figure& energy) {
  return fmt::format("{} ({} to {})", short_number(energy.value), short_number(energy.low), short_number(energy.high));
}

void energy_row(std::string& text, const std::string& what, const std::string& how, const std::string& energy,
                const std::string& ratio) {
  fmt::format_to(Out(text), "{:<33} {:<60} {:<26} {:>8}\n", what, how, energy, ratio);
}

void accelerator_energy(const Comparison& c, const Figure& accelerator, std::string& text) {
  const EnergyReport& device = *c.accelerator.energy;
  energy_row(text, "accelerator", fmt::format("activity x table {}", device.table), uj(device.total_pj() / 1e6), "");
  energy_row(text, fmt::format("its host {} {}", c.host.core, c.host.profile),
             fmt::format("operators {}, asleep {}", uj(*c.host_active_uj()), uj(*c.host_asleep_uj())),
             uj(*c.host_active_uj() + *c.host_asleep_uj()), "");
  energy_row(text, "both", "", uj(accelerator), "1.0");
}

void energies(const Comparison& c, std::string& text) {
  if (!c.accelerator.energy) return;
  text += "\nEnergy of the inference\n";
  energy_row(text, "on", "by", "uJ (bounds)", "ratio");
  const auto accelerator = c.accelerator_uj();
  if (!accelerator) {
    fmt::format_to(Out(text), "accelerator: no figure of its host {} (profile {}) in configs/energy/cpu.yaml\n",
                   c.host.core, c.host.profile);
    return;
  }
  accelerator_energy(c, *accelerator, text);
  const auto ratio = [&](double value) { return fmt::format("{:.1f}", value / accelerator->value); };
  for (const CoreComparison& core : c.cores) {
    const std::string what = fmt::format("{} {}", core.run.core, core.run.profile);
    if (const auto energy = core.energy_uj()) {
      const Figure& cycle = core.energy->active_pj;
      energy_row(text, what,
                 fmt::format("{} cycles x {:g} ({:g} to {:g}) pJ", grouped(core.run.cycles), cycle.value, cycle.low,
                             cycle.high),
                 uj(*energy), ratio(energy->value));
    } else {
      energy_row(text, what, "no figure in configs/energy/cpu.yaml", "", "");
    }
    if (core.least_energy) {
      const PublishedEnergyResult& p = *core.least_energy;
      energy_row(text, fmt::format("{} {}", p.core, p.board), fmt::format("{}, {}, published", p.software, p.supply),
                 short_number(p.energy_uj), ratio(p.energy_uj));
    }
  }
  text +=
      "Cores and host: the whole part at its supply, as measured. Accelerator: logic and memories of the table's "
      "technology.\n";
}

void sources(const Comparison& c, std::string& text) {
  bool any = false;
  for (const CoreComparison& core : c.cores) {
    for (const auto& published : {core.best, core.cmsis_nn}) {
      if (!published) continue;
      if (!any) fmt::format_to(Out(text), "\nPublished for MLPerf Tiny {}, which has these operators:\n", *c.reference);
      any = true;
      fmt::format_to(Out(text), "  {} {}: {}\n", published->core, published->software, published->source);
    }
    if (core.least_energy) {
      fmt::format_to(Out(text), "  {} {}, energy: {}\n", core.least_energy->core, core.least_energy->software,
                     core.least_energy->source);
    }
  }
  if (!any) text += "\nNothing is published for a network of this shape (configs/baselines/published.yaml).\n";
}

}  // namespace

std::string to_table(const Comparison& comparison) {
  std::string text;
  heading(comparison, text);
  layers(comparison, text);
  summary(comparison, text);
  energies(comparison, text);
  sources(comparison, text);
  return text;
}

}  // namespace systolite::baseline

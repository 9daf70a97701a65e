// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/figure_list.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <variant>

#include "sim/core/error.h"

namespace systolite::explore {
namespace {

using Mapped = const MappedModel&;

double pes(const HwConfig& hw) { return double{1} * hw.array.rows * hw.array.cols; }

double bus_bytes(Mapped m, std::uint64_t beats) { return static_cast<double>(beats) * m.hw.dma.bus_bytes(); }

double commands(Mapped m) {
  std::size_t count = 0;
  for (const Step& step : m.program.steps) {
    if (const auto* job = std::get_if<JobStep>(&step)) count += job->commands.size();
  }
  return static_cast<double>(count);
}

double jobs(Mapped m) {
  return static_cast<double>(
      std::ranges::count_if(m.program.steps, [](const Step& step) { return std::holds_alternative<JobStep>(step); }));
}

double cpu_operators(Mapped m) {
  return static_cast<double>(
      std::ranges::count_if(m.program.steps, [](const Step& step) { return std::holds_alternative<CpuStep>(step); }));
}

double local_bytes(const HwConfig& hw) {
  constexpr int kTableSlotBytes = 9;  // bias 4, multiplier 4, shift 1
  return double{1} * hw.scratchpad_bytes + hw.weight_buffer_bytes + hw.accumulator_bytes +
         kTableSlotBytes * hw.param_channels;
}

constexpr FigureInfo kFigures[] = {
    {"cycles", "cycles", "clock cycles of the accelerator, doorbell to interrupt, summed over jobs",
     [](Mapped m) { return static_cast<double>(m.cycles); }},
    {"time_us", "us", "cycles / clock_mhz", [](Mapped m) { return static_cast<double>(m.cycles) / m.hw.clock_mhz; }},
    {"macs", "MACs", "multiply-accumulates of the mapped model, padding included",
     [](Mapped m) { return static_cast<double>(m.macs); }},
    {"macs_per_cycle", "MACs/cycle", "macs / cycles",
     [](Mapped m) { return static_cast<double>(m.macs) / static_cast<double>(m.cycles); }},
    {"utilization", "1", "macs / (cycles x pes)",
     [](Mapped m) { return static_cast<double>(m.macs) / static_cast<double>(m.cycles) / pes(m.hw); }},
    {"bytes_read", "bytes", "beats read x bus width, command streams included",
     [](Mapped m) { return bus_bytes(m, m.traffic.load_beats + m.traffic.fetch_beats); }},
    {"bytes_fetched", "bytes", "command streams: beats read x bus width",
     [](Mapped m) { return bus_bytes(m, m.traffic.fetch_beats); }},
    {"bytes_written", "bytes", "beats written x bus width",
     [](Mapped m) { return bus_bytes(m, m.traffic.write_beats); }},
    {"bus_utilization", "1", "beats read and written / cycles; reading and writing are separate ways",
     [](Mapped m) {
       const auto beats = m.traffic.load_beats + m.traffic.fetch_beats + m.traffic.write_beats;
       return static_cast<double>(beats) / static_cast<double>(m.cycles);
     }},
    {"array_busy", "1", "share of the cycles in which the array computes",
     [](Mapped m) { return static_cast<double>(m.array_busy) / static_cast<double>(m.cycles); }},
    {"ram_bytes", "bytes", "SRAM for the tensors in memory and the working memory of kernels on the processor",
     [](Mapped m) { return static_cast<double>(m.image.arena_bytes); }},
    {"flash_bytes", "bytes", "weights, tables, command streams and constants of operators on the processor",
     [](Mapped m) { return static_cast<double>(m.image.flash_bytes); }},
    {"commands", "1", "commands of all jobs", commands},
    {"jobs", "1", "times that the processor starts the accelerator in an inference", jobs},
    {"cpu_operators", "1", "operators that the accelerator leaves to the processor, whose time is not in cycles",
     cpu_operators},
    {"pes", "1", "cells of the array: array.rows x array.cols", [](Mapped m) { return pes(m.hw); }},
    {"scratchpad_bytes", "bytes", "scratchpad.bytes",
     [](Mapped m) { return static_cast<double>(m.hw.scratchpad_bytes); }},
    {"scratchpad_peak_bytes", "bytes", "most bytes of tensors in the scratchpad in the window of one layer",
     [](Mapped m) { return static_cast<double>(m.scratchpad_peak); }},
    {"local_bytes", "bytes", "memories of the accelerator: scratchpad, weight buffer, accumulator, tables",
     [](Mapped m) { return local_bytes(m.hw); }},
    {"logic_kge", "kGE", "logic of the accelerator in thousands of 2-input NAND gates of the cell library",
     [](Mapped m) { return m.area.logic_kge.value; }},
    {"area_mm2", "mm2", "logic and memories of the accelerator in the cell library, without wires",
     [](Mapped m) { return m.area.total_mm2.value; }},
    {"area_mm2_low", "mm2", "lower bound of area_mm2", [](Mapped m) { return m.area.total_mm2.low; }},
    {"area_mm2_high", "mm2", "upper bound of area_mm2", [](Mapped m) { return m.area.total_mm2.high; }},
    {"energy_uj", "uJ", "energy of an inference in the accelerator and its accesses to memory, leakage included",
     [](Mapped m) { return m.energy_pj.value * 1e-6; }},
    {"energy_uj_low", "uJ", "lower bound of energy_uj", [](Mapped m) { return m.energy_pj.low * 1e-6; }},
    {"energy_uj_high", "uJ", "upper bound of energy_uj", [](Mapped m) { return m.energy_pj.high * 1e-6; }},
    {"fmax_mhz", "MHz", "highest clock of the logic in the cell library, without wires",
     [](Mapped m) { return m.area.fmax_mhz.value; }},
};

// Of a product, average_power_uw and what follows from it with bounds.
using Product = const ProductCost&;

template <double (*kValue)(Product)>
double of_product(Mapped m) {
  return kValue(*m.product);
}

constexpr FigureInfo kProductFigures[] = {
    {"battery_life_days", "days", "usable energy of the battery / (average power + self-discharge)",
     of_product<[](Product p) { return p.life.days.value; }>},
    {"battery_life_days_low", "days", "lower bound of battery_life_days",
     of_product<[](Product p) { return p.life.days.low; }>},
    {"battery_life_days_high", "days", "upper bound of battery_life_days",
     of_product<[](Product p) { return p.life.days.high; }>},
    {"average_power_uw", "uW", "drawn from the battery by the product, sensor and microcontroller included",
     of_product<[](Product p) { return p.power.total_uw.value; }>},
    {"average_power_uw_low", "uW", "lower bound of average_power_uw",
     of_product<[](Product p) { return p.power.total_uw.low; }>},
    {"average_power_uw_high", "uW", "upper bound of average_power_uw",
     of_product<[](Product p) { return p.power.total_uw.high; }>},
    {"peak_current_ma", "mA", "from the battery, in the phase that draws most",
     of_product<[](Product p) { return p.life.peak_ma.value; }>},
    {"duty_cycle", "1", "share of the time in which the product wakes up, prepares or infers",
     of_product<[](Product p) { return p.power.duty_cycle; }>},
    {"response_ms", "ms", "from the end of the capture to the result",
     of_product<[](Product p) { return p.power.response_ms.value; }>},
    {"deadline_margin_ms", "ms", "deadline of the scenario - response_ms; below 0: missed",
     of_product<[](Product p) { return p.power.margin_ms.value; }>},
    {"inference_ms", "ms", "time_us with driver and operators on the processor",
     of_product<[](Product p) { return p.inference.seconds * 1e3; }>},
    {"inference_uj", "uJ", "energy_uj with the processor, which sleeps during jobs; without leakage of memory.sram",
     of_product<[](Product p) { return p.inference.processor_uj.value + p.inference.accelerator_uj.value; }>},
};

// One list behind the other.
constexpr auto kAllFigures = [] {
  std::array<FigureInfo, std::size(kFigures) + std::size(kProductFigures)> all{};
  std::ranges::copy(kProductFigures, std::ranges::copy(kFigures, all.begin()).out);
  return all;
}();

}  // namespace

std::span<const FigureInfo> figures() { return kAllFigures; }

std::span<const FigureInfo> figures(bool with_product) {
  return std::span(kAllFigures).first(with_product ? std::size(kAllFigures) : std::size(kFigures));
}

std::size_t figure_index(std::string_view name) {
  const auto* const found = std::ranges::find(kAllFigures, name, &FigureInfo::name);
  if (found != kAllFigures.end()) return static_cast<std::size_t>(found - kAllFigures.begin());
  std::string names;
  for (const FigureInfo& figure : kAllFigures) names += (names.empty() ? "" : ", ") + std::string(figure.name);
  throw Error(ExitCode::kConfig, "there is no figure '" + std::string(name) + "': figures are " + names);
}

}  // namespace systolite::explore

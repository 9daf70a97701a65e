// SPDX-License-Identifier: Apache-2.0
#include "sim/report/energy_report.h"

#include <algorithm>

#include "sim/area/area_model.h"
#include "sim/core/error.h"
#include "sim/energy/command_activity.h"
#include "sim/report/layer_windows.h"
#include "sim/report/state_cycles.h"

namespace systolite {
namespace {

using energy::Activity;
using energy::Event;

energy::JobClock clock_in(const Trace& trace, const LayerWindow& window) {
  const auto& matrix = trace.states[static_cast<std::size_t>(isa::Engine::kMm)];
  return {.cycles = window.to - window.from,
          .matrix_busy = state_cycles(matrix, window.from, window.to).busy(),
          .fetch_beats = beats_in(trace.fetch_beats, window.from, window.to)};
}

// A processor that waits for the interrupt sleeps; everything else keeps it awake.
Activity driver_activity(const FirmwareReport& firmware) {
  Activity activity;
  const Cycles outside = firmware.cycles - firmware.fallback_cycles;
  const Cycles asleep = std::min(firmware.sleep_cycles, firmware.waiting_cycles);
  activity[Event::kCpuSleep] = asleep;
  activity[Event::kCpuActive] = outside - asleep;
  return activity;
}

}  // namespace

std::vector<Activity> layer_activity(const Program& program, const HwConfig& hw, const std::vector<Trace>& traces) {
  std::vector<Activity> layers(program.layers.size());
  std::size_t job_index = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    const Trace& trace = traces.at(job_index++);
    energy::count_commands(job->commands, job->op_of_command, hw, layers);
    for (const LayerWindow& window : layer_windows(*job, trace, hw)) {
      energy::count_clock(clock_in(trace, window), job->stream_address, hw,
                          layers.at(static_cast<std::size_t>(window.op)));
    }
  }
  return layers;
}

EnergyReport make_energy_report(const Program& program, const HwConfig& hw, const std::vector<Trace>& traces,
                                const EnergyCosts& costs, const std::optional<FirmwareReport>& firmware,
                                const std::vector<Cycles>& cpu_cycles) {
  EnergyReport report;
  report.table = costs.table.name;
  report.node_nm = costs.table.node_nm;
  report.has_cpu = firmware.has_value() && costs.cpu.has_value();
  const LogicSize size = logic_size(hw, estimate_area(hw, costs.library));
  const energy::EnergyModel model(costs.table, hw, size, report.has_cpu ? costs.cpu : std::nullopt);
  Cycles device_cycles = 0;
  for (const Trace& trace : traces) device_cycles += trace.cycles;
  report.time_us = static_cast<double>(firmware ? firmware->cycles : device_cycles) / hw.clock_mhz;

  const std::vector<Activity> layers = layer_activity(program, hw, traces);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EnergyPart& layer = report.layers.emplace_back();
    layer.activity = layers[i];
    if (firmware) layer.activity[Event::kCpuActive] += cpu_cycles.at(i);
    layer.split = model.split(layer.activity);
    report.run.activity += layer.activity;
  }
  if (firmware) report.driver.activity = driver_activity(*firmware);
  report.driver.split = model.split(report.driver.activity);
  report.run.activity += report.driver.activity;
  report.run.split = model.split(report.run.activity);

  if (!firmware) {
    report.cpu = "no processor is simulated";
  } else if (report.has_cpu) {
    report.cpu = costs.cpu->core + ", profile " + costs.cpu->profile + ", " + costs.cpu->supply;
  } else {
    report.cpu = costs.cpu_missing;
  }
  return report;
}

}  // namespace systolite

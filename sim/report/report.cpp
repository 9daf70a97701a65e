// SPDX-License-Identifier: Apache-2.0
#include "sim/report/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapper/program/scratchpad.h"
#include "sim/core/error.h"
#include "sim/report/bus_bytes.h"
#include "sim/report/layer_windows.h"

namespace systolite {
namespace {

double utilization(std::int64_t macs, Cycles cycles, const HwConfig& config) {
  if (cycles == 0) return 0;
  return static_cast<double>(macs) / (static_cast<double>(cycles) * config.array.rows * config.array.cols);
}

LayerReport describe(const Graph& graph, const Op& op, const LayerInfo& info, const RemovedWork& removed) {
  LayerReport layer;
  layer.index = op.index;
  layer.op = op.type;
  layer.name = op.name;
  layer.where = info.where;
  layer.reason = info.reason;
  layer.dataflow = info.dataflow;
  if (info.in_place_of) layer.in_place_of = graph.tensors.at(static_cast<std::size_t>(*info.in_place_of)).name;
  layer.row_bands = info.row_bands;
  layer.macs_executed = macs(graph, op);
  layer.macs = layer.macs_executed + removed.macs;
  layer.removed_channels = removed.constant_channels + removed.unread_channels;
  layer.engine = info.where == Where::kVector ? isa::Engine::kVec : isa::Engine::kMm;
  return layer;
}

void add_bounds(Report& report, const Graph& graph, const Program& program, const HwConfig& config) {
  const std::vector<LowerBound> bounds = lower_bounds(graph, program, config);
  std::int64_t array = 0;
  std::int64_t read = 0;
  std::int64_t written = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    report.layers[i].bound = bounds[i];
    report.bound_cycles += bounds[i].cycles();
    array += bounds[i].array_cycles;
    read += bounds[i].read_bytes;
    written += bounds[i].written_bytes;
  }
  const std::int64_t width = config.dma.bus_bytes();
  report.overlapped_bound_cycles = std::max(array, (std::max(read, written) + width - 1) / width);
}

void add_scratchpad(Report& report, const Graph& graph, const Program& program) {
  for (const ScratchpadPlace& place : program.scratchpad) {
    const auto maker = std::ranges::find_if(
        graph.ops, [&](const Op& op) { return std::ranges::count(op.outputs, place.tensor) != 0; });
    report.scratchpad.push_back({.tensor = place.tensor,
                                 .name = graph.tensors.at(static_cast<std::size_t>(place.tensor)).name,
                                 .made_by = maker == graph.ops.end() ? -1 : maker->index,
                                 .place = place});
  }
  report.scratchpad_peak_bytes = scratchpad_peak_bytes(program, graph.ops.size());
}

void add_time(Report& report, const JobStep& job, const Trace& trace, const HwConfig& config) {
  const auto width = static_cast<std::uint64_t>(config.dma.bus_bytes());
  report.cycles += trace.cycles;
  for (std::size_t unit = 0; unit < kUnitCount; ++unit)
    report.engines[unit] += state_cycles(trace.states[unit], 0, trace.cycles);
  const std::vector<LayerWindow> windows = layer_windows(job, trace, config);
  if (windows.empty()) throw Error(ExitCode::kInternal, "A job has no command that belongs to an operator.");
  const ArrayWork work = array_work(job, trace, config);
  for (const LayerWindow& window : windows) {
    LayerReport& layer = report.layers.at(static_cast<std::size_t>(window.op));
    layer.cycles += window.to - window.from;
    layer.states += state_cycles(trace.states[static_cast<std::size_t>(layer.engine)], window.from, window.to);
    layer.gap += waits(layer.engine, window, trace, work);
    layer.bytes_read += width * beats_in(trace.read_beats, window.from, window.to);
    layer.bytes_written += width * beats_in(trace.write_beats, window.from, window.to);
  }
  for (const auto& [op, transfer] : weight_transfers(job, trace, config)) {
    report.layers.at(static_cast<std::size_t>(op)).weights += transfer;
    report.weights += transfer;
  }
}

void check_beats(const char* direction, std::uint64_t seen, std::uint64_t asked) {
  if (seen == asked) return;
  throw Error(ExitCode::kDevice,
              fmt::format("The bus moved {} bytes in {}, the command stream asks for {}.", seen, direction, asked));
}

void add_bytes(Report& report, const JobStep& job, const Trace& trace, int bus_bytes) {
  const std::vector<CommandBytes> bytes = command_bytes(job, bus_bytes);
  CommandBytes total;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    total.read += bytes[i].read;
    total.written += bytes[i].written;
  }
  const auto width = static_cast<std::uint64_t>(bus_bytes);
  check_beats("loads", trace.traffic.load_beats * width, total.read);
  check_beats("stores", trace.traffic.write_beats * width, total.written);
  report.bytes_fetched += trace.traffic.fetch_beats * width;
  report.bytes_read += trace.traffic.fetch_beats * width + total.read;
  report.bytes_written += total.written;
}

}  // namespace

const char* name(Where where) {
  switch (where) {
    case Where::kArray:
      return "array";
    case Where::kVector:
      return "vector";
    case Where::kCpu:
      return "cpu";
    case Where::kNone:
      return "none";
  }
  return "unknown";
}

Report make_report(const Graph& graph, const Program& program, const HwConfig& config, const std::vector<Trace>& traces,
                   const RunFacts& facts) {
  Report report;
  report.model = graph.name;
  report.config = config.name;
  report.backend = facts.backend;
  report.input = facts.input;
  report.has_timing = facts.has_timing;
  report.clock_mhz = config.clock_mhz;
  report.rows = config.array.rows;
  report.names_dataflow = config.array.output_stationary;
  report.cols = config.array.cols;
  report.bus_bytes = config.dma.bus_bytes();
  report.scratchpad_bytes = config.scratchpad_bytes;
  report.scratchpad_banks = config.scratchpad_banks;
  report.configuration = settings(config);
  std::int64_t array_macs = 0;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const RemovedWork removed = facts.reduced == nullptr ? RemovedWork{} : facts.reduced->removed.at(i);
    const LayerReport& layer = report.layers.emplace_back(describe(graph, graph.ops[i], program.layers.at(i), removed));
    report.macs += layer.macs;
    report.macs_executed += layer.macs_executed;
    if (layer.where == Where::kArray) array_macs += layer.macs_executed;
  }
  if (facts.reduced != nullptr) report.removed = total_removed(*facts.reduced);
  add_bounds(report, graph, program, config);
  add_scratchpad(report, graph, program);
  if (!facts.has_timing) return report;

  std::size_t job_index = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    const Trace& trace = traces.at(job_index++);
    add_time(report, *job, trace, config);
    add_bytes(report, *job, trace, config.dma.bus_bytes());
  }
  report.latency_us = static_cast<double>(report.cycles) / config.clock_mhz;
  report.utilization = utilization(array_macs, report.cycles, config);
  report.cycles_without_prefetch = facts.cycles_without_prefetch;
  for (LayerReport& layer : report.layers) {
    layer.bound_by = bound_of(layer.engine, layer.states);
    const bool column_mode =
        config.array.depthwise_unit && std::holds_alternative<DepthwiseConv2d>(
                                           graph.ops[static_cast<std::size_t>(&layer - report.layers.data())].params);
    layer.gap = gap_of(layer.gap, layer.states, layer.bound, column_mode);
    report.gap += layer.gap;
    if (layer.where == Where::kArray) layer.utilization = utilization(layer.macs_executed, layer.cycles, config);
  }
  return report;
}

}  // namespace systolite

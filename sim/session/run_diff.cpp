// SPDX-License-Identifier: Apache-2.0
#include "sim/session/run_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/device/trace_diff.h"

namespace systolite {
namespace {

// Tensors in the order in which they are written, network inputs first.
std::vector<std::pair<int, int>> tensors_by_op(const Graph& graph) {
  std::vector<std::pair<int, int>> order;  // operator, tensor
  for (const int tensor : graph.inputs) order.emplace_back(-1, tensor);
  for (std::size_t op = 0; op < graph.ops.size(); ++op) {
    for (const int tensor : graph.ops[op].outputs) order.emplace_back(static_cast<int>(op), tensor);
  }
  return order;
}

std::string op_text(const Graph& graph, int op) {
  if (op < 0) return "the network's input";
  const Op& o = graph.ops[static_cast<std::size_t>(op)];
  return fmt::format("operator {} {} ({})", op, o.type, o.name);
}

void add_line(std::string& text, const std::string& line) { text += (text.empty() ? "" : "\n") + line; }

void diff_tensors(const Graph& graph, const RunOf& a, const RunOf& b, std::string& text) {
  for (const auto& [op, tensor] : tensors_by_op(graph)) {
    const auto in_a = a.result.tensors.find(tensor);
    const auto in_b = b.result.tensors.find(tensor);
    const bool has_a = in_a != a.result.tensors.end();
    const bool has_b = in_b != b.result.tensors.end();
    if (!has_a && !has_b) continue;
    const std::string what = fmt::format("tensor {} of {}", tensor, op_text(graph, op));
    if (has_a != has_b) {
      add_line(text, fmt::format("{} is in memory after the run on {} only", what, has_a ? a.backend : b.backend));
      return;
    }
    if (const auto difference = tensor_difference(in_a->second, in_b->second, a.backend, b.backend)) {
      add_line(text, fmt::format("{}: {}", what, *difference));
      return;
    }
  }
}

void diff_traces(const Graph& graph, const Program& program, const RunOf& a, const RunOf& b, std::string& text) {
  std::size_t job_index = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    const Trace& trace_a = a.result.traces.at(job_index);
    const Trace& trace_b = b.result.traces.at(job_index);
    if (const auto difference = first_difference(trace_a, trace_b, job->commands)) {
      const int op = difference->command ? job->op_of_command[*difference->command] : -1;
      add_line(text, fmt::format("job {}{}, {}", job_index, op < 0 ? "" : ", " + op_text(graph, op),
                                 describe(*difference, trace_a, trace_b, job->commands, a.backend, b.backend)));
      return;
    }
    ++job_index;
  }
}

std::string buckets_text(const StateCycles& a, const StateCycles& b) {
  std::string text;
  for (std::size_t i = 0; i < kStateCount; ++i) {
    if (a.cycles[i] == b.cycles[i]) continue;
    text += fmt::format(", {} {} / {}", isa::name(static_cast<isa::State>(i)), a.cycles[i], b.cycles[i]);
  }
  return text;
}

// Events that differ, by layer. Costs are the same for both, so equal activity is equal energy.
void diff_activity(const Graph& graph, const Program& program, const HwConfig& config, const RunOf& a, const RunOf& b,
                   std::string& text) {
  const std::vector<energy::Activity> x = layer_activity(program, config, a.result.traces);
  const std::vector<energy::Activity> y = layer_activity(program, config, b.result.traces);
  for (std::size_t layer = 0; layer < x.size(); ++layer) {
    std::string events;
    for (std::size_t i = 0; i < energy::kEvents; ++i) {
      if (x[layer].counts[i] == y[layer].counts[i]) continue;
      events += fmt::format("{} {} {} / {}", events.empty() ? "" : ",", energy::name(static_cast<energy::Event>(i)),
                            x[layer].counts[i], y[layer].counts[i]);
    }
    if (!events.empty()) {
      add_line(text, fmt::format("activity of {}, {} / {}:{}", op_text(graph, static_cast<int>(layer)), a.backend,
                                 b.backend, events));
    }
  }
}

void diff_reports(const Report& a, const Report& b, const RunOf& run_a, const RunOf& run_b, std::string& text) {
  std::string lines;
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    const LayerReport& x = a.layers[i];
    const LayerReport& y = b.layers[i];
    if (x.cycles == y.cycles && x.states == y.states && x.bytes_read == y.bytes_read &&
        x.bytes_written == y.bytes_written) {
      continue;
    }
    lines += fmt::format("\n  operator {} {}: {} / {} cycles{}, read {} / {} B, written {} / {} B", x.index, x.op,
                         x.cycles, y.cycles, buckets_text(x.states, y.states), x.bytes_read, y.bytes_read,
                         x.bytes_written, y.bytes_written);
  }
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    if (a.engines[unit] == b.engines[unit]) continue;
    lines += fmt::format("\n  {}{}", isa::name(static_cast<isa::Engine>(unit)),
                         buckets_text(a.engines[unit], b.engines[unit]).substr(1));
  }
  const bool totals = a.cycles == b.cycles && a.bytes_read == b.bytes_read && a.bytes_written == b.bytes_written &&
                      a.bytes_fetched == b.bytes_fetched;
  if (lines.empty() && totals) return;
  add_line(text, fmt::format("what differs, {} / {}: total {} / {} cycles{}", run_a.backend, run_b.backend, a.cycles,
                             b.cycles, lines));
}

}  // namespace

std::optional<std::string> tensor_difference(std::span<const std::int8_t> a, std::span<const std::int8_t> b,
                                             std::string_view name_a, std::string_view name_b) {
  if (a.size() != b.size()) return fmt::format("{} has {} values, {} has {}", name_a, a.size(), name_b, b.size());
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] == b[i]) continue;
    ++count;
    first = i;
  }
  if (count == 0) return std::nullopt;
  return fmt::format("{} of {} values differ, the first at index {}: {} {}, {} {}", count, a.size(), first, name_a,
                     a[first], name_b, b[first]);
}

std::optional<std::string> run_difference(const Graph& graph, const Program& program, const HwConfig& config,
                                          const RunOf& a, const RunOf& b) {
  std::string text;
  diff_tensors(graph, a, b, text);
  if (!a.result.traces.empty() && !b.result.traces.empty()) {
    diff_traces(graph, program, a, b, text);
    const auto report = [&](const RunOf& run) {
      return make_report(graph, program, config, run.result.traces,
                         {.backend = std::string(run.backend), .input = "", .has_timing = true});
    };
    try {
      diff_reports(report(a), report(b), a, b, text);
      diff_activity(graph, program, config, a, b, text);
    } catch (const Error& error) {  // a trace that lacks commands or beats has no report
      add_line(text, error.what());
    }
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace systolite

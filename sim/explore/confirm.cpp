// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/confirm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>

#include "sim/core/error.h"
#include "sim/explore/figure_list.h"
#include "sim/session/session.h"

namespace systolite::explore {
namespace {

std::vector<std::vector<std::int8_t>> pseudo_random_inputs(const Graph& graph) {
  std::mt19937 random(1);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int input : graph.inputs) {
    auto& values =
        inputs.emplace_back(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(input)].elements()));
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(static_cast<std::uint8_t>(random() & 0xFFU));
  }
  return inputs;
}

std::uint64_t cycles_of(const RunResult& result) {
  std::uint64_t cycles = 0;
  for (const Trace& trace : result.traces) cycles += trace.cycles;
  return cycles;
}

}  // namespace

std::vector<Confirmation> choose_confirmations(const Sweep& sweep, const std::vector<PointResult>& points,
                                               const std::vector<View>& views, std::size_t limit) {
  std::vector<Confirmation> cases;
  for (std::size_t v = 0; v < views.size(); ++v) {
    std::vector<std::size_t> front = views[v].front;
    std::ranges::stable_sort(front, {}, [&](std::size_t i) { return objective_values(sweep, points[i], v); });
    const std::size_t count = std::min(limit, front.size());
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t position = front[count == 1 ? 0 : i * (front.size() - 1) / (count - 1)];
      if (sweep.front == Front::kEachModel) {
        cases.push_back({position, v});
      } else {
        for (std::size_t model = 0; model < sweep.models.size(); ++model) cases.push_back({position, model});
      }
    }
  }
  return cases;
}

void confirm_on_rtl(Evaluator& evaluator, const std::vector<Graph>& graphs, const std::vector<PointResult>& points,
                    const Sweep& sweep, const std::vector<Confirmation>& cases, const RtlBuildOptions& rtl,
                    const std::function<void(const std::string& line)>& progress) {
  const std::size_t cycles_figure = figure_index("cycles");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const PointResult& point = points[cases[i].position];
    const Graph& graph = graphs[cases[i].model];
    const std::string what =
        fmt::format("{} on point {} ({})", sweep.models[cases[i].model], point.point, sweep.space.text(point.point));
    progress(fmt::format("confirming {} of {} on the RTL: {}", i + 1, cases.size(), what));
    const HwConfig config = evaluator.config(point.point);
    const Mapping mapping = evaluator.mapping(point.point);
    SessionOptions options;
    options.backend = Backend::kRtl;
    options.rtl = rtl;
    options.drop_constant_channels = mapping.drop_constant_channels;
    options.search = mapping.search;
    Session on_rtl(graph, config, options);
    options.backend = Backend::kFunctional;
    Session reference(on_rtl.network(), config, options);
    const auto inputs = pseudo_random_inputs(on_rtl.graph());
    const RunResult measured = on_rtl.run(inputs);
    const auto expected = static_cast<std::uint64_t>(point.models[cases[i].model].figures[cycles_figure]);
    if (cycles_of(measured) != expected) {
      throw Error(ExitCode::kMismatch,
                  fmt::format("{}: the RTL takes {} cycles, {} were computed", what, cycles_of(measured), expected));
    }
    if (measured.tensors != reference.run(inputs).tensors)
      throw Error(ExitCode::kMismatch,
                  fmt::format("{}: the outputs of the RTL are not those of the functional model", what));
  }
}

}  // namespace systolite::explore

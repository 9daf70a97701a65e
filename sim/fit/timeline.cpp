// SPDX-License-Identifier: Apache-2.0
#include "sim/fit/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "mapper/lower/band_layout.h"
#include "mapper/lower/place.h"
#include "mapper/lower/plan.h"
#include "mapper/program/scratchpad.h"

namespace systolite::fit {
namespace {

bool is_activation(const Graph& graph, int tensor) {
  return tensor >= 0 && !graph.tensors[static_cast<std::size_t>(tensor)].is_constant();
}

// The tensor whose bytes a tensor has.
std::vector<int> roots_of(const Graph& graph) {
  std::vector<int> roots(graph.tensors.size());
  std::iota(roots.begin(), roots.end(), 0);
  for (const Op& op : graph.ops) {
    if (!std::holds_alternative<Reshape>(op.params) || !is_activation(graph, op.inputs.at(0))) continue;
    roots[static_cast<std::size_t>(op.outputs.at(0))] = roots[static_cast<std::size_t>(op.inputs[0])];
  }
  return roots;
}

struct Lifetime {
  int first = 0;
  int last = -1;
};

// By root. `counts(op)`: whether an operator's operands count.
template <typename Counts>
std::vector<Lifetime> lifetimes(const Graph& graph, const std::vector<int>& roots, const Counts& counts) {
  const int operators = static_cast<int>(graph.ops.size());
  std::vector<Lifetime> all(graph.tensors.size(), Lifetime{.first = operators + 1, .last = -2});
  const auto alive = [&](int tensor, int op) {
    if (!is_activation(graph, tensor)) return;
    Lifetime& life = all[static_cast<std::size_t>(roots[static_cast<std::size_t>(tensor)])];
    life.first = std::min(life.first, op);
    life.last = std::max(life.last, op);
  };
  for (int i = 0; i < operators; ++i) {
    const Op& op = graph.ops[static_cast<std::size_t>(i)];
    if (!counts(i)) continue;
    for (const int tensor : op.inputs) alive(tensor, i);
    for (const int tensor : op.outputs) alive(tensor, i);
  }
  return all;
}

void sort_by_time(std::vector<LiveTensor>& tensors) {
  std::ranges::sort(tensors, [](const LiveTensor& a, const LiveTensor& b) {
    return std::tuple(a.first_op, a.begin, a.tensor) < std::tuple(b.first_op, b.begin, b.tensor);
  });
}

std::string shortened(const std::string& name, std::size_t most) {
  return name.size() <= most ? name : ".." + name.substr(name.size() - most + 2);
}

}  // namespace

std::uint64_t Timeline::alive_bytes(int op) const {
  std::vector<ScratchpadRange> ranges;
  for (const LiveTensor& tensor : tensors) {
    if (tensor.first_op <= op && op <= tensor.last_op)
      ranges.insert(ranges.end(), tensor.ranges.begin(), tensor.ranges.end());
  }
  return covered_bytes(std::move(ranges));
}

Timeline::Peak Timeline::peak() const {
  Peak most;
  for (int op = 0; op < operators; ++op) {
    if (const std::uint64_t bytes = alive_bytes(op); bytes > most.bytes) most = {.bytes = bytes, .op = op};
  }
  return most;
}

std::uint64_t Timeline::used_bytes() const {
  std::uint32_t end = base;
  for (const LiveTensor& tensor : tensors) end = std::max(end, tensor.end);
  return end - base;
}

Timeline scratchpad_timeline(const Graph& graph, const HwConfig& hw) {
  const Layout layout = mapped_layout(graph, hw);
  const std::vector<OpPlan> plans = plan_operators(layout.graph, hw, layout.bands);
  const Placement placement = place_tensors(layout.graph, plans, hw, false, graph);
  const auto on_device = [&](int op) {
    const Where where = where_of(plans[static_cast<std::size_t>(op)]);
    return where == Where::kArray || where == Where::kVector;
  };
  const std::vector<Lifetime> lives = lifetimes(layout.graph, placement.root, on_device);
  Timeline timeline{.memory = "scratchpad",
                    .memory_bytes = static_cast<std::uint64_t>(hw.scratchpad_bytes),
                    .base = 0,
                    .operators = static_cast<int>(graph.ops.size()),
                    .tensors = {}};
  for (std::size_t t = 0; t < placement.view.size(); ++t) {
    const auto& view = placement.view[t];
    if (!view || placement.root[t] != static_cast<int>(t) || lives[t].last < lives[t].first) continue;
    std::uint32_t begin = hw.scratchpad_bytes > 0 ? static_cast<std::uint32_t>(hw.scratchpad_bytes) : 0;
    std::uint32_t end = 0;
    std::vector<ScratchpadRange> ranges;
    for (const Range& range : view->rows(0, view->height, hw)) {
      begin = std::min(begin, range.begin);
      end = std::max(end, range.end);
      ranges.push_back({range.begin, range.end});
    }
    timeline.tensors.push_back({.tensor = static_cast<int>(t),
                                .name = layout.graph.tensors[t].name,
                                .bytes = view->row_bytes * static_cast<std::uint32_t>(view->height),
                                .begin = begin,
                                .end = end,
                                .ranges = std::move(ranges),
                                .first_op = lives[t].first,
                                .last_op = lives[t].last});
  }
  sort_by_time(timeline.tensors);
  return timeline;
}

Timeline memory_timeline(const Graph& graph, const Program& program) {
  const std::vector<int> roots = roots_of(graph);
  std::vector<Lifetime> lives = lifetimes(graph, roots, [](int) { return true; });
  const int after = static_cast<int>(graph.ops.size());
  const auto root_of = [&](int tensor) { return static_cast<std::size_t>(roots[static_cast<std::size_t>(tensor)]); };
  for (const int tensor : graph.inputs) lives[root_of(tensor)].first = -1;
  for (const int tensor : graph.outputs) lives[root_of(tensor)].last = after;
  Timeline timeline{.memory = "SRAM", .memory_bytes = 0, .base = program.sram_base, .operators = after, .tensors = {}};
  std::vector<bool> seen(graph.tensors.size(), false);
  for (const TensorPlace& place : program.places) {
    const std::size_t root = root_of(place.tensor);
    if (seen[root] || lives[root].last < lives[root].first) continue;
    seen[root] = true;
    timeline.tensors.push_back({.tensor = static_cast<int>(root),
                                .name = graph.tensors[root].name,
                                .bytes = place.bytes,
                                .begin = place.address,
                                .end = place.address + place.bytes,
                                .ranges = {{place.address, place.address + place.bytes}},
                                .first_op = lives[root].first,
                                .last_op = lives[root].last});
  }
  sort_by_time(timeline.tensors);
  return timeline;
}

std::string picture(const Timeline& timeline) {
  constexpr std::size_t kName = 36;
  constexpr int kDigits = 10;
  std::string text;
  auto out = std::back_inserter(text);
  std::string tens;
  std::string ones;
  for (int op = 0; op < timeline.operators; ++op) {
    tens += op % kDigits == 0 ? fmt::format("{}", op / kDigits % kDigits) : " ";
    ones += fmt::format("{}", op % kDigits);
  }
  fmt::format_to(out, "{:<36} {:>9} {:>21}  {}\n", "", "", "", tens);
  fmt::format_to(out, "{:<36} {:>9} {:>21}  {}\n", "tensor", "bytes", "address", ones);
  for (const LiveTensor& tensor : timeline.tensors) {
    std::string bar;
    for (int op = 0; op < timeline.operators; ++op) bar += tensor.first_op <= op && op <= tensor.last_op ? '#' : '.';
    fmt::format_to(out, "{:<36} {:>9} {:>21}  {}\n", shortened(tensor.name, kName), tensor.bytes,
                   fmt::format("{:#x}..{:#x}", tensor.begin, tensor.end), bar);
  }
  return text;
}

}  // namespace systolite::fit

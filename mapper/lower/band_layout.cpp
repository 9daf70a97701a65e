// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/band_layout.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "mapper/lower/place.h"
#include "mapper/lower/plan.h"
#include "sim/core/ceil_div.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr int kMaxRowBytes = 65535;  // field row_bytes (configs/isa.yaml)
constexpr int kMaxRows = 4095;       // field height

const std::vector<int>& shape_of(const Graph& graph, int tensor) {
  return graph.tensors[static_cast<std::size_t>(tensor)].shape;
}

bool leaves(const Graph& graph, int tensor) { return std::ranges::find(graph.outputs, tensor) != graph.outputs.end(); }

std::vector<std::size_t> readers(const Graph& graph, int tensor) {
  std::vector<std::size_t> ops;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    if (std::ranges::find(graph.ops[i].inputs, tensor) != graph.ops[i].inputs.end()) ops.push_back(i);
  }
  return ops;
}

// How the images on both sides of the layer would lie in bands.
struct LayerBands {
  RowBands input;
  RowBands output;
};

// `unroll`: pixels that the layer before computes as one.
LayerBands bands_of(const Graph& graph, const Op& op, int count, int unroll) {
  const auto& conv = std::get<DepthwiseConv2d>(op.params);
  const auto& in = shape_of(graph, op.inputs[0]);
  const auto& out = shape_of(graph, op.outputs[0]);
  const int kernel_h = shape_of(graph, op.inputs[1])[1];
  LayerBands bands;
  bands.output = {
      .count = count, .channels = out[3], .height = out[1], .outputs = out[1], .band_outputs = ceil_div(out[1], count)};
  bands.input = bands.output;
  bands.input.height = in[1];
  bands.input.stride = conv.stride_h;
  bands.input.reach = (kernel_h - 1) * conv.dilation_h + 1;
  bands.input.above = conv.pad.top;
  bands.input.unroll = unroll;
  return bands;
}

std::optional<std::size_t> producer_of(const Graph& graph, int tensor) {
  const auto op = std::ranges::find_if(graph.ops, [&](const Op& each) { return each.outputs[0] == tensor; });
  if (op == graph.ops.end()) return std::nullopt;
  return static_cast<std::size_t>(op - graph.ops.begin());
}

// A convolution on the array.
bool is_convolution(const Graph& graph, const std::vector<OpPlan>& plans, std::size_t i) {
  const auto* dense = std::get_if<DensePlan>(&plans[i]);
  return dense != nullptr && !dense->geometry.transposed && std::holds_alternative<Conv2d>(graph.ops[i].params);
}

// What does not depend on the number of bands.
bool can_be_in_bands(const Graph& graph, const std::vector<OpPlan>& plans, std::size_t i) {
  const Op& op = graph.ops[i];
  const auto* plan = std::get_if<DepthwisePlan>(&plans[i]);
  if (plan == nullptr || !plan->column_mode || plan->geometry.transposed) return false;
  const int in = op.inputs[0];
  const int out = op.outputs[0];
  if (shape_of(graph, in)[2] < 2 || shape_of(graph, out)[1] < 2 || leaves(graph, in) || leaves(graph, out))
    return false;
  // A convolution, for nobody else.
  const auto producer = producer_of(graph, in);
  if (!producer || !is_convolution(graph, plans, *producer) || readers(graph, in).size() != 1) return false;
  // Pointwise convolutions that read row after row.
  const auto users = readers(graph, out);
  return !users.empty() && std::ranges::all_of(users, [&](std::size_t j) {
    if (!is_convolution(graph, plans, j) || graph.ops[j].inputs[0] != out) return false;
    const auto& conv = std::get<Conv2d>(graph.ops[j].params);
    const auto& kernel = shape_of(graph, graph.ops[j].inputs[1]);
    return kernel[1] == 1 && kernel[2] == 1 && conv.stride_h == 1 && conv.pad == Padding{};
  });
}

// Neighbouring pixels that the operator's producer computes as one, of such an operator.
int unroll_before(const Graph& graph, const std::vector<OpPlan>& plans, std::size_t i) {
  return std::get<DensePlan>(plans[producer_of(graph, graph.ops[i].inputs[0]).value()]).unroll;
}

bool is_possible(const Graph& graph, const std::vector<OpPlan>& plans, std::size_t i, const BandChoice& choice,
                 const HwConfig& hw) {
  const Op& op = graph.ops[i];
  const int unroll = choice.unrolled ? unroll_before(graph, plans, i) : 1;
  // All pixels of a column tile, or their requantisation could not begin with the first one.
  if (choice.unrolled && (unroll < 2 || unroll * shape_of(graph, op.inputs[0])[3] > hw.array.cols)) return false;
  const LayerBands bands = bands_of(graph, op, choice.count, unroll);
  // Bands that would be empty are none.
  if (ceil_div(bands.output.outputs, bands.output.band_outputs) != choice.count) return false;
  const int width = std::max(shape_of(graph, op.inputs[0])[2], shape_of(graph, op.outputs[0])[2]);
  return bands.input.band_bytes() <= hw.array.cols && width * bands.input.pixel_bytes() <= kMaxRowBytes &&
         bands.input.rows() <= kMaxRows && bands.input.rows() > 1;
}

int most_bands(const Graph& graph, const std::vector<OpPlan>& plans, std::size_t i, const HwConfig& hw) {
  if (!can_be_in_bands(graph, plans, i)) return 1;
  int count = hw.array.cols / shape_of(graph, graph.ops[i].inputs[0])[3];
  const auto possible = [&](bool unrolled) { return is_possible(graph, plans, i, {count, unrolled}, hw); };
  while (count > 1 && !possible(false) && !possible(true)) --count;
  return std::max(count, 1);
}

// Estimated cycles of a layout, none when it has no room or no engine for something.
std::optional<std::int64_t> cost(const Layout& layout, const std::vector<OpPlan>& plain_plans, const HwConfig& hw,
                                 bool keep_all_tensors, const Graph& in_memory) {
  const auto plans = plan_operators(layout.graph, hw, layout.bands);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (where_of(plans[i]) != where_of(plain_plans[i])) return std::nullopt;
  }
  std::optional<Placement> placement;
  try {
    placement = place_tensors(layout.graph, plans, hw, keep_all_tensors, in_memory);
  } catch (const Error&) {
    return std::nullopt;
  }
  // Where tensors are short of room, results take the place of operands, row after row of the image.
  if (std::ranges::any_of(placement->over, [](int tensor) { return tensor >= 0; })) return std::nullopt;
  // What the vector engine has to do while the array is at an operator.
  const auto vector_cycles = [&](const Op& op, const OpPlan& plan) -> std::int64_t {
    const auto* dense = std::get_if<DensePlan>(&plan);
    if (dense == nullptr) return 0;
    const MatrixGeometry& g = dense->geometry;
    const std::int64_t row = std::int64_t{g.out_w} * ceil_div(g.filters, hw.requant_lanes);
    if (layout.bands.empty() || !layout.bands[static_cast<std::size_t>(op.outputs[0])]) return g.out_h * row;
    const RowBands& bands = *layout.bands[static_cast<std::size_t>(op.outputs[0])];
    std::int64_t turns = 0;
    for (int j = 1; j <= bands.unroll; ++j) turns += ceil_div(j * bands.channels, hw.requant_lanes);
    return turns * g.out_w * bands.count * bands.rows();
  };
  std::int64_t cycles = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Op& op = layout.graph.ops[i];
    int bus_rows = 1;
    if (const auto* plan = std::get_if<DepthwisePlan>(&plans[i]))
      bus_rows = usable_bus_rows(*plan, placement->view_of(op.inputs[0]));
    cycles += std::max(array_cost(plans[i], bus_rows, hw).cycles, vector_cycles(op, plans[i]));
  }
  return cycles;
}

}  // namespace

std::vector<int> most_row_bands(const Layout& plain, const HwConfig& hw) {
  const auto plans = plan_operators(plain.graph, hw);
  std::vector<int> most;
  for (std::size_t i = 0; i < plans.size(); ++i) most.push_back(most_bands(plain.graph, plans, i, hw));
  return most;
}

Layout with_row_bands(const Layout& plain, const std::vector<OpPlan>& plain_plans, const BandChoices& choices) {
  Layout layout = plain;
  Graph& graph = layout.graph;
  layout.bands.resize(graph.tensors.size());
  for (const auto& [index, choice] : choices) {
    const int count = choice.count;
    Op& op = graph.ops[static_cast<std::size_t>(index)];
    const int unroll = choice.unrolled ? unroll_before(plain.graph, plain_plans, static_cast<std::size_t>(index)) : 1;
    const LayerBands bands = bands_of(plain.graph, plain.graph.ops[static_cast<std::size_t>(index)], count, unroll);
    const auto store = [&](int tensor, const RowBands& how) {
      auto& shape = graph.tensors[static_cast<std::size_t>(tensor)].shape;
      shape[1] = how.rows();
      shape[3] = how.pixel_bytes();
      layout.bands[static_cast<std::size_t>(tensor)] = how;
    };
    store(op.inputs[0], bands.input);
    store(op.outputs[0], bands.output);
    auto& conv = std::get<DepthwiseConv2d>(op.params);
    conv.pad.top = conv.pad.bottom = 0;
    const Tensor& kernel = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
    Tensor repeated = kernel;
    const auto channels = static_cast<std::size_t>(kernel.shape[3]);
    repeated.shape[3] *= count;
    repeated.data.clear();
    for (std::size_t tap = 0; tap < kernel.data.size(); tap += channels) {
      const auto first = kernel.data.begin() + static_cast<std::ptrdiff_t>(tap);
      for (int band = 0; band < count; ++band)
        repeated.data.insert(repeated.data.end(), first, first + static_cast<std::ptrdiff_t>(channels));
    }
    graph.tensors.push_back(std::move(repeated));
    op.inputs[1] = static_cast<int>(graph.tensors.size()) - 1;
  }
  layout.columns.resize(graph.tensors.size());
  layout.bands.resize(graph.tensors.size());
  return layout;
}

BandChoices choose_row_bands(const Layout& plain, const HwConfig& hw, const std::vector<int>& most,
                             const BandChoices& wanted, bool keep_all_tensors, const Graph& in_memory) {
  BandChoices chosen;
  std::vector<OpPlan> plans;
  std::optional<std::int64_t> best;  // with what is chosen
  for (std::size_t i = 0; i < most.size(); ++i) {
    const int op = static_cast<int>(i);
    const auto wish = wanted.find(op);
    if (most[i] < 2 || (wish != wanted.end() && wish->second.count < 2)) continue;
    if (plans.empty()) plans = plan_operators(plain.graph, hw);
    if (!best) best = cost(plain, plans, hw, keep_all_tensors, in_memory);
    if (!best) return {};
    BandChoices with = chosen;
    for (int count = 2; count <= most[i]; ++count) {
      for (const bool unrolled : {false, true}) {
        const BandChoice choice{count, unrolled};
        if ((wish != wanted.end() && choice != wish->second) || !is_possible(plain.graph, plans, i, choice, hw))
          continue;
        with[op] = choice;
        const auto cycles = cost(with_row_bands(plain, plans, with), plans, hw, keep_all_tensors, in_memory);
        if (!cycles || (wish == wanted.end() && *cycles >= *best)) continue;
        best = cycles;
        chosen = with;
      }
    }
  }
  return chosen;
}

Layout mapped_layout(const Graph& graph, const HwConfig& hw) {
  Layout plain = choose_layout(graph, hw);
  const BandChoices choices = choose_row_bands(plain, hw, most_row_bands(plain, hw), {}, false, graph);
  return choices.empty() ? plain : with_row_bands(plain, plan_operators(plain.graph, hw), choices);
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/layout.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "mapper/lower/place.h"
#include "mapper/lower/plan.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

enum class Order : std::uint8_t { kRows, kColumns, kGatheredColumns };

bool is_image(const Tensor& tensor) { return tensor.shape.size() == 4; }
// Images of one row or one column have the same bytes either way.
bool has_two_orders(const Tensor& tensor) { return is_image(tensor) && tensor.shape[1] > 1 && tensor.shape[2] > 1; }

void swap_axes(std::vector<int>& shape) { std::swap(shape[1], shape[2]); }

void swap_axes(Padding& pad) {
  std::swap(pad.top, pad.left);
  std::swap(pad.bottom, pad.right);
}

template <typename Conv>
void swap_axes_of_convolution(Conv& conv) {
  std::swap(conv.stride_h, conv.stride_w);
  std::swap(conv.dilation_h, conv.dilation_w);
  swap_axes(conv.pad);
}

void swap_axes(Pool2d& pool) {
  std::swap(pool.filter_h, pool.filter_w);
  std::swap(pool.stride_h, pool.stride_w);
  swap_axes(pool.pad);
}

// OHWI or 1HWC with the two middle axes swapped.
Tensor swapped_kernel(const Tensor& kernel) {
  Tensor swapped = kernel;
  swap_axes(swapped.shape);
  const auto outer = static_cast<std::size_t>(kernel.shape[0]);
  const auto height = static_cast<std::size_t>(kernel.shape[1]);
  const auto width = static_cast<std::size_t>(kernel.shape[2]);
  const auto inner = static_cast<std::size_t>(kernel.shape[3]);
  for (std::size_t o = 0; o < outer; ++o) {
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        for (std::size_t i = 0; i < inner; ++i) {
          swapped.data[((o * width + x) * height + y) * inner + i] =
              kernel.data[((o * height + y) * width + x) * inner + i];
        }
      }
    }
  }
  return swapped;
}

// Chains of images that are swapped together or not at all, and what each may become.
class Chains {
 public:
  Chains(const Graph& graph, const std::vector<Where>& where)
      : graph_(graph), where_(where), parent_(graph.tensors.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
      if (!moves_with_its_chain(i)) continue;
      const auto out = static_cast<std::size_t>(graph.ops[i].outputs[0]);
      for (const std::size_t in : activations(i)) parent_[find(in)] = find(out);
    }
    fixed_.assign(graph.tensors.size(), false);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) fix(i);
  }

  // Whether the device runs the operator on images, so that it can run it on swapped ones.
  [[nodiscard]] bool moves_with_its_chain(std::size_t op) const {
    const Where where = where_[op];
    return (where == Where::kArray || where == Where::kVector) &&
           !std::holds_alternative<FullyConnected>(graph_.ops[op].params);
  }

  [[nodiscard]] std::size_t find(std::size_t tensor) const {
    while (parent_[tensor] != tensor) tensor = parent_[tensor];
    return tensor;
  }
  [[nodiscard]] std::size_t of_op(std::size_t op) const {
    return find(static_cast<std::size_t>(graph_.ops[op].outputs[0]));
  }

  // Representatives of the chains that may be swapped, in the order of their operators.
  [[nodiscard]] std::vector<std::size_t> movable() const {
    std::vector<std::size_t> chains;
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      if (!moves_with_its_chain(i)) continue;
      const std::size_t chain = of_op(i);
      if (!fixed_[chain] && std::find(chains.begin(), chains.end(), chain) == chains.end()) chains.push_back(chain);
    }
    return chains;
  }

  // Whether the operator is the only one on the device to read a network input, and may have it gathered.
  [[nodiscard]] bool can_gather(std::size_t op) const {
    const auto* conv = std::get_if<Conv2d>(&graph_.ops[op].params);
    if (conv == nullptr || where_[op] != Where::kArray || conv->dilation_w != 1) return false;
    const int input = graph_.ops[op].inputs[0];
    if (std::find(graph_.inputs.begin(), graph_.inputs.end(), input) == graph_.inputs.end()) return false;
    for (std::size_t other = 0; other < graph_.ops.size(); ++other) {
      const auto& inputs = graph_.ops[other].inputs;
      if (other != op && where_[other] != Where::kCpu && std::find(inputs.begin(), inputs.end(), input) != inputs.end())
        return false;
    }
    return true;
  }

 private:
  [[nodiscard]] std::vector<std::size_t> activations(std::size_t op) const {
    const auto& inputs = graph_.ops[op].inputs;
    const std::size_t count = std::holds_alternative<Add>(graph_.ops[op].params) ? 2 : 1;
    std::vector<std::size_t> tensors;
    for (std::size_t i = 0; i < count; ++i) tensors.push_back(static_cast<std::size_t>(inputs[i]));
    return tensors;
  }

  // RESHAPE and FULLY_CONNECTED depend on the order of the bytes.
  void fix(std::size_t op) {
    const Where where = where_[op];
    if (where == Where::kCpu) return;  // works on memory, which keeps its order
    if (moves_with_its_chain(op)) {
      for (const std::size_t tensor : activations(op)) {
        if (!is_image(graph_.tensors[tensor]) || graph_.tensors[tensor].is_constant()) fixed_[find(tensor)] = true;
      }
      return;
    }
    for (const int tensor : {graph_.ops[op].inputs[0], graph_.ops[op].outputs[0]}) {
      const auto index = static_cast<std::size_t>(tensor);
      if (has_two_orders(graph_.tensors[index])) fixed_[find(index)] = true;
    }
  }

  const Graph& graph_;
  const std::vector<Where>& where_;  // by operator
  std::vector<std::size_t> parent_;
  std::vector<bool> fixed_;  // per representative
};

// The network with the chains in the given orders (one per tensor, looked up at the representative).
Layout lay_out(const Graph& graph, const Chains& chains, const std::vector<Order>& orders) {
  Layout layout{graph, std::vector<std::optional<ColumnLayout>>(graph.tensors.size())};
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    const Tensor& tensor = graph.tensors[t];
    if (orders[chains.find(t)] == Order::kRows || !is_image(tensor) || tensor.is_constant()) continue;
    swap_axes(layout.graph.tensors[t].shape);
    if (!has_two_orders(tensor)) continue;
    const int channels = tensor.shape[3];
    layout.columns[t] = ColumnLayout{.rows = tensor.shape[1],
                                     .pixel_bytes = channels,
                                     .step_bytes = channels,
                                     .pad_bytes = 0,
                                     .memory_row_bytes = tensor.shape[2] * channels};
  }
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    if (!chains.moves_with_its_chain(i)) continue;
    const Order order = orders[chains.of_op(i)];
    if (order == Order::kRows) continue;
    Op& op = layout.graph.ops[i];
    if (auto* pool = std::get_if<Pool2d>(&op.params)) swap_axes(*pool);
    auto* conv = std::get_if<Conv2d>(&op.params);
    auto* depthwise = std::get_if<DepthwiseConv2d>(&op.params);
    if (conv == nullptr && depthwise == nullptr) continue;
    const Tensor& kernel = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
    if (conv != nullptr) swap_axes_of_convolution(*conv);
    if (depthwise != nullptr) swap_axes_of_convolution(*depthwise);
    if (order == Order::kGatheredColumns && chains.can_gather(i)) {
      // A scratchpad row for each output column; a kernel row has become the channels of a pixel, a kernel column the
      // row of the new kernel: OHWI bytes are the same.
      const auto input = static_cast<std::size_t>(op.inputs[0]);
      const std::vector<int>& shape = graph.tensors[input].shape;
      const int pixel = kernel.shape[2] * shape[3];
      layout.columns[input] = ColumnLayout{.rows = shape[1],
                                           .pixel_bytes = pixel,
                                           .step_bytes = conv->stride_h * shape[3],
                                           .pad_bytes = conv->pad.top * shape[3],
                                           .memory_row_bytes = shape[2] * shape[3]};
      const int columns = graph.tensors[static_cast<std::size_t>(op.outputs[0])].shape[2];
      layout.graph.tensors[input].shape = {1, columns, shape[1], pixel};
      conv->stride_h = 1;
      conv->pad.top = conv->pad.bottom = 0;
      Tensor gathered = kernel;
      gathered.shape = {kernel.shape[0], 1, kernel.shape[1], pixel};
      layout.graph.tensors.push_back(std::move(gathered));
    } else {
      layout.graph.tensors.push_back(swapped_kernel(kernel));
    }
    op.inputs[1] = static_cast<int>(layout.graph.tensors.size()) - 1;
  }
  layout.columns.resize(layout.graph.tensors.size());
  return layout;
}

// Estimated cycles in which the order of the images makes a difference.
class Cost {
 public:
  Cost(const Graph& original, const std::vector<Where>& original_where, const HwConfig& hw)
      : original_(original), original_where_(original_where), hw_(hw) {}

  // None when the device cannot run the layout: an operator at its limits, or no room in the scratchpad.
  [[nodiscard]] std::optional<std::int64_t> operator()(const Layout& layout) const {
    const auto plans = plan_operators(layout.graph, hw_);
    for (std::size_t i = 0; i < plans.size(); ++i) {
      if (where_of(plans[i]) != original_where_[i]) return std::nullopt;
    }
    std::optional<Placement> placement;
    try {
      placement = place_tensors(layout.graph, plans, hw_, false, original_);
    } catch (const Error&) {
      return std::nullopt;
    }
    std::int64_t cycles = 0;
    std::vector<bool> on_chip(layout.graph.tensors.size(), false);
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const Where where = where_of(plans[i]);
      if (where != Where::kArray && where != Where::kVector) continue;
      const Op& op = layout.graph.ops[i];
      int bus_rows = 1;
      if (const auto* plan = std::get_if<DepthwisePlan>(&plans[i]))
        bus_rows = usable_bus_rows(*plan, placement->view_of(op.inputs[0]));
      const ArrayCost cost = array_cost(plans[i], bus_rows, hw_);
      cycles += cost.cycles;
      for (int tensor : op.inputs) {
        if (tensor < 0 || layout.graph.tensors[static_cast<std::size_t>(tensor)].is_constant()) continue;
        const std::size_t root = placement->root_of(tensor);
        if (on_chip[root]) continue;
        on_chip[root] = true;
        // The first column tile works on what has arrived.
        cycles += std::max<std::int64_t>(0, transfer(layout, root) - cost.cycles / cost.column_tiles);
      }
      const std::size_t root = placement->root_of(op.outputs[0]);
      on_chip[root] = true;
      if (placement->sram[root]) cycles += transfer(layout, root);
    }
    return cycles;
  }

 private:
  [[nodiscard]] std::int64_t transfer(const Layout& layout, std::size_t tensor) const {
    const int bus = hw_.dma.bus_bytes();
    const auto& columns = layout.columns[tensor];
    const Tensor& what = layout.graph.tensors[tensor];
    if (!columns) return what.bytes() / bus;
    // A burst for each pixel, at any byte address, as fast as its beats come or as the answers to earlier ones.
    const std::int64_t beats = (columns->pixel_bytes + 2 * bus - 2) / bus;
    const std::int64_t burst = (kBurstCycles + hw_.sram.read_latency_cycles + beats + hw_.dma.outstanding_reads - 1) /
                               hw_.dma.outstanding_reads;
    return what.bytes() / columns->pixel_bytes * std::max(beats * hw_.sram.cycles_per_beat, burst);
  }

  static constexpr int kBurstCycles = 1;  // for which a burst is outstanding beyond latency and beats

  const Graph& original_;
  const std::vector<Where>& original_where_;
  const HwConfig& hw_;
};

}  // namespace

class LayoutChooser::Family {
 public:
  Family(const Graph& graph, const std::vector<Where>& where)
      : graph_(graph), where_(where), chains_(graph, where_), movable_(chains_.movable()) {}

  const Layout& choose(const HwConfig& hw) {
    const Cost cost(graph_, where_, hw);
    std::vector<Order> orders(graph_.tensors.size(), Order::kRows);
    const Layout* best = &layout(orders);
    auto best_cost = cost(*best).value_or(std::numeric_limits<std::int64_t>::max());
    for (const std::size_t chain : movable_) {
      Order chosen = Order::kRows;
      for (const Order order : {Order::kColumns, Order::kGatheredColumns}) {
        orders[chain] = order;
        const Layout& tried = layout(orders);
        const auto cycles = cost(tried);
        if (!cycles || *cycles >= best_cost) continue;
        best = &tried;
        best_cost = *cycles;
        chosen = order;
      }
      orders[chain] = chosen;
    }
    return *best;
  }

 private:
  const Layout& layout(const std::vector<Order>& orders) {
    const auto found = layouts_.find(orders);
    if (found != layouts_.end()) return found->second;
    return layouts_.emplace(orders, lay_out(graph_, chains_, orders)).first->second;
  }

  const Graph& graph_;
  const std::vector<Where> where_;
  const Chains chains_;
  const std::vector<std::size_t> movable_;
  std::map<std::vector<Order>, Layout> layouts_;  // by order of the chains
};

LayoutChooser::LayoutChooser(const Graph& graph) : graph_(graph) {}
LayoutChooser::~LayoutChooser() = default;

const Layout& LayoutChooser::choose(const HwConfig& hw) {
  std::vector<Where> where;
  for (const OpPlan& plan : plan_operators(graph_, hw)) where.push_back(where_of(plan));
  std::unique_ptr<Family>& family = families_[where];
  if (!family) family = std::make_unique<Family>(graph_, where);
  return family->choose(hw);
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/plan.h"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <utility>

#include "sim/core/ceil_div.h"

namespace systolite {
namespace {

// Field limits of the command set (configs/isa.yaml) that a layer can run into.
constexpr int kMaxExtent = 4095;
constexpr int kMaxBytes16 = 65535;
constexpr int kMaxStride = 15;
constexpr int kMaxKernelRows = 255;
constexpr int kMaxPad = 2047;
constexpr int kMaxPoolStride = 255;
constexpr int kMaxPoolOffset = 255;
constexpr int kMaxPoolWindow = 65535;
constexpr int kDepthwiseBuses = 3;

std::string limit(const char* what, int value, int max) {
  return fmt::format("{} is {}, the device takes at most {}", what, value, max);
}

// Reason why the matrix engine cannot express the geometry, empty if it can.
std::string matrix_limit(const MatrixGeometry& g) {
  const std::pair<const char*, int> extents[] = {
      {"input height", g.in_h}, {"input width", g.in_w}, {"output height", g.out_h}, {"output width", g.out_w}};
  for (const auto& [what, value] : extents) {
    if (value > kMaxExtent) return limit(what, value, kMaxExtent);
  }
  if (g.in_w * g.channels > kMaxBytes16) return limit("input row size in bytes", g.in_w * g.channels, kMaxBytes16);
  if (g.filters > kMaxBytes16) return limit("number of output channels", g.filters, kMaxBytes16);
  if (g.kernel_h > kMaxKernelRows) return limit("kernel height", g.kernel_h, kMaxKernelRows);
  if (g.kernel_w > kMaxKernelRows) return limit("kernel width", g.kernel_w, kMaxKernelRows);
  if (g.kernel_w * g.channels > kMaxBytes16) {
    return limit("kernel row size in bytes", g.kernel_w * g.channels, kMaxBytes16);
  }
  if (std::max(g.stride_y, g.stride_x) > kMaxStride) {
    return limit("stride", std::max(g.stride_y, g.stride_x), kMaxStride);
  }
  if (std::max(g.dil_y, g.dil_x) > kMaxStride) return limit("dilation", std::max(g.dil_y, g.dil_x), kMaxStride);
  if (std::max(g.pad_top, g.pad_left) > kMaxPad) return limit("padding", std::max(g.pad_top, g.pad_left), kMaxPad);
  return {};
}

void turn_on_its_side(MatrixGeometry& g) {
  if (g.in_w != 1 || g.out_w != 1 || g.kernel_w != 1 || g.in_h == 1 || g.pad_left != 0) return;
  std::swap(g.in_h, g.in_w);
  std::swap(g.out_h, g.out_w);
  std::swap(g.kernel_h, g.kernel_w);
  std::swap(g.stride_y, g.stride_x);
  std::swap(g.dil_y, g.dil_x);
  std::swap(g.pad_top, g.pad_left);
  g.transposed = true;
}

// The layer with `unroll` neighbouring output pixels seen as one (DensePlan); input pixels are `pixel_bytes` apart.
DensePlan unrolled(const DensePlan& plan, int unroll, int pixel_bytes) {
  DensePlan wide = plan;
  MatrixGeometry& g = wide.geometry;
  wide.unroll = unroll;
  wide.shift_bytes = g.stride_x * pixel_bytes;
  wide.string_bytes = plan.string_bytes + (unroll - 1) * wide.shift_bytes;
  g.kernel_w += (unroll - 1) * g.stride_x;
  g.filters *= unroll;
  g.out_w /= unroll;
  g.stride_x = g.out_w == 1 ? 1 : g.stride_x * unroll;
  return wide;
}

// Cycles of the positions of an image with every weight tile. Weight stationary: a tile takes at least as long as
// loading its rows into the array. Output stationary: whole groups of pixels.
std::int64_t image_cycles(int pixels, int tile_rows, Dataflow dataflow, const HwConfig& hw) {
  if (dataflow == Dataflow::kWeight) return std::max(pixels, tile_rows);
  return std::int64_t{ceil_div(pixels, hw.array.rows)} * hw.array.rows;
}

std::int64_t best_image_cycles(int pixels, int tile_rows, const HwConfig& hw) {
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (const Dataflow dataflow : {Dataflow::kWeight, Dataflow::kOutput}) {
    if (hw.array.has(dataflow)) best = std::min(best, image_cycles(pixels, tile_rows, dataflow, hw));
  }
  return best;
}

ArrayCost cost_of(const DensePlan& plan, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  const int tiles = ceil_div(g.filters, hw.array.cols);
  const std::int64_t steps = std::int64_t{g.kernel_h} * plan.nkx * ceil_div(plan.string_bytes, hw.array.rows);
  return {steps * tiles * best_image_cycles(g.out_h * g.out_w, std::min(plan.string_bytes, hw.array.rows), hw), tiles};
}

ArrayCost cost_of(const DepthwisePlan& plan, int bus_rows, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  const int rows = hw.array.rows;
  if (!plan.column_mode) {
    const int width = std::min(hw.array.cols, rows);
    const int tiles = ceil_div(g.channels, width);
    return {std::int64_t{tiles} * g.kernel_h * g.kernel_w *
                best_image_cycles(g.out_h * g.out_w, std::min(width, g.channels), hw),
            tiles};
  }
  const int passes = plan.tap_parts * ceil_div(g.kernel_h, bus_rows);
  const int tiles = ceil_div(g.channels, hw.array.cols);
  const std::int64_t row = (g.out_w - 1) * g.stride_x + plan.taps - shared_positions(g, 0, plan.taps);
  return {std::int64_t{tiles} * passes * g.out_h * row, tiles};
}

// Cycles of the array plus those of the bus for the weights, as if neither hid the other.
std::int64_t cost_with_weights(const DensePlan& plan, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  const std::int64_t weights = std::int64_t{g.kernel_h} * plan.nkx * plan.string_bytes * g.filters;
  return cost_of(plan, hw).cycles + weights / hw.dma.bus_bytes();
}

// Few filters leave columns idle, which neighbouring output pixels can fill.
DensePlan cheapest_unrolling(const DensePlan& plan, int pixel_bytes, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  if (plan.nkx != 1 || g.dil_x != 1) return plan;
  DensePlan best = plan;
  for (int unroll = 2; unroll <= g.out_w && unroll * g.stride_x <= kMaxStride; ++unroll) {
    if (g.out_w % unroll != 0) continue;
    const DensePlan wide = unrolled(plan, unroll, pixel_bytes);
    if (!matrix_limit(wide.geometry).empty()) continue;
    if (cost_with_weights(wide, hw) < cost_with_weights(best, hw)) best = wide;
  }
  return best;
}

template <typename Conv>
MatrixGeometry conv_geometry(const Graph& graph, const Op& op, const Conv& conv) {
  const auto& in = graph.tensors[static_cast<std::size_t>(op.inputs[0])].shape;
  const auto& weights = graph.tensors[static_cast<std::size_t>(op.inputs[1])].shape;
  const auto& out = graph.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
  MatrixGeometry g;
  g.in_h = in[1];
  g.in_w = in[2];
  g.channels = in[3];
  g.out_h = out[1];
  g.out_w = out[2];
  g.filters = out[3];
  g.kernel_h = weights[1];
  g.kernel_w = weights[2];
  g.stride_y = conv.stride_h;
  g.stride_x = conv.stride_w;
  g.dil_y = conv.dilation_h;
  g.dil_x = conv.dilation_w;
  g.pad_top = conv.pad.top;
  g.pad_left = conv.pad.left;
  // A dimension with one tap has no dilation, and one with one output no stride.
  if (g.kernel_h == 1) g.dil_y = 1;
  if (g.kernel_w == 1) g.dil_x = 1;
  if (g.out_h == 1) g.stride_y = 1;
  if (g.out_w == 1) g.stride_x = 1;
  return g;
}

class Planner {
 public:
  Planner(const Graph& graph, const HwConfig& hw, const std::vector<std::optional<RowBands>>& bands, const Op& op)
      : graph_(graph), hw_(hw), bands_(bands), op_(op) {}

  OpPlan operator()(const Conv2d& conv) const {
    MatrixGeometry g = conv_geometry(graph_, op_, conv);
    const RowBands* in = bands_of(op_.inputs[0]);
    const RowBands* out = bands_of(op_.outputs[0]);
    if (in != nullptr) {
      g.in_h = in->height;
      g.channels = in->channels;
    }
    if (out != nullptr) {
      g.out_h = out->height;
      g.filters = out->channels;
    }
    turn_on_its_side(g);
    if (auto reason = matrix_limit(g); !reason.empty()) return CpuPlan{reason};
    DensePlan plan{.geometry = g};
    // Without dilation the bytes under a kernel row are contiguous, so that few input channels still fill the array
    // rows.
    plan.nkx = g.dil_x == 1 ? 1 : g.kernel_w;
    plan.string_bytes = g.dil_x == 1 ? g.kernel_w * g.channels : g.channels;
    const int pixel_bytes = in != nullptr ? in->pixel_bytes() : g.channels;
    if (out == nullptr) return cheapest_unrolling(plan, pixel_bytes, hw_);
    return out->unroll > 1 ? unrolled(plan, out->unroll, pixel_bytes) : plan;
  }

  OpPlan operator()(const DepthwiseConv2d& conv) const {
    if (conv.depth_multiplier != 1) return CpuPlan{fmt::format("depth multiplier {}", conv.depth_multiplier)};
    DepthwisePlan plan{.geometry = conv_geometry(graph_, op_, conv)};
    MatrixGeometry& g = plan.geometry;
    turn_on_its_side(g);
    if (auto reason = matrix_limit(g); !reason.empty()) return CpuPlan{reason};
    // The gap in front of bands is no channel.
    if (const RowBands* in = bands_of(op_.inputs[0])) g.channels = in->band_bytes();
    plan.column_mode = hw_.array.depthwise_unit;
    const int taps = (g.kernel_w - 1) * g.dil_x + 1;
    plan.tap_parts = ceil_div(taps, hw_.array.rows);
    plan.taps = ceil_div(taps, plan.tap_parts);
    // Buses read kernel rows from neighbouring banks: rows dil_y apart are in different ones of 4 only for some dil_y.
    const int distinct = g.dil_y % 2 == 1 ? kDepthwiseBuses : g.dil_y % 4 == 2 ? 2 : 1;
    plan.bus_rows = std::max(1, std::min({distinct, g.kernel_h, hw_.array.rows / plan.taps}));
    if (plan.taps > kMaxDepthwiseBusTaps) plan.bus_rows = 1;
    return plan;
  }

  OpPlan operator()(const FullyConnected&) const {
    const auto& in = graph_.tensors[static_cast<std::size_t>(op_.inputs[0])];
    const auto& weights = graph_.tensors[static_cast<std::size_t>(op_.inputs[1])].shape;
    MatrixGeometry g;
    g.channels = weights[1];
    g.filters = weights[0];
    g.in_h = static_cast<int>(in.elements() / g.channels);
    g.out_h = g.in_h;
    if (auto reason = matrix_limit(g); !reason.empty()) return CpuPlan{reason};
    return DensePlan{.geometry = g, .nkx = 1, .string_bytes = g.channels};
  }

  OpPlan operator()(const Add&) const {
    const auto& a = graph_.tensors[static_cast<std::size_t>(op_.inputs[0])];
    const auto& b = graph_.tensors[static_cast<std::size_t>(op_.inputs[1])];
    if (a.is_constant() || b.is_constant()) return CpuPlan{"one operand is constant"};
    if (a.shape != b.shape) return CpuPlan{"operands of different shapes (broadcast)"};
    return AddPlan{};
  }

  OpPlan operator()(const Pool2d& pool) const {
    const auto& in = graph_.tensors[static_cast<std::size_t>(op_.inputs[0])].shape;
    const auto& out = graph_.tensors[static_cast<std::size_t>(op_.outputs[0])].shape;
    PoolPlan plan{.in_h = in[1],
                  .in_w = in[2],
                  .channels = in[3],
                  .out_h = out[1],
                  .out_w = out[2],
                  .stride_y = out[1] == 1 ? 1 : pool.stride_h,
                  .stride_x = out[2] == 1 ? 1 : pool.stride_w,
                  .average = pool.average,
                  .regions = {}};
    if (std::max({in[1], in[2], out[1], out[2]}) > kMaxExtent) return CpuPlan{"an extent above the device's 4095"};
    if (in[3] > kMaxBytes16) return CpuPlan{limit("number of channels", in[3], kMaxBytes16)};
    if (std::max(plan.stride_y, plan.stride_x) > kMaxPoolStride) return CpuPlan{"a pooling stride above 255"};
    if (std::max(pool.filter_h, pool.filter_w) > kMaxPoolOffset)
      return CpuPlan{"a pooling window above 255 rows or columns"};
    if (pool.filter_h * pool.filter_w > kMaxPoolWindow) return CpuPlan{"a pooling window above 65535 elements"};
    const auto rows = cut(plan.out_h, plan.in_h, pool.filter_h, plan.stride_y, pool.pad.top);
    const auto cols = cut(plan.out_w, plan.in_w, pool.filter_w, plan.stride_x, pool.pad.left);
    for (const auto& r : rows) {
      for (const auto& c : cols) {
        plan.regions.push_back({.oy0 = r.first,
                                .ox0 = c.first,
                                .rows = r.count,
                                .cols = c.count,
                                .y_off = r.offset,
                                .x_off = c.offset,
                                .window_h = r.window,
                                .window_w = c.window});
        const auto count = static_cast<std::uint32_t>(r.window * c.window);
        if (std::max(std::abs(r.offset), std::abs(c.offset)) > kMaxPoolOffset)
          return CpuPlan{"a pooling offset above 255"};
        if (plan.average && !exact_reciprocal(count, 128 * count + count / 2)) {
          return CpuPlan{fmt::format("no exact reciprocal for a window of {}", count)};
        }
      }
    }
    return plan;
  }

  OpPlan operator()(const Reshape&) const { return AliasPlan{}; }
  OpPlan operator()(const Softmax&) const { return CpuPlan{"no softmax unit"}; }

  static constexpr int kMaxDepthwiseBusTaps = 5;  // depth of the bus delay lines in the array

 private:
  struct Span {
    int first, count, offset, window;
  };
  // Splits one dimension of the outputs into runs whose windows have the same clipped size and offset.
  static std::vector<Span> cut(int out, int in, int filter, int stride, int pad) {
    std::vector<Span> spans;
    for (int o = 0; o < out; ++o) {
      const int begin = std::max(o * stride - pad, 0);
      const int end = std::min(o * stride - pad + filter, in);
      const Span span{o, 1, begin - o * stride, end - begin};
      if (!spans.empty() && spans.back().offset == span.offset && spans.back().window == span.window) {
        ++spans.back().count;
      } else {
        spans.push_back(span);
      }
    }
    return spans;
  }

  [[nodiscard]] const RowBands* bands_of(int tensor) const {
    if (bands_.empty()) return nullptr;
    const auto& bands = bands_[static_cast<std::size_t>(tensor)];
    return bands ? &*bands : nullptr;
  }

  const Graph& graph_;
  const HwConfig& hw_;
  const std::vector<std::optional<RowBands>>& bands_;  // by tensor, or empty
  const Op& op_;
};

}  // namespace

int shared_positions(const MatrixGeometry& geometry, int tap0, int taps) noexcept {
  const int left = geometry.pad_left - tap0;
  const int right = (geometry.out_w - 1) * geometry.stride_x + taps - left - geometry.in_w;
  return std::clamp(std::min(left, right), 0, taps - 1);
}

std::vector<OpPlan> plan_operators(const Graph& graph, const HwConfig& hw,
                                   const std::vector<std::optional<RowBands>>& bands) {
  std::vector<OpPlan> plans;
  plans.reserve(graph.ops.size());
  for (const Op& op : graph.ops) plans.push_back(std::visit(Planner(graph, hw, bands, op), op.params));
  return plans;
}

Where where_of(const OpPlan& plan) noexcept {
  if (std::holds_alternative<CpuPlan>(plan)) return Where::kCpu;
  if (std::holds_alternative<AliasPlan>(plan)) return Where::kNone;
  if (std::holds_alternative<AddPlan>(plan) || std::holds_alternative<PoolPlan>(plan)) return Where::kVector;
  return Where::kArray;
}

bool dataflow_is_free(const OpPlan& plan, const HwConfig& hw) {
  if (!hw.array.weight_stationary || !hw.array.output_stationary) return false;
  if (const auto* depthwise = std::get_if<DepthwisePlan>(&plan)) return !depthwise->column_mode;
  return std::holds_alternative<DensePlan>(plan);
}

Dataflow choose_dataflow(const OpPlan& plan, const HwConfig& hw) {
  if (!hw.array.weight_stationary) return Dataflow::kOutput;
  if (!dataflow_is_free(plan, hw)) return Dataflow::kWeight;
  const auto* dense = std::get_if<DensePlan>(&plan);
  const auto* depthwise = std::get_if<DepthwisePlan>(&plan);
  const MatrixGeometry& g = dense != nullptr ? dense->geometry : depthwise->geometry;
  const int string = dense != nullptr ? dense->string_bytes : std::min(g.channels, hw.array.cols);
  const int tile_rows = std::min(string, hw.array.rows);
  const int pixels = g.out_h * g.out_w;
  return image_cycles(pixels, tile_rows, Dataflow::kOutput, hw) < image_cycles(pixels, tile_rows, Dataflow::kWeight, hw)
             ? Dataflow::kOutput
             : Dataflow::kWeight;
}

ArrayCost array_cost(const OpPlan& plan, int bus_rows, const HwConfig& hw) {
  if (const auto* dense = std::get_if<DensePlan>(&plan)) return cost_of(*dense, hw);
  if (const auto* depthwise = std::get_if<DepthwisePlan>(&plan)) return cost_of(*depthwise, bus_rows, hw);
  return {};
}

std::optional<Reciprocal> exact_reciprocal(std::uint32_t divisor, std::uint32_t max_numerator) noexcept {
  // Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994: with m = ceil(2^s / d)
  // the quotient is exact as long as n * (m*d - 2^s) < 2^s.
  for (int shift = 0; shift <= 62; ++shift) {
    const std::uint64_t power = std::uint64_t{1} << shift;
    const std::uint64_t mult = (power + divisor - 1) / divisor;
    if (mult >= (std::uint64_t{1} << 31)) break;
    const std::uint64_t excess = mult * divisor - power;
    if (excess == 0 || max_numerator < (power + excess - 1) / excess) {
      return Reciprocal{static_cast<std::uint32_t>(mult), shift};
    }
  }
  return std::nullopt;
}

}  // namespace systolite

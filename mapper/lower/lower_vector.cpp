// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/lower_vector.h"

#include <algorithm>

#include "mapper/quantization/quantization.h"

namespace systolite {
namespace {

// Small enough that the layer behind an ADD can start early, large enough that its command costs little.
constexpr std::uint32_t kAddChunkBytes = 2048;

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors[static_cast<std::size_t>(index)]; }

isa::VecCfgOut output_config(const Tensor& out, const View& view, int pix_bytes, Activation activation,
                             Rounding rounding) {
  const ActivationRange clamp = activation_range(out, activation);
  isa::VecCfgOut cfg;
  cfg.base = view.base;
  cfg.pitch = view.pitch;
  cfg.interleave = view.interleave;
  cfg.pix_bytes = pix_bytes;
  cfg.zero_point = out.quant.zero_points.front();
  cfg.act_min = clamp.min;
  cfg.act_max = clamp.max;
  cfg.single_rounding = rounding == Rounding::kSingle ? 1 : 0;
  return cfg;
}

isa::VecCfgScale scale_slot(int slot, const QuantizedMultiplier& q, std::int64_t zero_point) {
  isa::VecCfgScale cfg;
  cfg.slot = slot;
  cfg.mult = q.multiplier;
  cfg.shift = q.shift;
  cfg.zero_point = zero_point;
  return cfg;
}

}  // namespace

void lower_add(const Graph& graph, int op_index, const Placement& placement, Rounding rounding, const HwConfig& hw,
               std::vector<Unit>& units) {
  const Op& op = graph.ops[static_cast<std::size_t>(op_index)];
  const Tensor& in1 = tensor(graph, op.inputs[0]);
  const Tensor& in2 = tensor(graph, op.inputs[1]);
  const Tensor& out = tensor(graph, op.outputs[0]);
  const View& view_out = placement.view_of(op.outputs[0]);
  const View view1 = placement.view_of(op.inputs[0]).with_rows(view_out.height);
  const View view2 = placement.view_of(op.inputs[1]).with_rows(view_out.height);
  const AddQuantization q = add_quantization(graph, op, rounding);
  Unit unit;
  unit.op = op_index;

  const auto add = [&](std::uint32_t a, std::uint32_t b, std::uint32_t result, std::uint32_t length) {
    unit.commands.push_back({output_config(out, view_out, 1, std::get<Add>(op.params).activation, rounding), {}});
    unit.commands.push_back({scale_slot(0, q.in1, in1.quant.zero_points.front()), {}});
    unit.commands.push_back({scale_slot(1, q.in2, in2.quant.zero_points.front()), {}});
    unit.commands.push_back({scale_slot(2, q.out, 0), {}});
    isa::Add command;
    command.in1 = a;
    command.in2 = b;
    command.out = result;
    command.len = length;
    Footprint footprint;
    footprint.read(Memory::kScratchpad, Range{a, a + length});
    footprint.read(Memory::kScratchpad, Range{b, b + length});
    footprint.write(Memory::kScratchpad, Range{result, result + length});
    unit.commands.push_back({command, footprint});
  };
  if (view1.linear() && view2.linear() && view_out.linear()) {
    const auto bytes = static_cast<std::uint32_t>(out.bytes());
    for (std::uint32_t at = 0; at < bytes; at += kAddChunkBytes) {
      add(view1.base + at, view2.base + at, view_out.base + at, std::min(kAddChunkBytes, bytes - at));
    }
  } else {
    for (int y = 0; y < view_out.height; ++y) {
      add(view1.address(y, hw), view2.address(y, hw), view_out.address(y, hw), view_out.row_bytes);
    }
  }
  units.push_back(std::move(unit));
}

void lower_pool(const Graph& graph, int op_index, const PoolPlan& plan, const Placement& placement, const HwConfig& hw,
                std::vector<Unit>& units) {
  const Op& op = graph.ops[static_cast<std::size_t>(op_index)];
  const View in = placement.view_of(op.inputs[0]).with_rows(plan.in_h);
  const View& out = placement.view_of(op.outputs[0]);
  const auto& pool = std::get<Pool2d>(op.params);
  Unit unit;
  unit.op = op_index;
  for (const PoolRegion& region : plan.regions) {
    // As many channels a command as a column tile has, so that each can follow the tile that makes its input.
    for (int c0 = 0; c0 < plan.channels; c0 += hw.array.cols) {
      const int channels = std::min(hw.array.cols, plan.channels - c0);
      unit.commands.push_back(
          {output_config(tensor(graph, op.outputs[0]), out, plan.channels, pool.activation, Rounding::kDouble), {}});
      isa::VecCfgIn cfg;
      cfg.base = in.base;
      cfg.pitch = in.pitch;
      cfg.interleave = in.interleave;
      cfg.pix_bytes = plan.channels;
      cfg.y_off = region.y_off;
      cfg.x_off = region.x_off;
      cfg.kh = region.window_h;
      cfg.kw = region.window_w;
      cfg.stride_y = plan.stride_y;
      cfg.stride_x = plan.stride_x;
      unit.commands.push_back({cfg, {}});
      isa::Pool command;
      const auto count = static_cast<std::uint32_t>(region.window_h * region.window_w);
      if (plan.average) {
        const auto reciprocal = exact_reciprocal(count, 128 * count + count / 2);  // exists: checked by the plan
        unit.commands.push_back(
            {scale_slot(3, {static_cast<std::int32_t>(reciprocal->mult), reciprocal->shift}, 0), {}});
        command.average = 1;
        command.half = count / 2;
      }
      command.oy0 = region.oy0;
      command.ox0 = region.ox0;
      command.nrows = region.rows;
      command.ncols = region.cols;
      command.c0 = c0;
      command.nch = channels;
      const int y0 = region.oy0 * plan.stride_y + region.y_off;
      const int y1 = (region.oy0 + region.rows - 1) * plan.stride_y + region.y_off + region.window_h;
      const auto window = [&](const View& view) {
        return ChannelWindow{view.base, view.interleave, plan.channels, c0, c0 + channels};
      };
      Footprint footprint;
      footprint.read(Memory::kScratchpad, in.rows(y0, y1, hw), window(in));
      footprint.write(Memory::kScratchpad, out.rows(region.oy0, region.oy0 + region.rows, hw), window(out));
      unit.commands.push_back({command, footprint});
    }
  }
  units.push_back(std::move(unit));
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/pack.h"

#include <algorithm>
#include <utility>

namespace systolite {
namespace {

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors[static_cast<std::size_t>(index)]; }

std::uint32_t bias_value(const Graph& graph, const Op& op, int channel) {
  if (op.inputs.size() < 3 || op.inputs[2] < 0) return 0;
  const auto& data = tensor(graph, op.inputs[2]).data;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>(data[4 * static_cast<std::size_t>(channel) + i]) << (8 * i);
  return value;
}

// Tables of some column tiles, a slot for each channel.
struct Slots {
  std::vector<std::int32_t> bias;
  std::vector<QuantizedMultiplier> scale;

  // Nobody reads what fills up a granule; the scale of a neighbour keeps the form short.
  void fill_up(std::size_t granule) {
    while (bias.size() % granule != 0) {
      bias.push_back(0);
      scale.push_back(scale.back());
    }
  }
  void append(const Slots& other) {
    bias.insert(bias.end(), other.bias.begin(), other.bias.end());
    scale.insert(scale.end(), other.scale.begin(), other.scale.end());
  }
};

TablePart store_part(Slots slots, std::size_t end_tile, bool per_tensor, const HwConfig& hw, FlashImage& flash) {
  if (per_tensor) slots.scale.resize(1);
  const TableForm form = shortest_form(slots.bias, slots.scale);
  const std::size_t bytes = table_bytes(form, slots.bias.size(), hw.dma.bus_bytes());
  const std::uint32_t address =
      flash.append(bytes, [&] { return table_image(form, slots.bias, slots.scale, hw.dma.bus_bytes()); });
  const int words = static_cast<int>(slots.bias.size()) / hw.requant_lanes;
  return {end_tile, words, address, static_cast<std::uint32_t>(bytes), form};
}

// Lays out the tables, of which column c holds channel c modulo the channels of the layer.
void pack_tables(const FoldedLayer& folded, const HwConfig& hw, FlashImage& flash, PackedLayer& layer) {
  const LayerQuantization& quantization = folded.quantization;
  const auto granule = static_cast<std::size_t>(table_granule_channels(hw));
  const auto most = static_cast<std::size_t>(hw.param_channels) / 2;
  Slots part;
  for (std::size_t i = 0; i < layer.tiles.size(); ++i) {
    ColumnTile& tile = layer.tiles[i];
    Slots slots;
    for (int column = tile.c0; column < tile.c0 + tile.channels; ++column) {
      const std::size_t c = static_cast<std::size_t>(column) % folded.bias.size();
      slots.bias.push_back(folded.bias[c]);
      slots.scale.push_back(quantization.multipliers[quantization.per_tensor ? 0 : c]);
    }
    slots.fill_up(granule);
    if (!part.bias.empty() && part.bias.size() + slots.bias.size() > most) {
      layer.tables.push_back(store_part(std::move(part), i, quantization.per_tensor, hw, flash));
      part = {};
    }
    tile.table_word = static_cast<int>(part.bias.size()) / hw.requant_lanes;
    part.append(slots);
  }
  layer.tables.push_back(store_part(std::move(part), layer.tiles.size(), quantization.per_tensor, hw, flash));
  // A scale that has no packed word is there once a channel.
  layer.per_tensor = layer.tables.front().form.scale == isa::ScaleForm::kTensor;
}

}  // namespace

int table_granule_channels(const HwConfig& hw) noexcept { return std::max(hw.requant_lanes, hw.dma.bus_bytes()); }

FoldedLayer fold_layer(const Graph& graph, const Op& op, Rounding rounding) {
  const Tensor& kernel = tensor(graph, op.inputs[1]);
  const auto zero_point = static_cast<std::uint32_t>(tensor(graph, op.inputs[0]).quant.zero_points.front());
  // A depthwise kernel has its channels innermost, the others outermost.
  const bool depthwise = std::holds_alternative<DepthwiseConv2d>(op.params);
  const auto channels = static_cast<std::size_t>(depthwise ? kernel.shape.back() : kernel.shape.front());
  const std::size_t taps = kernel.data.size() / channels;
  FoldedLayer folded;
  folded.bias.reserve(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    int sum = 0;
    for (std::size_t i = 0; i < taps; ++i)
      sum += static_cast<std::int8_t>(kernel.data[depthwise ? i * channels + c : c * taps + i]);
    folded.bias.push_back(static_cast<std::int32_t>(bias_value(graph, op, static_cast<int>(c)) -
                                                    zero_point * static_cast<std::uint32_t>(sum)));
  }
  folded.quantization = layer_quantization(graph, op, rounding);
  return folded;
}

std::vector<std::optional<FoldedLayer>> fold_layers(const Graph& graph, Rounding rounding) {
  std::vector<std::optional<FoldedLayer>> layers;
  for (const Op& op : graph.ops) {
    const bool has_weights = std::holds_alternative<Conv2d>(op.params) ||
                             std::holds_alternative<DepthwiseConv2d>(op.params) ||
                             std::holds_alternative<FullyConnected>(op.params);
    layers.push_back(has_weights ? std::optional(fold_layer(graph, op, rounding)) : std::nullopt);
  }
  return layers;
}

PackedLayer pack_dense(const Graph& graph, const Op& op, const DensePlan& plan, const FoldedLayer& folded,
                       const HwConfig& hw, FlashImage& flash) {
  const MatrixGeometry& g = plan.geometry;
  // OHWI: exactly the row order, one output channel after the other.
  const auto& weights = tensor(graph, op.inputs[1]).data;
  const int filters = g.filters / plan.unroll;
  const int string = plan.string_bytes - (plan.unroll - 1) * plan.shift_bytes;  // of one output pixel
  const int strings = g.kernel_h * plan.nkx;
  const auto weight = [&](int row, int column) {
    const int byte = row % plan.string_bytes - column / filters * plan.shift_bytes;
    if (byte < 0 || byte >= string) return std::uint8_t{0};
    const int index = (column % filters * strings + row / plan.string_bytes) * string + byte;
    return weights[static_cast<std::size_t>(index)];
  };
  const int rows = strings * plan.string_bytes;
  PackedLayer layer;
  for (int c0 = 0; c0 < g.filters; c0 += hw.array.cols) {
    const int channels = std::min(hw.array.cols, g.filters - c0);
    const auto bytes = static_cast<std::size_t>(rows) * static_cast<std::size_t>(channels);
    const std::uint32_t address = flash.append(bytes, [&] {
      std::vector<std::uint8_t> tile;
      tile.reserve(bytes);
      for (int row = 0; row < rows; ++row) {
        for (int c = c0; c < c0 + channels; ++c) tile.push_back(weight(row, c));
      }
      return tile;
    });
    layer.tiles.push_back({c0, channels, address, static_cast<std::uint32_t>(rows), 0});
  }
  pack_tables(folded, hw, flash, layer);
  return layer;
}

PackedLayer pack_depthwise(const Graph& graph, const Op& op, const DepthwisePlan& plan, const FoldedLayer& folded,
                           const HwConfig& hw, FlashImage& flash) {
  const MatrixGeometry& g = plan.geometry;
  const auto& weights = tensor(graph, op.inputs[1]).data;  // HWC
  const auto weight = [&](int ky, int kx, int c) {
    return weights[(static_cast<std::size_t>(ky) * static_cast<std::size_t>(g.kernel_w) +
                    static_cast<std::size_t>(kx)) *
                       static_cast<std::size_t>(g.channels) +
                   static_cast<std::size_t>(c)];
  };
  // As a dense layer each tap is a diagonal tile, so a tile cannot have more channels than the array has rows.
  const int width = plan.column_mode ? hw.array.cols : std::min(hw.array.cols, hw.array.rows);
  const int taps = plan.column_mode ? plan.taps * plan.tap_parts : g.kernel_w;
  PackedLayer layer;
  for (int c0 = 0; c0 < g.channels; c0 += width) {
    const int channels = std::min(width, g.channels - c0);
    const int rows = g.kernel_h * taps * (plan.column_mode ? 1 : channels);
    const auto bytes = static_cast<std::size_t>(rows) * static_cast<std::size_t>(channels);
    const std::uint32_t address = flash.append(bytes, [&] {
      std::vector<std::uint8_t> tile;
      tile.reserve(bytes);
      for (int ky = 0; ky < g.kernel_h; ++ky) {
        for (int tap = 0; tap < taps; ++tap) {
          if (plan.column_mode) {
            const bool on_kernel = tap % g.dil_x == 0 && tap / g.dil_x < g.kernel_w;
            for (int c = c0; c < c0 + channels; ++c)
              tile.push_back(on_kernel ? weight(ky, tap / g.dil_x, c) : std::uint8_t{0});
          } else {
            for (int row = 0; row < channels; ++row) {
              for (int c = 0; c < channels; ++c) tile.push_back(row == c ? weight(ky, tap, c0 + c) : std::uint8_t{0});
            }
          }
        }
      }
      return tile;
    });
    layer.tiles.push_back({c0, channels, address, static_cast<std::uint32_t>(rows), 0});
  }
  pack_tables(folded, hw, flash, layer);
  return layer;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/lower_matrix.h"

#include <algorithm>
#include <variant>

#include "mapper/quantization/quantization.h"

namespace systolite {
namespace {

constexpr std::uint32_t kWeightAlignBytes = 16;

struct Block {
  int oy0, ox0, rows, cols;
};

// Output blocks that fit one accumulator half, as equal as possible, whole rows where a row fits.
std::vector<Block> cut_blocks(int out_h, int out_w, const HwConfig& hw) {
  const int entries = hw.acc_entries();
  std::vector<Block> blocks;
  if (out_w <= entries) {
    int count = (out_h + entries / out_w - 1) / (entries / out_w);
    // Two blocks let the vector engine start on the first while the array works on the second.
    if (count == 1 && out_h > 1 && out_h * out_w >= 4 * hw.array.rows) count = 2;
    const int rows = (out_h + count - 1) / count;
    for (int y = 0; y < out_h; y += rows) blocks.push_back({y, 0, std::min(rows, out_h - y), out_w});
  } else {
    const int count = (out_w + entries - 1) / entries;
    const int cols = (out_w + count - 1) / count;
    for (int y = 0; y < out_h; ++y) {
      for (int x = 0; x < out_w; x += cols) blocks.push_back({y, x, 1, std::min(cols, out_w - x)});
    }
  }
  return blocks;
}

// A part of the reduction whose weights are loaded and used together.
struct KernelPart {
  int ky0, nky;
  int c0, len;                  // dense: bytes of the string; column mode: unused
  int tap0, taps;               // column mode
  std::uint32_t weight_offset;  // bytes from the start of the tile's weights
  int load_rows;                // 2-D load: rows of load_bytes, load_stride apart
  std::uint32_t load_bytes, load_stride;
  [[nodiscard]] std::uint32_t bytes() const { return static_cast<std::uint32_t>(load_rows) * load_bytes; }
};

class MatrixLowering {
 public:
  MatrixLowering(const MatrixLayer& layer, const HwConfig& hw, LocalBuffers& buffers, std::vector<Unit>& units)
      : layer_(layer), g_(*layer.geometry), hw_(hw), buffers_(buffers), units_(units) {}

  void run() {
    const auto blocks = cut_blocks(g_.out_h, g_.out_w, hw_);
    const auto& tiles = layer_.packed->tiles;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      const auto parts = cut_kernel(tiles[i]);
      if (parts.size() == 1) {
        Unit& unit = begin_unit(i);
        load_weights(unit, tiles[i], parts[0]);
        for (const Block& block : blocks) {
          compute(unit, tiles[i], parts[0], block, false);
          requantise(unit, tiles[i], block);
        }
      } else {
        for (const Block& block : blocks) {
          for (const KernelPart& part : parts) {
            Unit& unit = begin_unit(i);
            load_weights(unit, tiles[i], part);
            compute(unit, tiles[i], part, block, &part != &parts.front());
            if (&part == &parts.back()) requantise(unit, tiles[i], block);
          }
        }
      }
    }
  }

 private:
  [[nodiscard]] std::uint32_t weight_budget() const { return buffers_.weights.size() / 2; }

  // Cuts the reduction so that each part's weights fit in half the weight buffer.
  std::vector<KernelPart> cut_kernel(const ColumnTile& tile) const {
    return layer_.column_mode ? cut_column_kernel(tile) : cut_dense_kernel(tile);
  }

  std::vector<KernelPart> cut_dense_kernel(const ColumnTile& tile) const {
    const auto nt = static_cast<std::uint32_t>(tile.channels);
    const int base = layer_.string_bytes == 0 ? tile.c0 : 0;
    const int string = layer_.string_bytes == 0 ? tile.channels : layer_.string_bytes;
    const auto string_size = static_cast<std::uint32_t>(string) * nt;
    const std::uint32_t row_size = static_cast<std::uint32_t>(layer_.nkx) * string_size;
    std::vector<KernelPart> parts;
    if (row_size <= weight_budget()) {
      const int fit = std::min(g_.kernel_h, static_cast<int>(weight_budget() / row_size));
      const int count = (g_.kernel_h + fit - 1) / fit;
      const int nky = (g_.kernel_h + count - 1) / count;
      for (int ky = 0; ky < g_.kernel_h; ky += nky) {
        const int rows = std::min(nky, g_.kernel_h - ky);
        parts.push_back({ky, rows, base, string, 0, 0, static_cast<std::uint32_t>(ky) * row_size, 1,
                         static_cast<std::uint32_t>(rows) * row_size, 0});
      }
      return parts;
    }
    const int fit = static_cast<int>(weight_budget() / nt) / layer_.nkx;
    const int len = std::max(fit / hw_.array.rows, 1) * hw_.array.rows;
    for (int ky = 0; ky < g_.kernel_h; ++ky) {
      for (int b = 0; b < string; b += len) {
        const int piece = std::min(len, string - b);
        parts.push_back({ky, 1, base + b, piece, 0, 0,
                         static_cast<std::uint32_t>(ky) * row_size + static_cast<std::uint32_t>(b) * nt, layer_.nkx,
                         static_cast<std::uint32_t>(piece) * nt, string_size});
      }
    }
    return parts;
  }

  std::vector<KernelPart> cut_column_kernel(const ColumnTile& tile) const {
    const auto nt = static_cast<std::uint32_t>(tile.channels);
    const int taps = layer_.taps;
    const std::uint32_t row_size = static_cast<std::uint32_t>(taps * layer_.tap_parts) * nt;
    std::vector<KernelPart> parts;
    for (int tap = 0; tap < taps * layer_.tap_parts; tap += taps) {
      const std::uint32_t bytes = static_cast<std::uint32_t>(taps) * nt;
      const int fit = std::max(1, std::min(g_.kernel_h, static_cast<int>(weight_budget() / bytes)));
      for (int ky = 0; ky < g_.kernel_h; ky += fit) {
        const int rows = std::min(fit, g_.kernel_h - ky);
        parts.push_back({ky, rows, 0, 0, tap, taps,
                         static_cast<std::uint32_t>(ky) * row_size + static_cast<std::uint32_t>(tap) * nt, rows, bytes,
                         row_size});
      }
    }
    return parts;
  }

  Unit& begin_unit(std::size_t tile_index) {
    units_.push_back(
        {.op = layer_.op_index, .loads = {}, .weights = {}, .tables = {}, .loads_tables = false, .commands = {}});
    Unit& unit = units_.back();
    if (tile_index >= tables_end_) load_tables(unit, tile_index);
    unit.tables = tables_;
    return unit;
  }

  // Tables of as many column tiles as fit in half the table memory.
  void load_tables(Unit& unit, std::size_t first) {
    const PackedLayer& packed = *layer_.packed;
    const auto word_of = [&](std::size_t i) {
      return static_cast<std::uint32_t>(i < packed.tiles.size() ? packed.tiles[i].table_word : packed.table_words);
    };
    const std::uint32_t budget = buffers_.tables.size() / 2;
    tables_end_ = first + 1;
    while (tables_end_ < packed.tiles.size() && word_of(tables_end_ + 1) - word_of(first) <= budget) ++tables_end_;
    tables_first_word_ = word_of(first);
    tables_ = buffers_.tables.take(word_of(tables_end_) - tables_first_word_);
    unit.loads_tables = true;
    const auto lanes = static_cast<std::uint32_t>(hw_.requant_lanes);
    const std::uint32_t words = tables_.end - tables_.begin;
    const std::uint32_t skip = tables_first_word_ * lanes;
    load_table(unit, isa::Space::kBias, Memory::kBias, packed.bias + 4 * skip, 4 * lanes, tables_, 4 * words * lanes);
    const Range scale{tables_.begin, packed.per_tensor ? tables_.begin + 1 : tables_.end};
    const std::uint32_t scale_skip = packed.per_tensor ? 0 : skip;
    const std::uint32_t scale_channels = packed.per_tensor ? 1 : words * lanes;
    load_table(unit, isa::Space::kMult, Memory::kScale, packed.mult + 4 * scale_skip, 4 * lanes, scale,
               4 * scale_channels);
    load_table(unit, isa::Space::kShift, Memory::kScale, packed.shift + scale_skip, lanes, scale, scale_channels);
  }

  static void load_table(Unit& unit, isa::Space space, Memory memory, std::uint32_t from, std::uint32_t word_bytes,
                         const Range& words, std::uint32_t bytes) {
    isa::Ld ld;
    ld.mem_addr = from;
    ld.space = static_cast<std::int64_t>(space);
    ld.dst = words.begin * word_bytes;
    ld.row_bytes = bytes;
    Footprint footprint;
    footprint.write(memory, words);
    unit.loads.push_back({ld, footprint});
  }

  void load_weights(Unit& unit, const ColumnTile& tile, const KernelPart& part) {
    unit.weights = buffers_.weights.take(part.bytes());
    if (part.load_rows > 1) {
      isa::LdCfg cfg;
      cfg.mem_stride = part.load_stride;
      cfg.pitch = part.load_bytes;
      unit.loads.push_back({cfg, {}});
    }
    isa::Ld ld;
    ld.mem_addr = tile.weights + part.weight_offset;
    ld.space = static_cast<std::int64_t>(isa::Space::kWbuf);
    ld.dst = unit.weights->begin;
    ld.row_bytes = part.load_bytes;
    ld.rows = part.load_rows;
    Footprint footprint;
    footprint.write(Memory::kWeights, *unit.weights);
    unit.loads.push_back({ld, footprint});
  }

  void configure(Unit& unit, const KernelPart& part) const {
    isa::MmCfgIn in;
    in.base = layer_.input.base;
    in.pitch = layer_.input.pitch;
    in.interleave = layer_.input.interleave;
    in.row_bytes = layer_.input.row_bytes;
    in.height = g_.in_h;
    in.pix_bytes = g_.channels;
    in.zero_point = layer_.graph->tensors[static_cast<std::size_t>(layer_.op->inputs[0])].quant.zero_points.front();
    in.depthwise = layer_.column_mode ? 1 : 0;
    in.stride_y = g_.stride_y;
    in.stride_x = g_.stride_x;
    unit.commands.push_back({in, {}});
    isa::MmCfgKernel kernel;
    kernel.pad_top = g_.pad_top;
    kernel.pad_left = g_.pad_left - part.tap0;
    kernel.dil_y = g_.dil_y;
    kernel.dil_x = layer_.column_mode ? 1 : g_.dil_x;
    kernel.nkx = layer_.column_mode ? 1 : layer_.nkx;
    kernel.taps = layer_.column_mode ? part.taps : 1;
    kernel.buses = layer_.column_mode ? std::min(layer_.bus_rows, hw_.array.rows / part.taps) : 1;
    unit.commands.push_back({kernel, {}});
  }

  void compute(Unit& unit, const ColumnTile& tile, const KernelPart& part, const Block& block, bool accumulate) {
    if (!accumulate) buffers_.acc_half ^= 1;
    configure(unit, part);
    isa::Wl wl;
    wl.addr = unit.weights->begin;
    wl.nt = tile.channels;
    if (layer_.column_mode) {
      wl.len = part.nky * part.taps;
      wl.tile_rows = std::min(layer_.bus_rows, hw_.array.rows / part.taps) * part.taps;
    } else {
      wl.outer = part.nky * layer_.nkx;
      wl.len = part.len;
      wl.tile_rows = hw_.array.rows;
    }
    Footprint weights;
    weights.read(Memory::kWeights, *unit.weights);
    unit.commands.push_back({wl, weights});

    isa::Mm mm;
    mm.oy0 = block.oy0;
    mm.ox0 = block.ox0;
    mm.nrows = block.rows;
    mm.ncols = block.cols;
    mm.acc = buffers_.acc_half * hw_.acc_entries();
    mm.accumulate = accumulate ? 1 : 0;
    mm.ky0 = part.ky0;
    mm.nky = part.nky;
    mm.c0 = layer_.column_mode ? tile.c0 : part.c0;
    mm.len = layer_.column_mode ? 0 : part.len;
    Footprint footprint;
    footprint.read(Memory::kScratchpad, input_ranges(part, block));
    footprint.write(Memory::kAccumulator, acc_range());
    unit.commands.push_back({mm, footprint});
  }

  // Both engines hold a whole half: its ports, not only its entries, are what they must not share.
  [[nodiscard]] Range acc_range() const {
    const auto half = static_cast<std::uint32_t>(hw_.acc_entries());
    const auto begin = static_cast<std::uint32_t>(buffers_.acc_half) * half;
    return {begin, begin + half};
  }

  [[nodiscard]] std::vector<Range> input_ranges(const KernelPart& part, const Block& block) const {
    const int y0 = std::max(0, block.oy0 * g_.stride_y - g_.pad_top + part.ky0 * g_.dil_y);
    const int y1 = std::min(
        g_.in_h, (block.oy0 + block.rows - 1) * g_.stride_y - g_.pad_top + (part.ky0 + part.nky - 1) * g_.dil_y + 1);
    if (y0 >= y1) return {};
    if (g_.in_h > 1) return layer_.input.rows(y0, y1, hw_);
    const int x0 = std::max(0, block.ox0 * g_.stride_x - g_.pad_left);
    const int x1 =
        std::min(g_.in_w, (block.ox0 + block.cols - 1) * g_.stride_x - g_.pad_left + (g_.kernel_w - 1) * g_.dil_x + 1);
    if (x0 >= x1) return {};
    return {{layer_.input.base + static_cast<std::uint32_t>(x0 * g_.channels),
             layer_.input.base + static_cast<std::uint32_t>(x1 * g_.channels)}};
  }

  [[nodiscard]] std::vector<Range> output_ranges(const Block& block) const {
    if (g_.out_h > 1) return layer_.output.rows(block.oy0, block.oy0 + block.rows, hw_);
    return {{layer_.output.base + static_cast<std::uint32_t>(block.ox0 * g_.filters),
             layer_.output.base + static_cast<std::uint32_t>((block.ox0 + block.cols) * g_.filters)}};
  }

  void requantise(Unit& unit, const ColumnTile& tile, const Block& block) const {
    const Tensor& out = layer_.graph->tensors[static_cast<std::size_t>(layer_.op->outputs[0])];
    const ActivationRange clamp = activation_range(out, activation());
    isa::VecCfgOut cfg;
    cfg.base = layer_.output.base;
    cfg.pitch = layer_.output.pitch;
    cfg.interleave = layer_.output.interleave;
    cfg.pix_bytes = g_.filters;
    cfg.zero_point = out.quant.zero_points.front();
    cfg.act_min = clamp.min;
    cfg.act_max = clamp.max;
    cfg.single_rounding = layer_.rounding == Rounding::kSingle ? 1 : 0;
    cfg.per_tensor = layer_.packed->per_tensor ? 1 : 0;
    unit.commands.push_back({cfg, {}});
    const std::uint32_t word = tables_.begin + static_cast<std::uint32_t>(tile.table_word) - tables_first_word_;
    isa::Requant requant;
    requant.oy0 = block.oy0;
    requant.ox0 = block.ox0;
    requant.nrows = block.rows;
    requant.ncols = block.cols;
    requant.acc = buffers_.acc_half * hw_.acc_entries();
    requant.c0 = tile.c0;
    requant.nch = tile.channels;
    requant.bias_word = word;
    requant.scale_word = layer_.packed->per_tensor ? tables_.begin : word;
    const auto lanes = hw_.requant_lanes;
    const auto words = static_cast<std::uint32_t>((tile.channels + lanes - 1) / lanes);
    Footprint footprint;
    footprint.read(Memory::kAccumulator, acc_range());
    footprint.read(Memory::kBias, {word, word + words});
    footprint.read(Memory::kScale,
                   layer_.packed->per_tensor ? Range{tables_.begin, tables_.begin + 1} : Range{word, word + words});
    footprint.write(Memory::kScratchpad, output_ranges(block));
    unit.commands.push_back({requant, footprint});
  }

  [[nodiscard]] Activation activation() const {
    if (const auto* conv = std::get_if<Conv2d>(&layer_.op->params)) return conv->activation;
    if (const auto* depthwise = std::get_if<DepthwiseConv2d>(&layer_.op->params)) return depthwise->activation;
    return std::get<FullyConnected>(layer_.op->params).activation;
  }

  const MatrixLayer& layer_;
  const MatrixGeometry& g_;
  const HwConfig& hw_;
  LocalBuffers& buffers_;
  std::vector<Unit>& units_;
  std::size_t tables_end_ = 0;  // column tiles whose tables are planned
  std::uint32_t tables_first_word_ = 0;
  Range tables_;
};

std::uint32_t table_words(const HwConfig& hw) {
  return static_cast<std::uint32_t>(hw.param_channels / hw.requant_lanes);
}

}  // namespace

LocalBuffers::LocalBuffers(const HwConfig& hw)
    : weights(static_cast<std::uint32_t>(hw.weight_buffer_bytes), kWeightAlignBytes),
      tables(table_words(hw), static_cast<std::uint32_t>(table_granule_channels(hw) / hw.requant_lanes)) {}

void lower_matrix(const MatrixLayer& layer, const HwConfig& hw, LocalBuffers& buffers, std::vector<Unit>& units) {
  MatrixLowering(layer, hw, buffers, units).run();
}

}  // namespace systolite

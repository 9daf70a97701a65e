// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/lower_matrix.h"

#include <fmt/format.h>
#include <algorithm>
#include <deque>
#include <iterator>
#include <limits>
#include <variant>

#include "mapper/lower/block_bytes.h"
#include "mapper/lower/in_place.h"
#include "mapper/lower/kernel_parts.h"
#include "mapper/lower/layer_cut.h"
#include "mapper/lower/matrix_estimate.h"
#include "mapper/lower/place.h"
#include "mapper/quantization/quantization.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

class MatrixLowering {
 public:
  MatrixLowering(const MatrixLayer& layer, const HwConfig& hw, LocalBuffers& buffers, std::vector<Unit>& units)
      : layer_(layer), g_(*layer.geometry), hw_(hw), buffers_(buffers), units_(units) {}

  LayerCut run() {
    const auto& tiles = layer_.packed->tiles;
    bool whole = true;
    for (const ColumnTile& tile : tiles) {
      const auto parts = cut_kernel(layer_, tile, hw_);
      for (const KernelPart& part : parts) check_fits(part);
      whole = whole && parts.size() == 1;
    }
    const LayerCut cut = complete_cut(layer_, whole, hw_);
    if (layer_.in_place) check_in_place(whole, cut);
    LayerCut done = cut;
    if (!whole) {
      const auto blocks = cut_output(cut.blocks);
      for (std::size_t i = 0; i < tiles.size(); ++i) lower_in_parts(i, blocks);
      done.tiles = done.first_tiles = 1;
      return done;
    }
    int most = 0;  // column tiles of a group behind the first one
    for (std::size_t i = 0; i < tiles.size();) {
      Unit& unit = begin_unit();
      std::vector<Planned> tables = tables_for(unit, i);
      const int together = i == 0 ? cut.first_tiles : cut.tiles;
      const std::size_t end = std::min({i + static_cast<std::size_t>(together), tiles.size(), tables_end_});
      const int blocks =
          std::max({cut.blocks, i == 0 ? cut.first_blocks : 1, end == tiles.size() ? cut.last_blocks : 1});
      lower_group(unit, i, end, cut_output(blocks, i == 0 ? cut.first_rows : 0), i == 0 ? cut.first_parts : 1,
                  cut.joint, std::move(tables));
      // The last group is as large as it can be, whatever is left for it.
      const int size = end == tables_end_ && end < tiles.size() ? static_cast<int>(end - i) : together;
      if (i == 0) {
        done.first_tiles = size;
      } else {
        most = std::max(most, size);
      }
      i = end;
    }
    flush(units_.back());
    if (most > 0) done.tiles = most;
    return done;
  }

 private:
  // The output in blocks, each of which has its input in one band.
  [[nodiscard]] std::vector<Block> cut_output(int count, int first_rows = 0) const {
    auto blocks = cut_blocks(g_.out_h, g_.out_w, count, hw_, first_rows);
    if (layer_.input_bands == nullptr || layer_.column_mode) return blocks;
    std::vector<Block> pieces;
    for (const Block& block : blocks) {
      for (const BandRows& rows : one_copy(*layer_.input_bands, block.oy0, block.oy0 + block.rows))
        pieces.push_back({rows.image_row, block.ox0, rows.rows, block.cols});
    }
    return pieces;
  }

  // The band that a block reads, if its input is in bands.
  [[nodiscard]] std::optional<BandRows> input_band(const Block& block) const {
    if (layer_.input_bands == nullptr || layer_.column_mode) return std::nullopt;
    return one_copy(*layer_.input_bands, block.oy0, block.oy0 + block.rows).front();
  }

  // The strings of a kernel row are not taken apart, however small the weight buffer.
  void check_fits(const KernelPart& part) const {
    const auto there = static_cast<std::uint32_t>(hw_.weight_buffer_bytes);
    if (part.bytes() <= there) return;
    throw Error(ExitCode::kModel,
                fmt::format("{}: does not fit: the weights of operator #{} ({}) are used {} bytes at a time, "
                            "weight_buffer.bytes of {} is {} ({} bytes missing)",
                            layer_.graph->name, layer_.op->index, layer_.op->type, part.bytes(), hw_.name, there,
                            part.bytes() - there));
  }

  // What place.cpp and in_place.cpp have made sure of.
  void check_in_place(bool whole, const LayerCut& cut) const {
    const auto tiles = layer_.packed->tiles.size();
    const bool together =
        static_cast<std::size_t>(cut.first_tiles) >= tiles && layer_.packed->tables.front().end_tile == tiles;
    if (whole && (reads_own_channels() || together)) return;
    throw Error(ExitCode::kInternal,
                fmt::format("mapper: operator #{} cannot be in place: it reads its input for several groups of "
                            "column tiles",
                            layer_.op->index));
  }
  void check_in_place(const std::vector<Block>& blocks) const {
    if (!layer_.in_place || read_before_written(g_, layer_.input, layer_.output, blocks, hw_)) return;
    throw Error(ExitCode::kInternal,
                fmt::format("mapper: operator #{} cannot be in place: a block would be written over what later ones "
                            "read",
                            layer_.op->index));
  }
  // Depthwise: a column tile reads its own channels only.
  [[nodiscard]] bool reads_own_channels() const { return layer_.column_mode || layer_.string_bytes == 0; }

  // Column tiles begin..end-1.
  struct Tiles {
    std::size_t begin, end;
  };

  // Column tiles i..end-1 share banks of the accumulator. The first block of the first one is reduced in
  // `first_parts` commands.
  void lower_group(Unit& unit, std::size_t i, std::size_t end, const std::vector<Block>& blocks, int first_parts,
                   bool joint, std::vector<Planned> tables) {
    check_in_place(blocks);
    const auto& tiles = layer_.packed->tiles;
    std::vector<KernelPart> parts;
    std::vector<Range> weights;
    for (std::size_t t = i; t < end; ++t) parts.push_back(cut_kernel(layer_, tiles[t], hw_).front());
    std::uint32_t bytes = 0;
    for (const KernelPart& part : parts) bytes += aligned_weights(part.bytes());
    unit.weights = buffers_.weights.take(bytes);
    std::uint32_t at = unit.weights->begin;
    for (const KernelPart& part : parts) {
      weights.push_back({at, at + part.bytes()});
      at += aligned_weights(part.bytes());
    }
    const auto pieces = [&](std::size_t t) {
      return cut_reduction(layer_, parts[t - i], tiles[t].channels, first_parts, hw_);
    };
    // What the array starts the network with is loaded and streamed in parts, too.
    const bool in_pieces = pieces(i).size() > 1;
    const bool in_parts = layer_.first && in_pieces;
    const bool together = !in_parts && stored_together(layer_, i, end, hw_);
    if (together) {
      KernelPart all = parts.front();
      all.load_bytes = weights.back().end - weights.front().begin;
      load_weights(unit, tiles[i], all, {weights.front().begin, weights.back().end});
    }
    for (std::size_t t = i; t < end; ++t) {
      if (in_parts) {
        for (const KernelPart& piece : pieces(t))
          load_weights(unit, tiles[t], piece, bytes_of(piece, parts[t - i], weights[t - i]));
      } else if (!together) {
        load_weights(unit, tiles[t], parts[t - i], weights[t - i]);
      }
      // Weights are needed before tables.
      if (t == (in_parts ? end - 1 : i)) std::ranges::move(tables, std::back_inserter(unit.loads));
    }
    const bool joint_mm = joint && together && computed_together(layer_, i, end, hw_);
    const std::size_t requant_tiles = joint && requantised_together(layer_, i, end, hw_) ? end - i : 1;
    for (const Block& block : blocks) {
      banks_ = buffers_.accumulator.take(static_cast<std::uint32_t>(end - i) * pixels(block));
      const bool streamed_together = together && pixel_groups(block) == 1;
      const auto entry = [&](std::size_t t) {
        return static_cast<int>(banks_.begin + static_cast<std::uint32_t>(t - i) * pixels(block));
      };
      const std::size_t before = waiting_.size();
      std::size_t next = i;
      for (std::size_t t = i; t < end; t = next) {
        // A tile that takes its input in pieces has commands of its own.
        const bool alone = !joint_mm || (t == i && &block == &blocks.front() && in_pieces);
        next = std::min(alone ? t + 1 : t + kMaxMmTiles, end);
        configure(unit, parts[t - i], block);
        const bool starts = &block == &blocks.front() && (t == i || in_parts);
        // Several groups of pixels take the tiles of a piece again and again before those of the next piece.
        const bool piecewise = starts && (in_parts || pixel_groups(block) > 1);
        if (!streamed_together && !piecewise) {
          stream_weights(unit, tiles[t], parts[t - i], weights[t - i], 1, block);
        } else if (streamed_together && t == i) {
          stream_weights(unit, tiles[t], parts[t - i], {weights.front().begin, weights.back().end},
                         static_cast<int>(end - i), block);
        }
        if (starts) {
          bool accumulate = false;
          for (const KernelPart& piece : pieces(t)) {
            // Not all of them first: a queue of weights that nobody takes yet would hold up the front end.
            if (piecewise)
              stream_weights(unit, tiles[t], piece, bytes_of(piece, parts[t - i], weights[t - i]), 1, block);
            compute(unit, {t, next}, piece, block, entry(t), accumulate);
            accumulate = true;
          }
        } else {
          compute(unit, {t, next}, parts[t - i], block, entry(t), false);
        }
        // Requantisation of the block before goes between the commands for this one: all of it before would fill the
        // queue of the vector engine and hold up the front end. Unless it writes over what all of them read.
        if (layer_.in_place && !reads_own_channels()) {
          if (next == end) flush(unit, before);
          continue;
        }
        const std::size_t due = before * (next - i) / (end - i) - before * (t - i) / (end - i);
        flush(unit, due);
      }
      for (std::size_t t = i; t < end; t += requant_tiles)
        requantise({t, std::min(t + requant_tiles, end)}, block, entry(t));
    }
  }

  static std::uint32_t pixels(const Block& block) { return static_cast<std::uint32_t>(block.rows * block.cols); }

  // Where the weights of a piece of `whole` are.
  static Range bytes_of(const KernelPart& piece, const KernelPart& whole, const Range& weights) {
    const std::uint32_t begin = weights.begin + piece.weight_offset - whole.weight_offset;
    return {begin, begin + piece.bytes()};
  }

  // Moves waiting requantisation commands into the unit.
  void flush(Unit& unit, std::size_t count = std::numeric_limits<std::size_t>::max()) {
    for (; count > 0 && !waiting_.empty(); --count) {
      for (Planned& planned : waiting_.front()) unit.commands.push_back(std::move(planned));
      waiting_.pop_front();
    }
  }

  // The weights of column tile i do not fit in half the weight buffer at once.
  void lower_in_parts(std::size_t i, const std::vector<Block>& blocks) {
    const ColumnTile& tile = layer_.packed->tiles[i];
    const auto parts = cut_kernel(layer_, tile, hw_);
    for (const Block& block : blocks) {
      banks_ = buffers_.accumulator.take(pixels(block));
      const int acc = static_cast<int>(banks_.begin);
      for (const KernelPart& part : parts) {
        Unit& unit = begin_unit();
        std::vector<Planned> tables = tables_for(unit, i);
        unit.weights = buffers_.weights.take(part.bytes());
        load_weights(unit, tile, part, *unit.weights);
        std::ranges::move(tables, std::back_inserter(unit.loads));
        configure(unit, part, block);
        stream_weights(unit, tile, part, *unit.weights, 1, block);
        compute(unit, {i, i + 1}, part, block, acc, &part != &parts.front());
        if (&part != &parts.back()) continue;
        requantise({i, i + 1}, block, acc);
        flush(unit);
      }
    }
  }

  Unit& begin_unit() {
    units_.push_back(
        {.op = layer_.op_index, .loads = {}, .weights = {}, .tables = {}, .loads_tables = false, .commands = {}});
    return units_.back();
  }

  // The load of the tables of a column tile, if it is not planned yet.
  std::vector<Planned> tables_for(Unit& unit, std::size_t tile_index) {
    std::vector<Planned> loads;
    if (tile_index >= tables_end_) {
      loads.push_back(load_tables(layer_.packed->tables[next_tables_++]));
      unit.loads_tables = true;
    }
    unit.tables = tables_;
    return loads;
  }

  Planned load_tables(const TablePart& part) {
    tables_end_ = part.end_tile;
    tables_ = buffers_.tables.take(static_cast<std::uint32_t>(part.words));
    isa::Ld ld;
    ld.mem_addr = part.address;
    ld.space = static_cast<std::int64_t>(isa::Space::kTable);
    ld.dst = std::int64_t{tables_.begin} * hw_.requant_lanes;
    ld.row_bytes = part.bytes;
    ld.scale = static_cast<std::int64_t>(part.form.scale);
    ld.bias = static_cast<std::int64_t>(part.form.bias);
    ld.shift = part.form.shift;
    Footprint footprint;
    footprint.write(Memory::kBias, tables_);
    footprint.write(Memory::kScale, layer_.packed->per_tensor ? Range{tables_.begin, tables_.begin + 1} : tables_);
    return {ld, footprint};
  }

  static void load_weights(Unit& unit, const ColumnTile& tile, const KernelPart& part, const Range& to) {
    if (part.load_rows > 1) {
      isa::LdCfg cfg;
      cfg.mem_stride = part.load_stride;
      cfg.pitch = part.load_bytes;
      unit.loads.push_back({cfg, {}});
    }
    isa::Ld ld;
    ld.mem_addr = tile.weights + part.weight_offset;
    ld.space = static_cast<std::int64_t>(isa::Space::kWbuf);
    ld.dst = to.begin;
    ld.row_bytes = part.load_bytes;
    ld.rows = part.load_rows;
    Footprint footprint;
    footprint.write(Memory::kWeights, to);
    unit.loads.push_back({ld, footprint});
  }

  void configure(Unit& unit, const KernelPart& part, const Block& block) const {
    isa::MmCfgIn in;
    in.base = layer_.input.base;
    in.pitch = layer_.input.pitch;
    in.interleave = layer_.input.interleave;
    in.row_bytes = layer_.input.row_bytes;
    in.height = g_.in_h;
    in.pix_bytes = g_.channels;
    if (layer_.column_mode && layer_.input_bands != nullptr) in.pix_bytes = layer_.input_bands->pixel_bytes();
    if (const auto band = input_band(block)) {
      in.height = layer_.input.height;
      in.base += layer_.input_bands->offset(band->band);
      in.pix_bytes = layer_.input_bands->pixel_bytes();
    }
    in.zero_point = layer_.graph->tensors[static_cast<std::size_t>(layer_.op->inputs[0])].quant.zero_points.front();
    in.depthwise = layer_.column_mode ? 1 : 0;
    in.stride_y = g_.stride_y;
    in.stride_x = g_.stride_x;
    in.dataflow = static_cast<std::int64_t>(layer_.dataflow);
    unit.commands.push_back({in, {}});
    isa::MmCfgKernel kernel;
    kernel.pad_top = g_.pad_top;
    kernel.pad_left = g_.pad_left - part.tap0;
    kernel.dil_y = g_.dil_y;
    kernel.dil_x = layer_.column_mode ? 1 : g_.dil_x;
    kernel.nkx = layer_.column_mode ? 1 : layer_.nkx;
    kernel.taps = layer_.column_mode ? part.taps : 1;
    kernel.buses = layer_.column_mode ? std::min(layer_.bus_rows, hw_.array.rows / part.taps) : 1;
    kernel.overlap = layer_.column_mode ? shared_positions(layer_, block, part.tap0) : 0;
    unit.commands.push_back({kernel, {}});
  }

  // Times the weights of a block are streamed.
  [[nodiscard]] std::int64_t pixel_groups(const Block& block) const {
    if (layer_.dataflow == Dataflow::kWeight) return 1;
    return ceil_div(std::int64_t{block.rows} * block.cols, hw_.array.rows);
  }

  // Weights of `tiles` column tiles behind one another, for a block.
  void stream_weights(Unit& unit, const ColumnTile& tile, const KernelPart& part, const Range& from, int tiles,
                      const Block& block) const {
    isa::Wl wl;
    wl.addr = from.begin;
    wl.nt = tile.channels;
    if (layer_.column_mode) {
      wl.outer = tiles;
      wl.len = part.nky * part.taps;
      wl.tile_rows = std::min(layer_.bus_rows, hw_.array.rows / part.taps) * part.taps;
    } else {
      wl.outer = tiles * part.nky * layer_.nkx;
      wl.len = part.len;
      wl.tile_rows = hw_.array.rows;
    }
    wl.dataflow = static_cast<std::int64_t>(layer_.dataflow);
    wl.again = pixel_groups(block) - 1;
    Footprint weights;
    weights.read(Memory::kWeights, from);
    unit.commands.push_back({wl, weights});
  }

  void compute(Unit& unit, const Tiles& tiles, const KernelPart& part, const Block& block, int acc,
               bool accumulate) const {
    isa::Mm mm;
    const auto band = input_band(block);
    mm.oy0 = band ? band->row : block.oy0;
    mm.ox0 = block.ox0;
    mm.nrows = block.rows;
    mm.ncols = block.cols;
    mm.acc = acc;
    mm.accumulate = accumulate ? 1 : 0;
    mm.ky0 = part.ky0;
    mm.nky = part.nky;
    mm.c0 = layer_.column_mode ? layer_.packed->tiles[tiles.begin].c0 : part.c0;
    if (layer_.column_mode && layer_.input_bands != nullptr) mm.c0 += layer_.input_bands->gap();
    mm.len = layer_.column_mode ? 0 : part.len;
    mm.tiles = static_cast<std::int64_t>(tiles.end - tiles.begin);
    // Positions of the zero taps behind the last one are read, too.
    MatrixGeometry reach = g_;
    if (layer_.column_mode) {
      reach.kernel_w = layer_.taps * layer_.tap_parts;
      reach.dil_x = 1;
    }
    Footprint footprint;
    footprint.read(Memory::kScratchpad,
                   band ? layer_.input.rows(band->row, band->row + band->rows, hw_)
                        : bytes_read(reach, layer_.input, block, part.ky0, part.nky, hw_),
                   input_window(tiles, part, block));
    // The array reads as many bytes as it is wide from every position, also from one that begins left of the image.
    const auto word = static_cast<std::uint32_t>(hw_.spm_word_bytes());
    for (Access& access : footprint.accesses) {
      access.before = g_.pad_left > 0 ? word : 0;
      access.after = word;
    }
    footprint.write(Memory::kAccumulator, banks_);
    unit.commands.push_back({mm, footprint});
  }

  // The input channels that a command reads, if not all of a pixel.
  [[nodiscard]] std::optional<ChannelWindow> input_window(const Tiles& tiles, const KernelPart& part,
                                                          const Block& block) const {
    if (const auto band = input_band(block)) {
      // Neighbouring pixels seen as one have the other bands between them.
      const RowBands& bands = *layer_.input_bands;
      if (layer_.string_bytes != bands.channels) return std::nullopt;
      const int first = bands.offset(band->band) + part.c0;
      return ChannelWindow{layer_.input.base, layer_.input.interleave, bands.pixel_bytes(), first, first + part.len};
    }
    if (layer_.column_mode && layer_.input_bands != nullptr) {
      const RowBands& bands = *layer_.input_bands;
      return ChannelWindow{layer_.input.base, layer_.input.interleave, bands.pixel_bytes(), bands.gap(),
                           bands.pixel_bytes()};
    }
    if (layer_.column_mode) return window(layer_.input, g_.channels, tiles);
    if (g_.kernel_h * g_.kernel_w != 1 || part.len == g_.channels) return std::nullopt;
    return ChannelWindow{layer_.input.base, layer_.input.interleave, g_.channels, part.c0, part.c0 + part.len};
  }

  [[nodiscard]] ChannelWindow window(const View& view, int pixel_bytes, const Tiles& tiles) const {
    return {view.base, view.interleave, pixel_bytes, first_channel(tiles), end_channel(tiles)};
  }
  [[nodiscard]] int first_channel(const Tiles& tiles) const { return layer_.packed->tiles[tiles.begin].c0; }
  [[nodiscard]] int end_channel(const Tiles& tiles) const {
    const ColumnTile& last = layer_.packed->tiles[tiles.end - 1];
    return last.c0 + last.channels;
  }

  [[nodiscard]] std::vector<Range> output_ranges(const Block& block, const Tiles& tiles) const {
    if (block.rows * block.cols == 1) {
      const std::uint32_t pixel =
          layer_.output.address(block.oy0, hw_) + static_cast<std::uint32_t>(block.ox0 * g_.filters);
      return {{pixel + static_cast<std::uint32_t>(first_channel(tiles)),
               pixel + static_cast<std::uint32_t>(end_channel(tiles))}};
    }
    return bytes_written(g_, layer_.output, block, hw_);
  }

  // Puts the commands behind those that wait: one, or for each band that the rows belong to, one for each of the
  // neighbouring pixels that are computed as one.
  void requantise(const Tiles& tiles, const Block& block, int acc) {
    if (layer_.output_bands == nullptr) {
      const ChannelWindow channels = window(layer_.output, g_.filters, tiles);
      requantise(tiles, block, acc, {g_.filters, channels.first, channels.end - channels.first}, channels,
                 output_ranges(block, tiles));
      return;
    }
    const RowBands& bands = *layer_.output_bands;
    for (const BandRows& rows : all_copies(bands, block.oy0, block.oy0 + block.rows)) {
      const Block stored{rows.row, block.ox0, rows.rows, block.cols};
      const int entry = acc + (rows.image_row - block.oy0) * block.cols;
      for (int j = 0; j < bands.unroll; ++j) {
        const int end = bands.offset(rows.band) + bands.channels;
        const int first = end - (j + 1) * bands.channels;
        requantise(tiles, stored, entry,
                   {bands.unroll * bands.pixel_bytes(), j * bands.pixel_bytes() + first, end - first},
                   {layer_.output.base, layer_.output.interleave, bands.pixel_bytes(), first, end},
                   layer_.output.rows(rows.row, rows.row + rows.rows, hw_));
      }
    }
  }

  // What a requant command writes: from byte `first` of pixels of `pixel_bytes` bytes on.
  struct Pixels {
    int pixel_bytes, first, channels;
  };

  void requantise(const Tiles& tiles, const Block& block, int acc, const Pixels& pixels, const ChannelWindow& window,
                  const std::vector<Range>& written) {
    const Tensor& out = layer_.graph->tensors[static_cast<std::size_t>(layer_.op->outputs[0])];
    const ActivationRange clamp = activation_range(out, activation());
    isa::VecCfgOut cfg;
    cfg.base = layer_.output.base;
    cfg.pitch = layer_.output.pitch;
    cfg.interleave = layer_.output.interleave;
    cfg.pix_bytes = pixels.pixel_bytes;
    cfg.zero_point = out.quant.zero_points.front();
    cfg.act_min = clamp.min;
    cfg.act_max = clamp.max;
    cfg.single_rounding = layer_.rounding == Rounding::kSingle ? 1 : 0;
    cfg.per_tensor = layer_.packed->per_tensor ? 1 : 0;
    std::vector<Planned> commands{{cfg, {}}};
    const ColumnTile& first = layer_.packed->tiles[tiles.begin];
    const ColumnTile& last = layer_.packed->tiles[tiles.end - 1];
    const std::uint32_t word = tables_.begin + static_cast<std::uint32_t>(first.table_word);
    isa::Requant requant;
    requant.oy0 = block.oy0;
    requant.ox0 = block.ox0;
    requant.nrows = block.rows;
    requant.ncols = block.cols;
    requant.acc = acc;
    requant.c0 = pixels.first;
    requant.nch = pixels.channels;
    requant.bias_word = word;
    requant.scale_word = layer_.packed->per_tensor ? tables_.begin : word;
    const auto lanes = hw_.requant_lanes;
    const auto words =
        static_cast<std::uint32_t>(last.table_word - first.table_word + (last.channels + lanes - 1) / lanes);
    Footprint footprint;
    footprint.read(Memory::kAccumulator, banks_);
    footprint.read(Memory::kBias, {word, word + words});
    footprint.read(Memory::kScale,
                   layer_.packed->per_tensor ? Range{tables_.begin, tables_.begin + 1} : Range{word, word + words});
    footprint.write(Memory::kScratchpad, written, window);
    commands.push_back({requant, footprint});
    waiting_.push_back(std::move(commands));
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
  std::size_t tables_end_ = 0;   // column tiles whose tables are planned
  std::size_t next_tables_ = 0;  // part of the tables that is planned next
  Range tables_;
  Range banks_;                               // of the accumulator, for the block at hand
  std::deque<std::vector<Planned>> waiting_;  // requantisation, not in a unit yet
};

std::uint32_t table_words(const HwConfig& hw) {
  return static_cast<std::uint32_t>(hw.param_channels / hw.requant_lanes);
}

}  // namespace

LocalBuffers::LocalBuffers(const HwConfig& hw)
    : weights(static_cast<std::uint32_t>(hw.weight_buffer_bytes), kWeightAlignBytes),
      tables(table_words(hw), static_cast<std::uint32_t>(table_granule_channels(hw) / hw.requant_lanes)),
      accumulator(hw) {}

LayerCut lower_matrix(const MatrixLayer& layer, const HwConfig& hw, LocalBuffers& buffers, std::vector<Unit>& units) {
  return MatrixLowering(layer, hw, buffers, units).run();
}

}  // namespace systolite

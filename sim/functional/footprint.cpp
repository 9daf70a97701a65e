// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/footprint.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <type_traits>

#include "sim/functional/column_tiles.h"
#include "sim/functional/local_memories.h"
#include "sim/functional/table_load.h"

namespace systolite::functional {
namespace {

class Builder {
 public:
  Builder(const HwConfig& hw, const EngineConfig& config, Detail detail) : hw_(hw), config_(config), detail_(detail) {}

  void operator()(const isa::Ld& ld) {
    const auto space = static_cast<isa::Space>(ld.space);
    if (space == isa::Space::kTable) return add_table(ld);
    const RowView view{ld.dst, config_.ld.pitch, config_.ld.interleave, hw_.bank_bytes()};
    for (std::int64_t row = 0; row < ld.rows; ++row) {
      add(result.reads, MemoryKind::kBus, ld.mem_addr + row * config_.ld.mem_stride, ld.row_bytes);
      const bool spm = space == isa::Space::kSpm;
      const std::int64_t target = spm ? view.address(ld.y0 + row) : ld.dst + row * config_.ld.pitch;
      add(result.writes, spm ? MemoryKind::kSpm : MemoryKind::kWbuf, target, ld.row_bytes);
    }
  }

  void operator()(const isa::Wl& wl) { add(result.reads, MemoryKind::kWbuf, wl.addr, wl.outer * wl.len * wl.nt); }

  void operator()(const isa::Mm& mm) {
    const std::int64_t entries = mm.tiles * mm.nrows * mm.ncols;
    add(result.writes, MemoryKind::kAcc, mm.acc, entries);
    if (mm.accumulate != 0) add(result.reads, MemoryKind::kAcc, mm.acc, entries);
    const isa::MmCfgIn& in = config_.mm_in;
    const isa::MmCfgKernel& kernel = config_.mm_kernel;
    const RowView view{in.base, in.pitch, in.interleave, hw_.bank_bytes()};
    for (std::int64_t ky = mm.ky0; ky < mm.ky0 + mm.nky; ++ky) {
      for (std::int64_t oy = mm.oy0; oy < mm.oy0 + mm.nrows; ++oy) {
        const std::int64_t iy = oy * in.stride_y - kernel.pad_top + ky * kernel.dil_y;
        if (iy >= 0 && iy < in.height) add_input_row(mm, oy - mm.oy0, view.address(iy));
      }
    }
  }

  void operator()(const isa::Requant& requant) {
    for (std::int64_t t = 0; t < tiles_of(requant, hw_); ++t) {
      const isa::Requant tile = tile_at(requant, t, config_.vec_out, hw_);
      add(result.reads, MemoryKind::kAcc, tile.acc, tile.nrows * tile.ncols);
      const std::int64_t bias = tile.bias_word * hw_.requant_lanes;
      const std::int64_t scale = tile.scale_word * hw_.requant_lanes;
      const std::int64_t scales = config_.vec_out.per_tensor != 0 ? 1 : tile.nch;
      add(result.reads, MemoryKind::kBias, 4 * bias, 4 * tile.nch);
      add(result.reads, MemoryKind::kMult, 4 * scale, 4 * scales);
      add(result.reads, MemoryKind::kShift, scale, scales);
    }
    add_output(requant.oy0, requant.nrows, requant.ox0, requant.ncols, requant.c0, requant.nch);
  }

  void operator()(const isa::Add& add_command) {
    add(result.reads, MemoryKind::kSpm, add_command.in1, add_command.len);
    add(result.reads, MemoryKind::kSpm, add_command.in2, add_command.len);
    add(result.writes, MemoryKind::kSpm, add_command.out, add_command.len);
  }

  void operator()(const isa::Pool& pool) {
    const isa::VecCfgIn& in = config_.vec_in;
    const RowView view{in.base, in.pitch, in.interleave, hw_.bank_bytes()};
    for (std::int64_t oy = pool.oy0; oy < pool.oy0 + pool.nrows; ++oy) {
      for (std::int64_t ky = 0; ky < in.kh; ++ky) {
        const std::int64_t row = view.address(oy * in.stride_y + in.y_off + ky);
        for (std::int64_t kx = 0; kx < (detail_ == Detail::kBytes ? in.kw : 1); ++kx) {
          const std::int64_t first = (pool.ox0 * in.stride_x + in.x_off + kx) * in.pix_bytes + pool.c0;
          const std::int64_t window = detail_ == Detail::kBytes ? 0 : (in.kw - 1) * in.pix_bytes;
          add_pixels(result.reads, row + first, pool.ncols, in.stride_x * in.pix_bytes, window + pool.nch);
        }
      }
    }
    add_output(pool.oy0, pool.nrows, pool.ox0, pool.ncols, pool.c0, pool.nch);
  }

  void operator()(const isa::St& st) {
    const RowView view{st.src, config_.st.pitch, config_.st.interleave, hw_.bank_bytes()};
    for (std::int64_t row = 0; row < st.rows; ++row) {
      add(result.reads, MemoryKind::kSpm, view.address(st.y0 + row), st.row_bytes);
      add(result.writes, MemoryKind::kBus, st.mem_addr + row * config_.st.mem_stride, st.row_bytes);
    }
  }

  template <typename Configuration>
  void operator()(const Configuration&) {}

  Footprint result;

 private:
  void add_table(const isa::Ld& ld) {
    add(result.reads, MemoryKind::kBus, ld.mem_addr, ld.row_bytes);
    const std::int64_t bus_bytes = hw_.dma.bus_bytes();
    const TableSlots slots = table_slots(table_row(ld), ld.row_bytes / bus_bytes, bus_bytes);
    if (slots.biases > 0) add(result.writes, MemoryKind::kBias, 4 * ld.dst, 4 * slots.biases);
    if (slots.scales == 0) return;
    add(result.writes, MemoryKind::kMult, 4 * ld.dst, 4 * slots.scales);
    add(result.writes, MemoryKind::kShift, ld.dst, slots.scales);
  }

  // Scratchpad addresses wrap at its size.
  void add(std::vector<Extent>& list, MemoryKind memory, std::int64_t begin, std::int64_t bytes) {
    if (memory == MemoryKind::kSpm) {
      const std::int64_t size = hw_.scratchpad_bytes;
      begin = ((begin % size) + size) % size;
      if (begin + bytes > size) {
        list.push_back({memory, 0, std::min(begin + bytes - size, size)});
        bytes = size - begin;
      }
    }
    list.push_back({memory, begin, begin + bytes});
  }

  // `count` pieces of `bytes` bytes, `stride` apart.
  void add_pixels(std::vector<Extent>& list, std::int64_t begin, std::int64_t count, std::int64_t stride,
                  std::int64_t bytes) {
    if (detail_ == Detail::kRows || stride <= bytes)
      return add(list, MemoryKind::kSpm, begin, (count - 1) * stride + bytes);
    for (std::int64_t i = 0; i < count; ++i) add(list, MemoryKind::kSpm, begin + i * stride, bytes);
  }

  void add_output(std::int64_t oy0, std::int64_t nrows, std::int64_t ox0, std::int64_t ncols, std::int64_t c0,
                  std::int64_t nch) {
    const isa::VecCfgOut& out = config_.vec_out;
    const RowView view{out.base, out.pitch, out.interleave, hw_.bank_bytes()};
    for (std::int64_t oy = oy0; oy < oy0 + nrows; ++oy) {
      add_pixels(result.writes, view.address(oy) + ox0 * out.pix_bytes + c0, ncols, out.pix_bytes, nch);
    }
  }

  // Bytes of one input row an mm reads for a row of its block: a piece for every output column and kernel column, cut
  // at the row's ends. What a depthwise row leaves to the next one are positions that this one reads for itself.
  void add_input_row(const isa::Mm& mm, std::int64_t block_row, std::int64_t row) {
    const isa::MmCfgIn& in = config_.mm_in;
    const isa::MmCfgKernel& kernel = config_.mm_kernel;
    const bool dense = in.depthwise == 0;
    const std::int64_t columns = dense ? kernel.nkx : kernel.taps;
    const std::int64_t step = (dense ? kernel.dil_x : 1) * in.pix_bytes;
    const std::int64_t bytes = dense ? mm.len : std::min<std::int64_t>(mm.tiles * hw_.array.cols, in.pix_bytes - mm.c0);
    const std::int64_t stride = in.stride_x * in.pix_bytes;
    const std::int64_t origin = mm.ox0 * stride - kernel.pad_left * in.pix_bytes + mm.c0;
    const auto piece = [&](std::int64_t begin, std::int64_t end) {
      begin = std::max<std::int64_t>(begin, 0);
      end = std::min(end, in.row_bytes);
      if (begin < end) add(result.reads, MemoryKind::kSpm, row + begin, end - begin);
    };
    const std::int64_t left_out = dense || block_row == mm.nrows - 1 ? 0 : kernel.overlap;
    const std::int64_t last = (mm.ncols - 1) * stride + (columns - 1 - left_out) * step;
    if (detail_ == Detail::kRows) return piece(origin, origin + last + bytes);
    for (std::int64_t i = 0; i < mm.ncols; ++i) {
      for (std::int64_t kx = 0; kx < columns; ++kx) {
        const std::int64_t at = i * stride + kx * step;
        if (at <= last) piece(origin + at, origin + at + bytes);
      }
    }
  }

  const HwConfig& hw_;
  const EngineConfig& config_;
  Detail detail_;
};

void normalise(std::vector<Extent>& list) {
  std::sort(list.begin(), list.end(),
            [](const Extent& a, const Extent& b) { return std::tie(a.memory, a.begin) < std::tie(b.memory, b.begin); });
  std::size_t kept = 0;
  for (const Extent& extent : list) {
    if (kept > 0 && list[kept - 1].memory == extent.memory && extent.begin <= list[kept - 1].end) {
      list[kept - 1].end = std::max(list[kept - 1].end, extent.end);
    } else {
      list[kept++] = extent;
    }
  }
  list.resize(kept);
}

}  // namespace

std::string_view name(MemoryKind kind) noexcept {
  switch (kind) {
    case MemoryKind::kSpm:
      return "scratchpad";
    case MemoryKind::kWbuf:
      return "weight buffer";
    case MemoryKind::kAcc:
      return "accumulator";
    case MemoryKind::kBias:
      return "bias table";
    case MemoryKind::kMult:
      return "multiplier table";
    case MemoryKind::kShift:
      return "shift table";
    case MemoryKind::kBus:
      return "system memory";
  }
  return "unknown";
}

Footprint footprint(const isa::AnyCommand& command, const EngineConfig& config, const HwConfig& hw, Detail detail) {
  Builder builder(hw, config, detail);
  std::visit(builder, command);
  normalise(builder.result.reads);
  normalise(builder.result.writes);
  return std::move(builder.result);
}

std::vector<Extent> port_reads(const isa::AnyCommand& command, const EngineConfig& config, const HwConfig& hw,
                               const Footprint& rows) {
  if (!std::holds_alternative<isa::Mm>(command)) return rows.reads;
  const std::int64_t span = std::max(hw.array.rows, hw.array.cols);
  std::vector<Extent> result;
  for (Extent extent : rows.reads) {
    if (extent.memory != MemoryKind::kSpm) continue;
    // Dense positions lie before the row where it is padded there; depthwise ones never do.
    if (config.mm_in.depthwise == 0 && config.mm_kernel.pad_left > 0)
      extent.begin = std::max<std::int64_t>(extent.begin - (span - 1), 0);
    extent.end = std::min<std::int64_t>(extent.end + span - 1, hw.scratchpad_bytes);
    result.push_back(extent);
  }
  return result;
}

std::optional<Extent> first_overlap(const std::vector<Extent>& a, const std::vector<Extent>& b) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (left->memory == right->memory) {
      const Extent common{left->memory, std::max(left->begin, right->begin), std::min(left->end, right->end)};
      if (common.begin < common.end) return common;
    }
    const bool left_first = std::tie(left->memory, left->end) <= std::tie(right->memory, right->end);
    ++(left_first ? left : right);
  }
  return std::nullopt;
}

namespace {

std::uint32_t banks_of(const std::vector<Extent>& extents, MemoryKind memory, std::int64_t bank_size) {
  std::uint32_t banks = 0;
  for (const Extent& extent : extents) {
    if (extent.memory != memory) continue;
    for (std::int64_t bank = extent.begin / bank_size; bank <= (extent.end - 1) / bank_size; ++bank)
      banks |= 1U << bank;
  }
  return banks;
}

}  // namespace

std::uint32_t banks_of(const std::vector<Extent>& extents, const HwConfig& hw) {
  return banks_of(extents, MemoryKind::kSpm, hw.bank_bytes());
}

std::uint32_t acc_banks_of(const std::vector<Extent>& extents, const HwConfig& hw) {
  return banks_of(extents, MemoryKind::kAcc, hw.acc_bank_entries());
}

}  // namespace systolite::functional

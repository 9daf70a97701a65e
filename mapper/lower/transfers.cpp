// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/transfers.h"

#include <algorithm>

namespace systolite {
namespace {

constexpr std::uint32_t kLoadPieceBytes = 1024;
// The end of a tensor is stored on its own: only it has to wait for the last result.
constexpr std::uint32_t kLastStoreBytes = 128;

template <typename Config>
Config strides(const View& view) {
  Config cfg;
  cfg.mem_stride = view.row_bytes;
  cfg.pitch = view.pitch;
  cfg.interleave = view.interleave;
  return cfg;
}

// A view without bank rotation is one string of bytes in memory and in the scratchpad.
struct Piece {
  int y0, rows;
};

std::vector<Piece> cut_rows(const View& view, std::uint32_t piece_bytes) {
  const int rows = std::max(1, static_cast<int>(piece_bytes / view.row_bytes));
  std::vector<Piece> pieces;
  for (int y = 0; y < view.height; y += rows) pieces.push_back({y, std::min(rows, view.height - y)});
  return pieces;
}

// Bytes of an image row in memory that belong to the pixels of scratchpad row x.
struct Bytes {
  int begin, end;
};

Bytes inside_image(const ColumnLayout& columns, int x) {
  const int begin = x * columns.step_bytes - columns.pad_bytes;
  return {std::max(begin, 0), std::min(begin + columns.pixel_bytes, columns.memory_row_bytes)};
}

}  // namespace

bool needs_zero_points(const View& view, const ColumnLayout& columns) noexcept {
  const auto cut = [&](int x) {
    const auto inside = inside_image(columns, x);
    return inside.end - inside.begin < columns.pixel_bytes;
  };
  return cut(0) || cut(view.height - 1);
}

std::vector<Planned> load_columns(const View& view, const ColumnLayout& columns, std::uint32_t sram_address,
                                  std::uint32_t zero_points, const HwConfig& hw) {
  std::vector<Planned> plan;
  isa::LdCfg cfg;
  cfg.mem_stride = columns.memory_row_bytes;
  cfg.pitch = columns.pixel_bytes;
  for (int x = 0; x < view.height; ++x) {
    const auto inside = inside_image(columns, x);
    Footprint footprint;
    footprint.write(Memory::kScratchpad, view.rows(x, x + 1, hw));
    isa::Ld ld;
    ld.space = static_cast<std::int64_t>(isa::Space::kSpm);
    if (inside.end - inside.begin < columns.pixel_bytes) {
      ld.mem_addr = zero_points;
      ld.dst = view.address(x, hw);
      ld.row_bytes = view.row_bytes;
      plan.push_back({ld, footprint});
    }
    if (inside.begin >= inside.end) continue;
    plan.push_back({cfg, {}});  // other loads may come in between
    ld.mem_addr = sram_address + static_cast<std::uint32_t>(inside.begin);
    ld.dst =
        view.address(x, hw) + static_cast<std::uint32_t>(inside.begin - (x * columns.step_bytes - columns.pad_bytes));
    ld.row_bytes = inside.end - inside.begin;
    ld.rows = columns.rows;
    plan.push_back({ld, footprint});
  }
  return plan;
}

std::vector<Planned> store_columns(const View& view, const ColumnLayout& columns, std::uint32_t sram_address,
                                   const HwConfig& hw) {
  std::vector<Planned> plan;
  isa::StCfg cfg;
  cfg.mem_stride = columns.memory_row_bytes;
  cfg.pitch = columns.pixel_bytes;
  plan.push_back({cfg, {}});
  for (int x = 0; x < view.height; ++x) {
    isa::St st;
    st.mem_addr = sram_address + static_cast<std::uint32_t>(x * columns.step_bytes);
    st.src = view.address(x, hw);
    st.row_bytes = columns.pixel_bytes;
    st.rows = columns.rows;
    Footprint footprint;
    footprint.read(Memory::kScratchpad, view.rows(x, x + 1, hw));
    plan.push_back({st, footprint});
  }
  return plan;
}

std::vector<Planned> load_tensor(const View& view, std::uint32_t sram_address, const HwConfig& hw) {
  std::vector<Planned> plan;
  for (const Piece& piece : cut_rows(view, kLoadPieceBytes)) {
    isa::Ld ld;
    const auto offset = static_cast<std::uint32_t>(piece.y0) * view.row_bytes;
    ld.mem_addr = sram_address + offset;
    ld.space = static_cast<std::int64_t>(isa::Space::kSpm);
    if (view.linear()) {
      ld.dst = view.base + offset;
      ld.row_bytes = static_cast<std::uint32_t>(piece.rows) * view.row_bytes;
    } else {
      plan.push_back({strides<isa::LdCfg>(view), {}});
      ld.dst = view.base;
      ld.row_bytes = view.row_bytes;
      ld.rows = piece.rows;
      ld.y0 = piece.y0;
    }
    Footprint footprint;
    footprint.write(Memory::kScratchpad, view.rows(piece.y0, piece.y0 + piece.rows, hw));
    plan.push_back({ld, footprint});
  }
  return plan;
}

std::vector<Planned> store_tensor(const View& view, std::uint32_t sram_address, const HwConfig& hw) {
  std::vector<Planned> plan;
  if (view.linear()) {
    const std::uint32_t bytes = static_cast<std::uint32_t>(view.height) * view.row_bytes;
    const std::uint32_t first = bytes > 2 * kLastStoreBytes ? bytes - kLastStoreBytes : bytes;
    for (std::uint32_t at = 0; at < bytes; at += first) {
      isa::St st;
      st.mem_addr = sram_address + at;
      st.src = view.base + at;
      st.row_bytes = std::min(first, bytes - at);
      Footprint footprint;
      footprint.read(Memory::kScratchpad,
                     Range{view.base + at, view.base + at + static_cast<std::uint32_t>(st.row_bytes)});
      plan.push_back({st, footprint});
    }
    return plan;
  }
  plan.push_back({strides<isa::StCfg>(view), {}});
  isa::St st;
  st.mem_addr = sram_address;
  st.src = view.base;
  st.row_bytes = view.row_bytes;
  st.rows = view.height;
  Footprint footprint;
  footprint.read(Memory::kScratchpad, view.rows(0, view.height, hw));
  plan.push_back({st, footprint});
  return plan;
}

}  // namespace systolite

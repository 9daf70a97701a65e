// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/transfers.h"

#include <algorithm>
#include <utility>

namespace systolite {
namespace {

constexpr std::uint32_t kLoadPieceBytes = 1024;
constexpr std::uint32_t kStorePieceBytes = 4096;
// The end of a tensor is stored on its own, and of several pixels the last channels: only they have to wait for the
// last results.
constexpr std::uint32_t kLastStoreBytes = 128;

template <typename Config>
Config strides(const View& view) {
  Config cfg;
  cfg.mem_stride = view.row_bytes;
  cfg.pitch = view.pitch;
  cfg.interleave = view.interleave;
  return cfg;
}

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
  if (view.linear()) {
    // One string of bytes in memory and in the scratchpad: whole rows, or pieces of long ones.
    const std::uint32_t bytes = static_cast<std::uint32_t>(view.height) * view.row_bytes;
    const std::uint32_t step =
        view.row_bytes <= kLoadPieceBytes ? kLoadPieceBytes / view.row_bytes * view.row_bytes : kLoadPieceBytes;
    for (std::uint32_t at = 0; at < bytes; at += step) {
      isa::Ld ld;
      ld.mem_addr = sram_address + at;
      ld.space = static_cast<std::int64_t>(isa::Space::kSpm);
      ld.dst = view.base + at;
      ld.row_bytes = std::min(step, bytes - at);
      Footprint footprint;
      footprint.write(Memory::kScratchpad,
                      Range{view.base + at, view.base + at + static_cast<std::uint32_t>(ld.row_bytes)});
      plan.push_back({ld, footprint});
    }
    return plan;
  }
  for (const Piece& piece : cut_rows(view, kLoadPieceBytes)) {
    plan.push_back({strides<isa::LdCfg>(view), {}});
    isa::Ld ld;
    ld.mem_addr = sram_address + static_cast<std::uint32_t>(piece.y0) * view.row_bytes;
    ld.space = static_cast<std::int64_t>(isa::Space::kSpm);
    ld.dst = view.base;
    ld.row_bytes = view.row_bytes;
    ld.rows = piece.rows;
    ld.y0 = piece.y0;
    Footprint footprint;
    footprint.write(Memory::kScratchpad, view.rows(piece.y0, piece.y0 + piece.rows, hw));
    plan.push_back({ld, footprint});
  }
  return plan;
}

namespace {

// Bytes begin..end-1 of a tensor that is one string in memory and in the scratchpad.
Planned store_string(const View& view, std::uint32_t sram_address, std::uint32_t begin, std::uint32_t end) {
  isa::St st;
  st.mem_addr = sram_address + begin;
  st.src = view.base + begin;
  st.row_bytes = end - begin;
  Footprint footprint;
  footprint.read(Memory::kScratchpad, Range{view.base + begin, view.base + end});
  return {st, footprint};
}

// Of `pixels` pixels of such a tensor, from byte `begin` on, the channels of the window.
Planned store_channels(const View& view, std::uint32_t sram_address, std::uint32_t begin, int pixels,
                       const ChannelWindow& window) {
  isa::St st;
  st.mem_addr = sram_address + begin + static_cast<std::uint32_t>(window.first);
  st.src = view.base + begin + static_cast<std::uint32_t>(window.first);
  st.row_bytes = window.end - window.first;
  st.rows = pixels;
  const std::uint32_t from = view.base + begin;
  Footprint footprint;
  footprint.read(Memory::kScratchpad,
                 std::vector<Range>{{from, from + static_cast<std::uint32_t>(pixels * window.pixel_bytes)}}, window);
  return {st, footprint};
}

}  // namespace

std::vector<Planned> store_tensor(const View& view, int channels, std::uint32_t sram_address, const HwConfig& hw) {
  std::vector<Planned> plan;
  if (view.linear()) {
    const std::uint32_t bytes = static_cast<std::uint32_t>(view.height) * view.row_bytes;
    const int made_last = (channels - 1) / hw.array.cols * hw.array.cols;
    const int pixels = static_cast<int>(bytes) / channels;
    if (made_last > 0 && pixels > 1 && channels <= static_cast<int>(kStorePieceBytes)) {
      isa::StCfg cfg;
      cfg.mem_stride = channels;
      cfg.pitch = channels;
      plan.push_back({cfg, {}});
      // All pixels of the channels that are there first, or their stores would wait for those made last.
      const int step = static_cast<int>(kStorePieceBytes) / channels;
      for (const auto& [first, end] : {std::pair(0, made_last), std::pair(made_last, channels)}) {
        for (int at = 0; at < pixels; at += step)
          plan.push_back(store_channels(view, sram_address, static_cast<std::uint32_t>(at * channels),
                                        std::min(step, pixels - at),
                                        {view.base, view.interleave, channels, first, end}));
      }
      return plan;
    }
    const std::uint32_t last = bytes > 2 * kLastStoreBytes ? kLastStoreBytes : 0;
    for (std::uint32_t at = 0; at < bytes - last; at += kStorePieceBytes)
      plan.push_back(store_string(view, sram_address, at, std::min(at + kStorePieceBytes, bytes - last)));
    if (last > 0) plan.push_back(store_string(view, sram_address, bytes - last, bytes));
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

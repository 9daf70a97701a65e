// SPDX-License-Identifier: Apache-2.0
#include "tests/fast/random_stream.h"

#include <algorithm>
#include <utility>

namespace systolite::fast {
namespace {

// Banks of the scratchpad by who uses them. A reader and a writer do not get in each other's way; two readers would.
constexpr std::int64_t kLoadBank = 0;
constexpr std::int64_t kStoreBank = 1;
constexpr std::int64_t kVectorBank = 2;
constexpr std::int64_t kMatrixBank = 3;
constexpr std::int64_t kRotatingBank = 4;  // matrix, rows over four banks
constexpr std::int64_t kPadding = 512;     // an mm also reads in front of its tensor

}  // namespace

// Adds a command that waits for tokens given by commands before it, and gives others.
template <typename Command>
void RandomStream::add(Command command) {
  const auto self = static_cast<std::size_t>(isa::engine_of(Command::kOpcode));
  for (std::size_t e = 0; e < isa::kNumEngines; ++e) {
    if (e == self || !chance(token_percent_)) continue;
    if (tokens_[e][self] > 0) {
      --tokens_[e][self];
      command.wait |= 1U << e;
    }
    if (tokens_[self][e] < 200 && chance(60)) {
      ++tokens_[self][e];
      command.signal |= 1U << e;
    }
  }
  stream_.push_back(isa::encode(command));
}

void RandomStream::add_load() {
  if (!load_set_ || chance(25)) {
    load_set_ = true;
    load_ = {.mem_stride = from(1, 300), .pitch = from(1, 40)};
    if (chance(50)) {
      load_.mem_stride *= 16;
      load_.pitch *= 16;
    }
    add(load_);
    return;
  }
  isa::Ld ld;
  const MemoryRegion& region = chance(60) ? hw_.flash : hw_.sram;
  ld.mem_addr = region.base + from(0, 20000);
  ld.rows = chance(60) ? 1 : from(2, 6);
  ld.row_bytes = chance(30) ? from(1, 8) : from(1, longest_);
  switch (from(0, 4)) {
    case 0:
      ld.space = static_cast<std::int64_t>(isa::Space::kWbuf);
      ld.dst = hw_.weight_buffer_bytes / 2 + from(0, 15);
      ld.row_bytes = std::min<std::int64_t>(ld.row_bytes, hw_.weight_buffer_bytes / 4);
      if (ld.dst + ld.row_bytes + (ld.rows - 1) * load_.pitch > hw_.weight_buffer_bytes) ld.rows = 1;
      break;
    case 1:
      // Two groups of biases at least.
      ld.space = static_cast<std::int64_t>(isa::Space::kTable);
      ld.mem_addr = ld.mem_addr / 16 * 16;
      ld.dst = 16 * from(0, 2);
      ld.rows = 1;
      ld.row_bytes = hw_.dma.bus_bytes() * from(1, 4);
      ld.scale = from(0, 3);
      ld.bias = from(1, 3);
      break;
    default:
      ld.dst = bank(kLoadBank) + from(0, 60);
      ld.y0 = from(0, 2);
      if (ld.dst + ld.row_bytes + (ld.y0 + ld.rows - 1) * load_.pitch > hw_.bank_bytes()) ld.rows = 1, ld.y0 = 0;
      break;
  }
  add(ld);
}

void RandomStream::add_store() {
  if (!store_set_ || chance(25)) {
    store_set_ = true;
    store_ = {.mem_stride = from(1, 500), .pitch = from(1, 40)};
    add(store_);
    return;
  }
  isa::St st;
  st.mem_addr = hw_.sram.base + 32768 + from(0, 20000);
  st.src = bank(kStoreBank) + from(0, 60);
  st.rows = chance(60) ? 1 : from(2, 6);
  st.row_bytes = chance(30) ? from(1, 8) : from(1, longest_);
  add(st);
}

// An mm follows the wl whose tiles it takes, so that neither ever waits for a command behind the other.
void RandomStream::add_matrix() {
  const std::int64_t rows = hw_.array.rows;
  if (!matrix_set_ || chance(25)) {
    matrix_set_ = true;
    matrix_in_ = {.base = bank(kMatrixBank) + kPadding, .pitch = 64, .row_bytes = from(1, 32), .height = from(1, 4)};
    matrix_in_.pix_bytes = from(1, 4);
    matrix_in_.stride_y = from(1, 2);
    matrix_in_.stride_x = from(1, 3);
    matrix_in_.depthwise = hw_.array.depthwise_unit && chance(40) ? 1 : 0;
    if (hw_.array.output_stationary && matrix_in_.depthwise == 0)
      matrix_in_.dataflow = !hw_.array.weight_stationary || chance(50) ? 1 : 0;
    kernel_ = {.pad_top = from(0, 1), .pad_left = from(0, 1), .nkx = from(1, 2)};
    kernel_.taps = from(1, std::min<std::int64_t>(rows, 5));
    kernel_.overlap = from(0, kernel_.taps - 1);
    const bool rotates = hw_.scratchpad_banks > kRotatingBank;
    kernel_.buses = rotates ? from(1, std::min<std::int64_t>(3, rows / kernel_.taps)) : 1;
    if (rotates && matrix_in_.depthwise != 0) {
      matrix_in_.base = bank(kRotatingBank) + kPadding;
      matrix_in_.interleave = 2;
    }
    if (chance(50)) {
      add(matrix_in_);
      add(kernel_);
    } else {
      add(kernel_);
      add(matrix_in_);
    }
  }
  isa::Mm mm;
  mm.nrows = from(1, 3);
  mm.ncols = chance(20) ? from(1, 40) : from(1, 5);
  const std::int64_t half = hw_.acc_entries();
  while (mm.nrows * mm.ncols > half) mm.ncols /= 2;
  if (matrix_in_.dataflow == 0 && chance(30))
    mm.tiles = from(1, std::min<std::int64_t>(4, half / (mm.nrows * mm.ncols)));
  mm.acc = from(0, half - mm.tiles * mm.nrows * mm.ncols);
  mm.nky = from(1, 3);
  isa::Wl wl;
  wl.nt = from(1, hw_.array.cols);
  if (matrix_in_.depthwise != 0) {
    wl.len = kernel_.taps * mm.nky;
    wl.tile_rows = kernel_.taps * kernel_.buses;
  } else {
    mm.len = chance(50) ? from(1, rows) : from(1, 3 * rows);
    wl.outer = mm.nky * kernel_.nkx;
    wl.len = mm.len;
    wl.tile_rows = rows;
    wl.dataflow = matrix_in_.dataflow;
    if (wl.dataflow != 0) wl.again = (mm.nrows * mm.ncols - 1) / rows;
  }
  wl.outer *= mm.tiles;
  while (wl.outer * wl.len * wl.nt > hw_.weight_buffer_bytes / 2) wl.nt = (wl.nt + 1) / 2;
  // An mm must not wait until all of the tiles it takes have been loaded.
  std::int64_t& from_wl =
      tokens_[static_cast<std::size_t>(isa::Engine::kWl)][static_cast<std::size_t>(isa::Engine::kMm)];
  const std::int64_t before = from_wl;
  if (wl.outer > 1 && wl.again == 0 && chance(20)) {  // the same tiles from two commands
    isa::Wl part = wl;
    part.outer = from(1, wl.outer - 1);
    add(part);
    wl.outer -= part.outer;
  }
  add(wl);
  const std::int64_t given = std::exchange(from_wl, before) - before;
  add(mm);
  from_wl += given;
}

void RandomStream::add_vector() {
  const std::int64_t base = bank(kVectorBank);
  if (!vector_set_ || chance(25)) {
    vector_set_ = true;
    add(isa::VecCfgOut{
        .base = base + hw_.bank_bytes() / 2, .pitch = 16, .pix_bytes = 4, .act_min = -128, .act_max = 127});
    vector_in_ = {.base = base, .pitch = 16, .pix_bytes = 4, .kh = from(1, 3), .kw = from(1, 3)};
    add(vector_in_);
    if (chance(30)) add(isa::VecCfgScale{.slot = from(0, 2), .mult = 1 << 30, .shift = from(-3, 3)});
    return;
  }
  switch (from(0, 2)) {
    case 0: {
      isa::Requant requant;
      requant.nrows = from(1, 3);
      requant.ncols = from(1, 5);
      requant.acc = hw_.acc_entries();  // the half that mm leaves alone
      const std::int64_t tiles = std::min({std::int64_t{3}, hw_.acc_entries() / (requant.nrows * requant.ncols),
                                           std::int64_t{hw_.param_channels / hw_.array.cols / 2}});
      requant.nch = from(1, (chance(50) ? std::max<std::int64_t>(tiles, 1) : 1) * hw_.array.cols);
      add(requant);
      break;
    }
    case 1:
      add(isa::Add{.in1 = base, .in2 = base + 128, .out = base + hw_.bank_bytes() / 2, .len = from(1, longest_)});
      break;
    default: {
      isa::Pool pool;
      pool.nrows = from(1, 2);
      pool.ncols = from(1, 2);
      pool.nch = from(1, 2 * hw_.requant_lanes);
      pool.average = from(0, 1);
      add(pool);
      break;
    }
  }
}

std::vector<isa::Command> RandomStream::draw(std::size_t commands) {
  stream_.clear();
  for (auto& counts : tokens_) std::ranges::fill(counts, 0);
  // A job must not rely on the registers of the one before.
  load_set_ = false;
  store_set_ = false;
  matrix_set_ = false;
  vector_set_ = false;
  token_percent_ = static_cast<int>(from(0, 50));
  burst_percent_ = static_cast<int>(from(0, 90));
  longest_ = std::min<std::int64_t>(from(0, 3) == 0 ? 600 : 70, hw_.bank_bytes() / 4);
  std::int64_t kind = 0;
  while (stream_.size() < commands) {
    if (!chance(burst_percent_)) kind = from(0, 3);
    switch (kind) {
      case 0:
        add_load();
        break;
      case 1:
        add_store();
        break;
      case 2:
        add_matrix();
        break;
      default:
        add_vector();
        break;
    }
  }
  stream_.push_back(isa::encode(isa::End{}));
  return stream_;
}

}  // namespace systolite::fast

// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/command_drawer.h"

#include <algorithm>
#include <utility>

#include "sim/functional/table_load.h"
#include "tests/lockstep/bus_map.h"

namespace systolite::lockstep {
namespace {

constexpr int kMovesHome = 20;  // per cent: a role goes to another bank

}  // namespace

CommandDrawer::CommandDrawer(const HwConfig& hw, Random& random, ProgramWriter& writer)
    : hw_(hw),
      random_(random),
      writer_(writer),
      acc_columns_(static_cast<std::size_t>(2 * hw.acc_entries()), hw.array.cols) {
  for (std::int64_t& bank : home_) bank = pick(0, hw.scratchpad_banks - 1);
}

void CommandDrawer::configure_all() {
  std::vector<isa::AnyCommand> commands = {isa::LdCfg{},       isa::StCfg{},         draw_input(false),
                                           draw_kernel(false), draw_output(8, 4, 8), draw_window()};
  for (std::int64_t slot = 0; slot < 4; ++slot) commands.emplace_back(draw_scale(slot));
  for (std::size_t i = commands.size(); i > 1; --i)
    std::swap(commands[i - 1], commands[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(i) - 1))]);
  for (const isa::AnyCommand& command : commands) writer_.add(command);
}

void CommandDrawer::configure(isa::Engine engine, const ExtraWaits& extra) {
  switch (engine) {
    case isa::Engine::kLd:
      return writer_.add(
          isa::LdCfg{.mem_stride = pick(0, 300), .pitch = pick(0, hw_.bank_bytes()), .interleave = pick(0, 2)}, extra);
    case isa::Engine::kMm: {
      const bool depthwise = hw_.array.depthwise_unit && chance(40);
      if (chance(50)) return writer_.add(draw_input(depthwise), extra);
      return writer_.add(draw_kernel(depthwise), extra);
    }
    case isa::Engine::kVec:
      switch (pick(0, 2)) {
        case 0:
          return writer_.add(draw_output(pick(1, 60), pick(1, 4), pick(1, 20)), extra);
        case 1:
          return writer_.add(draw_window(), extra);
        default:
          return writer_.add(draw_scale(pick(0, 3)), extra);
      }
    default:
      return writer_.add(
          isa::StCfg{.mem_stride = pick(0, 300), .pitch = pick(0, hw_.bank_bytes()), .interleave = pick(0, 2)}, extra);
  }
}

// -------------------------------------------------------------------------------------------------------- places

std::int64_t CommandDrawer::home_bank(Role role) {
  if (chance(kMovesHome)) home_[role] = pick(0, hw_.scratchpad_banks - 1);
  return home_[role];
}

// Address of `bytes` bytes that do not wrap; in the role's bank if they fit.
std::int64_t CommandDrawer::place_span(Role role, std::int64_t bytes) {
  const std::int64_t bank = hw_.bank_bytes();
  const std::int64_t base = home_bank(role) * bank + pick(0, std::max<std::int64_t>(bank - bytes, 0));
  return std::min(base, hw_.scratchpad_bytes - bytes);
}

std::int64_t CommandDrawer::row_offset(const Rows& rows, std::int64_t y) const {
  return (y & ((std::int64_t{1} << rows.interleave) - 1)) * hw_.bank_bytes() + (y >> rows.interleave) * rows.pitch;
}

// Rows 0 to rows - 1 apart from each other, each in its own bank in turn. They may wrap.
CommandDrawer::Rows CommandDrawer::place_rows(Role role, std::int64_t row_bytes, std::int64_t rows,
                                              std::int64_t least_interleave) {
  Rows place{};
  const std::int64_t most = hw_.scratchpad_banks >= 4 ? 2 : 1;
  place.interleave = chance(50) && least_interleave == 0 ? 0 : pick(std::min(least_interleave, most), most);
  const std::int64_t laps = (rows - 1) >> place.interleave;
  const std::int64_t bank = hw_.bank_bytes();
  const std::int64_t slack = laps == 0 ? bank : (bank - row_bytes) / laps - row_bytes;  // a lap may be longer by
  place.pitch = row_bytes + (slack <= 0 || chance(30) ? 0 : pick(0, std::min<std::int64_t>(slack, 40)));
  const std::int64_t room = bank - laps * place.pitch - row_bytes;
  place.base = home_bank(role) * bank + (room > 0 ? pick(0, room) : pick(0, bank - 1));
  return place;
}

CommandDrawer::Rows CommandDrawer::wrap_rows(Rows rows) {
  constexpr std::int64_t kAddresses = 1 << 20;
  if (chance(10)) rows.base += pick(0, (kAddresses - 1 - rows.base) / hw_.scratchpad_bytes) * hw_.scratchpad_bytes;
  if (chance(4)) rows.pitch = pick(0, kAddresses - 1);
  return rows;
}

// Of `span` bytes. Pages of 4 KiB are where bursts have to end.
std::int64_t CommandDrawer::bus_address(bool writable, std::int64_t span) {
  const MemoryRegion& region = writable || chance(50) ? hw_.sram : hw_.flash;
  const std::int64_t from = writable ? kStoreFrom : kDataFrom;
  const std::int64_t last = kTableFrom - span;
  std::int64_t offset = pick(from, last);
  if (chance(40)) offset = offset / hw_.dma.bus_bytes() * hw_.dma.bus_bytes();
  if (chance(25)) {
    constexpr std::int64_t kPage = 4096;
    const std::int64_t page = (offset + kPage - 1) / kPage * kPage;
    offset = std::clamp<std::int64_t>(page - pick(0, 40), from, last);
  }
  return static_cast<std::int64_t>(region.base) + offset;
}

// ----------------------------------------------------------------------------------------------------------- DMA

// Between memory and the scratchpad, with the strides in force now and then.
CommandDrawer::Transfer CommandDrawer::draw_transfer(Role role, std::int64_t steps, std::int64_t pitch,
                                                     std::int64_t interleave) {
  const std::int64_t bus = hw_.dma.bus_bytes();
  Transfer transfer{};
  transfer.rows = chance(40) ? 1 : pick(1, std::min<std::int64_t>(12, steps));
  const std::int64_t most =
      std::min(std::max<std::int64_t>(steps / transfer.rows, 1) * bus, hw_.scratchpad_bytes / (2 * transfer.rows));
  const std::int64_t kind = pick(0, 3);
  transfer.row_bytes = kind == 0   ? pick(1, std::min(most, 2 * bus))
                       : kind == 1 ? std::max<std::int64_t>(pick(1, most) / bus * bus, 1)
                                   : pick(1, most);
  transfer.y0 = transfer.rows == 1 && chance(80) ? 0 : pick(0, 5);
  const auto reach = [&](const Rows& rows) {
    std::int64_t end = 0;
    for (std::int64_t y = transfer.y0; y < transfer.y0 + transfer.rows; ++y)
      end = std::max(end, row_offset(rows, y) + transfer.row_bytes);
    return end;
  };
  transfer.local = {0, pitch, interleave};
  if (!chance(30) || reach(transfer.local) > hw_.scratchpad_bytes)
    transfer.local = place_rows(role, transfer.row_bytes, transfer.y0 + transfer.rows);
  if (reach(transfer.local) > hw_.scratchpad_bytes) {
    transfer.y0 = 0;
    transfer.local = {0, transfer.row_bytes, 0};
  }
  // No row of a transfer wraps.
  const std::int64_t room = hw_.scratchpad_bytes - reach(transfer.local);
  transfer.local.base = std::min(transfer.local.base == 0 ? place_span(role, 1) : transfer.local.base, room);
  transfer.mem_stride = chance(40)   ? transfer.row_bytes
                        : chance(90) ? transfer.row_bytes + pick(0, 300)
                                     : pick(0, 2000);
  transfer.mem_addr = bus_address(role == kStore, (transfer.rows - 1) * transfer.mem_stride + transfer.row_bytes);
  return transfer;
}

void CommandDrawer::set_load_strides(std::int64_t mem_stride, std::int64_t pitch, std::int64_t interleave) {
  const isa::LdCfg& now = writer_.config().ld;
  if (now.mem_stride == mem_stride && now.pitch == pitch && now.interleave == interleave && chance(80)) return;
  writer_.add(isa::LdCfg{.mem_stride = mem_stride, .pitch = pitch, .interleave = interleave});
}

void CommandDrawer::load_scratchpad(std::int64_t steps, const ExtraWaits& extra) {
  const isa::LdCfg& now = writer_.config().ld;
  const Transfer t = draw_transfer(kLoad, steps, now.pitch, now.interleave);
  if (t.rows > 1 || t.y0 > 0) set_load_strides(t.mem_stride, t.local.pitch, t.local.interleave);
  writer_.add(isa::Ld{.mem_addr = t.mem_addr,
                      .space = static_cast<std::int64_t>(isa::Space::kSpm),
                      .dst = t.local.base,
                      .row_bytes = t.row_bytes,
                      .rows = t.rows,
                      .y0 = t.y0},
              extra);
}

void CommandDrawer::store(std::int64_t steps, const ExtraWaits& extra) {
  const isa::StCfg& now = writer_.config().st;
  const Transfer t = draw_transfer(kStore, steps, now.pitch, now.interleave);
  if (t.rows > 1 || t.y0 > 0) {
    writer_.add(isa::StCfg{.mem_stride = t.mem_stride, .pitch = t.local.pitch, .interleave = t.local.interleave});
  }
  writer_.add(
      isa::St{.mem_addr = t.mem_addr, .src = t.local.base, .row_bytes = t.row_bytes, .rows = t.rows, .y0 = t.y0},
      extra);
}

void CommandDrawer::load_weights(std::int64_t steps, const ExtraWaits& extra) {
  const std::int64_t bytes = hw_.weight_buffer_bytes;
  std::int64_t rows = chance(60) ? 1 : pick(1, std::min<std::int64_t>(6, steps));
  const std::int64_t row_bytes =
      pick(1, std::min(std::max<std::int64_t>(steps / rows, 1) * hw_.dma.bus_bytes(), bytes / 2));
  const std::int64_t pitch = row_bytes + pick(0, 3);
  while ((rows - 1) * pitch + row_bytes > bytes) --rows;
  const std::int64_t mem_stride = row_bytes + pick(0, 20);
  const std::int64_t mem_span = (rows - 1) * mem_stride + row_bytes;
  const std::int64_t region = chance(50) ? hw_.flash.base : hw_.sram.base;
  if (rows > 1) set_load_strides(mem_stride, pitch, pick(0, 2));
  writer_.add(isa::Ld{.mem_addr = region + pick(kDataFrom, kTableFrom - mem_span),
                      .space = static_cast<std::int64_t>(isa::Space::kWbuf),
                      .dst = pick(0, bytes - (rows - 1) * pitch - row_bytes),
                      .row_bytes = row_bytes,
                      .rows = rows,
                      .y0 = pick(0, 5)},
              extra);
}

// Of any form, whole or broken off anywhere.
void CommandDrawer::load_table(std::int64_t steps, const ExtraWaits& extra) {
  const std::int64_t bus = hw_.dma.bus_bytes();
  isa::Ld ld{.space = static_cast<std::int64_t>(isa::Space::kTable), .rows = 1, .y0 = pick(0, 5)};
  ld.scale = pick(0, 3);
  const auto scale = static_cast<isa::ScaleForm>(ld.scale);
  ld.bias = pick(scale == isa::ScaleForm::kNone ? 1 : 0, 3);
  ld.shift = pick(-31, 27);
  ld.dst = pick(0, hw_.param_channels / bus - 1) * bus;
  const functional::TableRow row = functional::table_row(ld);
  const std::int64_t most =
      (hw_.param_channels - ld.dst) / bus * functional::group_beats(row) + (scale == isa::ScaleForm::kTensor ? 1 : 0);
  const std::int64_t beats = chance(20) ? most : pick(1, std::min(most, std::max<std::int64_t>(steps, 1)));
  ld.row_bytes = beats * bus;
  ld.mem_addr = chance(50) ? hw_.flash.base : hw_.sram.base;
  if (scale == isa::ScaleForm::kFull) {
    const std::int64_t group = full_group_bytes(hw_, static_cast<std::uint32_t>(ld.bias));
    ld.mem_addr +=
        kTableFrom + ld.bias * kTableBytes + pick(0, kTableBytes / group - (ld.row_bytes + group - 1) / group) * group;
  } else {
    ld.mem_addr += kDataFrom + pick(0, (kTableFrom - kDataFrom - ld.row_bytes) / bus) * bus;
  }
  writer_.add(ld, extra);
}

}  // namespace systolite::lockstep

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/dma_walk.h"

#include <algorithm>
#include <limits>

namespace systolite::sc {
namespace {

constexpr std::uint32_t kPageBytes = 4096;
constexpr std::uint32_t kLocalMask = (1U << 20) - 1;

std::uint64_t space_bytes(std::uint32_t space, const HwConfig& hw) {
  switch (static_cast<isa::Space>(space)) {
    case isa::Space::kSpm:
      return static_cast<std::uint64_t>(hw.scratchpad_bytes);
    case isa::Space::kWbuf:
      return static_cast<std::uint64_t>(hw.weight_buffer_bytes);
    case isa::Space::kTable:  // counts slots, not bytes
      return std::numeric_limits<std::uint64_t>::max();
  }
  return 0;
}

bool in_scratchpad(std::uint32_t space) { return static_cast<isa::Space>(space) == isa::Space::kSpm; }

// A row's offset from the transfer's local address; rows rotate through banks in the scratchpad only.
std::uint64_t local_offset(const DmaTransfer& transfer, std::uint32_t row, std::uint64_t bank_bytes) {
  if (!in_scratchpad(transfer.space)) return std::uint64_t{row} * transfer.pitch;
  const std::uint32_t y = transfer.y0 + row;
  const std::uint32_t bank = y & ((1U << transfer.interleave) - 1);
  return bank * bank_bytes + std::uint64_t{y >> transfer.interleave} * transfer.pitch;
}

bool exceeds_memory(const DmaTransfer& transfer, const HwConfig& hw) {
  const auto bank_bytes = static_cast<std::uint64_t>(hw.bank_bytes());
  // Offsets grow along the rows of a bank, so the highest is that of the last row in one of the banks.
  const std::uint32_t banks = in_scratchpad(transfer.space) ? 1U << transfer.interleave : 1;
  const std::uint32_t first = transfer.rows - std::min(transfer.rows, banks);
  for (std::uint32_t row = first; row < transfer.rows; ++row) {
    const std::uint64_t end = transfer.local_address + local_offset(transfer, row, bank_bytes) + transfer.row_bytes;
    if (end > space_bytes(transfer.space, hw)) return true;
  }
  return false;
}

}  // namespace

std::optional<Fault> check_transfer(const DmaTransfer& transfer, const HwConfig& hw, const Window& a, const Window& b,
                                    isa::ErrorCause window_cause) {
  if (transfer.bad_table || exceeds_memory(transfer, hw)) {
    return Fault{.cause = isa::ErrorCause::kBadLocal, .command = transfer.index, .address = 0};
  }
  const std::uint64_t first = transfer.mem_address;
  const std::uint64_t last = first + std::uint64_t{transfer.rows - 1} * transfer.mem_stride + transfer.row_bytes - 1;
  if (!a.holds(first, last) && !b.holds(first, last)) {
    return Fault{.cause = window_cause, .command = transfer.index, .address = transfer.mem_address};
  }
  return std::nullopt;
}

DmaWalk::DmaWalk(const HwConfig& hw)
    : bus_bytes_(static_cast<std::uint32_t>(hw.dma.bus_bytes())),
      max_beats_(static_cast<std::uint32_t>(hw.dma.burst_beats)),
      bank_bytes_(static_cast<std::uint32_t>(hw.bank_bytes())) {}

void DmaWalk::start(const DmaTransfer& transfer) {
  transfer_ = transfer;
  row_ = 0;
  row_address_ = transfer.mem_address;
  start_row();
  form_burst();
}

void DmaWalk::start_row() {
  const std::uint32_t lane = row_address_ % bus_bytes_;
  const auto offset = static_cast<std::uint32_t>(local_offset(transfer_, row_, bank_bytes_));
  local_address_ = (transfer_.local_address + offset - lane) & kLocalMask;
  address_ = row_address_ - lane;
  beats_left_ = (lane + transfer_.row_bytes + bus_bytes_ - 1) / bus_bytes_;
  row_beat_ = 0;
  row_start_ = true;
}

void DmaWalk::form_burst() {
  const std::uint32_t page = (kPageBytes - address_ % kPageBytes) / bus_bytes_;
  const std::uint32_t beats = std::min({beats_left_, max_beats_, page});
  const bool ends_row = beats == beats_left_;
  burst_ = {.address = address_,
            .beats = beats,
            .space = transfer_.space,
            .local_address = local_address_,
            .row_beat = row_beat_,
            .first_lane = row_start_ ? row_address_ % bus_bytes_ : 0,
            .last_lane = ends_row ? (row_address_ + transfer_.row_bytes - 1) % bus_bytes_ : bus_bytes_ - 1,
            .last_of_command = ends_row && row_ + 1 == transfer_.rows,
            .table = transfer_.table};
}

void DmaWalk::next() {
  if (burst_.beats == beats_left_) {
    ++row_;
    row_address_ += transfer_.mem_stride;
    start_row();
  } else {
    address_ += burst_.beats * bus_bytes_;
    local_address_ = (local_address_ + burst_.beats * bus_bytes_) & kLocalMask;
    beats_left_ -= burst_.beats;
    row_beat_ += burst_.beats;
    row_start_ = false;
  }
  form_burst();
}

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// From an ld or st command to its bus bursts: checks of the whole command, then row by row. Used by both DMA engines;
// when each burst is accepted is their business.
#pragma once

#include <cstdint>
#include <optional>

#include "hw/systemc/block_interfaces.h"
#include "sim/core/hw_config.h"
#include "sim/functional/table_load.h"

namespace systolite::sc {

// An ld or st command with the row strides in force.
struct DmaTransfer {
  std::uint32_t mem_address = 0;
  std::uint32_t space = 0;  // isa::Space
  std::uint32_t local_address = 0;
  std::uint32_t row_bytes = 1;
  std::uint32_t rows = 1;
  std::uint32_t y0 = 0;
  std::uint32_t mem_stride = 0;
  std::uint32_t pitch = 0;
  std::uint32_t interleave = 0;
  std::uint32_t index = 0;     // of the command in the stream
  functional::TableRow table;  // space table
  bool bad_table = false;      // the row does not fit the tables
};

// `window_cause`: what a range outside both windows is reported as.
[[nodiscard]] std::optional<Fault> check_transfer(const DmaTransfer& transfer, const HwConfig& hw, const Window& a,
                                                  const Window& b, isa::ErrorCause window_cause);

// Lanes below first_lane in the first beat and above last_lane in the last beat do not belong to the row.
struct DmaBurst {
  std::uint32_t address = 0;  // bus aligned
  unsigned beats = 0;
  std::uint32_t space = 0;
  std::uint32_t local_address = 0;  // of lane 0 of the first beat, modulo 2^20; not for a table
  std::uint32_t row_beat = 0;       // of the first beat, counted from the start of the row
  unsigned first_lane = 0;
  unsigned last_lane = 0;
  bool last_of_command = false;
  functional::TableRow table;
};

// A row starts its own burst at its address aligned down to the bus width. A burst ends at the end of the row, after
// dma.burst_beats beats or at a 4 KiB boundary.
class DmaWalk {
 public:
  explicit DmaWalk(const HwConfig& hw);

  void start(const DmaTransfer& transfer);
  // The burst on offer.
  [[nodiscard]] const DmaBurst& burst() const noexcept { return burst_; }
  // Position of its command in the stream.
  [[nodiscard]] std::uint32_t index() const noexcept { return transfer_.index; }
  // Goes on to the next burst; there is one unless burst().last_of_command.
  void next();

 private:
  void start_row();
  void form_burst();

  std::uint32_t bus_bytes_;
  std::uint32_t max_beats_;
  std::uint32_t bank_bytes_;
  DmaTransfer transfer_;
  std::uint32_t row_ = 0;
  std::uint32_t row_address_ = 0;    // in memory
  std::uint32_t local_address_ = 0;  // of lane 0 of the next burst
  std::uint32_t address_ = 0;        // of the next burst
  std::uint32_t beats_left_ = 0;     // in the row
  std::uint32_t row_beat_ = 0;       // beats before the next burst
  bool row_start_ = true;
  DmaBurst burst_;
};

}  // namespace systolite::sc

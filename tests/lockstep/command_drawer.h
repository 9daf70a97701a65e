// SPDX-License-Identifier: Apache-2.0
// Draws commands that are legal where they stand: inside the memories, apart from themselves, of bounded length.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/lockstep/program_writer.h"

namespace systolite::lockstep {

class CommandDrawer {
 public:
  CommandDrawer(const HwConfig& hw, Random& random, ProgramWriter& writer);

  // Gives every configuration register a value; nothing may run before.
  void configure_all();
  // One configuration command of an engine that has any.
  void configure(isa::Engine engine, const ExtraWaits& extra = {});

  // Each adds one command, and the configuration commands it needs. `steps` bounds its work: beats of a transfer,
  // cycles of the others.
  void load_scratchpad(std::int64_t steps, const ExtraWaits& extra = {});
  void load_weights(std::int64_t steps, const ExtraWaits& extra = {});
  void load_table(std::int64_t steps, const ExtraWaits& extra = {});
  void store(std::int64_t steps, const ExtraWaits& extra = {});
  void requantise(std::int64_t steps, const ExtraWaits& extra = {});
  void add_bytes(std::int64_t steps, const ExtraWaits& extra = {});
  void pool(std::int64_t steps, const ExtraWaits& extra = {});

  // mm commands with their wl commands. `extra` is for the first wl and the first mm.
  void multiply(std::int64_t steps, const ExtraWaits& extra = {});
  // The same after new registers for the given mode; dense if the array has no depthwise unit.
  void multiply_in_mode(bool depthwise, std::int64_t steps, const ExtraWaits& extra = {});
  // One mm of one pixel that takes `count` tiles of one row, each from a wl of its own.
  void single_row_tiles(int count, const ExtraWaits& for_first_wl, const ExtraWaits& for_each_wl);

 private:
  enum Role : std::uint8_t { kLoad, kStore, kInput, kOperand, kSecondOperand, kResult, kRoles };
  struct Rows {  // of bytes in the scratchpad
    std::int64_t base;
    std::int64_t pitch;
    std::int64_t interleave;
  };
  struct Blocks {  // mm commands that differ in their place only, and the wl of one of them
    isa::Mm mm;
    isa::Wl wl;
    std::int64_t last_nt;  // columns of the last column tile
    std::int64_t cycles;   // of one of them
  };

  [[nodiscard]] std::int64_t pick(std::int64_t low, std::int64_t high) { return random_.integer(low, high); }
  [[nodiscard]] bool chance(int percent) { return random_.chance(percent); }
  [[nodiscard]] std::int64_t home_bank(Role role);
  [[nodiscard]] std::int64_t place_span(Role role, std::int64_t bytes);
  [[nodiscard]] Rows place_rows(Role role, std::int64_t row_bytes, std::int64_t rows,
                                std::int64_t least_interleave = 0);
  // Now and then another address of the same byte, or rows anywhere: engines other than the DMAs take addresses modulo
  // the scratchpad.
  [[nodiscard]] Rows wrap_rows(Rows rows);
  [[nodiscard]] std::int64_t row_offset(const Rows& rows, std::int64_t y) const;
  [[nodiscard]] std::int64_t bus_address(bool writable, std::int64_t span);

  struct Transfer {
    std::int64_t mem_addr, mem_stride, row_bytes, rows, y0;
    Rows local;
  };
  [[nodiscard]] Transfer draw_transfer(Role role, std::int64_t steps, std::int64_t pitch, std::int64_t interleave);
  void set_load_strides(std::int64_t mem_stride, std::int64_t pitch, std::int64_t interleave);

  [[nodiscard]] isa::MmCfgIn draw_input(bool depthwise);
  [[nodiscard]] std::int64_t draw_dataflow();  // of dense commands
  [[nodiscard]] isa::MmCfgKernel draw_kernel(bool depthwise);
  void configure_matrix(bool depthwise);
  [[nodiscard]] bool matrix_ready() const;
  [[nodiscard]] Blocks draw_dense(std::int64_t steps);
  [[nodiscard]] Blocks draw_depthwise(std::int64_t steps);
  void add_column_tiles(Blocks& blocks, std::int64_t steps);
  void place_block(isa::Mm& mm, std::int64_t columns, std::int64_t last_columns);
  [[nodiscard]] std::vector<isa::Wl> draw_weight_strings(const Blocks& blocks, std::int64_t count);
  [[nodiscard]] std::vector<isa::Wl> draw_repeated_strings(const isa::Wl& wl, std::int64_t blocks);
  void separate_buses(const std::vector<isa::Mm>& mms, isa::Wl& wl);
  void add_blocks(Blocks blocks, std::int64_t steps, const ExtraWaits& extra);

  [[nodiscard]] isa::VecCfgOut draw_output(std::int64_t row_bytes, std::int64_t rows, std::int64_t pix_bytes);
  [[nodiscard]] isa::VecCfgIn draw_window();
  [[nodiscard]] isa::VecCfgScale draw_scale(std::int64_t slot);
  [[nodiscard]] bool writes_apart(const isa::AnyCommand& command, const functional::EngineConfig& config,
                                  std::int64_t bytes) const;
  [[nodiscard]] bool try_requantise(std::int64_t steps, const ExtraWaits& extra);
  [[nodiscard]] bool try_pool(std::int64_t steps, const ExtraWaits& extra);

  const HwConfig& hw_;
  Random& random_;
  ProgramWriter& writer_;
  std::array<std::int64_t, kRoles> home_{};  // bank each role works in
  std::vector<std::int64_t> acc_columns_;    // of every entry: how many columns hold a defined value
  std::int64_t last_entry_ = -1;             // entry written in the last cycle of the last mm
  std::int64_t last_half_ = 0;               // of the last mm
};

}  // namespace systolite::lockstep

// SPDX-License-Identifier: Apache-2.0
// Random legal programs for the matrix engine and weight load.
#pragma once

#include <array>
#include <cstdint>
#include <random>

#include "tests/rtl_compute/data_model.h"
#include "tests/rtl_compute/geometry.h"

namespace systolite::rtl_compute {

// What the programs of a run have contained; a run in which one of them stays 0 has not tested enough.
struct Coverage {
  long dense = 0;
  long dense_ragged = 0;
  long dense_kernel_columns = 0;
  long single_pixel = 0;
  long column_tiles = 0;
  long column_tiles_accumulate = 0;
  long accumulate = 0;
  long interleave = 0;
  long padding = 0;
  std::array<long, kBuses> depthwise_buses{};
  long depthwise_stride = 0;
  long depthwise_overlap = 0;
  long depthwise_shared_tiles = 0;
  long depthwise_partial_pass = 0;
  long output = 0;
  long output_groups = 0;
  long output_short_group = 0;
  long output_across_rows = 0;
  long output_ragged = 0;
  long again = 0;
  long split_weights = 0;
  long back_to_back = 0;
};

class ProgramGenerator {
 public:
  explicit ProgramGenerator(std::uint64_t seed) : random_(seed) {}

  // A program whose blocks lie in one accumulator half. `model` tells which entries may be added to.
  ComputeProgram generate(const DataModel& model, int half);
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }

  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool chance(int percent) { return pick(0, 99) < percent; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(random_()); }

 private:
  void new_layer();
  void shape_dense(isa::Mm& mm, isa::Wl& wl);
  void shape_depthwise(isa::Mm& mm, isa::Wl& wl);
  void add_tiles(isa::Mm& mm, isa::Wl& wl);
  void repeat(const isa::Mm& mm, isa::Wl& wl);
  void add_block(ComputeProgram& program, const DataModel& model, int half);
  void add_weights(ComputeProgram& program, isa::Wl wl);
  long next_arrival(long& clock);

  std::mt19937_64 random_;
  Coverage coverage_;
  isa::MmCfgIn in_;
  isa::MmCfgKernel kernel_;
  std::vector<bool> written_;  // entries of the half this program overwrote, per column
  int gap_percent_ = 0;
  int gap_length_ = 0;
  long mm_clock_ = 0;
  long wl_clock_ = 0;
  std::int64_t last_entry_ = -1;
};

}  // namespace systolite::rtl_compute

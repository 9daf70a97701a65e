// SPDX-License-Identifier: Apache-2.0
// Random legal programs of ld and st commands.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "byte_model.h"
#include "slt_isa.hpp"

namespace systolite::test {

class RandomProgram {
 public:
  // Loads read memory from kMemoryBase + source_from on, stores write the upper half of the memory.
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  // `phases` times: loads into the scratchpad; then, at the same time, stores from it and loads into the other
  // memories.
  std::vector<isa::Command> commands(int phases);

  static constexpr std::uint32_t kSourceFrom = 0x10000;

 private:
  struct View {
    std::int64_t mem_addr, mem_stride, local, row_bytes, rows, y0, pitch, interleave;
  };
  std::int64_t pick(std::int64_t first, std::int64_t last) {
    return std::uniform_int_distribution<std::int64_t>(first, last)(random_);
  }
  View spm_view(std::int64_t mem_first, std::int64_t mem_bytes);
  View linear_view(std::int64_t space_bytes);
  isa::Ld table_load();

  std::mt19937_64 random_;
};

}  // namespace systolite::test

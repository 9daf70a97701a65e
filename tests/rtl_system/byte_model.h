// SPDX-License-Identifier: Apache-2.0
// What ld and st commands do to bytes, without any notion of bursts or time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bus_model.h"
#include "local_memory.h"
#include "slt_isa.hpp"

namespace systolite::test {

class ByteModel {
 public:
  // `memory`: contents from kMemoryBase.
  explicit ByteModel(std::vector<std::uint8_t> memory);

  void run(const isa::Command& command);
  std::vector<std::uint8_t> memory;
  std::array<std::vector<std::uint8_t>, 5> local;  // by LocalMemory

 private:
  struct Strides {
    std::uint32_t mem_stride = 0, pitch = 0, interleave = 0;
  };
  void load_table(const isa::Ld& ld);
  static std::uint32_t row_offset(const Strides& strides, std::uint32_t row);
  Strides ld_, st_;
};

}  // namespace systolite::test

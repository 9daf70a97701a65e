// SPDX-License-Identifier: Apache-2.0
// Area, flip-flops and clock of a configuration in a cell library, from a fitted table: no synthesis, some
// microseconds. What is in a block, how the table is made and how far it is off: docs/area.md.
//
// Logic is the area of its cells: no wires, clock tree, buffers of large nets, scan. Intervals of blocks are the
// largest difference seen between model and synthesis; those of sums add them up, so they hold if all blocks err in the
// same direction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/area/area_table.h"
#include "sim/core/figure.h"
#include "sim/core/hw_config.h"

namespace systolite {

struct BlockArea {
  std::string block;  // as scripts/area.sh names it
  Figure kge;         // thousands of 2-input NAND gates
  Figure mm2;
  Figure flip_flops;
  Figure period_ns;  // longest path that ends in the block, all 0 if there is none
};

struct MemoryArea {
  std::string memory;
  int instances;
  std::int64_t words;  // of an instance
  std::int64_t word_bits;
  [[nodiscard]] std::int64_t bits() const noexcept { return instances * words * word_bits; }
  Figure mm2;  // of all instances
};

struct AreaEstimate {
  std::vector<BlockArea> blocks;
  Figure logic_kge;
  Figure logic_mm2;
  Figure flip_flops;
  std::vector<MemoryArea> memories;
  std::int64_t memory_bits;
  Figure memory_mm2;
  Figure total_mm2;
  // Highest clock of the logic, memories as quick as a flip-flop.
  Figure fmax_mhz;
  std::string slowest_block;
};

[[nodiscard]] AreaEstimate estimate_area(const HwConfig& config, const AreaTable& table);

// What costs energy whether or not anything happens.
struct LogicSize {
  Figure pe_flip_flops;     // of one PE
  Figure other_flip_flops;  // of everything but PEs and memories
  Figure kge;               // of everything but memories
};

// `estimate`: that of the configuration.
[[nodiscard]] LogicSize logic_size(const HwConfig& config, const AreaEstimate& estimate);

// Memories of a configuration without their area: what scripts/area.sh lists.
[[nodiscard]] std::vector<MemoryArea> memories_of(const HwConfig& config);

}  // namespace systolite

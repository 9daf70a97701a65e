// SPDX-License-Identifier: Apache-2.0
// Basic blocks, decoded once: straight runs of instructions that end with the first that may go elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sim/cpu/insn.h"

namespace systolite::cpu {

struct Block {
  std::uint32_t pc = 0;
  std::uint32_t end = 0;            // address after it
  std::uint32_t taken_penalty = 0;  // cycles when a taken branch led here
  std::uint32_t range = 0;          // index into Machine::range_cycles
  bool predicted = false;           // ends with a conditional branch whose direction the core predicts
  bool last_taken = false;
  std::vector<Insn> insns;
};

class BlockCache {
 public:
  BlockCache() { recent_.fill(nullptr); }

  // The block at pc with this ITSTATE, nullptr if it has not been decoded.
  [[nodiscard]] Block* find(std::uint32_t pc, std::uint32_t it) {
    Block* const block = recent_[(pc >> 1) & (kRecent - 1)];
    if (block != nullptr && block->pc == pc && it == 0) [[likely]]
      return block;
    return find_other(pc, it);
  }
  Block& insert(std::unique_ptr<Block> block, std::uint32_t it);
  void clear();

 private:
  [[nodiscard]] Block* find_other(std::uint32_t pc, std::uint32_t it);

  static constexpr std::size_t kRecent = 4096;
  std::array<Block*, kRecent> recent_{};
  std::unordered_map<std::uint64_t, std::unique_ptr<Block>> blocks_;  // by pc and ITSTATE
};

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/block_cache.h"

namespace systolite::cpu {
namespace {

std::uint64_t key(std::uint32_t pc, std::uint32_t it) { return std::uint64_t{it} << 32 | pc; }

}  // namespace

Block* BlockCache::find_other(std::uint32_t pc, std::uint32_t it) {
  const auto found = blocks_.find(key(pc, it));
  if (found == blocks_.end()) return nullptr;
  if (it == 0) recent_[(pc >> 1) & (kRecent - 1)] = found->second.get();
  return found->second.get();
}

Block& BlockCache::insert(std::unique_ptr<Block> block, std::uint32_t it) {
  Block& kept = *block;
  blocks_[key(kept.pc, it)] = std::move(block);
  if (it == 0) recent_[(kept.pc >> 1) & (kRecent - 1)] = &kept;
  return kept;
}

void BlockCache::clear() {
  recent_.fill(nullptr);
  blocks_.clear();
}

}  // namespace systolite::cpu

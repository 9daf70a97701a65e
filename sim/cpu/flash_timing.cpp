// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/flash_timing.h"

#include <algorithm>
#include <bit>

namespace systolite::cpu {
namespace {

unsigned bits_of(int power_of_two) {
  return static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(power_of_two)));
}

std::optional<LineCache> cache_of(const std::optional<CacheShape>& shape, int read_bytes) {
  if (!shape) return std::nullopt;
  return LineCache(*shape, std::min(read_bytes, shape->line_bytes));
}

}  // namespace

LineCache::LineCache(const CacheShape& shape, int sector_bytes)
    : line_bits_(bits_of(shape.line_bytes)),
      sector_bits_(bits_of(sector_bytes)),
      sector_mask_(static_cast<std::uint32_t>(shape.line_bytes / sector_bytes - 1)),
      set_mask_(static_cast<std::uint32_t>(shape.lines / shape.ways - 1)),
      ways_(static_cast<std::uint32_t>(shape.ways)),
      slots_(static_cast<std::size_t>(shape.lines)) {}

void LineCache::clear() { std::fill(slots_.begin(), slots_.end(), Slot{}); }

bool LineCache::holds(std::uint32_t address) const {
  const std::uint32_t line = address >> line_bits_;
  const Slot* const set = &slots_[(line & set_mask_) * ways_];
  return std::any_of(set, set + ways_,
                     [&](const Slot& slot) { return slot.line == line && (slot.sectors & sector_bit(address)) != 0; });
}

void LineCache::fill(std::uint32_t address) {
  const std::uint32_t line = address >> line_bits_;
  Slot* const set = &slots_[(line & set_mask_) * ways_];
  Slot* slot = std::find_if(set, set + ways_, [line](const Slot& candidate) { return candidate.line == line; });
  if (slot == set + ways_) {
    slot = std::min_element(set, set + ways_, [](const Slot& a, const Slot& b) { return a.used < b.used; });
    *slot = {.line = line};
  }
  slot->sectors |= sector_bit(address);
  slot->used = ++clock_;
}

FlashTiming::FlashTiming(const FlashInterface& flash, Counters& counters)
    : counters_(counters),
      wait_states_(static_cast<std::uint32_t>(flash.wait_states)),
      sector_bits_(bits_of(flash.read_bytes)),
      prefetch_(flash.prefetch),
      instructions_(cache_of(flash.instruction_cache, flash.read_bytes)),
      data_(cache_of(flash.data_cache, flash.read_bytes)),
      unified_(flash.unified_cache) {}

void FlashTiming::reset() {
  if (instructions_) instructions_->clear();
  if (data_) data_->clear();
  current_ = prefetched_ = data_buffer_ = kNone;
  prefetch_ready_ = array_free_ = 0;
}

std::uint64_t FlashTiming::read_array(std::uint64_t now) {
  array_free_ = std::max(now, array_free_) + wait_states_;
  return array_free_;
}

void FlashTiming::prefetch_after(std::uint32_t sector, std::uint64_t now) {
  const std::uint32_t next = sector + 1;
  if (!prefetch_ || next == prefetched_ || (instructions_ && instructions_->holds(next << sector_bits_))) return;
  prefetched_ = next;
  prefetch_ready_ = read_array(now + 1);
}

std::uint32_t FlashTiming::fetch_other(std::uint32_t address, std::uint64_t now) {
  const std::uint32_t sector = address >> sector_bits_;
  current_ = sector;
  std::uint64_t ready = now;
  if (instructions_ && instructions_->hit(address)) {
    ++counters_.instruction_line_hits;
  } else {
    ++counters_.instruction_line_misses;
    ready = sector == prefetched_ ? std::max(now, prefetch_ready_) : read_array(now);
    if (instructions_) instructions_->fill(address);
  }
  if (sector == prefetched_) prefetched_ = kNone;
  prefetch_after(sector, ready);
  const auto stall = static_cast<std::uint32_t>(ready - now);
  counters_.fetch_stall_cycles += stall;
  return stall;
}

std::uint32_t FlashTiming::load(std::uint32_t address, std::uint64_t now) {
  LineCache* const cache = unified_ ? (instructions_ ? &*instructions_ : nullptr) : (data_ ? &*data_ : nullptr);
  const std::uint32_t sector = address >> sector_bits_;
  const bool hit = cache != nullptr ? cache->hit(address) : sector == data_buffer_;
  if (hit) {
    ++counters_.data_line_hits;
    return 0;
  }
  ++counters_.data_line_misses;
  data_buffer_ = sector;
  const auto stall = static_cast<std::uint32_t>(read_array(now) - now);
  if (cache != nullptr) cache->fill(address);
  counters_.data_stall_cycles += stall;
  return stall;
}

}  // namespace systolite::cpu

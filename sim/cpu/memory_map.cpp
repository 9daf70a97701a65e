// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/memory_map.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/core/error.h"

namespace systolite::cpu {
namespace {

constexpr std::uint64_t kSystemBase = 0xE0000000;
constexpr std::uint64_t kSystemEnd = 0xE0100000;

std::string span_text(std::uint64_t base, std::uint64_t end) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "0x%08llx to 0x%08llx", static_cast<unsigned long long>(base),
                static_cast<unsigned long long>(end - 1));
  return text.data();
}

}  // namespace

void MemoryMap::add(const MemoryRegion& region) {
  const std::uint64_t base = region.base;
  const std::uint64_t end = base + region.host.size();
  const auto refuse = [&region](const std::string& reason) {
    throw Error(ExitCode::kConfig, "the memory '" + region.name + "' " + reason);
  };
  if (region.host.empty()) refuse("has no bytes: must have at least one");
  if (end > std::uint64_t{1} << 32) refuse("ends beyond the 32-bit address space");
  if (base < kSystemEnd && kSystemBase < end)
    refuse("at " + span_text(base, end) + " overlaps the processor's registers at " +
           span_text(kSystemBase, kSystemEnd));
  for (const MappedRegion& other : regions_) {
    const std::uint64_t other_end = std::uint64_t{other.base} + other.bytes;
    if (base < other_end && other.base < end)
      refuse("at " + span_text(base, end) + " overlaps the memory '" + other.name + "' at " +
             span_text(other.base, other_end));
  }
  const bool flash = region.kind == MemoryKind::kFlash;
  MappedRegion& mapped = regions_.emplace_back();
  mapped.name = region.name;
  mapped.base = region.base;
  mapped.bytes = static_cast<std::uint32_t>(region.host.size());
  mapped.host = region.host.data();
  mapped.flash = flash;
  mapped.writable = !flash;
  mapped.read_wait = region.read_wait_cycles;
  mapped.write_wait = region.write_wait_cycles;
  mapped.fetch_wait = region.fetch_wait_cycles;
  if (!flash) mapped.code.resize((region.host.size() >> kCodeGranuleBits) + 1);
  for (std::uint64_t slot = base >> 20; slot <= (end - 1) >> 20; ++slot) {
    if (first_[slot] == &nothing_) first_[slot] = &mapped;
  }
}

MappedRegion* MemoryMap::find(std::uint32_t address, std::uint32_t size) noexcept {
  if (MappedRegion& region = near(address); region.holds(address, size)) return &region;
  for (MappedRegion& region : regions_) {
    if (region.holds(address, size)) return &region;
  }
  return nullptr;
}

bool MemoryMap::fetches_wait() const noexcept {
  return std::any_of(regions_.begin(), regions_.end(),
                     [](const MappedRegion& region) { return region.fetch_wait != 0; });
}

void MemoryMap::forget_code() noexcept {
  for (MappedRegion& region : regions_) std::fill(region.code.begin(), region.code.end(), std::uint8_t{0});
}

}  // namespace systolite::cpu

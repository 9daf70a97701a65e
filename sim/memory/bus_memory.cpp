// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bus_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite {

BusMemory::BusMemory(const HwConfig& config) {
  for (const RegionId id : config.regions()) {
    const MemoryRegion& region = config.region(id);
    regions_.push_back({id, region, std::vector<std::uint8_t>(region.bytes)});
  }
}

const BusMemory::Storage* BusMemory::find(std::uint32_t address) const noexcept {
  for (const Storage& storage : regions_) {
    if (storage.contains(address)) return &storage;
  }
  return nullptr;
}

const BusMemory::Storage& BusMemory::host_access(std::uint32_t address, std::size_t bytes) const {
  const Storage* storage = find(address);
  if (storage != nullptr && bytes <= storage->region.bytes - (address - storage->region.base)) return *storage;
  throw Error(ExitCode::kInternal,
              fmt::format("Host access to {} bytes at 0x{:08X} is not inside one memory region.", bytes, address));
}

void BusMemory::write(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  static_cast<void>(host_access(address, bytes.size()));
  std::ranges::copy(bytes, storage(address).begin());
}

void BusMemory::read(std::uint32_t address, std::span<std::uint8_t> bytes) const {
  const Storage& storage = host_access(address, bytes.size());
  std::copy_n(storage.bytes.begin() + (address - storage.region.base), bytes.size(), bytes.begin());
}

std::vector<std::uint8_t> BusMemory::read(std::uint32_t address, std::size_t bytes) const {
  std::vector<std::uint8_t> result(bytes);
  read(address, result);
  return result;
}

const MemoryRegion* BusMemory::region(std::uint32_t address) const noexcept {
  const Storage* storage = find(address);
  return storage == nullptr ? nullptr : &storage->region;
}

bool BusMemory::is_flash(std::uint32_t address) const noexcept {
  const Storage* storage = find(address);
  return storage != nullptr && storage->id == RegionId::kFlash;
}

std::span<std::uint8_t> BusMemory::storage(std::uint32_t address) noexcept {
  for (Storage& storage : regions_) {
    if (storage.contains(address)) return std::span(storage.bytes).subspan(address - storage.region.base);
  }
  return {};
}

}  // namespace systolite

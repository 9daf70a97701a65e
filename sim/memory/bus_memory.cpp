// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bus_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite {

BusMemory::BusMemory(const HwConfig& config)
    : flash_{config.flash, std::vector<std::uint8_t>(config.flash.bytes)},
      sram_{config.sram, std::vector<std::uint8_t>(config.sram.bytes)} {}

const BusMemory::Bank& BusMemory::bank_of(std::uint32_t address, std::size_t bytes) const {
  for (const Bank* bank : {&flash_, &sram_}) {
    if (bank->contains(address) && bytes <= bank->region.bytes - (address - bank->region.base)) return *bank;
  }
  throw Error(ExitCode::kInternal,
              fmt::format("Host access to {} bytes at 0x{:08X} is not inside one memory region.", bytes, address));
}

void BusMemory::write(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  const Bank& bank = bank_of(address, bytes.size());
  std::ranges::copy(bytes, const_cast<Bank&>(bank).bytes.begin() + (address - bank.region.base));
}

void BusMemory::read(std::uint32_t address, std::span<std::uint8_t> bytes) const {
  const Bank& bank = bank_of(address, bytes.size());
  std::copy_n(bank.bytes.begin() + (address - bank.region.base), bytes.size(), bytes.begin());
}

std::vector<std::uint8_t> BusMemory::read(std::uint32_t address, std::size_t bytes) const {
  std::vector<std::uint8_t> result(bytes);
  read(address, result);
  return result;
}

const MemoryRegion* BusMemory::region(std::uint32_t address) const noexcept {
  if (flash_.contains(address)) return &flash_.region;
  if (sram_.contains(address)) return &sram_.region;
  return nullptr;
}

std::span<std::uint8_t> BusMemory::storage(std::uint32_t address) noexcept {
  for (Bank* bank : {&flash_, &sram_}) {
    if (bank->contains(address)) return std::span(bank->bytes).subspan(address - bank->region.base);
  }
  return {};
}

}  // namespace systolite

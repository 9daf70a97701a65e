// SPDX-License-Identifier: Apache-2.0
// Accesses that are not aligned accesses to mapped memory.
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kUnalignedTrap = 1U << 3;  // CCR.UNALIGN_TRP
constexpr std::uint32_t kSystemTop = 0xE00;        // 0xE0000000 to 0xE00FFFFF

bool is_system(std::uint32_t address) { return address >> 20 == kSystemTop; }

// How many transfers an unaligned access takes: halves where they are aligned, else bytes.
int unaligned_transfers(std::uint32_t address, int bytes) {
  if (bytes == 2) return 2;
  return (address & 1U) != 0 ? 3 : 2;
}

}  // namespace

bool Machine::access_device(std::uint32_t address, int bytes, bool write, std::uint32_t& value) {
  const BusReply reply = bus->access(address, bytes, write, value, cycle);
  cycle += reply.wait_cycles;
  counters.bus_stall_cycles += reply.wait_cycles;
  if (reply.fault) {
    raise(FaultKind::kData, address, write);
    return false;
  }
  return true;
}

bool Machine::load_other(std::uint32_t address, int bytes, std::uint32_t& value) {
  value = 0;
  if ((address & static_cast<std::uint32_t>(bytes - 1)) != 0) {
    if (v6m() || (ccr & kUnalignedTrap) != 0 || is_system(address)) {
      raise(FaultKind::kUnaligned, address);
      return false;
    }
    const int transfers = unaligned_transfers(address, bytes);
    cycle += static_cast<unsigned>((transfers - 1) * timing.unaligned_access);
    std::uint32_t shift = 0;
    for (int done = 0; done < bytes;) {
      const bool half = bytes - done >= 2 && ((address + static_cast<std::uint32_t>(done)) & 1U) == 0;
      std::uint32_t part = 0;
      const std::uint32_t at = address + static_cast<std::uint32_t>(done);
      if (half ? !load<std::uint16_t>(at, part) : !load<std::uint8_t>(at, part)) return false;
      value |= part << shift;
      shift += half ? 16 : 8;
      done += half ? 2 : 1;
    }
    return true;
  }
  if (MappedRegion* const region = memory.find(address, static_cast<std::uint32_t>(bytes))) {
    std::memcpy(&value, region->host + (address - region->base), static_cast<std::size_t>(bytes));
    if (region->flash) {
      cycle += flash.load(address, cycle);
    } else {
      cycle += region->read_wait;
      counters.data_stall_cycles += region->read_wait;
    }
    return true;
  }
  if (is_system(address)) {
    if (read_system(address, bytes, value)) return true;
    raise(FaultKind::kData, address);
    return false;
  }
  return access_device(address, bytes, /*write=*/false, value);
}

bool Machine::store_other(std::uint32_t address, int bytes, std::uint32_t value) {
  if ((address & static_cast<std::uint32_t>(bytes - 1)) != 0) {
    if (v6m() || (ccr & kUnalignedTrap) != 0 || is_system(address)) {
      raise(FaultKind::kUnaligned, address, true);
      return false;
    }
    const int transfers = unaligned_transfers(address, bytes);
    cycle += static_cast<unsigned>((transfers - 1) * timing.unaligned_access);
    for (int done = 0; done < bytes;) {
      const std::uint32_t at = address + static_cast<std::uint32_t>(done);
      const bool half = bytes - done >= 2 && (at & 1U) == 0;
      if (half ? !store<std::uint16_t>(at, value) : !store<std::uint8_t>(at, value)) return false;
      value >>= half ? 16 : 8;
      done += half ? 2 : 1;
    }
    return true;
  }
  if (MappedRegion* const region = memory.find(address, static_cast<std::uint32_t>(bytes))) {
    if (!region->writable) {
      raise(FaultKind::kData, address, true);
      return false;
    }
    const std::uint32_t offset = address - region->base;
    std::memcpy(region->host + offset, &value, static_cast<std::size_t>(bytes));
    if (region->code[offset >> kCodeGranuleBits] != 0) wrote_code();
    cycle += region->write_wait;
    counters.data_stall_cycles += region->write_wait;
    return true;
  }
  if (is_system(address)) {
    if (write_system(address, bytes, value)) return true;
    raise(FaultKind::kData, address, true);
    return false;
  }
  if (bytes < 4) value &= (1U << 8 * bytes) - 1;
  return access_device(address, bytes, /*write=*/true, value);
}

bool Machine::peek(std::uint32_t address, std::span<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) {
    const MappedRegion* const region = memory.find(address, 1);
    if (region == nullptr) return false;
    byte = region->host[address - region->base];
    ++address;
  }
  return true;
}

bool Machine::poke(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    MappedRegion* const region = memory.find(address, 1);
    if (region == nullptr) return false;
    region->host[address - region->base] = byte;
    ++address;
  }
  if (!bytes.empty()) wrote_code();
  return true;
}

}  // namespace systolite::cpu

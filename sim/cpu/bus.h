// SPDX-License-Identifier: Apache-2.0
// What the processor finds at addresses that are neither memory it reads directly nor its own system registers.
#pragma once

#include <cstdint>

namespace systolite::cpu {

struct BusReply {
  std::uint32_t wait_cycles = 0;  // beyond a transfer without wait states
  bool fault = false;             // answered with an error: the processor takes a bus fault
};

class Bus {
 public:
  Bus() = default;
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  virtual ~Bus() = default;

  // One transfer of `bytes` = 1, 2 or 4 bytes at an address aligned to them. `value` is right-aligned: taken for a
  // write, filled for a read. `cycle` is when the transfer would end without wait states; it never decreases from call
  // to call. A device may call Cpu::set_irq() from here; the processor sees the line before its next instruction.
  virtual BusReply access(std::uint32_t address, int bytes, bool write, std::uint32_t& value, std::uint64_t cycle) = 0;
};

// Nothing is there: every access faults.
class EmptyBus final : public Bus {
 public:
  BusReply access(std::uint32_t /*address*/, int /*bytes*/, bool /*write*/, std::uint32_t& /*value*/,
                  std::uint64_t /*cycle*/) override {
    return {.fault = true};
  }
};

}  // namespace systolite::cpu

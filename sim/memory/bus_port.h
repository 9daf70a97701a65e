// SPDX-License-Identifier: Apache-2.0
// The memory side of an accelerator, whatever models it: whole bursts, each beat with the cycle in which it moves.
//
// A master that simulates cycles and one that computes times ask the same questions, so both see the same memory: a
// question about a cycle is answered from earlier calls only, never from the cycle in which it is asked. Cycles count
// from the start of the job (sim/device/trace.h). The order of calls is the order of the handshakes on each channel;
// read calls and write calls do not affect each other's times.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/device/trace.h"

namespace systolite {

inline constexpr std::size_t kMaxBusBytes = 16;
inline constexpr std::size_t kMaxBurstBeats = 16;
using BusBeat = std::array<std::uint8_t, kMaxBusBytes>;

enum class AxiResponse : std::uint8_t { kOkay = 0, kSlaveError = 2, kDecodeError = 3 };

// Addresses are aligned to the bus; no burst crosses a 4 KiB boundary. Read ids: 0 command fetch, 1 load DMA.
struct BusBurst {
  std::uint8_t id = 0;
  std::uint32_t address = 0;
  unsigned beats = 0;  // 1..kMaxBurstBeats
  Cycles taken = 0;    // cycle of the address handshake, from read_address() or write_address()
};

struct BusReadBeat {
  Cycles moved;  // cycle of its handshake; the master is always ready
  AxiResponse response;
  BusBeat data;
};
using BusReadBeats = std::array<BusReadBeat, kMaxBurstBeats>;  // the burst's beats from the front

struct BusResponse {
  Cycles moved;          // cycle of its handshake; the master is always ready
  AxiResponse response;  // worst of the burst
};

inline constexpr Cycles kNever = ~Cycles{0};

class BusPort {
 public:
  BusPort() = default;
  BusPort(const BusPort&) = delete;
  BusPort& operator=(const BusPort&) = delete;
  virtual ~BusPort() = default;

  // The next cycle is cycle 0 of a job; nothing is outstanding.
  virtual void start_job() = 0;

  // The cycle in which a read address that is on the bus from cycle `offered` on is taken. Changes nothing.
  [[nodiscard]] virtual Cycles read_address(Cycles offered) const = 0;
  // A burst whose address has been taken. Data is what the memory holds at this call, the cycle of the address.
  virtual void read(const BusBurst& burst, BusReadBeats& beats) = 0;

  // As read_address().
  [[nodiscard]] virtual Cycles write_address(Cycles offered) const = 0;
  // A burst whose address has been taken; its beats follow, after those of the bursts before.
  virtual void write(const BusBurst& burst) = 0;
  // The cycle in which the next beat is taken if it is on the bus from cycle `offered` on, which may be a past one;
  // kNever as long as no burst that is not complete has been handed over. Changes nothing.
  [[nodiscard]] virtual Cycles write_slot(Cycles offered) const = 0;
  // The next beat, on the bus from cycle `offered` on, moves: in cycle write_slot(offered). `strobe`: bit i = byte lane
  // i. Returns true and sets `response` when it is the last one of its burst.
  virtual bool write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) = 0;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The system timer. It counts core cycles, and goes on counting in sleep; its state follows from the cycle of the last
// change, so that nothing has to be done a cycle.
#pragma once

#include <cstdint>

namespace systolite::cpu {

class SysTick {
 public:
  void reset();

  // Registers by offset from 0xE000E010: control, reload, current value, calibration. Reading needs advance(cycle)
  // first.
  [[nodiscard]] std::uint32_t read(std::uint32_t offset, std::uint64_t cycle);
  void write(std::uint32_t offset, std::uint32_t value, std::uint64_t cycle);

  // The cycle of the next interrupt, or forever.
  [[nodiscard]] std::uint64_t next_interrupt() const;
  // Lets the time pass; true when the counter reached zero with its interrupt enabled.
  bool advance(std::uint64_t cycle);

 private:
  [[nodiscard]] bool counting() const { return (control_ & 1U) != 0 && zero_at_ != 0; }
  void start(std::uint64_t cycle, std::uint32_t value);

  std::uint32_t control_ = 0;
  std::uint32_t reload_ = 0;
  std::uint32_t held_ = 0;     // the value while it does not count
  std::uint64_t zero_at_ = 0;  // when the counter next becomes 0; 0: never, it is off or has nothing to reload
  bool count_flag_ = false;
};

}  // namespace systolite::cpu

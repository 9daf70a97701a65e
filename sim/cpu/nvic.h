// SPDX-License-Identifier: Apache-2.0
// Which exceptions are pending, enabled and active, and which of them comes next.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

namespace systolite::cpu {

// Exception numbers.
inline constexpr int kReset = 1;
inline constexpr int kNmi = 2;
inline constexpr int kHardFault = 3;
inline constexpr int kMemManage = 4;
inline constexpr int kBusFault = 5;
inline constexpr int kUsageFault = 6;
inline constexpr int kSvCall = 11;
inline constexpr int kDebugMonitor = 12;
inline constexpr int kPendSv = 14;
inline constexpr int kSysTick = 15;
inline constexpr int kFirstIrq = 16;
inline constexpr int kExceptionCount = 256;

// Execution priority of a thread without masks: lower than any exception.
inline constexpr int kIdlePriority = 256;

class Nvic {
 public:
  // `priority_bits`: how many upper bits of a priority are there.
  Nvic(int priority_bits, int interrupts);
  void reset();

  [[nodiscard]] bool exists(int exception) const { return exists_[static_cast<std::size_t>(exception)]; }
  [[nodiscard]] bool pending(int exception) const { return pending_[static_cast<std::size_t>(exception)]; }
  [[nodiscard]] bool enabled(int exception) const { return enabled_[static_cast<std::size_t>(exception)]; }
  [[nodiscard]] bool active(int exception) const { return active_[static_cast<std::size_t>(exception)]; }
  [[nodiscard]] bool any_active() const { return active_.any(); }
  [[nodiscard]] bool any_pending() const { return pending_.any(); }
  [[nodiscard]] int active_count() const { return static_cast<int>(active_.count()); }
  [[nodiscard]] int interrupts() const { return interrupts_; }

  void pend(int exception) { set(pending_, exception, true); }
  void unpend(int exception) { set(pending_, exception, false); }
  void clear_pending(int exception);  // stays pending as long as its line is high
  void enable(int exception, bool on) { set(enabled_, exception, on); }
  void activate(int exception);
  void deactivate(int exception);  // a line that is still high pends again
  void set_active(int exception, bool on) { set(active_, exception, on); }
  void set_line(int irq, bool level);

  // Priorities as registers hold them: 0 (first) to 255, only the upper bits there are.
  void set_priority(int exception, std::uint8_t value);
  [[nodiscard]] std::uint8_t priority(int exception) const { return priority_[static_cast<std::size_t>(exception)]; }
  [[nodiscard]] std::uint8_t priority_mask() const { return mask_; }
  void set_priority_group(unsigned prigroup) { prigroup_ = prigroup & 7U; }
  [[nodiscard]] unsigned priority_group() const { return prigroup_; }

  // The part of a priority that decides about pre-emption; -1 and -2 for HardFault and NMI.
  [[nodiscard]] int group_priority(int exception) const;
  [[nodiscard]] int group_of(std::uint8_t priority) const;
  // Of what is active, kIdlePriority if nothing is.
  [[nodiscard]] int active_priority() const;
  // The pending, enabled exception that comes first, 0 if there is none.
  [[nodiscard]] int first_pending() const;

 private:
  static void set(std::bitset<kExceptionCount>& bits, int exception, bool on) {
    bits.set(static_cast<std::size_t>(exception), on);
  }

  std::uint8_t mask_;
  int interrupts_;
  unsigned prigroup_ = 0;
  std::bitset<kExceptionCount> exists_;
  std::bitset<kExceptionCount> pending_;
  std::bitset<kExceptionCount> enabled_;
  std::bitset<kExceptionCount> active_;
  std::bitset<kExceptionCount> line_;
  std::array<std::uint8_t, kExceptionCount> priority_{};
};

}  // namespace systolite::cpu

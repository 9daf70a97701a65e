// SPDX-License-Identifier: Apache-2.0
// A device that exists only as register values: records every access and every call of a hook, in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <ostream>
#include <vector>

#include "driver/include/slt_driver.h"

namespace systolite::test {

struct Access {
  enum Kind { kRead, kWrite, kClock, kSleep } kind;
  std::uint32_t offset = 0;
  std::uint32_t value = 0;  // written; 0 for a read
  bool operator==(const Access&) const = default;
};

inline Access read_of(std::uint32_t offset) { return {Access::kRead, offset, 0}; }
inline Access write_of(std::uint32_t offset, std::uint32_t value) { return {Access::kWrite, offset, value}; }
inline constexpr Access kClockRead{Access::kClock};
inline constexpr Access kSleep{Access::kSleep};

inline std::ostream& operator<<(std::ostream& out, const Access& access) {
  switch (access.kind) {
    case Access::kRead:
      return out << "read 0x" << std::hex << access.offset << std::dec;
    case Access::kWrite:
      return out << "write 0x" << std::hex << access.offset << " = 0x" << access.value << std::dec;
    case Access::kClock:
      return out << "clock";
    case Access::kSleep:
      return out << "sleep";
  }
  return out;
}

class RecordingPort {
 public:
  RecordingPort() {
    set(SLT_REG_ID_OFFSET, SLT_REG_ID_RESET);
    set(SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET);
  }
  RecordingPort(const RecordingPort&) = delete;
  RecordingPort& operator=(const RecordingPort&) = delete;

  // Value of all further reads.
  void set(std::uint32_t offset, std::uint32_t value) { registers_[offset] = value; }
  // Values of the next reads, before the one of set().
  void queue(std::uint32_t offset, std::initializer_list<std::uint32_t> values) {
    queues_[offset].insert(queues_[offset].end(), values);
  }
  // The clock shows `start` at its first reading and advances by `step` at each.
  void set_clock(std::uint32_t start, std::uint32_t step) {
    clock_ = start;
    clock_step_ = step;
  }
  std::function<void(std::uint32_t offset, std::uint32_t value)> on_write;
  std::function<void()> on_sleep;

  [[nodiscard]] slt_port_t port() {
    return {this, [](void* self, std::uint32_t offset) { return static_cast<RecordingPort*>(self)->read(offset); },
            [](void* self, std::uint32_t offset, std::uint32_t value) {
              static_cast<RecordingPort*>(self)->write(offset, value);
            },
            [](void* self) { return static_cast<RecordingPort*>(self)->clock(); },
            [](void* self) { static_cast<RecordingPort*>(self)->sleep(); }};
  }
  [[nodiscard]] const std::vector<Access>& log() const { return log_; }
  void clear_log() { log_.clear(); }

 private:
  std::uint32_t read(std::uint32_t offset) {
    log_.push_back(read_of(offset));
    std::deque<std::uint32_t>& queued = queues_[offset];
    if (queued.empty()) return registers_[offset];
    const std::uint32_t value = queued.front();
    queued.pop_front();
    return value;
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    log_.push_back(write_of(offset, value));
    if (on_write) on_write(offset, value);
  }
  std::uint32_t clock() {
    log_.push_back(kClockRead);
    const std::uint32_t now = clock_;
    clock_ += clock_step_;
    return now;
  }
  void sleep() {
    log_.push_back(kSleep);
    if (on_sleep) on_sleep();
  }

  std::map<std::uint32_t, std::uint32_t> registers_;
  std::map<std::uint32_t, std::deque<std::uint32_t>> queues_;
  std::vector<Access> log_;
  std::uint32_t clock_ = 0;
  std::uint32_t clock_step_ = 1;
};

}  // namespace systolite::test

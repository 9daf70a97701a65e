// SPDX-License-Identifier: Apache-2.0
// The C driver's two-function port on top of a Device.
#pragma once

#include <exception>
#include <vector>

#include "driver/include/slt_driver.h"
#include "sim/device/device.h"

namespace systolite {

// Collects the trace of every job and keeps C++ exceptions out of the C driver.
class DriverPort {
 public:
  explicit DriverPort(Device& device) : device_(device) {}
  DriverPort(const DriverPort&) = delete;
  DriverPort& operator=(const DriverPort&) = delete;

  // Refers to this object.
  [[nodiscard]] slt_port_t port() noexcept;
  // Throws what the device threw during the driver's calls, once.
  void rethrow();
  // The traces of all jobs started since the last call, in order.
  [[nodiscard]] std::vector<Trace> take_traces();

 private:
  template <typename Action>
  std::uint32_t guarded(Action action);
  static std::uint32_t read32(void* self, std::uint32_t offset);
  static void write32(void* self, std::uint32_t offset, std::uint32_t value);
  static std::uint32_t cycles(void* self);
  static void wait_for_interrupt(void* self);

  Device& device_;
  std::exception_ptr failure_;
  bool job_started_ = false;
  std::vector<Trace> traces_;
};

}  // namespace systolite

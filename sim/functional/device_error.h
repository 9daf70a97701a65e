// SPDX-License-Identifier: Apache-2.0
// An error the device would report, or a program the device cannot execute as meant.
#pragma once

#include <cstdint>
#include <string>

#include "sim/core/error.h"
#include "slt_isa.hpp"

namespace systolite {

// Cause, command index and address are those of the registers error_cause, error_command and error_address. Cause kNone
// marks a defect of the program that the hardware does not report (its assertions do): deadlock, token overflow, wrong
// weight tile.
class DeviceError : public Error {
 public:
  static constexpr std::uint32_t kNoCommand = 0xFFFFFFFF;

  DeviceError(isa::ErrorCause cause, std::uint32_t command_index, std::uint32_t address, const std::string& sentence)
      : Error(ExitCode::kDevice, sentence), cause_(cause), command_index_(command_index), address_(address) {}
  [[nodiscard]] isa::ErrorCause cause() const noexcept { return cause_; }
  [[nodiscard]] std::uint32_t command_index() const noexcept { return command_index_; }
  [[nodiscard]] std::uint32_t address() const noexcept { return address_; }

 private:
  isa::ErrorCause cause_;
  std::uint32_t command_index_;
  std::uint32_t address_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Operations: Arm, Semihosting for AArch32 and AArch64, release 2.0.
#include "sim/cpu/semihosting.h"

#include <array>
#include <span>
#include <string>

#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kOpen = 0x01;
constexpr std::uint32_t kClose = 0x02;
constexpr std::uint32_t kWriteC = 0x03;
constexpr std::uint32_t kWrite0 = 0x04;
constexpr std::uint32_t kWrite = 0x05;
constexpr std::uint32_t kRead = 0x06;
constexpr std::uint32_t kReadC = 0x07;
constexpr std::uint32_t kIsError = 0x08;
constexpr std::uint32_t kIsTty = 0x09;
constexpr std::uint32_t kFlen = 0x0C;
constexpr std::uint32_t kClock = 0x10;
constexpr std::uint32_t kTime = 0x11;
constexpr std::uint32_t kErrno = 0x13;
constexpr std::uint32_t kGetCommandLine = 0x15;
constexpr std::uint32_t kHeapInfo = 0x16;
constexpr std::uint32_t kExit = 0x18;
constexpr std::uint32_t kExitExtended = 0x20;
constexpr std::uint32_t kElapsed = 0x30;
constexpr std::uint32_t kTickFrequency = 0x31;
constexpr std::uint32_t kFailed = ~0U;
constexpr std::uint32_t kApplicationExit = 0x20026;
constexpr int kExitByFault = 1;

// Handles: standard input, output and error are all there is.
constexpr std::uint32_t kInput = 1;
constexpr std::uint32_t kOutput = 2;
constexpr std::uint32_t kErrorOutput = 3;

std::uint32_t word(Machine& machine, std::uint32_t address) {
  std::array<std::uint8_t, 4> bytes{};
  if (!machine.peek(address, bytes)) return 0;
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
}

void set_word(Machine& machine, std::uint32_t address, std::uint32_t value) {
  const std::array<std::uint8_t, 4> bytes = {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
                                             static_cast<std::uint8_t>(value >> 16),
                                             static_cast<std::uint8_t>(value >> 24)};
  machine.poke(address, bytes);
}

std::string text(Machine& machine, std::uint32_t address, std::uint32_t length) {
  std::string result;
  std::array<std::uint8_t, 1> byte{};
  for (std::uint32_t k = 0; k < length && machine.peek(address + k, byte); ++k) result += static_cast<char>(byte[0]);
  return result;
}

std::string terminated(Machine& machine, std::uint32_t address) {
  std::string result;
  std::array<std::uint8_t, 1> byte{};
  while (machine.peek(address++, byte) && byte[0] != 0) result += static_cast<char>(byte[0]);
  return result;
}

}  // namespace

void Semihosting::output(std::string_view text, bool error) const {
  if (sink && !text.empty()) sink(text, error);
}

std::uint32_t Semihosting::perform(Machine& m, std::uint32_t operation, std::uint32_t argument) {
  switch (operation) {
    case kOpen: {
      // ":tt" is the console: modes 0 to 3 read, 4 to 7 write, 8 to 11 append, by convention standard error.
      if (text(m, word(m, argument), word(m, argument + 8)) != ":tt") return kFailed;
      const std::uint32_t mode = word(m, argument + 4);
      return mode < 4 ? kInput : mode < 8 ? kOutput : kErrorOutput;
    }
    case kClose:
      return 0;
    case kWriteC:
      output(text(m, argument, 1), false);
      return m.r[0];
    case kWrite0:
      output(terminated(m, argument), false);
      return m.r[0];
    case kWrite: {
      const std::uint32_t handle = word(m, argument);
      const std::uint32_t length = word(m, argument + 8);
      if (handle != kOutput && handle != kErrorOutput) return length;  // bytes not written
      output(text(m, word(m, argument + 4), length), handle == kErrorOutput);
      return 0;
    }
    case kRead:
      return word(m, argument + 8);  // bytes not read: the end of the input
    case kReadC:
      return kFailed;
    case kIsError:
      return static_cast<std::int32_t>(word(m, argument)) < 0 ? 1 : 0;
    case kIsTty:
      return 1;
    case kFlen:
      return 0;
    case kClock:  // hundredths of a second; the clock of the core is not known here, so a million cycles
      return static_cast<std::uint32_t>(m.cycle / 1000000);
    case kTime:
      return 0;
    case kErrno:
      return 0;
    case kGetCommandLine: {
      const std::uint32_t buffer = word(m, argument);
      const std::uint32_t size = word(m, argument + 4);
      if (command_line.size() + 1 > size) return kFailed;
      const auto* const bytes = reinterpret_cast<const std::uint8_t*>(command_line.c_str());
      if (!m.poke(buffer, std::span(bytes, command_line.size() + 1))) return kFailed;
      set_word(m, argument + 4, static_cast<std::uint32_t>(command_line.size()));
      return 0;
    }
    case kHeapInfo: {  // zeros: the program decides
      const std::uint32_t block = word(m, argument);
      for (std::uint32_t k = 0; k < 4; ++k) set_word(m, block + 4 * k, 0);
      return 0;
    }
    case kExit:
      exit_code = argument == kApplicationExit ? 0 : kExitByFault;
      m.stop_reason = StopReason::kExit;
      return 0;
    case kExitExtended:
      exit_code = word(m, argument) == kApplicationExit ? static_cast<int>(word(m, argument + 4)) : kExitByFault;
      m.stop_reason = StopReason::kExit;
      return 0;
    case kElapsed:
      set_word(m, argument, static_cast<std::uint32_t>(m.cycle));
      set_word(m, argument + 4, static_cast<std::uint32_t>(m.cycle >> 32));
      return 0;
    case kTickFrequency:
      return kFailed;
    default:
      return kFailed;
  }
}

void Semihosting::call(Machine& machine) {
  machine.r[0] = perform(machine, machine.r[0], machine.r[1]);
  if (machine.stop_reason) machine.attention();
}

}  // namespace systolite::cpu

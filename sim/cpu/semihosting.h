// SPDX-License-Identifier: Apache-2.0
// Arm semihosting: what the program asks of the host through BKPT 0xAB. Output, exit, and answers to what start-up code
// of C libraries asks; no files of the host.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace systolite::cpu {

struct Machine;

class Semihosting {
 public:
  // Operation in r0, argument in r1; the answer goes to r0.
  void call(Machine& machine);

  std::function<void(std::string_view text, bool error)> sink;
  std::string command_line;
  int exit_code = 0;

 private:
  [[nodiscard]] std::uint32_t perform(Machine& machine, std::uint32_t operation, std::uint32_t argument);
  void output(std::string_view text, bool error) const;
};

}  // namespace systolite::cpu

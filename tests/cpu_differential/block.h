// SPDX-License-Identifier: Apache-2.0
// A block of random instructions, from a drawn state to the next dump of the state.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace systolite::cpu_test {

// Everything that a block may read besides the memory under test.
struct InitialState {
  std::array<std::uint32_t, 15> r{};  // r0 to r12, sp, lr
  std::uint32_t apsr = 0;
  std::uint32_t fpscr = 0;
  std::array<std::uint32_t, 32> s{};
};

// Instructions that only make sense together, e.g. an IT block, or a branch with what it skips.
struct Unit {
  std::uint32_t offset = 0;  // in the code, bytes
  std::uint32_t bytes = 0;
};

struct Block {
  std::uint32_t address = 0;
  InitialState initial;
  std::vector<std::uint8_t> code;                               // with the jump to the dump and the literals behind it
  std::vector<Unit> units;                                      // in order, without the jump to the dump
  int instructions = 0;                                         // at least these are executed
  std::array<std::optional<std::uint32_t>, 16> known_at_end{};  // constants in registers
};

// Executed unconditionally, by name of the form.
using Coverage = std::map<std::string_view, int>;

}  // namespace systolite::cpu_test

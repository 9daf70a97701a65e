// SPDX-License-Identifier: Apache-2.0
// One program on the simulator and on qemu.
#pragma once

#include <string>
#include <vector>

#include "tests/cpu_differential/simulator.h"
#include "tests/cpu_differential/test_image.h"

namespace systolite::cpu_test {

struct Comparison {
  std::vector<std::size_t> differing;  // blocks, by index
  std::string ended;                   // how the simulator ended, when it did not exit by itself; else empty
  std::uint64_t instructions = 0;      // of the simulator, the harness included
};

class Comparer {
 public:
  explicit Comparer(const Core& core) : core_(core), harness_(load_harness(core)) {}

  [[nodiscard]] Comparison compare(const std::vector<Block>& blocks) const;

  // The first unit after which the states differ, as assembly, with the states before and after.
  [[nodiscard]] std::string explain(const Block& block) const;

 private:
  struct States {
    Record simulator;
    Record qemu;
    std::string ended;
  };
  [[nodiscard]] States states_after(const Block& block, std::size_t units) const;
  [[nodiscard]] std::string disassemble(const Block& block, const Unit& unit) const;

  const Core& core_;
  std::vector<std::uint8_t> harness_;
};

}  // namespace systolite::cpu_test

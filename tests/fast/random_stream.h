// SPDX-License-Identifier: Apache-2.0
// Random legal command streams for comparing timing: every engine works in memories of its own, so that no order
// between them is wrong and tokens can be thrown in at will.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/core/hw_config.h"
#include "slt_isa.hpp"

namespace systolite::fast {

class RandomStream {
 public:
  RandomStream(const HwConfig& hw, std::uint64_t seed) : hw_(hw), random_(seed) {}

  // About `commands` commands and END; the stream always ends in hardware.
  [[nodiscard]] std::vector<isa::Command> draw(std::size_t commands);

  // Uniform from `low` to `high`, both included.
  std::int64_t from(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool chance(int percent) { return from(1, 100) <= percent; }

 private:
  template <typename Command>
  void add(Command command);
  void add_load();
  void add_store();
  void add_matrix();
  void add_vector();
  [[nodiscard]] std::int64_t bank(std::int64_t number) const { return number * hw_.bank_bytes(); }

  const HwConfig& hw_;
  std::mt19937_64 random_;
  std::vector<isa::Command> stream_;
  int token_percent_ = 0;
  int burst_percent_ = 0;  // of keeping to the engine of the command before
  std::int64_t longest_ = 0;
  std::int64_t tokens_[isa::kNumEngines][isa::kNumEngines] = {};  // [producer][consumer], not taken yet
  isa::LdCfg load_;
  isa::StCfg store_;
  isa::MmCfgIn matrix_in_;
  isa::MmCfgKernel kernel_;
  isa::VecCfgIn vector_in_;
  bool load_set_ = false;
  bool store_set_ = false;
  bool matrix_set_ = false;
  bool vector_set_ = false;
};

}  // namespace systolite::fast

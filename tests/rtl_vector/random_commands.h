// SPDX-License-Identifier: Apache-2.0
// Random legal commands of the vector engine: ordinary layers, ragged shapes, corner quantisation.
#pragma once

#include <random>
#include <vector>

#include "tests/rtl_vector/vector_command.h"
#include "tests/rtl_vector/vector_model.h"

namespace systolite::vector_test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // Uniform in low..high.
  std::int64_t in(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  std::uint32_t u(std::int64_t low, std::int64_t high) { return static_cast<std::uint32_t>(in(low, high)); }
  std::int32_t i(std::int64_t low, std::int64_t high) { return static_cast<std::int32_t>(in(low, high)); }
  bool one_in(int n) { return in(1, n) == 1; }
  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// Multiplier, exponent and values that meet them: usually as in a network, sometimes at a limit.
[[nodiscard]] std::uint32_t random_multiplier(Random& random);
[[nodiscard]] std::int32_t random_shift(Random& random);
[[nodiscard]] std::int32_t random_value(Random& random);

void randomize(Memories& memories, Random& random);

class CommandGenerator {
 public:
  CommandGenerator(const Geometry& geometry, Random& random) : geometry_(geometry), random_(random) {}

  // All configuration commands, in a random order.
  [[nodiscard]] std::vector<Command> full_configuration();
  // A command that is legal under the configuration of `model`.
  [[nodiscard]] Command next(const VectorModel& model);

 private:
  [[nodiscard]] CfgOut config_out();
  [[nodiscard]] CfgIn config_in();
  [[nodiscard]] CfgScale config_scale(std::uint32_t slot);
  [[nodiscard]] Command config();
  [[nodiscard]] Requant requant();
  [[nodiscard]] Command add(const VectorModel& model);
  [[nodiscard]] Command pool(const VectorModel& model);

  Geometry geometry_;
  Random& random_;
  std::uint32_t window_ = 1;  // pixels of the window that was configured last
};

}  // namespace systolite::vector_test

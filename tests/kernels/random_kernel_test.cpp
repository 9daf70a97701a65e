// SPDX-License-Identifier: Apache-2.0
// Random operators and chains of them on the processor kernels against the reference operators, in both rounding modes.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

#include "driver/host/cpu_interpreter.h"
#include "tests/reference/random_layer.h"

namespace systolite::test {
namespace {

using reference::RandomCase;

// Compares every activation; returns how many bytes there were.
std::size_t expect_equal(const RandomCase& c, Rounding rounding, reference::RoundingMode mode) {
  const auto expected = c.tensors(mode);
  std::size_t bytes = 0;
  for (const auto& [tensor, values] : run_on_cpu(c.graph, c.inputs, rounding)) {
    EXPECT_EQ(values, expected.at(static_cast<std::size_t>(tensor))) << "tensor " << tensor << " of " << c.description;
    bytes += values.size();
  }
  return bytes;
}

TEST(RandomKernelTest, OperatorsEqualTheReference) {
  std::set<std::string> types;
  for (std::uint64_t seed = 1; seed <= 600 && !testing::Test::HasFailure(); ++seed) {
    const RandomCase c = reference::random_layer(seed);
    types.insert(c.graph.ops.at(0).type);
    EXPECT_GT(expect_equal(c, Rounding::kDouble, reference::RoundingMode::kTwice), 0U);
    EXPECT_GT(expect_equal(c, Rounding::kSingle, reference::RoundingMode::kOnce), 0U);
  }
  EXPECT_EQ(types.size(), 6U);
}

TEST(RandomKernelTest, ChainsEqualTheReference) {
  for (std::uint64_t seed = 1; seed <= 100 && !testing::Test::HasFailure(); ++seed) {
    EXPECT_GT(expect_equal(reference::random_chain(seed), Rounding::kDouble, reference::RoundingMode::kTwice), 0U);
    EXPECT_GT(expect_equal(reference::random_narrow_chain(seed), Rounding::kDouble, reference::RoundingMode::kTwice),
              0U);
  }
}

}  // namespace
}  // namespace systolite::test

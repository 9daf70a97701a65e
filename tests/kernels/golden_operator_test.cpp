// SPDX-License-Identifier: Apache-2.0
// Every kernel, with the parameters derived from real scales, against TensorFlow Lite Micro, bit for bit. The directory
// $SYSTOLITE_KERNEL_GOLDEN replaces the committed cases, for example by more of them (golden/generate.py --scale 100).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "driver/host/cpu_interpreter.h"
#include "tests/kernels/golden_case.h"

namespace systolite::test {
namespace {

std::filesystem::path golden_dir() {
  const char* replaced = std::getenv("SYSTOLITE_KERNEL_GOLDEN");
  return replaced != nullptr ? replaced : SYSTOLITE_KERNEL_GOLDEN_DIR;
}

class GoldenOperatorTest : public testing::TestWithParam<const char*> {};

TEST_P(GoldenOperatorTest, EqualsTensorFlowLiteMicro) {
  const auto cases = read_golden_cases(golden_dir() / (std::string(GetParam()) + ".txt"));
  ASSERT_GE(cases.size(), 10U);
  for (const GoldenCase& c : cases) {
    ASSERT_FALSE(c.expected.empty()) << c.name;
    const auto values = run_on_cpu(c.graph, c.inputs);
    EXPECT_EQ(values.at(c.graph.outputs.at(0)), c.expected) << c.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Operators, GoldenOperatorTest,
                         testing::Values("conv2d", "depthwise_conv2d", "fully_connected", "add", "average_pool_2d",
                                         "max_pool_2d", "softmax"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// The DSP extension against the architecture manual (DDI 0403, A7.7).
#include <gtest/gtest.h>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

class DspTest : public testing::TestWithParam<const char*> {
 protected:
  SnippetRunner snippet_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Cores, DspTest, testing::Values("cortex-m4", "cortex-m7", "cortex-m33"), core_test_name);

TEST_P(DspTest, LanesAndTheirGreaterOrEqualBits) {
  snippet_.r(0) = 0x7FFF8000;
  snippet_.r(1) = 0x0001FFFF;
  snippet_.run("lanes");
  EXPECT_EQ(snippet_.r(2), 0x80007FFFU) << "wraps in each half";
  EXPECT_EQ(snippet_.r(8) >> 16 & 15U, 0xCU) << "high: 32768 is not negative; low: -32769 is";
  EXPECT_EQ(snippet_.r(3), 0x7F007FFFU) << "bytes: 7F+00, FF+01, 80+FF, 00+FF";
  EXPECT_EQ(snippet_.r(9) >> 16 & 15U, 6U);
  EXPECT_EQ(snippet_.r(4), 0x00FF80FFU);
  EXPECT_EQ(snippet_.r(5), 0x7FFE8101U) << "7F-00, FF-01, 80-FF, 00-FF, as signed bytes";
  EXPECT_EQ(snippet_.r(6), 0x4000BFFFU);
  EXPECT_EQ(snippet_.r(7), 0x7FFE7FFFU) << "high: 7FFF + FFFF, low: 8000 - 0001";
}

TEST_P(DspTest, SaturationSetsQ) {
  snippet_.r(0) = 0x7FFFFFF0;
  snippet_.r(1) = 0x01000020;
  snippet_.run("saturation");
  EXPECT_EQ(snippet_.r(2), 0x7FFFFFFFU);
  EXPECT_EQ(snippet_.r(3) >> 27 & 1U, 1U);
  EXPECT_EQ(snippet_.r(4), 127U);
  EXPECT_EQ(snippet_.r(5), 255U);
  EXPECT_EQ(snippet_.r(6), 32767U);
  EXPECT_EQ(snippet_.r(7), 0x000F000FU);
}

TEST_P(DspTest, DualMultiplies) {
  snippet_.r(0) = 0x0003FFFE;  // 3, -2
  snippet_.r(1) = 0x0005000B;  // 5, 11
  snippet_.r(5) = 100;
  snippet_.r(6) = 0xFFFFFFFF;
  snippet_.r(7) = 0;
  snippet_.run("dual_multiplies");
  EXPECT_EQ(snippet_.r(2), static_cast<std::uint32_t>(-2 * 11 + 3 * 5));
  EXPECT_EQ(snippet_.r(3), static_cast<std::uint32_t>(-2 * 5 - 3 * 11));
  EXPECT_EQ(snippet_.r(4), static_cast<std::uint32_t>(100 - 7));
  EXPECT_EQ(snippet_.r(6), 0xFFFFFFF8U);
  EXPECT_EQ(snippet_.r(7), 0U);
}

TEST_P(DspTest, UpperHalvesOfProducts) {
  snippet_.r(0) = 0x40000000;
  snippet_.r(1) = 0x00030002;
  snippet_.r(5) = 10;
  snippet_.run("top_multiplies");
  EXPECT_EQ(snippet_.r(2), 0xC000U) << "0x40000000 * 0x30002 is 0xC00080000000";
  EXPECT_EQ(snippet_.r(3), 0xC001U) << "rounded";
  EXPECT_EQ(snippet_.r(4), 0xC00AU);
  EXPECT_EQ(snippet_.r(6), 10U - 0xC001U);
  EXPECT_EQ(snippet_.r(7), 0x8000U);
  EXPECT_EQ(snippet_.r(8), 3U * 0x4000U);
}

TEST_P(DspTest, PackingAndExtensionOfLanes) {
  snippet_.r(0) = 0x8081FF7F;
  snippet_.r(1) = 0x11223344;
  snippet_.run("packing");
  EXPECT_EQ(snippet_.r(2), 0x3344FF7FU);
  EXPECT_EQ(snippet_.r(3), 0x80811122U);
  EXPECT_EQ(snippet_.r(4), 0xFF81007FU);
  EXPECT_EQ(snippet_.r(5), (0x1122U + 0x80U) << 16 | (0x3344U + 0xFFU));
  EXPECT_EQ(snippet_.r(6), 0x11223344U - 0x7FU);
  EXPECT_EQ(snippet_.r(7), (0x80U - 0x11U) + (0x81U - 0x22U) + (0xFFU - 0x33U) + (0x7FU - 0x44U));
}

}  // namespace
}  // namespace systolite::cpu::test

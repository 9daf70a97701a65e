// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>

#include "slt_isa.hpp"
#include "slt_regs.h"

extern "C" std::uint32_t rows_from_c(std::uint32_t cap_array);

namespace systolite {
namespace {

TEST(RegistersTest, HeaderServesCAndCpp) {
  EXPECT_EQ(SLT_REG_ID_OFFSET, 0x000U);
  EXPECT_EQ(SLT_REG_ID_RESET, 0x534C5431U);
  EXPECT_EQ(SLT_REG_CNT_WRITE_BEATS_OFFSET, 0x120U);
  EXPECT_EQ(SLT_REG_WIN1_BASE_RESET, 1U);
  EXPECT_EQ(SLT_REG_CAP_ARRAY_COLS_MASK, 0x0000FF00U);
  EXPECT_EQ(SLT_REG_CAP_ARRAY_COLS_LSB, 8U);
  EXPECT_EQ(rows_from_c(0xAABBCC10U), 0x10U);
}

TEST(RegistersTest, ConstantsAgreeWithTheCodec) {
  EXPECT_EQ(SLT_COMMAND_BYTES, static_cast<unsigned>(isa::kCommandBytes));
  EXPECT_EQ(SLT_NUM_ENGINES, static_cast<unsigned>(isa::kNumEngines));
  EXPECT_EQ(SLT_ERROR_REG_BUSY, static_cast<unsigned>(isa::ErrorCause::kRegBusy));
  EXPECT_EQ(SLT_ERROR_BUS_WRITE, static_cast<unsigned>(isa::ErrorCause::kBusWrite));
}

}  // namespace
}  // namespace systolite

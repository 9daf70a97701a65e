// SPDX-License-Identifier: Apache-2.0
// The register socket as a TLM-2.0 initiator sees it.
#include <gtest/gtest.h>

#include <array>

#include "slt_regs.h"
#include "tests/systemc/device_pair.h"

namespace systolite {
namespace {

class RegisterSocketTest : public testing::Test {
 protected:
  RegisterSocketTest() : memory_(hw_), device_(hw_, memory_) {
    payload_.set_data_ptr(data_.data());
    payload_.set_data_length(4);
    payload_.set_streaming_width(4);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    device_.advance(10);
  }

  tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address) {
    payload_.set_command(command);
    payload_.set_address(address);
    delay_ = sc_core::SC_ZERO_TIME;
    device_.registers()->b_transport(payload_, delay_);
    EXPECT_EQ(payload_.get_address(), address);
    return payload_.get_response_status();
  }

  const HwConfig hw_ = test::test_config("base_16x16");
  BusMemory memory_;
  test::SystemcDevice device_;
  std::array<unsigned char, 8> data_{};
  tlm::tlm_generic_payload payload_;
  sc_core::sc_time delay_;
};

TEST_F(RegisterSocketTest, AccessTakesTwoCycles) {
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_ID_OFFSET), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(delay_, 2 * device_.period());
  EXPECT_EQ(data_[3], 'S');
  EXPECT_EQ(data_[0], '1');
}

TEST_F(RegisterSocketTest, WriteTakesEffectAtTheEndOfTheAccess) {
  data_ = {3};
  EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, SLT_REG_IRQ_ENABLE_OFFSET), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(delay_, 2 * device_.period());
  device_.advance(1);
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_IRQ_ENABLE_OFFSET), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(data_[0], 0);
  device_.advance(1);
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_IRQ_ENABLE_OFFSET), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(data_[0], 3);
}

TEST_F(RegisterSocketTest, RefusedAccessesSaySo) {
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, 0x200), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, 0x200), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, SLT_REG_STATUS_OFFSET), tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_STATUS_OFFSET + 1), tlm::TLM_BURST_ERROR_RESPONSE);
  payload_.set_data_length(8);
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_STATUS_OFFSET), tlm::TLM_BURST_ERROR_RESPONSE);
  payload_.set_data_length(4);
  unsigned char enable = TLM_BYTE_ENABLED;
  payload_.set_byte_enable_ptr(&enable);
  payload_.set_byte_enable_length(1);
  EXPECT_EQ(access(tlm::TLM_READ_COMMAND, SLT_REG_STATUS_OFFSET), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

TEST_F(RegisterSocketTest, OverlappingWritesAreRefused) {
  EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, SLT_REG_STREAM_ADDR_OFFSET), tlm::TLM_OK_RESPONSE);
  EXPECT_THROW(access(tlm::TLM_WRITE_COMMAND, SLT_REG_STREAM_BYTES_OFFSET), sc_core::sc_report);
}

}  // namespace
}  // namespace systolite

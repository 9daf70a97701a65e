// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/accelerator_top.h"

#include <cstdint>
#include <cstring>

#include "hw/systemc/timing_constants.h"

namespace systolite::sc {
namespace {

constexpr unsigned kWordBytes = 4;

}  // namespace

AcceleratorTop::AcceleratorTop(const sc_core::sc_module_name& name, const HwConfig& config, BusPort& memory)
    : sc_module(name),
      registers("registers"),
      irq("irq"),
      period_(1.0 / config.clock_mhz, sc_core::SC_US),
      context_(config, period_),
      core_("core", context_, memory) {
  registers.register_b_transport(this, &AcceleratorTop::access);
  core_.irq.bind(irq);
}

void AcceleratorTop::access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (payload.get_data_length() != kWordBytes || payload.get_streaming_width() < kWordBytes ||
      payload.get_address() % kWordBytes != 0) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  const auto offset = static_cast<std::uint32_t>(payload.get_address());
  std::uint32_t value = 0;
  RegisterFile::Access result = RegisterFile::Access::kOkay;
  if (payload.is_read()) {
    result = core_.registers().read(offset, value);
    std::memcpy(payload.get_data_ptr(), &value, kWordBytes);
  } else if (payload.is_write()) {
    std::memcpy(&value, payload.get_data_ptr(), kWordBytes);
    result = core_.registers().write(offset, value, delay);
  }
  delay += context_.clock.duration(timing::kAccessCycles);
  switch (result) {
    case RegisterFile::Access::kOkay:
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      break;
    case RegisterFile::Access::kNoRegister:
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      break;
    case RegisterFile::Access::kReadOnly:
      payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
      break;
  }
}

}  // namespace systolite::sc

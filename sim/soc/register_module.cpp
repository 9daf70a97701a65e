// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/register_module.h"

#include <algorithm>
#include <cstring>

namespace systolite {
namespace {

constexpr unsigned kWordBytes = 4;

bool all_enabled(const tlm::tlm_generic_payload& payload) {
  const unsigned char* enable = payload.get_byte_enable_ptr();
  return enable == nullptr || std::all_of(enable, enable + payload.get_byte_enable_length(),
                                          [](unsigned char byte) { return byte == TLM_BYTE_ENABLED; });
}

}  // namespace

RegisterModule::RegisterModule(const sc_core::sc_module_name& name, const ClockDomain& clock, std::uint32_t bytes)
    : sc_module(name), registers("registers"), clock_(clock), bytes_(bytes) {
  registers.register_b_transport(this, &RegisterModule::b_transport);
  registers.register_transport_dbg(this, &RegisterModule::transport_dbg);
}

sc_core::sc_time RegisterModule::time_until(Cycles cycle) const {
  const sc_core::sc_time start = clock_.start_of(cycle);
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  return start > now ? start - now : sc_core::SC_ZERO_TIME;
}

tlm::tlm_response_status RegisterModule::check(const tlm::tlm_generic_payload& payload) const {
  if (payload.get_address() >= bytes_) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (payload.get_address() % kWordBytes != 0 || payload.get_data_length() != kWordBytes ||
      payload.get_streaming_width() < kWordBytes) {
    return tlm::TLM_BURST_ERROR_RESPONSE;
  }
  if (!all_enabled(payload)) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  return tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status RegisterModule::access(tlm::tlm_generic_payload& payload, Cycles now, Cycles& end) {
  const auto offset = static_cast<std::uint32_t>(payload.get_address());
  if (payload.is_read()) {
    const std::optional<std::uint32_t> value = read(offset, now, end);
    if (!value) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    std::memcpy(payload.get_data_ptr(), &*value, kWordBytes);
  } else if (payload.is_write()) {
    std::uint32_t value = 0;
    std::memcpy(&value, payload.get_data_ptr(), kWordBytes);
    if (!write(offset, value, now, end)) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return tlm::TLM_OK_RESPONSE;
}

void RegisterModule::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  tlm::tlm_response_status status = check(payload);
  if (status == tlm::TLM_OK_RESPONSE) {
    const Cycles now = clock_.next(sc_core::sc_time_stamp() + delay);
    Cycles end = now;
    status = access(payload, now, end);
    delay = time_until(end);  // from now: the access may have let time pass
  }
  payload.set_response_status(status);
}

unsigned RegisterModule::transport_dbg(tlm::tlm_generic_payload& payload) {
  const tlm::tlm_response_status status = check(payload);
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE || !payload.is_read()) return 0;
  const std::optional<std::uint32_t> value = peek(static_cast<std::uint32_t>(payload.get_address()));
  if (!value) return 0;
  std::memcpy(payload.get_data_ptr(), &*value, kWordBytes);
  return kWordBytes;
}

}  // namespace systolite

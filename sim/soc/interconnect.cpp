// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/interconnect.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/soc/bus_burst_extension.h"

namespace systolite {

Interconnect::Interconnect(const sc_core::sc_module_name& name)
    : sc_module(name), cpu("cpu"), accelerator("accelerator"), bursts("bursts"), targets_("targets") {
  for (auto* master : {&cpu, &accelerator}) {
    master->register_b_transport(this, &Interconnect::b_transport);
    master->register_transport_dbg(this, &Interconnect::transport_dbg);
  }
}

void Interconnect::attach(const std::string& region, std::uint32_t base, std::uint32_t bytes,
                          tlm::tlm_target_socket<>& target) {
  for (const Region& other : regions_) {
    if (base - 1ULL + bytes >= other.base && base <= other.base - 1ULL + other.bytes) {
      throw Error(ExitCode::kConfig,
                  fmt::format("The region {} (0x{:08X}, {} bytes) overlaps {} (0x{:08X}, {} bytes) on the bus.", region,
                              base, bytes, other.name, other.base, other.bytes));
    }
  }
  regions_.push_back({region, base, bytes, {}});
  targets_.bind(target);
}

std::size_t Interconnect::find(std::uint64_t address) const noexcept {
  const auto found = std::ranges::find_if(regions_, [&](const Region& region) { return region.contains(address); });
  return found == regions_.end() ? kNone : static_cast<std::size_t>(found - regions_.begin());
}

void Interconnect::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (payload.get_extension<BusBurstExtension>() != nullptr) {
    bursts->b_transport(payload, delay);
  } else {
    route(payload, delay);
  }
}

void Interconnect::route(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const sc_dt::uint64 address = payload.get_address();
  const std::size_t index = find(address);
  if (index == kNone || payload.get_data_length() > regions_[index].bytes - (address - regions_[index].base)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  Region& region = regions_[index];
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  region.arbiter.forget_before(now);
  const sc_core::sc_time begin = region.arbiter.free_from(now + delay);
  delay = begin - now;
  payload.set_address(address - region.base);
  targets_[static_cast<int>(index)]->b_transport(payload, delay);
  payload.set_address(address);
  // Only now is it known how long the target needs; the free time found may be too short.
  const sc_core::sc_time length = now + delay - begin;
  delay = region.arbiter.book(begin, length) + length - now;
}

unsigned Interconnect::transport_dbg(tlm::tlm_generic_payload& payload) {
  const sc_dt::uint64 address = payload.get_address();
  const std::size_t index = find(address);
  if (index == kNone) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return 0;
  }
  payload.set_address(address - regions_[index].base);
  const unsigned bytes = targets_[static_cast<int>(index)]->transport_dbg(payload);
  payload.set_address(address);
  return bytes;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/memory_target.h"

#include <algorithm>

namespace systolite {
namespace {

// Copies the enabled bytes of the payload; the pattern of byte enables repeats.
void copy_enabled(const tlm::tlm_generic_payload& payload, const std::uint8_t* from, std::uint8_t* to) {
  const unsigned char* enable = payload.get_byte_enable_ptr();
  if (enable == nullptr) {
    std::copy_n(from, payload.get_data_length(), to);
    return;
  }
  for (unsigned i = 0; i < payload.get_data_length(); ++i) {
    if (enable[i % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED) to[i] = from[i];
  }
}

}  // namespace

MemoryTarget::MemoryTarget(const sc_core::sc_module_name& name, const ClockDomain& clock, BusMemory& memory,
                           const MemoryRegion& region, Access access, unsigned bus_bytes)
    : sc_module(name),
      bus("bus"),
      clock_(clock),
      memory_(memory),
      region_(region),
      access_(access),
      bus_bytes_(bus_bytes) {
  if (region_.line) lines_.emplace(*region_.line);
  bus.register_b_transport(this, &MemoryTarget::b_transport);
  bus.register_transport_dbg(this, &MemoryTarget::transport_dbg);
}

tlm::tlm_response_status MemoryTarget::check(const tlm::tlm_generic_payload& payload) const {
  const sc_dt::uint64 offset = payload.get_address();
  if (offset >= region_.bytes || payload.get_data_length() > region_.bytes - offset) {
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (payload.get_data_length() == 0 || payload.get_streaming_width() < payload.get_data_length()) {
    return tlm::TLM_BURST_ERROR_RESPONSE;
  }
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  if (payload.is_write() && access_ == Access::kReadOnly) return tlm::TLM_COMMAND_ERROR_RESPONSE;
  return tlm::TLM_OK_RESPONSE;
}

std::span<std::uint8_t> MemoryTarget::storage(std::uint64_t offset) {
  return memory_.storage(region_.base + static_cast<std::uint32_t>(offset));
}

Cycles MemoryTarget::cycles_of(const tlm::tlm_generic_payload& payload, Cycles start) {
  const auto per_beat = static_cast<Cycles>(region_.cycles_per_beat);
  const std::uint64_t first = payload.get_address() / bus_bytes_;
  const std::uint64_t last = (payload.get_address() + payload.get_data_length() - 1) / bus_bytes_;
  if (payload.is_write()) return static_cast<Cycles>(region_.write_latency_cycles) + (last - first + 1) * per_beat;
  Cycles demand = start;
  Cycles beat = start + static_cast<Cycles>(region_.read_latency_cycles);
  for (std::uint64_t word = first; word <= last; ++word) {
    if (lines_) beat = std::max(beat, lines_->ready(static_cast<std::uint32_t>(word * bus_bytes_), demand));
    demand = beat;
    beat += per_beat;
  }
  return beat - start;
}

void MemoryTarget::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const tlm::tlm_response_status status = check(payload);
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE || payload.get_command() == tlm::TLM_IGNORE_COMMAND) return;
  std::uint8_t* bytes = storage(payload.get_address()).data();
  if (payload.is_read()) {
    copy_enabled(payload, bytes, payload.get_data_ptr());
  } else {
    copy_enabled(payload, payload.get_data_ptr(), bytes);
  }
  delay += clock_.duration(cycles_of(payload, clock_.next(sc_core::sc_time_stamp() + delay)));
}

unsigned MemoryTarget::transport_dbg(tlm::tlm_generic_payload& payload) {
  if (payload.get_address() >= region_.bytes) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return 0;
  }
  const std::span<std::uint8_t> bytes = storage(payload.get_address());
  const auto count = static_cast<unsigned>(std::min<std::size_t>(bytes.size(), payload.get_data_length()));
  if (payload.is_read()) std::copy_n(bytes.data(), count, payload.get_data_ptr());
  if (payload.is_write()) std::copy_n(payload.get_data_ptr(), count, bytes.data());
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return payload.get_command() == tlm::TLM_IGNORE_COMMAND ? 0 : count;
}

}  // namespace systolite

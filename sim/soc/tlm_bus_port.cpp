// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/tlm_bus_port.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite {

TlmBusPort::TlmBusPort(tlm::tlm_initiator_socket<>& socket, unsigned bus_bytes)
    : socket_(socket), bus_bytes_(bus_bytes), question_(new BusBurstExtension) {
  payload_.set_extension(question_);  // the payload deletes it
}

void TlmBusPort::ask(tlm::tlm_command command, std::uint32_t address, unsigned char* data, unsigned bytes,
                     unsigned char* byte_enables) const {
  payload_.set_command(command);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_byte_enable_ptr(byte_enables);
  payload_.set_byte_enable_length(byte_enables == nullptr ? 0 : bytes);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  question_->answered = false;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket_->b_transport(payload_, delay);
  if (!question_->answered) {
    throw Error(ExitCode::kInternal,
                fmt::format("The target of {} has no burst timing, which an accelerator needs.", socket_.name()));
  }
}

Cycles TlmBusPort::ask_cycle(Call call, Cycles offered) const {
  question_->call = call;
  question_->offered = offered;
  ask(tlm::TLM_IGNORE_COMMAND, 0, nullptr, 0, nullptr);
  return question_->cycle;
}

void TlmBusPort::start_job() {
  writes_.clear();
  static_cast<void>(ask_cycle(Call::kStartJob, 0));
}

Cycles TlmBusPort::read_address(Cycles offered) const { return ask_cycle(Call::kReadAddress, offered); }

Cycles TlmBusPort::write_address(Cycles offered) const { return ask_cycle(Call::kWriteAddress, offered); }

Cycles TlmBusPort::write_slot(Cycles offered) const { return ask_cycle(Call::kWriteSlot, offered); }

void TlmBusPort::read(const BusBurst& burst, BusReadBeats& beats) {
  question_->call = Call::kRead;
  question_->burst = burst;
  question_->beats = &beats;
  ask(tlm::TLM_READ_COMMAND, burst.address, data_.data(), burst.beats * bus_bytes_, nullptr);
}

void TlmBusPort::write(const BusBurst& burst) {
  question_->call = Call::kWrite;
  question_->burst = burst;
  ask(tlm::TLM_IGNORE_COMMAND, burst.address, nullptr, 0, nullptr);
  writes_.push_back({burst.address, burst.beats});
}

bool TlmBusPort::write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) {
  if (writes_.empty()) throw Error(ExitCode::kInternal, "A beat was written outside a burst.");
  Write& write = writes_.front();
  question_->call = Call::kWriteBeat;
  question_->offered = offered;
  question_->strobe = strobe;
  std::ranges::copy(data, data_.begin());
  for (unsigned lane = 0; lane < bus_bytes_; ++lane) {
    byte_enables_[lane] = (strobe >> lane & 1U) != 0 ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
  }
  ask(tlm::TLM_WRITE_COMMAND, write.address, data_.data(), bus_bytes_, byte_enables_.data());
  write.address += bus_bytes_;
  if (--write.beats_left == 0) writes_.pop_front();
  if (question_->last) response = question_->response;
  return question_->last;
}

}  // namespace systolite

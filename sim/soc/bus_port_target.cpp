// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/bus_port_target.h"

#include <algorithm>

namespace systolite {
namespace {

tlm::tlm_response_status status_of(AxiResponse response) {
  switch (response) {
    case AxiResponse::kOkay:
      return tlm::TLM_OK_RESPONSE;
    case AxiResponse::kSlaveError:
      return tlm::TLM_GENERIC_ERROR_RESPONSE;
    case AxiResponse::kDecodeError:
      return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return tlm::TLM_GENERIC_ERROR_RESPONSE;
}

}  // namespace

BusPortTarget::BusPortTarget(const sc_core::sc_module_name& name, BusPort& port, unsigned bus_bytes)
    : sc_module(name), bursts("bursts"), port_(port), bus_bytes_(bus_bytes) {
  bursts.register_b_transport(this, &BusPortTarget::b_transport);
}

tlm::tlm_response_status BusPortTarget::read(tlm::tlm_generic_payload& payload, BusBurstExtension& question) {
  port_.read(question.burst, *question.beats);
  AxiResponse worst = AxiResponse::kOkay;
  unsigned char* data = payload.get_data_ptr();
  for (unsigned beat = 0; beat < question.burst.beats; ++beat) {
    const BusReadBeat& moved = (*question.beats)[beat];
    worst = std::max(worst, moved.response);
    data = std::copy_n(moved.data.begin(), bus_bytes_, data);
  }
  return status_of(worst);
}

tlm::tlm_response_status BusPortTarget::write_beat(const tlm::tlm_generic_payload& payload,
                                                   BusBurstExtension& question) {
  BusBeat data{};
  std::copy_n(payload.get_data_ptr(), bus_bytes_, data.begin());
  question.last = port_.write_beat(question.offered, data, question.strobe, question.response);
  return question.last ? status_of(question.response.response) : tlm::TLM_OK_RESPONSE;
}

void BusPortTarget::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
  BusBurstExtension* question = payload.get_extension<BusBurstExtension>();
  if (question == nullptr) {
    payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    return;
  }
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  switch (question->call) {
    case BusBurstExtension::Call::kStartJob:
      port_.start_job();
      break;
    case BusBurstExtension::Call::kReadAddress:
      question->cycle = port_.read_address(question->offered);
      break;
    case BusBurstExtension::Call::kRead:
      status = read(payload, *question);
      break;
    case BusBurstExtension::Call::kWriteAddress:
      question->cycle = port_.write_address(question->offered);
      break;
    case BusBurstExtension::Call::kWrite:
      port_.write(question->burst);
      break;
    case BusBurstExtension::Call::kWriteSlot:
      question->cycle = port_.write_slot(question->offered);
      break;
    case BusBurstExtension::Call::kWriteBeat:
      status = write_beat(payload, *question);
      break;
  }
  question->answered = true;
  payload.set_response_status(status);
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// One BusPort call (sim/memory/bus_port.h) as a TLM-2.0 transaction.
//
// The extension is ignorable: a target that does not know it still moves the right bytes, because the payload says what
// it always says.
//
//   call                         command  address              data
//   read                         read     of the burst         the whole burst
//   write_beat                   write    of the beat          one bus word; byte enables from the strobe
//   write                        ignore   of the burst         none
//   start_job, *_address, write_slot  ignore   0               none
//
// What only the extension carries is time: cycles from the start of the job, with which each beat has its place and its
// response. `delay` is not touched. The response status of a burst or beat with an error response is an error status;
// the responses themselves are in the extension.
#pragma once

#include <cstdint>
#include <tlm>

#include "sim/memory/bus_port.h"

namespace systolite {

struct BusBurstExtension : tlm::tlm_extension<BusBurstExtension> {
  enum class Call : std::uint8_t { kStartJob, kReadAddress, kRead, kWriteAddress, kWrite, kWriteSlot, kWriteBeat };

  // Question.
  Call call = Call::kStartJob;
  BusBurst burst;                 // read, write
  Cycles offered = 0;             // read_address, write_address, write_slot, write_beat
  std::uint16_t strobe = 0;       // write_beat
  BusReadBeats* beats = nullptr;  // read: where the answer goes; the initiator's

  // Answer.
  bool answered = false;  // by a target that knows the extension
  Cycles cycle = 0;       // read_address, write_address, write_slot
  bool last = false;      // write_beat
  BusResponse response{};

  [[nodiscard]] tlm::tlm_extension_base* clone() const override { return new BusBurstExtension(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const BusBurstExtension&>(other);
  }
};

}  // namespace systolite

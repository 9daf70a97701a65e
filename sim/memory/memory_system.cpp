// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/memory_system.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace systolite {

MemorySystem::MemorySystem(BusMemory& memory, const HwConfig& config)
    : memory_(memory), timing_(config), bus_bytes_(static_cast<unsigned>(config.dma.bus_bytes())) {}

void MemorySystem::inject_error(std::uint32_t address, AxiResponse response) {
  faults_[address / bus_bytes_ * bus_bytes_] = response;
}

void MemorySystem::start_job() {
  timing_.start_job();
  writes_.clear();
}

AxiResponse MemorySystem::beat_response(std::uint32_t address, bool write) const {
  if (!faults_.empty()) {
    if (const auto fault = faults_.find(address); fault != faults_.end()) return fault->second;
  }
  if (memory_.region(address) == nullptr) return AxiResponse::kDecodeError;
  if (write && memory_.is_flash(address)) return AxiResponse::kSlaveError;
  return AxiResponse::kOkay;
}

void MemorySystem::read(const BusBurst& burst, BusReadBeats& beats) {
  BurstTimes times;
  timing_.read(burst, times);
  std::span<const std::uint8_t> bytes = memory_.storage(burst.address);
  for (unsigned i = 0; i < burst.beats; ++i) {
    BusReadBeat& beat = beats[i];
    beat.moved = times[i];
    beat.response = beat_response(burst.address + i * bus_bytes_, false);
    beat.data.fill(0);
    const std::size_t count = std::min<std::size_t>(bytes.size(), bus_bytes_);
    std::copy_n(bytes.begin(), count, beat.data.begin());
    bytes = bytes.subspan(count);
  }
}

void MemorySystem::write(const BusBurst& burst) {
  timing_.write(burst);
  writes_.push_back({.address = burst.address});
}

bool MemorySystem::write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) {
  const WriteTimes times = timing_.write_beat(offered);
  Write& burst = writes_.front();
  const AxiResponse beat = beat_response(burst.address, true);
  burst.response = std::max(burst.response, beat);
  if (beat == AxiResponse::kOkay) {
    const std::span<std::uint8_t> bytes = memory_.storage(burst.address);
    for (std::size_t lane = 0; lane < std::min<std::size_t>(bytes.size(), bus_bytes_); ++lane) {
      if ((strobe >> lane & 1U) != 0) bytes[lane] = data[lane];
    }
  }
  burst.address += bus_bytes_;
  if (times.response == kNever) return false;
  response = {.moved = times.response, .response = burst.response};
  writes_.pop_front();
  return true;
}

}  // namespace systolite

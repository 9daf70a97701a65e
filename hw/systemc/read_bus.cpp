// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/read_bus.h"

#include <algorithm>

#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

ReadBus::ReadBus(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus)
    : ClockedBlock(name, context),
      clients("clients", kClients),
      job("job"),
      bus_(bus),
      max_reads_(static_cast<std::size_t>(context.hw.dma.outstanding_reads)) {}

void ReadBus::start_job() {
  sleep();
  requests_ = {};
  address_taken_ = 0;
  last_beats_.clear();
}

void ReadBus::clear(Cycles) {
  sleep();
  requests_ = {};
}

void ReadBus::request(ReadClient client, std::uint32_t address, unsigned beats, Cycles from) {
  requests_[static_cast<std::size_t>(client)] = {.address = address, .beats = beats, .from = from, .until = kNever};
  wake_at(std::max(from, open_from()));
}

void ReadBus::withdraw(ReadClient client, Cycles from) { requests_[static_cast<std::size_t>(client)].until = from; }

Cycles ReadBus::open_from() const {
  const Cycles place_free = last_beats_.size() < max_reads_ ? 0 : last_beats_[last_beats_.size() - max_reads_] + 1;
  return std::max(address_taken_, place_free);
}

void ReadBus::schedule() {
  for (const Request& request : requests_) {
    if (request.from != kNever) wake_at(std::max(request.from, open_from()));
  }
}

void ReadBus::evaluate(Cycles now) {
  if (job->clearing(now)) return;
  for (Request& request : requests_) {
    if (request.until <= now) request = {};
  }
  if (open_from() <= now) {
    for (std::size_t client = 0; client < kClients; ++client) {  // the fetch first
      if (!requests_[client].made_in(now)) continue;
      grant(client, now);
      break;
    }
  }
  schedule();
}

void ReadBus::grant(std::size_t client, Cycles now) {
  Request& request = requests_[client];
  const BusBurst burst{.id = static_cast<std::uint8_t>(client),
                       .address = request.address,
                       .beats = request.beats,
                       .taken = bus_.read_address(now + timing::kGrantToAddress)};
  request = {};
  address_taken_ = burst.taken;
  bus_.read(burst, beats_);
  for (unsigned i = 0; i < burst.beats; ++i) log().read_beat(burst.id, beats_[i].moved);
  while (last_beats_.size() >= max_reads_) last_beats_.pop_front();
  last_beats_.push_back(beats_[burst.beats - 1].moved);
  clients[client]->granted(now, {beats_.data(), burst.beats});
}

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/load_dma.h"

#include <algorithm>
#include <cstring>

#include "hw/systemc/timing_constants.h"

namespace systolite::sc {
namespace {

constexpr std::uint32_t kLocalMask = (1U << 20) - 1;

template <typename T>
std::uint8_t* bytes_of(T&& container) {
  return reinterpret_cast<std::uint8_t*>(container.data());
}

// The memory of a space; transfers that do not lie inside it have been refused.
std::uint8_t* space_storage(std::uint32_t space, functional::LocalMemories& memories) {
  switch (static_cast<isa::Space>(space)) {
    case isa::Space::kSpm:
      return bytes_of(memories.spm.bytes());
    case isa::Space::kWbuf:
      return bytes_of(memories.wbuf);
    case isa::Space::kTable:  // not bytes
      break;
  }
  return nullptr;
}

}  // namespace

LoadDma::LoadDma(const sc_core::sc_module_name& name, ModelContext& context)
    : DmaEngine(name, context, {isa::Engine::kLd, FaultSource::kLoadCheck, isa::ErrorCause::kReadWindow}),
      reads("reads") {}

void LoadDma::start_job() {
  DmaEngine::start_job();
  received_.clear();
}

void LoadDma::clear(Cycles now) {
  // What arrives from this cycle on is dropped.
  for (const Received& received : received_) write_local(received, now);
  received_.clear();
  DmaEngine::clear(now);
}

void LoadDma::work(Cycles now) {
  while (!received_.empty() && received_.front().beats[received_.front().burst.beats - 1].moved < now) {
    write_local(received_.front(), now);
    received_.pop_front();
  }
}

void LoadDma::burst_offered(Cycles from) {
  reads->request(ReadClient::kLoad, walk().burst().address, walk().burst().beats, from);
}

void LoadDma::granted(Cycles now, std::span<const BusReadBeat> beats) {
  const DmaBurst burst = walk().burst();
  Received& received = received_.emplace_back();
  received.burst = burst;
  std::ranges::copy(beats, received.beats.begin());
  report_error(burst, beats);
  // A transfer whose last beat is an error never finishes; the job is stopped.
  if (burst.last_of_command && beats.back().response == AxiResponse::kOkay) transfer_finishes(now, beats.back().moved);
  burst_accepted(now);
}

void LoadDma::report_error(const DmaBurst& burst, std::span<const BusReadBeat> beats) {
  const auto bad = std::ranges::find_if(beats, [](const BusReadBeat& b) { return b.response != AxiResponse::kOkay; });
  if (bad == beats.end()) return;
  job->report(FaultSource::kLoadBus, bad->moved + timing::kFaultToReport,
              {.cause = isa::ErrorCause::kBusRead,
               .command = walk().index(),
               .address = burst.address + static_cast<std::uint32_t>(bad - beats.begin()) * bus_bytes()});
}

void LoadDma::write_local(const Received& received, Cycles end) {
  const DmaBurst& burst = received.burst;
  const bool is_table = static_cast<isa::Space>(burst.space) == isa::Space::kTable;
  std::uint8_t* storage = space_storage(burst.space, memory->memories());
  for (unsigned i = 0; i < burst.beats; ++i) {
    const BusReadBeat& beat = received.beats[i];
    if (beat.moved >= end || beat.response != AxiResponse::kOkay) continue;
    if (is_table) {
      functional::write_table_beat(burst.table, burst.row_beat + i, std::span(beat.data).first(bus_bytes()),
                                   memory->memories());
      continue;
    }
    const Lanes lanes = lanes_of(burst, i);
    // Lane 0 of the first beat may lie before the start of the memory, modulo 2^20.
    const std::uint32_t at = (burst.local_address + i * bus_bytes() + lanes.first) & kLocalMask;
    std::memcpy(storage + at, beat.data.data() + lanes.first, lanes.count);
  }
}

DmaTransfer LoadDma::transfer_of(const isa::AnyCommand& command) const {
  const auto& ld = std::get<isa::Ld>(command);
  const bool is_table = static_cast<isa::Space>(ld.space) == isa::Space::kTable;
  return {.mem_address = static_cast<std::uint32_t>(ld.mem_addr),
          .space = static_cast<std::uint32_t>(ld.space),
          .local_address = static_cast<std::uint32_t>(ld.dst),
          .row_bytes = static_cast<std::uint32_t>(ld.row_bytes),
          .rows = static_cast<std::uint32_t>(ld.rows),
          .y0 = static_cast<std::uint32_t>(ld.y0),
          .mem_stride = static_cast<std::uint32_t>(config_.mem_stride),
          .pitch = static_cast<std::uint32_t>(config_.pitch),
          .interleave = static_cast<std::uint32_t>(config_.interleave),
          .index = 0,
          .table = functional::table_row(ld),
          .bad_table = is_table && !functional::table_fits(ld, hw())};
}

std::pair<Window, Window> LoadDma::windows() const {
  return {registers->job_registers().read_only, registers->job_registers().read_write};
}

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/store_dma.h"

#include <algorithm>

namespace systolite::sc {

StoreDma::StoreDma(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus)
    : DmaEngine(name, context, {isa::Engine::kSt, FaultSource::kStoreCheck, isa::ErrorCause::kWriteWindow}),
      bus_(bus) {}

void StoreDma::start_job() {
  DmaEngine::start_job();
  address_taken_ = 0;
  responses_.clear();
  read_from_ = bus_from_ = 0;
  beats_ = 0;
}

Cycles StoreDma::next_work() const {
  if (!walking()) return kNever;
  const Cycles place_free =
      responses_.size() < timing::kMaxWrites ? 0 : responses_[responses_.size() - timing::kMaxWrites] + 1;
  return std::max({burst_from_, address_taken_, place_free});
}

void StoreDma::work(Cycles now) {
  if (next_work() <= now && !job->clearing(now)) issue(now);
}

void StoreDma::issue(Cycles now) {
  const DmaBurst burst = walk().burst();
  const BusResponse response = send(now, burst);
  while (responses_.size() >= timing::kMaxWrites) responses_.pop_front();
  responses_.push_back(response.moved);
  if (response.response != AxiResponse::kOkay) {
    job->report(FaultSource::kStoreBus, response.moved + timing::kFaultToReport,
                {.cause = isa::ErrorCause::kBusWrite, .command = walk().index(), .address = burst.address});
  } else if (burst.last_of_command) {
    transfer_finishes(now, response.moved);
  }
  burst_accepted(now);
}

BusResponse StoreDma::send(Cycles now, const DmaBurst& burst) {
  address_taken_ = bus_.write_address(now + timing::kGrantToAddress);
  bus_.write({.id = 0, .address = burst.address, .beats = burst.beats, .taken = address_taken_});
  read_from_ = std::max(read_from_, now + timing::kIssueToRead);
  BusResponse response{};
  for (unsigned i = 0; i < burst.beats; ++i) {
    Cycles& taken = taken_[beats_ % timing::kDataDepth];  // of the beat kDataDepth before this one
    Cycles read = read_from_;
    if (beats_ >= timing::kDataDepth) read = std::max(read, taken + 1);
    BusBeat data;
    const std::uint16_t strobe = read_beat(burst, i, data);
    const Cycles offered = std::max(read + timing::kReadToBus, bus_from_);
    taken = bus_.write_slot(offered);
    bus_.write_beat(offered, data, strobe, response);
    log().write_beat(taken);
    read_from_ = read + 1;
    bus_from_ = taken + 1;
    ++beats_;
  }
  return response;
}

std::uint16_t StoreDma::read_beat(const DmaBurst& burst, unsigned beat, BusBeat& data) {
  const Lanes lanes = lanes_of(burst, beat);
  std::array<std::int8_t, kMaxBusBytes> scratch;
  const std::int8_t* bytes =
      memory->memories().spm.read(burst.local_address + beat * bus_bytes() + lanes.first, lanes.count, scratch.data());
  data.fill(0);
  std::copy_n(bytes, lanes.count, data.begin() + lanes.first);
  return static_cast<std::uint16_t>(((1U << lanes.count) - 1) << lanes.first);
}

DmaTransfer StoreDma::transfer_of(const isa::AnyCommand& command) const {
  const auto& st = std::get<isa::St>(command);
  return {.mem_address = static_cast<std::uint32_t>(st.mem_addr),
          .space = static_cast<std::uint32_t>(isa::Space::kSpm),
          .local_address = static_cast<std::uint32_t>(st.src),
          .row_bytes = static_cast<std::uint32_t>(st.row_bytes),
          .rows = static_cast<std::uint32_t>(st.rows),
          .y0 = static_cast<std::uint32_t>(st.y0),
          .mem_stride = static_cast<std::uint32_t>(config_.mem_stride),
          .pitch = static_cast<std::uint32_t>(config_.pitch),
          .interleave = static_cast<std::uint32_t>(config_.interleave),
          .index = 0,
          .table = {},
          .bad_table = false};
}

std::pair<Window, Window> StoreDma::windows() const { return {registers->job_registers().read_write, Window{}}; }

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/load_dma.h"

#include <algorithm>
#include <cstring>

#include "hw/systemc/timing_constants.h"

namespace systolite::sc {
namespace {

template <typename T>
std::uint8_t* bytes_of(T& container) {
  return reinterpret_cast<std::uint8_t*>(container.data());
}

// The memory of a space; transfers that do not lie inside it have been refused.
std::uint8_t* space_storage(std::uint32_t space, functional::LocalMemories& memories) {
  switch (static_cast<isa::Space>(space)) {
    case isa::Space::kSpm: {
      const auto bytes = memories.spm.bytes();
      return bytes_of(bytes);
    }
    case isa::Space::kWbuf:
      return bytes_of(memories.wbuf);
    case isa::Space::kBias:
      return bytes_of(memories.bias);
    case isa::Space::kMult:
      return bytes_of(memories.mult);
    case isa::Space::kShift:
      return bytes_of(memories.shift);
  }
  return nullptr;
}

}  // namespace

LoadDma::LoadDma(const sc_core::sc_module_name& name, ModelContext& context)
    : ClockedBlock(name, context),
      queue("queue"),
      reads("reads"),
      registers("registers"),
      job("job"),
      memory("memory"),
      bus_bytes_(static_cast<std::uint32_t>(context.hw.dma.bus_bytes())),
      walk_(context.hw) {}

void LoadDma::start_job() {
  sleep();
  order_.clear();
  check_.reset();
  walking_ = false;
  walk_free_from_ = 0;
  received_.clear();
}

void LoadDma::clear(Cycles now) {
  write_local(now, true);
  start_job();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
  log().stop_beats(kUnit, now + 1);
}

void LoadDma::evaluate(Cycles now) {
  write_local(now, false);
  const bool room = order_.room();
  if (order_.done_in(now)) {
    order_.done();
    queue->complete(now);
  }
  const bool check_leaves = check_ && check_->good && check_->from <= now && !walking_ && walk_free_from_ <= now;
  if (check_leaves) {
    walk_.start(check_->transfer);
    walking_ = true;
    check_.reset();
    reads->request(ReadClient::kLoad, walk_.burst().address, walk_.burst().beats, now + timing::kCheckToBurst);
  }
  if (room) pop(now);
  log().unit_state(kUnit, now + 1, order_.empty() ? isa::State::kIdle : isa::State::kWaitMemory);

  // What may happen next without anybody's help.
  if (order_.done_from() != kNever) wake_at(std::max(order_.done_from(), now + 1));
  if (check_ && check_->good && !walking_) wake_at(std::max({check_->from, walk_free_from_, now + 1}));
  if (order_.room() && can_pop(queue->head(now + 1))) wake_at(now + 1);
}

bool LoadDma::can_pop(const QueuedCommand* command) const { return command != nullptr && (command->is_cfg || !check_); }

void LoadDma::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  if (!can_pop(command)) return;
  if (command->is_cfg) {
    config_ = std::get<isa::LdCfg>(command->command);
  } else {
    check(now, std::get<isa::Ld>(command->command), command->index);
  }
  order_.popped(now, command->is_cfg);
  queue->pop(now);
}

void LoadDma::check(Cycles now, const isa::Ld& ld, std::uint32_t index) {
  const DmaTransfer transfer{.mem_address = static_cast<std::uint32_t>(ld.mem_addr),
                             .space = static_cast<std::uint32_t>(ld.space),
                             .local_address = static_cast<std::uint32_t>(ld.dst),
                             .row_bytes = static_cast<std::uint32_t>(ld.row_bytes),
                             .rows = static_cast<std::uint32_t>(ld.rows),
                             .y0 = static_cast<std::uint32_t>(ld.y0),
                             .mem_stride = static_cast<std::uint32_t>(config_.mem_stride),
                             .pitch = static_cast<std::uint32_t>(config_.pitch),
                             .interleave = static_cast<std::uint32_t>(config_.interleave),
                             .index = index};
  const JobRegisters& job_registers = registers->job_registers();
  const std::optional<Fault> fault =
      check_transfer(transfer, hw(), job_registers.read_only, job_registers.read_write, isa::ErrorCause::kReadWindow);
  const Cycles from = now + timing::kPopToCheck;
  check_ = Check{transfer, !fault, from};
  if (fault) job->report(FaultSource::kLoadCheck, from + timing::kFaultToReport, *fault);
}

void LoadDma::granted(Cycles now, std::span<const BusReadBeat> beats) {
  const DmaBurst& burst = walk_.burst();
  Burst& received = received_.emplace_back();
  received.burst = burst;
  std::ranges::copy(beats, received.beats.begin());
  report_bus_error(burst, beats);
  if (!burst.last_of_command) {
    walk_.next();
    reads->request(ReadClient::kLoad, walk_.burst().address, walk_.burst().beats, now + timing::kBurstToBurst);
    return;
  }
  walking_ = false;
  walk_free_from_ = now + timing::kBurstToFree;
  if (check_ && check_->good) wake_at(walk_free_from_);
  // A transfer whose last beat is an error never finishes; the job is stopped.
  if (beats.back().response == AxiResponse::kOkay) {
    order_.finishes(beats.back().moved);
    if (order_.done_from() != kNever) wake_at(std::max(order_.done_from(), now + 1));
  }
}

void LoadDma::report_bus_error(const DmaBurst& burst, std::span<const BusReadBeat> beats) {
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (beats[i].response == AxiResponse::kOkay) continue;
    job->report(FaultSource::kLoadBus, beats[i].moved + timing::kFaultToReport,
                {.cause = isa::ErrorCause::kBusRead,
                 .command = walk_.index(),
                 .address = burst.address + static_cast<std::uint32_t>(i) * bus_bytes_});
    return;
  }
}

void LoadDma::write_local(Cycles now, bool partial) {
  while (!received_.empty() && (partial || received_.front().beats[received_.front().burst.beats - 1].moved < now)) {
    write_burst(received_.front(), now);
    received_.pop_front();
  }
}

void LoadDma::write_burst(const Burst& received, Cycles end) {
  const DmaBurst& burst = received.burst;
  std::uint8_t* storage = space_storage(burst.space, memory->memories());
  for (unsigned i = 0; i < burst.beats; ++i) {
    const BusReadBeat& beat = received.beats[i];
    if (beat.moved >= end || beat.response != AxiResponse::kOkay) continue;
    const unsigned first = i == 0 ? burst.first_lane : 0;
    const unsigned last = i + 1 == burst.beats ? burst.last_lane : bus_bytes_ - 1;
    // Lane 0 of the first beat may lie before the start of the memory, modulo 2^20.
    const std::uint32_t at = (burst.local_address + i * bus_bytes_ + first) & 0xFFFFFU;
    std::memcpy(storage + at, beat.data.data() + first, last - first + 1);
  }
}

std::string LoadDma::waits_for() const {
  if (order_.empty()) return {};
  return walking_ ? "waits for the bus" : "waits for the memory";
}

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/store_dma.h"

#include <algorithm>

namespace systolite::sc {

StoreDma::StoreDma(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus)
    : ClockedBlock(name, context),
      queue("queue"),
      registers("registers"),
      job("job"),
      memory("memory"),
      bus_(bus),
      bus_bytes_(static_cast<std::uint32_t>(context.hw.dma.bus_bytes())),
      walk_(context.hw) {}

void StoreDma::drop_work() {
  sleep();
  order_.clear();
  check_.reset();
  walking_ = false;
  walk_free_from_ = 0;
}

void StoreDma::start_job() {
  drop_work();
  address_taken_ = 0;
  responses_.clear();
  read_from_ = bus_from_ = 0;
  beats_ = 0;
}

void StoreDma::clear(Cycles now) {
  drop_work();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
  log().stop_beats(kUnit, now + 1);
}

void StoreDma::evaluate(Cycles now) {
  const bool room = order_.room();
  if (order_.done_in(now)) {
    order_.done();
    queue->complete(now);
  }
  const bool check_leaves = check_ && check_->good && check_->from <= now && !walking_ && walk_free_from_ <= now;
  if (walking_ && issue_from() <= now && !job->clearing(now)) issue(now);
  if (check_leaves) {
    walk_.start(check_->transfer);
    walking_ = true;
    burst_from_ = now + timing::kCheckToBurst;
    check_.reset();
  }
  if (room) pop(now);
  log().unit_state(kUnit, now + 1, order_.empty() ? isa::State::kIdle : isa::State::kWaitMemory);

  // What may happen next without anybody's help.
  if (order_.done_from() != kNever) wake_at(std::max(order_.done_from(), now + 1));
  if (walking_) wake_at(std::max(issue_from(), now + 1));
  if (check_ && check_->good && !walking_) wake_at(std::max({check_->from, walk_free_from_, now + 1}));
  if (order_.room() && can_pop(queue->head(now + 1))) wake_at(now + 1);
}

bool StoreDma::can_pop(const QueuedCommand* command) const {
  return command != nullptr && (command->is_cfg || !check_);
}

void StoreDma::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  if (!can_pop(command)) return;
  if (command->is_cfg) {
    config_ = std::get<isa::StCfg>(command->command);
  } else {
    check(now, std::get<isa::St>(command->command), command->index);
  }
  order_.popped(now, command->is_cfg);
  queue->pop(now);
}

void StoreDma::check(Cycles now, const isa::St& st, std::uint32_t index) {
  const DmaTransfer transfer{.mem_address = static_cast<std::uint32_t>(st.mem_addr),
                             .space = static_cast<std::uint32_t>(isa::Space::kSpm),
                             .local_address = static_cast<std::uint32_t>(st.src),
                             .row_bytes = static_cast<std::uint32_t>(st.row_bytes),
                             .rows = static_cast<std::uint32_t>(st.rows),
                             .y0 = static_cast<std::uint32_t>(st.y0),
                             .mem_stride = static_cast<std::uint32_t>(config_.mem_stride),
                             .pitch = static_cast<std::uint32_t>(config_.pitch),
                             .interleave = static_cast<std::uint32_t>(config_.interleave),
                             .index = index};
  const std::optional<Fault> fault =
      check_transfer(transfer, hw(), registers->job_registers().read_write, Window{}, isa::ErrorCause::kWriteWindow);
  const Cycles from = now + timing::kPopToCheck;
  check_ = Check{transfer, !fault, from};
  if (fault) job->report(FaultSource::kStoreCheck, from + timing::kFaultToReport, *fault);
}

Cycles StoreDma::issue_from() const {
  const Cycles place_free =
      responses_.size() < timing::kMaxWrites ? 0 : responses_[responses_.size() - timing::kMaxWrites] + 1;
  return std::max({burst_from_, address_taken_, place_free});
}

std::uint16_t StoreDma::read_beat(const DmaBurst& burst, unsigned beat, BusBeat& data) {
  const unsigned first = beat == 0 ? burst.first_lane : 0;
  const unsigned last = beat + 1 == burst.beats ? burst.last_lane : bus_bytes_ - 1;
  const std::uint32_t address = burst.local_address + beat * bus_bytes_ + first;
  const std::size_t count = last - first + 1;
  std::array<std::int8_t, kMaxBusBytes> scratch;
  const std::int8_t* bytes = memory->memories().spm.read(address, count, scratch.data());
  data.fill(0);
  std::copy_n(bytes, count, data.begin() + first);
  return static_cast<std::uint16_t>(((1U << count) - 1) << first);
}

void StoreDma::issue(Cycles now) {
  const DmaBurst& burst = walk_.burst();
  const std::uint32_t index = walk_.index();
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
  while (responses_.size() >= timing::kMaxWrites) responses_.pop_front();
  responses_.push_back(response.moved);

  if (response.response != AxiResponse::kOkay) {
    job->report(FaultSource::kStoreBus, response.moved + timing::kFaultToReport,
                {.cause = isa::ErrorCause::kBusWrite, .command = index, .address = burst.address});
  } else if (burst.last_of_command) {
    order_.finishes(response.moved);
  }
  if (burst.last_of_command) {
    walking_ = false;
    walk_free_from_ = now + timing::kBurstToFree;
  } else {
    walk_.next();
    burst_from_ = now + timing::kBurstToBurst;
  }
}

std::string StoreDma::waits_for() const {
  if (order_.empty()) return {};
  return walking_ ? "waits for the bus" : "waits for the memory";
}

}  // namespace systolite::sc

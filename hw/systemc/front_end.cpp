// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/front_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw/systemc/timing_constants.h"
#include "sim/device/command_rules.h"

namespace systolite::sc {
namespace {

constexpr std::uint32_t kPageBytes = 4096;  // no burst crosses a boundary

}  // namespace

FrontEnd::FrontEnd(const sc_core::sc_module_name& name, ModelContext& context)
    : ClockedBlock(name, context),
      reads("reads"),
      registers("registers"),
      job("job"),
      queues("queues", isa::kNumEngines),
      bus_bytes_(static_cast<unsigned>(context.hw.dma.bus_bytes())),
      command_beats_(isa::kCommandBytes / bus_bytes_),
      burst_beats_(
          std::min(timing::kFetchBurstCommands * command_beats_, static_cast<unsigned>(context.hw.dma.burst_beats))) {}

void FrontEnd::reset() {
  sleep();
  active_ = false;
  requested_ = 0;
  last_beat_ = 0;
  arrivals_.clear();
  part_ = 0;
  head_.reset();
  index_ = 0;
  fault_reported_ = false;
}

void FrontEnd::start_job() {
  reset();
  const JobRegisters& job_registers = registers->job_registers();
  const std::uint64_t first = job_registers.stream_address;
  const std::uint64_t last = first + job_registers.stream_bytes - 1;
  const bool bad_stream = first % isa::kCommandBytes != 0 || job_registers.stream_bytes % isa::kCommandBytes != 0 ||
                          job_registers.stream_bytes == 0;
  log().unit_state(kUnit, 0, isa::State::kBusy);
  if (bad_stream || (!job_registers.read_only.holds(first, last) && !job_registers.read_write.holds(first, last))) {
    job->report(FaultSource::kFrontEnd, timing::kFaultToReport,
                {.cause = bad_stream ? isa::ErrorCause::kBadStream : isa::ErrorCause::kReadWindow,
                 .address = job_registers.stream_address});
    log().unit_state(kUnit, 1, isa::State::kIdle);
    return;
  }
  log().unit_state(kUnit, 1, isa::State::kWaitMemory);
  active_ = true;
  address_ = job_registers.stream_address;
  left_ = job_registers.stream_bytes / bus_bytes_;
  room_ = timing::kFetchCommands * command_beats_;
  request_burst(timing::kStartToRequest);
}

void FrontEnd::clear(Cycles now) {
  reset();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
}

// ------------------------------------------------------------------------------------------------------------- fetch

void FrontEnd::request_burst(Cycles from) {
  if (!active_ || requested_ != 0 || left_ == 0 || (head_ && head_->is_end())) return;
  const std::uint32_t page = (kPageBytes - address_ % kPageBytes) / bus_bytes_;
  const std::uint32_t beats = std::min({burst_beats_, left_, page});
  if (beats > room_) return;
  requested_ = beats;
  reads->request(ReadClient::kFetch, address_, beats, from);
}

void FrontEnd::granted(Cycles now, std::span<const BusReadBeat> beats) {
  address_ += requested_ * bus_bytes_;
  left_ -= requested_;
  room_ -= requested_;
  requested_ = 0;
  for (const BusReadBeat& beat : beats) {
    if (part_ == 0) arrivals_.emplace_back();
    FetchedCommand& arrival = arrivals_.back();
    std::memcpy(reinterpret_cast<std::uint8_t*>(arrival.command.w.data()) + part_ * bus_bytes_, beat.data.data(),
                bus_bytes_);
    arrival.bus_error = arrival.bus_error || beat.response != AxiResponse::kOkay;
    if (++part_ == command_beats_) {
      part_ = 0;
      arrival.complete = beat.moved;
    }
  }
  last_beat_ = beats.back().moved;
  request_burst(now + 1);
  if (!head_ && arrivals_.front().complete != kNever) wake_at(arrivals_.front().complete + timing::kBeatToHead);
}

// -------------------------------------------------------------------------------------------------------------- head

void FrontEnd::queue_changed(int engine, Cycles from) {
  if (head_ && head_->good() && (head_->is_end() || static_cast<int>(head_->engine) == engine))
    wake_at(std::max(from, head_->from));
}

bool FrontEnd::engines_idle(Cycles now) const {
  for (std::size_t engine = 0; engine < queues.size(); ++engine) {
    if (!queues[engine]->idle(now)) return false;
  }
  return true;
}

isa::State FrontEnd::head_state() const {
  if (head_->is_end()) return isa::State::kWaitEngines;
  return head_->good() ? isa::State::kQueueFull : isa::State::kWaitMemory;
}

void FrontEnd::evaluate(Cycles now) {
  bool dispatched = false;
  if (head_) {
    if (!head_->good()) {
      report_head(now);
    } else if (!head_->is_end()) {
      dispatched = dispatch(now);
    } else if (engines_idle(now) && last_beat_ < now) {
      take_end(now);
      return;
    } else if (engines_idle(now + 1)) {
      wake_at(std::max(now, last_beat_) + 1);
    }
    log().unit_state(kUnit, now, dispatched ? isa::State::kBusy : head_state());
    if (dispatched) head_.reset();
  }
  if (head_) return;
  if (dispatched) log().unit_state(kUnit, now + 1, isa::State::kWaitMemory);
  if (arrivals_.empty()) {
    check_out_of_commands(now, dispatched);
  } else if (arrivals_.front().complete < now) {
    move_to_head(now);
  } else if (arrivals_.front().complete != kNever) {
    wake_at(arrivals_.front().complete + timing::kBeatToHead);
  }
}

bool FrontEnd::dispatch(Cycles now) {
  DispatchIf& queue = *queues[static_cast<std::size_t>(head_->engine)].operator->();
  if (queue.full(now)) {
    if (!queue.full(now + 1)) wake_at(now + 1);
    return false;
  }
  queue.push(now, head_->queued);
  log().dispatch(now);
  ++index_;
  return true;
}

void FrontEnd::take_end(Cycles now) {
  log().dispatch(now);
  log().unit_state(kUnit, now, isa::State::kBusy);
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
  reset();
  job->reached_end(now);
}

void FrontEnd::move_to_head(Cycles now) {
  const FetchedCommand& arrival = arrivals_.front();
  HeadCommand& head = head_.emplace();
  head.bus_error = arrival.bus_error;
  head.legal = accepts(hw(), arrival.command);
  head.from = now + 1;
  if (head.legal) {
    const isa::Opcode opcode = *isa::opcode_of(arrival.command);
    head.engine = isa::engine_of(opcode);
    head.queued = {.command = isa::decode(arrival.command),
                   .wait = isa::wait_of(arrival.command),
                   .signal = isa::signal_of(arrival.command),
                   .index = index_,
                   .is_cfg = isa::is_cfg(opcode)};
  }
  arrivals_.pop_front();
  room_ += command_beats_;
  if (!head.is_end()) {
    request_burst(now + 1);
  } else if (requested_ != 0) {
    reads->withdraw(ReadClient::kFetch, now + 1);
  }
  wake_at(now + timing::kHeadToDispatch);
}

// ------------------------------------------------------------------------------------------------------------ faults

void FrontEnd::report_head(Cycles now) {
  if (fault_reported_) return;
  fault_reported_ = true;
  job->report(FaultSource::kFrontEnd, now + timing::kFaultToReport,
              {.cause = head_->bus_error ? isa::ErrorCause::kBusRead : isa::ErrorCause::kBadCommand,
               .command = index_,
               .address = registers->job_registers().stream_address + index_ * isa::kCommandBytes});
}

// The stream is over and no END was in it.
void FrontEnd::check_out_of_commands(Cycles now, bool dispatched) {
  if (left_ != 0 || requested_ != 0 || fault_reported_) return;
  // In the cycle of a dispatch the command is still at the head.
  const Cycles empty_from = std::max(now + (dispatched ? 1 : 0), last_beat_ + 1);
  if (empty_from > now) {
    wake_at(empty_from);
    return;
  }
  fault_reported_ = true;
  job->report(FaultSource::kFrontEnd, now + timing::kFaultToReport,
              {.cause = isa::ErrorCause::kBadStream, .address = registers->job_registers().stream_address});
}

std::string FrontEnd::waits_for() const {
  if (!active_) return {};
  if (!head_) return "waits for the stream";
  if (head_->is_end()) return "waits with END for the engines";
  return fmt::format("waits with command {} for the queue of {}", index_, isa::name(head_->engine));
}

}  // namespace systolite::sc

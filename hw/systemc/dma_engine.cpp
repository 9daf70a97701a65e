// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/dma_engine.h"

#include <algorithm>

#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

DmaEngine::DmaEngine(const sc_core::sc_module_name& name, ModelContext& context, const Kind& kind)
    : ClockedBlock(name, context),
      queue("queue"),
      registers("registers"),
      job("job"),
      memory("memory"),
      kind_(kind),
      unit_(static_cast<int>(kind.engine)),
      bus_bytes_(static_cast<std::uint32_t>(context.hw.dma.bus_bytes())),
      walk_(context.hw) {}

void DmaEngine::start_job() {
  sleep();
  order_.clear();
  check_.reset();
  walking_ = false;
  walk_free_from_ = 0;
}

void DmaEngine::clear(Cycles now) {
  DmaEngine::start_job();
  log().unit_state(unit_, now + 1, isa::State::kIdle);
  log().stop_beats(unit_, now + 1);
}

void DmaEngine::evaluate(Cycles now) {
  const bool room = order_.room();
  if (order_.done_in(now)) {
    order_.done();
    queue->complete(now);
  }
  work(now);
  leave_check(now);
  if (room) pop(now);
  log().unit_state(unit_, now + 1, order_.empty() ? isa::State::kIdle : isa::State::kWaitMemory);
  schedule(now);
}

void DmaEngine::leave_check(Cycles now) {
  if (!check_ || !check_->good || check_->from > now || walking_ || walk_free_from_ > now) return;
  walk_.start(check_->transfer);
  walking_ = true;
  check_.reset();
  burst_offered(now + timing::kCheckToBurst);
}

bool DmaEngine::can_pop(const QueuedCommand* command) const {
  return command != nullptr && (command->is_cfg || !check_);
}

void DmaEngine::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  if (!can_pop(command)) return;
  if (command->is_cfg) {
    configure(command->command);
  } else {
    check(now, *command);
  }
  order_.popped(now, command->is_cfg);
  queue->pop(now);
}

void DmaEngine::check(Cycles now, const QueuedCommand& command) {
  DmaTransfer transfer = transfer_of(command.command);
  transfer.index = command.index;
  const auto [a, b] = windows();
  const std::optional<Fault> fault = check_transfer(transfer, hw(), a, b, kind_.window_cause);
  const Cycles from = now + timing::kPopToCheck;
  check_ = Check{transfer, !fault, from};
  if (fault) job->report(kind_.check_source, from + timing::kFaultToReport, *fault);
}

void DmaEngine::burst_accepted(Cycles now) {
  if (walk_.burst().last_of_command) {
    walking_ = false;
    walk_free_from_ = now + timing::kBurstToFree;
    if (check_ && check_->good) wake_at(walk_free_from_);
  } else {
    walk_.next();
    burst_offered(now + timing::kBurstToBurst);
  }
}

void DmaEngine::transfer_finishes(Cycles now, Cycles cycle) {
  order_.finishes(cycle);
  if (order_.done_from() != kNever) wake_at(std::max(order_.done_from(), now + 1));
}

// What may happen next without anybody's help.
void DmaEngine::schedule(Cycles now) {
  if (order_.done_from() != kNever) wake_at(std::max(order_.done_from(), now + 1));
  if (next_work() != kNever) wake_at(std::max(next_work(), now + 1));
  if (check_ && check_->good && !walking_) wake_at(std::max({check_->from, walk_free_from_, now + 1}));
  if (order_.room() && can_pop(queue->head(now + 1))) wake_at(now + 1);
}

DmaEngine::Lanes DmaEngine::lanes_of(const DmaBurst& burst, unsigned beat) const noexcept {
  const unsigned first = beat == 0 ? burst.first_lane : 0;
  const unsigned last = beat + 1 == burst.beats ? burst.last_lane : bus_bytes_ - 1;
  return {first, last - first + 1};
}

std::string DmaEngine::waits_for() const {
  if (order_.empty()) return {};
  return walking_ ? "waits for the bus" : "waits for the memory";
}

}  // namespace systolite::sc

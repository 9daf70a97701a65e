// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/job_control.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace systolite::sc {

JobControl::JobControl(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus)
    : ClockedBlock(name, context),
      registers("registers"),
      reads("reads"),
      writes("writes"),
      members("members"),
      bus_(bus),
      begin_("cycle_0"),
      decide_("cycle_end") {
  SC_HAS_PROCESS(JobControl);
  SC_METHOD(begin);
  sensitive << begin_;
  dont_initialize();
  SC_METHOD(decide);
  sensitive << decide_;
  dont_initialize();
}

void JobControl::report(FaultSource source, Cycles when, const Fault& fault) {
  if (pending_fault_ &&
      (pending_fault_->when < when || (pending_fault_->when == when && pending_fault_->source <= source)))
    return;
  pending_fault_ = {source, when, fault};
  wake_at(when);
}

void JobControl::reached_end(Cycles) {
  end_reached_ = true;
  context().watchdog.watch(false);
  decide_.notify(sc_core::SC_ZERO_TIME);
}

void JobControl::register_written(const RegisterEvents& events) {
  written_ = events;
  decide_.notify(sc_core::SC_ZERO_TIME);
}

bool JobControl::clearing(Cycles now) const {
  const State current = state(context().clock.job_start() + now);
  return current == State::kStop || current == State::kReset;
}

bool JobControl::busy() const { return state(context().clock.cycles_since_reset()) != State::kNone; }

void JobControl::evaluate(Cycles) {
  context().watchdog.watch(false);
  decide_.notify(sc_core::SC_ZERO_TIME);
}

void JobControl::begin() {
  if (context().watchdog.failed()) return;
  context().clock.start_job();
  log().start_job(context().clock.job_start());
  if (registers->interrupt()) log().interrupt(0);
  bus_.start_job();
  sleep();
  pending_fault_.reset();
  for (int i = 0; i < members.size(); ++i) members[i]->start_job();
  decide_.notify(sc_core::SC_ZERO_TIME);
}

void JobControl::decide() {
  if (context().watchdog.failed()) return;
  try {
    decide_cycle(context().clock.cycles_since_reset());
    context().watchdog.check();
  } catch (...) {
    context().watchdog.fail(std::current_exception());
  }
}

std::optional<Fault> JobControl::fault_in(Cycles now, State current) const {
  // Only a running job has faults of its own.
  if (current == State::kRun && pending_fault_ && context().clock.job_start() + pending_fault_->when == now)
    return pending_fault_->fault;
  if (written_.busy_write) {
    return Fault{.cause = isa::ErrorCause::kRegBusy, .command = Fault::kNoCommand, .address = written_.busy_offset};
  }
  return std::nullopt;
}

void JobControl::enter(State next, Cycles from) {
  state_ = state(from - 1);
  next_state_ = next;
  next_from_ = from;
}

void JobControl::decide_cycle(Cycles now) {
  const State current = state(now);
  const bool was_clear = current == State::kStop || current == State::kReset;
  if (now == clear_cycle_) {
    const Cycles cycle = context().clock.job_cycle();
    sleep();
    pending_fault_.reset();
    for (int i = 0; i < members.size(); ++i) members[i]->clear(cycle);
  }
  const Cycles bus_idle_from = std::max(reads->idle_from(), writes->writes_idle_from());
  const bool bus_idle = !was_clear || bus_idle_from <= context().clock.job_cycle();
  const std::optional<Fault> fault = fault_in(now, current);

  State next = current;
  JobEvents events;
  switch (current) {
    case State::kNone:
      if (written_.doorbell) next = State::kStart;
      break;
    case State::kStart:
      next = fault ? State::kStop : State::kRun;
      break;
    case State::kRun:
      if (fault) {
        next = State::kStop;
      } else if (end_reached_) {
        next = State::kNone;
        events.ended = true;
      }
      break;
    case State::kStop:
      if (bus_idle) {
        next = State::kNone;
        events.stopped = true;
        events.fault = fault_;
      }
      break;
    case State::kReset:
      if (fault) {
        next = State::kStop;
      } else if (bus_idle) {
        next = State::kNone;
      }
      break;
  }
  if (written_.soft_reset) {
    next = State::kReset;
    events = {};
  }

  if (next == State::kStop && current != State::kStop) fault_ = *fault;
  registers->update(written_, events);
  if (written_.soft_reset) registers->clear_counters();
  if (next == State::kStart || (next == State::kStop && current == State::kReset)) registers->restart_counters();
  if (next == State::kNone && current != State::kNone) registers->hold_counters();
  written_ = {};
  end_reached_ = false;

  enter(next, now + 1);
  const bool clears = next == State::kStop || next == State::kReset;
  context().watchdog.watch(next == State::kRun);
  const Cycles next_cycle = context().clock.job_cycle() + 1;
  if (next == State::kStart) {
    begin_.notify(context().clock.duration(1));
  } else if (clears && !was_clear) {
    clear_cycle_ = now + 1;
    wake_at(next_cycle);
  } else if (clears) {
    wake_at(std::max(next_cycle, bus_idle_from));
  } else if (next == State::kRun && pending_fault_) {
    wake_at(pending_fault_->when);
  }
}

}  // namespace systolite::sc

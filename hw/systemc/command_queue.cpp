// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/command_queue.h"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace systolite::sc {
namespace {

isa::State waiting_for(std::uint32_t missing) {
  constexpr std::array<isa::State, isa::kNumEngines> kStates = {
      isa::State::kWaitLd, isa::State::kWaitWl, isa::State::kWaitMm, isa::State::kWaitVec, isa::State::kWaitSt};
  return kStates[static_cast<std::size_t>(std::countr_zero(missing))];
}

}  // namespace

CommandQueue::CommandQueue(const sc_core::sc_module_name& name, ModelContext& context, isa::Engine engine_id)
    : sc_module(name),
      tokens("tokens"),
      engine("engine"),
      listener("listener"),
      context_(context),
      id_(static_cast<int>(engine_id)) {
  context_.watchdog.add(basename(), *this);
}

void CommandQueue::reset() {
  commands_.clear();
  flying_.clear();
  last_push_ = last_pop_ = last_complete_ = kNever;
}

void CommandQueue::clear(Cycles now) {
  reset();
  context_.log.queue_state(id_, now + 1, isa::State::kIdle);
}

bool CommandQueue::full(Cycles now) const {
  const std::size_t count = commands_.size() + (last_pop_ == now ? 1 : 0);
  return count == static_cast<std::size_t>(context_.hw.queue_depth);
}

bool CommandQueue::idle(Cycles now) const {
  return commands_.empty() && flying_.empty() && last_pop_ != now && last_complete_ != now;
}

void CommandQueue::push(Cycles now, const QueuedCommand& command) {
  commands_.push_back(command);
  last_push_ = now;
  if (commands_.size() == 1) publish(now + 1);
}

const QueuedCommand* CommandQueue::head(Cycles now) const {
  if (commands_.empty() || (commands_.size() == 1 && last_push_ == now) || last_pop_ == now) return nullptr;
  const QueuedCommand& command = commands_.front();
  return tokens->missing(id_, command.wait, now) == 0 ? &command : nullptr;
}

void CommandQueue::pop(Cycles now) {
  const QueuedCommand& command = commands_.front();
  tokens->take(id_, command.wait);
  flying_.push_back(command.signal);
  commands_.pop_front();
  last_pop_ = now;
  context_.log.pop(id_, now);
  listener->queue_changed(id_, now + 1);
  publish(now + 1);
}

void CommandQueue::complete(Cycles now) {
  const std::uint32_t signal = flying_.front();
  flying_.pop_front();
  last_complete_ = now;
  context_.log.done(id_, now);
  tokens->give(id_, signal, now);
  if (commands_.empty() && flying_.empty()) listener->queue_changed(id_, now + 1);
}

void CommandQueue::token_given(Cycles from) {
  if (!commands_.empty()) publish(from);
}

void CommandQueue::publish(Cycles from) {
  isa::State state = isa::State::kIdle;
  if (!commands_.empty()) {
    const std::uint32_t missing = tokens->missing(id_, commands_.front().wait, from);
    state = missing != 0 ? waiting_for(missing) : isa::State::kBusy;
    if (missing == 0) engine->command_offered(from);
  }
  context_.log.queue_state(id_, from, state);
}

std::string CommandQueue::waits_for() const {
  if (commands_.empty()) return {};
  std::uint32_t missing = tokens->missing(id_, commands_.front().wait, context_.clock.job_cycle() + 1);
  if (missing == 0) return fmt::format("waits with command {} for its engine", commands_.front().index);
  std::string engines;
  for (; missing != 0; missing &= missing - 1) {
    engines += engines.empty() ? "" : ", ";
    engines += isa::name(static_cast<isa::Engine>(std::countr_zero(missing)));
  }
  return fmt::format("waits with command {} for a token of {}", commands_.front().index, engines);
}

}  // namespace systolite::sc

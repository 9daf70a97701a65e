// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/event_order.h"

#include <algorithm>

namespace systolite::functional {

void Moment::join(const Moment& earlier) {
  for (std::size_t e = 0; e < completed.size(); ++e) {
    completed[e] = std::max(completed[e], earlier.completed[e]);
    started[e] = std::max(started[e], earlier.started[e]);
  }
}

EventOrder::EventOrder(const HwConfig& hw, const CommandProgram& program)
    : program_(program), orders_(program.commands.size()), givers_(program.commands.size()) {
  Scheduler(hw, program, Scheduler::kFewestInFlight).run(*this, choose_stream_order);
}

bool EventOrder::ordered(std::size_t first, std::size_t second) const {
  const ProgramCommand& command = program_.commands[first];
  return orders_[second].access.completed[static_cast<std::size_t>(command.engine)] > command.position;
}

// A command starts after its predecessor has started, not after it has completed: engines overlap their own commands.
void EventOrder::start(std::size_t index) {
  const ProgramCommand& command = program_.commands[index];
  const auto engine = static_cast<std::size_t>(command.engine);
  Moment& moment = last_start_[engine];
  for (std::size_t p = 0; p < kEngines; ++p) {
    if ((command.wait >> p & 1U) == 0) continue;
    const Token& token = tokens_[p][engine][taken_[p][engine]++];
    moment.join(token.moment);
    givers_[index][p] = token.giver;
  }
  moment.started[engine] = command.position + 1;
  orders_[index].access = moment;
}

void EventOrder::load_tile(std::size_t index, std::int64_t tile) {
  const ProgramCommand& command = program_.commands[index];
  last_load_.join(orders_[index].access);
  last_load_.join(last_take_);  // the shadow registers were free again
  if (tile + 1 == command.tiles) last_load_.completed[static_cast<std::size_t>(command.engine)] = command.position + 1;
}

void EventOrder::take_tile(std::size_t index, std::int64_t tile) {
  last_take_.join(orders_[index].access);
  last_take_.join(last_load_);
  if (tile == 0) orders_[index].access = last_take_;
}

void EventOrder::complete(std::size_t index) {
  const ProgramCommand& command = program_.commands[index];
  const auto engine = static_cast<std::size_t>(command.engine);
  Moment& moment = last_done_[engine];
  moment.join(orders_[index].access);
  if (command.engine == isa::Engine::kWl && command.tiles > 0) moment.join(last_load_);
  if (command.engine == isa::Engine::kMm && command.tiles > 0) moment.join(last_take_);
  moment.completed[engine] = command.position + 1;
  orders_[index].done = moment;
  for (std::size_t c = 0; c < kEngines; ++c) {
    if ((command.signal >> c & 1U) != 0) tokens_[engine][c].push_back({moment, index});
  }
}

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/vector_engine.h"

#include <algorithm>
#include <type_traits>

#include "hw/systemc/program_rules.h"
#include "hw/systemc/timing_constants.h"
#include "sim/functional/column_tiles.h"
#include "sim/functional/vector_engine.h"

namespace systolite::sc {

VectorEngine::VectorEngine(const sc_core::sc_module_name& name, ModelContext& context)
    : ClockedBlock(name, context), queue("queue"), job("job"), memory("memory") {}

void VectorEngine::start_job() {
  sleep();
  ready_from_ = 0;
  done_from_.clear();
}

void VectorEngine::clear(Cycles now) {
  start_job();
  log().unit_state(kUnit, now + 1, isa::State::kIdle);
}

void VectorEngine::evaluate(Cycles now) {
  const bool room = done_from_.size() < timing::kMaxInFlight;
  if (!done_from_.empty() && done_from_.front() <= now) {
    done_from_.pop_front();
    queue->complete(now);
  }
  if (room && ready_from_ <= now) pop(now);
  log().unit_state(kUnit, now + 1, done_from_.empty() ? isa::State::kIdle : isa::State::kBusy);

  // What may happen next without anybody's help.
  if (!done_from_.empty()) wake_at(std::max(done_from_.front(), now + 1));
  if (done_from_.size() < timing::kMaxInFlight) {
    const Cycles next = std::max(ready_from_, now + 1);
    if (queue->head(next) != nullptr) wake_at(next);
  }
}

void VectorEngine::pop(Cycles now) {
  const QueuedCommand* command = queue->head(now);
  if (command == nullptr) return;
  if (command->is_cfg) {
    // In the first cycle of a stop the command still leaves its queue, but it no longer takes effect.
    if (!job->clearing(now)) {
      if (const auto* scale = std::get_if<isa::VecCfgScale>(&command->command)) require_rules(*scale, command->index);
      config_.apply(command->command);
    }
    ready_from_ = now + 1;
    done_from_.push_back(now + 1);
  } else {
    execute(*command);
    ready_from_ = now + length_of(command->command);
    done_from_.push_back(ready_from_ + timing::kStepToWrite);
  }
  queue->pop(now);
}

std::int64_t VectorEngine::groups(std::int64_t bytes) const {
  return (bytes + context().hw.requant_lanes - 1) / context().hw.requant_lanes;
}

Cycles VectorEngine::length_of(const isa::AnyCommand& command) const {
  if (const auto* requant = std::get_if<isa::Requant>(&command))
    return timing::kSetupRequant +
           static_cast<Cycles>(functional::groups_of(*requant, hw()) * requant->nrows * requant->ncols);
  if (const auto* add = std::get_if<isa::Add>(&command))
    return timing::kSetupAdd + timing::kAddSteps * static_cast<Cycles>(groups(add->len) + 1);
  const auto& pool = std::get<isa::Pool>(command);
  return timing::kSetupPool +
         static_cast<Cycles>(groups(pool.nch) * pool.nrows * pool.ncols * config_.vec_in.kh * config_.vec_in.kw);
}

void VectorEngine::execute(const QueuedCommand& command) {
  functional::LocalMemories& memories = memory->memories();
  if (const auto* requant = std::get_if<isa::Requant>(&command.command)) {
    require_rules(*requant, command.index, config_.vec_out, hw());
    functional::execute(*requant, config_, hw(), memories);
  } else if (const auto* add = std::get_if<isa::Add>(&command.command)) {
    functional::execute(*add, config_, hw(), memories);
  } else {
    functional::execute(std::get<isa::Pool>(command.command), config_, hw(), memories);
  }
}

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// Command queue of one engine: token check at the head, signal masks of the commands in flight, and the state the
// engine has by its queue: idle (empty), wait_<lowest engine whose token is missing>, else busy (the cycle of the pop).
//   Timing: a command pushed in a cycle may be popped from the next one on; a place freed by a pop can be filled from
//   the next cycle on.
#pragma once

#include <deque>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/model_context.h"

namespace systolite::sc {

class CommandQueue final : public sc_core::sc_module,
                           public DispatchIf,
                           public IssueIf,
                           public TokenListenerIf,
                           public JobMemberIf,
                           public Waiter {
 public:
  sc_core::sc_port<TokenIf> tokens;
  sc_core::sc_port<EngineIf> engine;
  sc_core::sc_port<QueueListenerIf> listener;

  CommandQueue(const sc_core::sc_module_name& name, ModelContext& context, isa::Engine engine_id);

  [[nodiscard]] bool full(Cycles now) const override;
  void push(Cycles now, const QueuedCommand& command) override;
  [[nodiscard]] bool idle(Cycles now) const override;

  [[nodiscard]] const QueuedCommand* head(Cycles now) const override;
  void pop(Cycles now) override;
  void complete(Cycles now) override;

  void token_given(Cycles from) override;

  void start_job() override { reset(); }
  void clear(Cycles now) override;
  [[nodiscard]] std::string waits_for() const override;

 private:
  void reset();
  // The state from the next cycle on, and whether the head may be popped then.
  void publish(Cycles from);

  ModelContext& context_;
  int id_;
  std::deque<QueuedCommand> commands_;
  std::deque<std::uint32_t> flying_;  // signal masks of the commands popped and not completed
  Cycles last_push_ = kNever;
  Cycles last_pop_ = kNever;
  Cycles last_complete_ = kNever;
};

}  // namespace systolite::sc

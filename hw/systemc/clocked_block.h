// SPDX-License-Identifier: Apache-2.0
// Base of the accelerator's blocks: runs in the cycles in which something can happen, not in every cycle.
#pragma once

#include <systemc>

#include "hw/systemc/model_context.h"

namespace systolite::sc {

// All blocks follow one rule, that of registered outputs: what a block does in a cycle, other blocks see in the next
// one. Calls between blocks therefore carry the cycle, state says from which cycle it holds, and the order in which the
// blocks of a cycle run does not matter. Every block runs at most once in a cycle, before the decisions of JobControl
// for it.
class ClockedBlock : public sc_core::sc_module, public Waiter {
 protected:
  ClockedBlock(const sc_core::sc_module_name& name, ModelContext& context);

  // Calls evaluate() in `cycle`, a later one than the current.
  void wake_at(Cycles cycle);
  // Forgets all wake_at().
  void sleep();
  virtual void evaluate(Cycles now) = 0;

  [[nodiscard]] const HwConfig& hw() const noexcept { return context_.hw; }
  [[nodiscard]] ActivityLog& log() noexcept { return context_.log; }
  [[nodiscard]] ModelContext& context() noexcept { return context_; }
  [[nodiscard]] const ModelContext& context() const noexcept { return context_; }

 private:
  void run();

  ModelContext& context_;
  sc_core::sc_event wake_up_;
  Cycles wake_up_cycle_ = kNever;
};

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/clocked_block.h"

#include <fmt/format.h>

#include <exception>

#include "sim/core/error.h"

namespace systolite::sc {

ClockedBlock::ClockedBlock(const sc_core::sc_module_name& name, ModelContext& context)
    : sc_module(name), context_(context), wake_up_("wake_up") {
  SC_HAS_PROCESS(ClockedBlock);
  SC_METHOD(run);
  sensitive << wake_up_;
  dont_initialize();
  context_.watchdog.add(basename(), *this);
}

void ClockedBlock::wake_at(Cycles cycle) {
  if (cycle >= wake_up_cycle_) return;
  if (cycle <= context_.clock.job_cycle()) {
    throw Error(ExitCode::kInternal,
                fmt::format("{} wants to run in cycle {} of the job, which is not a later one.", name(), cycle));
  }
  if (wake_up_cycle_ == kNever) context_.watchdog.wake_up_set();
  wake_up_cycle_ = cycle;
  wake_up_.notify(context_.clock.time_to(cycle));
}

void ClockedBlock::sleep() {
  if (wake_up_cycle_ == kNever) return;
  wake_up_.cancel();
  wake_up_cycle_ = kNever;
  context_.watchdog.wake_up_gone();
}

void ClockedBlock::run() {
  // The process may have been triggered already when sleep() was called.
  if (wake_up_cycle_ == kNever || context_.watchdog.failed()) return;
  const Cycles now = wake_up_cycle_;
  wake_up_cycle_ = kNever;
  context_.watchdog.wake_up_gone();
  try {
    evaluate(now);
    context_.watchdog.check();
  } catch (...) {
    context_.watchdog.fail(std::current_exception());
  }
}

}  // namespace systolite::sc

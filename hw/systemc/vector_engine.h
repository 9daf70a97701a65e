// SPDX-License-Identifier: Apache-2.0
// Vector engine: requantisation of accumulator blocks, element-wise ADD, pooling.
//   Timing: a command popped in cycle p has S set-up cycles and N steps: requant kSetupRequant and one step a pixel and
//   channel group (none reaches across two column tiles), add kSetupAdd and kAddSteps a group and one group more, pool
//   kSetupPool and one step a window element and group. The next pop is possible from p + S + N on, with fewer than
//   kMaxInFlight commands popped and not done. done is p + S + N + kStepToWrite. A configuration command takes effect
//   with its pop and is done in the next cycle or after the command before. State: busy from the cycle after a pop to
//   its done. Data: a command is computed as a whole when it is popped: its operands are there, and its results are
//   used after done at the earliest, or by later commands of this engine, which read them only after they have been
//   written.
#pragma once

#include <deque>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"

namespace systolite::sc {

class VectorEngine final : public ClockedBlock, public EngineIf, public JobMemberIf {
 public:
  sc_core::sc_port<IssueIf> queue;
  sc_core::sc_port<JobIf> job;
  sc_core::sc_port<LocalMemoryIf> memory;

  VectorEngine(const sc_core::sc_module_name& name, ModelContext& context);

  void command_offered(Cycles from) override { wake_at(std::max(from, ready_from_)); }
  void start_job() override;
  void clear(Cycles now) override;
  // Nothing but time.
  [[nodiscard]] std::string waits_for() const override { return {}; }

 private:
  static constexpr int kUnit = static_cast<int>(isa::Engine::kVec);

  void evaluate(Cycles now) override;
  void pop(Cycles now);
  // Set-up cycles and steps.
  [[nodiscard]] Cycles length_of(const isa::AnyCommand& command) const;
  void execute(const QueuedCommand& command);
  [[nodiscard]] std::int64_t groups(std::int64_t bytes) const;

  functional::EngineConfig config_;
  Cycles ready_from_ = 0;
  std::deque<Cycles> done_from_;  // of the commands popped and not done
};

}  // namespace systolite::sc

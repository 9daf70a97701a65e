// SPDX-License-Identifier: Apache-2.0
// Scratchpad, weight buffer, accumulator and requantisation tables. Their ports never conflict in a legal program, so
// they have no timing of their own. They keep their contents from job to job.
#pragma once

#include "hw/systemc/block_interfaces.h"

namespace systolite::sc {

class LocalMemory final : public sc_core::sc_module, public LocalMemoryIf {
 public:
  LocalMemory(const sc_core::sc_module_name& name, const HwConfig& hw) : sc_module(name), memories_(hw) {}
  [[nodiscard]] functional::LocalMemories& memories() override { return memories_; }

 private:
  functional::LocalMemories memories_;
};

}  // namespace systolite::sc

// SPDX-License-Identifier: Apache-2.0
// The Verilated slt_compute with models of the memories around it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "tests/rtl_compute/data_model.h"
#include "tests/rtl_compute/timing_model.h"

class VerilatedContext;
class Vslt_compute;

namespace systolite::rtl_compute {

class ComputeDut {
 public:
  // `memories` supplies scratchpad and weight buffer.
  ComputeDut(const DataModel& memories, std::uint64_t seed);
  ~ComputeDut();

  struct Observed {
    ProgramTimes times;
    bool finished = false;
    long bank_conflicts = 0;  // cycles in which two buses read in one bank
    long triple_reads = 0;    // cycles in which all three read
    std::string failure;      // empty: none
  };
  // Runs a program. Reads the other accumulator half now and then and compares it with the model. With `stop_after` the
  // engines are flushed in that cycle.
  Observed run(const ComputeProgram& program, int half, std::optional<long> stop_after);

  std::array<std::uint32_t, kCols> read_entry(int entry);
  // Keeps the engines busy without checks, for measurements.
  void run_cycles(const ComputeProgram& program, long cycles);

 private:
  void cycle();
  void settle();
  void answer_memories(Observed& observed);

  const DataModel& memories_;
  std::mt19937_64 random_;
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Vslt_compute> top_;
};

}  // namespace systolite::rtl_compute

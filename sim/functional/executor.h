// SPDX-License-Identifier: Apache-2.0
// Executes command streams with the meaning hw/MICROARCHITECTURE.md gives them, without time.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/hw_config.h"
#include "sim/functional/dma.h"
#include "sim/functional/local_memories.h"
#include "sim/functional/matrix_engine.h"
#include "sim/memory/bus_memory.h"
#include "slt_isa.hpp"

namespace systolite {

// Local memories keep their contents from job to job, as in the device. Configuration registers do not: every job
// starts with the defaults, so that a program that relies on the job before it shows.
class Executor {
 public:
  // Both arguments must outlive the executor. Local memories start as zeros, windows as in Windows::whole().
  Executor(const HwConfig& hw, BusMemory& memory);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void set_windows(const Windows& windows) noexcept { windows_ = windows; }
  // Fills the local memories with pseudo-random bytes.
  void fill_local(std::uint64_t seed) { local_.fill(seed); }

  // All three throw DeviceError. The memory contents after an error are unspecified.
  // In stream order: of the commands that can proceed, always the earliest. `stream_address`, where the stream lies in
  // memory, serves the address of an error only.
  void run(std::span<const isa::Command> commands, std::uint32_t stream_address = 0);
  // Engines run their queues in order and respect tokens; who proceeds next is drawn from the seed. A correct program
  // gives the result of run() for every seed.
  void run_reordered(std::span<const isa::Command> commands, std::uint64_t seed);
  // As the device does after a doorbell: reads the stream from memory first.
  void run_stream(std::uint32_t address, std::uint32_t bytes);

  // Multiply-accumulates of all jobs so far, padded taps included, idle columns excluded.
  [[nodiscard]] std::int64_t macs() const noexcept { return matrix_.macs(); }
  [[nodiscard]] functional::LocalMemories& local() noexcept { return local_; }
  [[nodiscard]] const functional::LocalMemories& local() const noexcept { return local_; }

 private:
  const HwConfig& hw_;
  BusMemory& memory_;
  Windows windows_;
  functional::LocalMemories local_;
  functional::MatrixEngine matrix_;
};

}  // namespace systolite

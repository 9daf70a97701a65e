// SPDX-License-Identifier: Apache-2.0
// The RTL and the fast model side by side: the same memory contents, the same accesses in the same cycles.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/random_stalls.h"
#include "sim/rtl/rtl_device.h"
#include "sim/session/fast_device.h"
#include "slt_isa.hpp"
#include "tests/fast/configuration.h"

namespace systolite::fast {

// Builds the simulation if there is none yet.
[[nodiscard]] std::filesystem::path rtl_library(const HwConfig& hw);

class DevicePair {
 public:
  // `hw` outlives it.
  explicit DevicePair(const HwConfig& hw);

  void set_stalls(const std::optional<RandomStalls>& stalls);
  void inject_error(std::uint32_t address, AxiResponse response);
  void clear_errors();
  void write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes);
  void write_stream(std::uint32_t address, std::span<const isa::Command> stream);

  void write_register(std::uint32_t offset, std::uint32_t value);
  // Fails the test if the two differ, as do the others.
  std::uint32_t read_register(std::uint32_t offset);
  bool advance_until_irq(Cycles limit);
  void advance(Cycles cycles);

  // All counters, status and error registers.
  void compare_registers();
  // Takes and compares the traces. `stream`: what the job has executed.
  Trace compare_traces(std::span<const isa::Command> stream);
  void compare_sram();

  // Sets up and starts a job with every window open.
  void start(std::uint32_t address, std::uint32_t bytes);
  // Runs a job to its end and compares everything.
  Trace run(std::uint32_t address, std::span<const isa::Command> stream);

 private:
  void compare_time();

  const HwConfig& hw_;
  BusMemory rtl_memory_;
  BusMemory fast_memory_;
  RtlDevice rtl_;
  FastDevice fast_;
};

}  // namespace systolite::fast

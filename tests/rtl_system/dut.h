// SPDX-License-Identifier: Apache-2.0
// Verilated slt_top with a register bus, a memory and a record of what happened when.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bus_model.h"
#include "local_memory.h"
#include "slt_isa.hpp"

class Vslt_system_tb;
class VerilatedContext;

namespace systolite::test {

// Cycles of one job, counted like Dut::now().
struct JobRecord {
  Cycle doorbell = 0;  // APB access cycle
  Cycle irq = 0;       // first cycle with the line high; 0 if it never rose
  std::array<std::vector<Cycle>, isa::kNumEngines> pops;
  std::array<std::vector<Cycle>, isa::kNumEngines> dones;
  std::vector<Cycle> dispatches;         // front end busy, the check at the start left out
  std::array<std::vector<Cycle>, 2> ar;  // by id
  std::array<std::vector<Cycle>, 2> beats;
  std::vector<Cycle> aw, w, b;
  std::array<std::array<Cycle, 16>, isa::kNumEngines + 1> states{};  // cycles of the job in each state
  [[nodiscard]] bool finished() const { return irq != 0; }
};

struct Status {
  bool busy, done, error;
  isa::ErrorCause cause;
  std::uint32_t command, address;
};

class Dut {
 public:
  Dut();
  ~Dut();

  BusModel bus;

  void cycle();
  void cycles(Cycle count);
  [[nodiscard]] Cycle now() const { return now_; }
  [[nodiscard]] bool irq() const { return irq_; }

  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  [[nodiscard]] bool last_access_failed() const { return slave_error_; }

  // Puts the commands at `address`, programs windows and stream, rings the doorbell, and runs until the interrupt.
  // `during` is called in every cycle of the job and may access registers.
  JobRecord run(const std::vector<isa::Command>& commands, const std::function<void()>& during = {},
                Cycle limit = 2'000'000);
  void start(const std::vector<isa::Command>& commands);
  JobRecord finish(const std::function<void()>& during = {}, Cycle limit = 2'000'000);
  Status status();
  void clear_irq();
  [[nodiscard]] std::uint8_t peek(LocalMemory memory, std::uint32_t address);

  std::uint32_t stream_address = kMemoryBase;
  Range window0{kMemoryBase, kMemoryBase + kMemoryBytes / 2 - 1};
  Range window1{kMemoryBase + kMemoryBytes / 2, kMemoryBase + kMemoryBytes - 1};

 private:
  void reset();
  std::uint32_t transfer(bool write, std::uint32_t offset, std::uint32_t value);

  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Vslt_system_tb> top_;
  Cycle now_ = 0;
  bool irq_ = false;
  bool slave_error_ = false;
  bool recording_ = false;
  JobRecord record_;
};

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// A SoC with two test masters: one in the place of the processor, one in that of the accelerator's memory port.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <systemc>

#include "sim/memory/bus_memory.h"
#include "sim/memory/memory_system.h"
#include "sim/soc/accelerator.h"
#include "sim/soc/soc.h"
#include "tests/sim/small_config.h"
#include "tests/soc/test_master.h"

namespace systolite::test {

// Registers that hold what is written; the interrupt line follows register 0.
class RegisterBank final : public Accelerator {
 public:
  RegisterBank(const sc_core::sc_module_name& name, const ClockDomain& clock) : Accelerator(name, clock) {
    SC_HAS_PROCESS(RegisterBank);
    SC_METHOD(update);
    sensitive << change_;
    dont_initialize();
  }
  Trace take_trace() override { return {}; }

 private:
  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override {
    end = now + kAccessCycles;
    return values_[offset];
  }
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override {
    end = now + kAccessCycles;
    values_[offset] = value;
    change_.notify(time_until(end));
    return true;
  }
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override { return values_[offset]; }
  void update() { irq.write(values_[0] != 0); }

  std::map<std::uint32_t, std::uint32_t> values_;
  sc_core::sc_event change_;
};

struct TestBoard {
  explicit TestBoard(const HwConfig& hw = small_config())
      : config(hw),
        soc(
            "soc", config, contents, timing,
            [](const sc_core::sc_module_name& name, const ClockDomain& clock) {
              return std::make_unique<RegisterBank>(name, clock);
            },
            [this](char c) { printed += c; }) {
    cpu.bus.bind(soc.bus.cpu);
  }

  void run(Cycles cycles) { sc_core::sc_start(soc.clock().duration(cycles), sc_core::SC_RUN_TO_TIME); }
  // What a 32-bit register access from the processor reads; the simulation runs for as long as it takes.
  std::uint32_t read(std::uint32_t address) {
    std::uint32_t value = 0;
    const Answer answer = cpu.read_word(address, value);
    if (answer.status != tlm::TLM_OK_RESPONSE) throw std::runtime_error("the read failed");
    sc_core::sc_start(answer.delay, sc_core::SC_RUN_TO_TIME);
    return value;
  }
  void write(std::uint32_t address, std::uint32_t value) {
    const Answer answer = cpu.write_word(address, value);
    if (answer.status != tlm::TLM_OK_RESPONSE) throw std::runtime_error("the write failed");
    sc_core::sc_start(answer.delay, sc_core::SC_RUN_TO_TIME);
  }
  [[nodiscard]] Cycles now() const { return soc.clock().at(sc_core::sc_time_stamp()); }
  [[nodiscard]] sc_core::sc_time cycles(Cycles count) const { return soc.clock().duration(count); }

  HwConfig config;
  BusMemory contents{config};
  MemorySystem timing{contents, config};
  std::string printed;
  Soc soc;
  TestMaster cpu{"cpu"};
};

}  // namespace systolite::test

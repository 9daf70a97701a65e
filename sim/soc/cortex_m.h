// SPDX-License-Identifier: Apache-2.0
// A simulated Cortex-M as master of the SoC's bus.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "sim/cpu/cpu.h"
#include "sim/device/trace.h"
#include "sim/memory/bus_memory.h"
#include "sim/soc/clock_domain.h"
#include "sim/soc/run_ahead.h"

namespace systolite {

// The processor's clock is that of the SoC and its cycle 0 is that of the simulation. Memory it reads and writes
// directly (`BusMemory`), devices through `bus`. In which cycle which of the two sees what:
//
// - The processor looks at its interrupt lines between instructions: the line of cycle c is seen by an instruction that
//   begins in c.
// - An access to a device whose transfer would end with cycle c - 1 without wait states is on the bus from cycle c on:
//   the bridge between them takes one cycle. It ends when the device says, and the processor waits until then.
//   It is made in the last instant of cycle c - 1, so that it comes before everything that happens in c.
class CortexM final : public sc_core::sc_module, public cpu::Bus {
 public:
  tlm_utils::simple_initiator_socket<CortexM> bus;
  // Line i is interrupt i of the processor.
  sc_core::sc_vector<sc_core::sc_in<bool>> lines;

  // The processor sees the regions of `memory`: flash through the flash interface of the profile, SRAM without wait
  // states, external memory with the latency of its description. `clock` is copied, everything else outlives it.
  CortexM(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config, BusMemory& memory,
          const cpu::CoreConfig& core, const cpu::Profile& profile, std::size_t line_count);

  // Before the simulation starts.
  void set_run_ahead(RunAhead run_ahead) noexcept { run_ahead_ = run_ahead; }
  // How messages name an address of the program; else they show the number.
  void name_addresses(std::function<std::string(std::uint32_t)> name) { name_address_ = std::move(name); }
  // `before` is called before every write of this address.
  void watch_writes(std::uint32_t address, std::function<void()> before);

  // Starts the program whose vector table is at this address, from the next time the simulation runs. Memory has been
  // written before. The simulation pauses when it ends (`stop()`), or when an exception is thrown inside
  // (`rethrow_failure()`).
  void start(std::uint32_t vector_table);
  // The processor stops with Error(kDevice) in the first instruction that ends later.
  void set_limit(Cycles cycle) noexcept { limit_ = cycle; }

  // Why the program ended; nothing while it goes on.
  [[nodiscard]] const std::optional<cpu::Stop>& stop() const noexcept { return stop_; }
  void rethrow_failure();

  [[nodiscard]] cpu::Cpu& cpu() noexcept { return cpu_; }

  cpu::BusReply access(std::uint32_t address, int bytes, bool write, std::uint32_t& value,
                       std::uint64_t cycle) override;

 private:
  struct Watch {
    std::uint32_t address;
    std::function<void()> before;
  };

  void execute();
  void run_program();
  void sleep();
  void note_lines();
  // Lets the simulation come to the start of a cycle, and everything happen that happens then. Whether a line changed.
  bool follow_to(Cycles cycle);
  // The cycle in which the simulation has its next event; cpu::kForever: none.
  [[nodiscard]] Cycles next_event() const;
  bool set_lines();
  void check_limit() const;

  ClockDomain clock_;
  cpu::Cpu cpu_;
  RunAhead run_ahead_ = RunAhead::kNextEvent;
  Cycles limit_ = cpu::kForever;
  std::function<std::string(std::uint32_t)> name_address_;
  std::vector<Watch> watches_;
  std::vector<bool> levels_;
  std::optional<std::uint32_t> vector_table_;
  std::optional<cpu::Stop> stop_;
  std::exception_ptr failure_;
  sc_core::sc_event start_;
  sc_core::sc_event line_changed_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// A SoC as a Device: the host is the bus master in the place of the processor.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/memory_system.h"
#include "sim/soc/soc.h"

namespace systolite {

// Register accesses are TLM-2.0 transactions from outside the simulation, which then runs for the time they took.
// Several may be made in a process, all before the first access to any of them: that starts the simulation, and SystemC
// builds nothing afterwards. They share the simulation time, so now() also counts cycles in which another one was used.
class SocDevice final : public Device {
 public:
  // `memory` outlives the device. Throws what Soc and `make_accelerator` throw.
  SocDevice(
      const HwConfig& config, BusMemory& memory, const AcceleratorFactory& make_accelerator,
      Uart::Sink uart_sink = [](char) {});
  ~SocDevice() override;

  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;
  [[nodiscard]] bool irq() const override;
  bool advance_until_irq(Cycles limit) override;
  void advance(Cycles cycles) override;
  [[nodiscard]] Cycles now() const override;
  Trace take_trace() override;

  [[nodiscard]] Soc& soc() noexcept;
  // Stalls and faults of the memories, for tests.
  [[nodiscard]] MemorySystem& memory() noexcept;

 private:
  struct Board;

  static std::vector<std::unique_ptr<Board>>& retired();
  std::uint32_t access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t value);
  void run(const sc_core::sc_time& duration);

  std::unique_ptr<Board> board_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The system on chip: bus, memories, accelerator, timer, UART and interrupt controller. The processor is outside: a bus
// master on `bus.cpu` with the interrupt line `cpu_irq`.
#pragma once

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/bus_port.h"
#include "sim/soc/accelerator.h"
#include "sim/soc/bus_port_target.h"
#include "sim/soc/clock_domain.h"
#include "sim/soc/interconnect.h"
#include "sim/soc/interrupt_controller.h"
#include "sim/soc/memory_target.h"
#include "sim/soc/timer.h"
#include "sim/soc/uart.h"

namespace systolite {

// Makes the accelerator inside the Soc under construction.
using AcceleratorFactory =
    std::function<std::unique_ptr<Accelerator>(const sc_core::sc_module_name& name, const ClockDomain& clock)>;

class Soc final : public sc_core::sc_module {
 public:
  // `contents` and `timing` are the memories, the latter as the accelerator's bursts see them; both outlive the Soc.
  // Throws Error: kConfig when a memory region overlaps a device of configs/soc_regs.yaml; kInternal when a simulation
  // has started in this process, because SystemC builds no module after that.
  Soc(const sc_core::sc_module_name& name, const HwConfig& config, BusMemory& contents, BusPort& timing,
      const AcceleratorFactory& make_accelerator, Uart::Sink uart_sink);

  [[nodiscard]] const ClockDomain& clock() const noexcept { return clock_; }
  [[nodiscard]] Accelerator& accelerator() noexcept { return *accelerator_; }

 private:
  ClockDomain clock_;

 public:
  Interconnect bus;
  Uart uart;
  sc_core::sc_vector<sc_core::sc_signal<bool>> interrupts;  // index: SLT_SOC_*_INTERRUPT
  sc_core::sc_signal<bool> cpu_irq;

 private:
  BusPortTarget bursts_;
  std::vector<std::unique_ptr<MemoryTarget>> memories_;  // by region
  Timer timer_;
  InterruptController interrupt_controller_;
  std::unique_ptr<Accelerator> accelerator_;
};

}  // namespace systolite

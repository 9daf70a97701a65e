// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/soc.h"

#include <string>
#include <utility>

#include "sim/core/error.h"
#include "slt_regs.h"
#include "slt_soc.h"

namespace systolite {
namespace {

static_assert(SLT_SOC_ACCELERATOR_BYTES == SLT_REG_SPACE_BYTES);

unsigned bus_bytes(const HwConfig& config) { return static_cast<unsigned>(config.dma.bus_bytes()); }

// Before any module is made: SystemC's own complaint comes too late and ends the process.
const sc_core::sc_module_name& check_elaboration(const sc_core::sc_module_name& name) {
  if (sc_core::sc_get_status() != sc_core::SC_ELABORATION) {
    throw Error(ExitCode::kInternal,
                "A SoC cannot be built after a SystemC simulation has started in the same process: build all of them "
                "before the first one runs.");
  }
  return name;
}

}  // namespace

Soc::Soc(const sc_core::sc_module_name& name, const HwConfig& config, BusMemory& contents, BusPort& timing,
         const AcceleratorFactory& make_accelerator, Uart::Sink uart_sink)
    : sc_module(check_elaboration(name)),
      clock_(config.clock_mhz),
      bus("bus"),
      uart("uart", clock_, std::move(uart_sink)),
      interrupts("interrupt", SLT_SOC_NUM_INTERRUPTS),
      cpu_irq("cpu_irq"),
      bursts_("bursts", timing, bus_bytes(config)),
      timer_("timer", clock_),
      interrupt_controller_("interrupts", clock_),
      accelerator_(make_accelerator("accelerator", clock_)) {
  bus.bursts.bind(bursts_.bursts);
  accelerator_->memory.bind(bus.accelerator);

  for (const RegionId id : config.regions()) {
    const MemoryRegion& region = config.region(id);
    const auto access = id == RegionId::kFlash ? MemoryTarget::Access::kReadOnly : MemoryTarget::Access::kReadWrite;
    memories_.push_back(
        std::make_unique<MemoryTarget>(::systolite::name(id), clock_, contents, region, access, bus_bytes(config)));
    bus.attach(std::string("memory.") + ::systolite::name(id), region.base, region.bytes, memories_.back()->bus);
  }
  bus.attach("accelerator", SLT_SOC_ACCELERATOR_BASE, SLT_SOC_ACCELERATOR_BYTES, accelerator_->registers);
  bus.attach("timer", SLT_SOC_TIMER_BASE, SLT_SOC_TIMER_BYTES, timer_.registers);
  bus.attach("uart", SLT_SOC_UART_BASE, SLT_SOC_UART_BYTES, uart.registers);
  bus.attach("interrupts", SLT_SOC_INTERRUPTS_BASE, SLT_SOC_INTERRUPTS_BYTES, interrupt_controller_.registers);

  accelerator_->irq.bind(interrupts[SLT_SOC_ACCELERATOR_INTERRUPT]);
  timer_.irq.bind(interrupts[SLT_SOC_TIMER_INTERRUPT]);
  uart.irq.bind(interrupts[SLT_SOC_UART_INTERRUPT]);
  interrupt_controller_.lines.bind(interrupts);
  interrupt_controller_.irq.bind(cpu_irq);
}

}  // namespace systolite

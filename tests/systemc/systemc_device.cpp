// SPDX-License-Identifier: Apache-2.0
#include "tests/systemc/systemc_device.h"

namespace systolite::test {

SystemcDevice::Bench::Bench(const sc_core::sc_module_name& name, const HwConfig& config, BusPort& memory)
    : sc_module(name), irq("irq"), host("host"), top("accelerator", config, memory) {
  host.bind(top.registers);
  top.irq.bind(irq);
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&irq.posedge_event());
  sc_core::sc_spawn(
      [this] {
        if (stop_at_irq) pause();
      },
      "stop", &options);
}

SystemcDevice::SystemcDevice(const HwConfig& config, BusMemory& memory)
    : memory_(memory, config), port_(memory_), bench_("bench", config, port_) {}

void SystemcDevice::advance(Cycles cycles) {
  if (cycles == 0) return;
  sc_core::sc_start(sc_core::sc_time::from_value(bench_.top.period().value() * cycles));
  bench_.top.rethrow_failure();
}

bool SystemcDevice::advance_until_irq(Cycles limit) {
  if (irq() || limit == 0) return irq();
  const Cycles end = now() + limit;
  bench_.stop_at_irq = true;
  advance(limit);
  bench_.stop_at_irq = false;
  // The simulation has paused in the first cycle with the line high, which is not over.
  if (irq() && now() < end) advance(1);
  return irq();
}

std::uint32_t SystemcDevice::transfer(tlm::tlm_command command, std::uint32_t offset, std::uint32_t value) {
  advance(1);
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof value);
  payload.set_streaming_width(sizeof value);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  bench_.host->b_transport(payload, delay);
  advance(delay.value() / bench_.top.period().value());
  advance(1);
  return value;
}

std::uint32_t SystemcDevice::read_register(std::uint32_t offset) { return transfer(tlm::TLM_READ_COMMAND, offset, 0); }

void SystemcDevice::write_register(std::uint32_t offset, std::uint32_t value) {
  transfer(tlm::TLM_WRITE_COMMAND, offset, value);
}

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// The SystemC model as a Device, with the memories directly behind its bus port. Accesses the registers as RtlDevice
// does: an idle cycle, setup, access, and one cycle more.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>
#include <tlm>

#include "hw/systemc/accelerator_top.h"
#include "sim/device/device.h"
#include "sim/memory/contention.h"
#include "sim/memory/memory_system.h"

namespace systolite::test {

// SystemC elaborates once a process: one object a process, made before anything else runs.
class SystemcDevice final : public Device {
  // Whatever memories are in use.
  struct CurrentMemory final : BusPort {
    explicit CurrentMemory(MemorySystem& first) : memory(&first) {}
    void start_job() override { memory->start_job(); }
    [[nodiscard]] Cycles read_address(Cycles offered) const override { return memory->read_address(offered); }
    void read(const BusBurst& burst, BusReadBeats& beats) override { memory->read(burst, beats); }
    [[nodiscard]] Cycles write_address(Cycles offered) const override { return memory->write_address(offered); }
    void write(const BusBurst& burst) override { memory->write(burst); }
    [[nodiscard]] Cycles write_slot(Cycles offered) const override { return memory->write_slot(offered); }
    bool write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) override {
      return memory->write_beat(offered, data, strobe, response);
    }
    MemorySystem* memory;
  };

  // Everything SystemC.
  struct Bench : sc_core::sc_module {
    Bench(const sc_core::sc_module_name& name, const HwConfig& config, BusPort& memory);
    void pause() { sc_core::sc_pause(); }

    sc_core::sc_signal<bool> irq;
    tlm_utils::simple_initiator_socket<Bench> host;
    sc::AcceleratorTop top;
    bool stop_at_irq = false;
  };

 public:
  SystemcDevice(const HwConfig& config, BusMemory& memory);
  // Continues with other memories behind the bus port, which outlive their use. Not during a job.
  void use_memory(MemorySystem& memory) noexcept { port_.memory = &memory; }

  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;
  [[nodiscard]] bool irq() const override { return bench_.irq.read(); }
  bool advance_until_irq(Cycles limit) override;
  void advance(Cycles cycles) override;
  [[nodiscard]] Cycles now() const override { return bench_.top.now(); }
  Trace take_trace() override {
    Trace trace = bench_.top.take_trace();
    mark_contention(trace, port_.memory->contention());
    return trace;
  }

  [[nodiscard]] MemorySystem& memory() noexcept { return *port_.memory; }
  // For accesses of any kind; they take effect as the simulation goes on.
  [[nodiscard]] auto& registers() noexcept { return bench_.host; }
  [[nodiscard]] const sc_core::sc_time& period() const noexcept { return bench_.top.period(); }

 private:
  std::uint32_t transfer(tlm::tlm_command command, std::uint32_t offset, std::uint32_t value);

  MemorySystem memory_;
  CurrentMemory port_;
  Bench bench_;
};

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL as a Device: register bus, clock, memories, probe.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/device/trace_recorder.h"
#include "sim/memory/axi_slave.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/memory_system.h"
#include "sim/rtl/rtl_abi.h"

namespace systolite {

class RtlDevice final : public Device {
 public:
  // `library`: from build_rtl_library() for the same configuration. `memory` outlives the device.
  // Throws Error(kTool) when the library cannot be loaded.
  RtlDevice(const HwConfig& config, BusMemory& memory, const std::filesystem::path& library);
  ~RtlDevice() override;

  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;
  [[nodiscard]] bool irq() const override { return irq_; }
  bool advance_until_irq(Cycles limit) override;
  void advance(Cycles cycles) override;
  [[nodiscard]] Cycles now() const override { return now_; }
  Trace take_trace() override;

  // Writes waveforms of the device's cycles [from, to), counted from reset, to an FST file. Needs a library built with
  // waveforms; throws Error(kTool) otherwise.
  void trace_waveforms(const std::filesystem::path& file, Cycles from, Cycles to);
  // Stalls and faults of the memories, for tests.
  [[nodiscard]] MemorySystem& memory() noexcept { return memory_; }

 private:
  enum class Apb { kIdle, kSetup, kAccess, kSettle };
  struct Library;

  static int on_cycle(void* device, const slt_rtl_outputs* outputs, slt_rtl_inputs* inputs);
  bool cycle(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs);
  bool clock_apb(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs);
  void run(Cycles cycles);
  std::uint32_t transfer(bool write, std::uint32_t offset, std::uint32_t value);

  std::unique_ptr<Library> library_;
  MemorySystem memory_;
  AxiSlave bus_;
  TraceRecorder recorder_;
  slt_rtl_model* model_ = nullptr;
  Cycles now_ = 0;
  bool irq_ = false;
  bool stop_at_irq_ = false;
  Apb apb_ = Apb::kIdle;
  bool apb_write_ = false;
  std::uint32_t apb_offset_ = 0;
  std::uint32_t apb_value_ = 0;
  bool doorbell_ = false;  // the current APB transfer starts a job
  std::exception_ptr failure_;
};

}  // namespace systolite

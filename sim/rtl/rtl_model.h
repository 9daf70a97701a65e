// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL with everything at its pins: register bus, clock, memory bus, probe.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "sim/device/trace.h"
#include "sim/device/trace_recorder.h"
#include "sim/memory/axi_slave.h"
#include "sim/memory/bus_port.h"
#include "sim/rtl/job_watchdog.h"
#include "sim/rtl/rtl_abi.h"

namespace systolite {

// Its clock runs in register accesses and in run(); Device (sim/device/device.h) says what they mean.
class RtlModel {
 public:
  // `library`: from build_rtl_library() for the configuration. `memory` outlives the model, which
  // does not use it before the first cycle.
  // Throws Error(kTool) when the library cannot be loaded.
  RtlModel(BusPort& memory, unsigned bus_bytes, const std::filesystem::path& library);
  ~RtlModel();
  RtlModel(const RtlModel&) = delete;
  RtlModel& operator=(const RtlModel&) = delete;

  std::uint32_t read_register(std::uint32_t offset);
  void write_register(std::uint32_t offset, std::uint32_t value);
  // Throws Error(kDevice) when a job can never end (sim/rtl/job_watchdog.h) and Stopped (sim/core/stop_request.h), like
  // all that let the clock run.
  void run(Cycles cycles);
  // Runs until the interrupt line is high, at most `limit` cycles. Returns irq().
  bool run_until_irq(Cycles limit);

  [[nodiscard]] bool irq() const noexcept { return irq_; }
  // Cycles since reset.
  [[nodiscard]] Cycles now() const noexcept { return now_; }
  // False when no register can change before the next access: the clock may be stopped. True up to some cycles longer
  // than needed.
  [[nodiscard]] bool busy() const noexcept;
  // Called with every change of the interrupt line and the cycle from which the new level holds.
  void on_irq(std::function<void(Cycles cycle, bool level)> observer) { on_irq_ = std::move(observer); }

  Trace take_trace() { return recorder_.take(); }
  // Writes waveforms of the cycles [from, to), counted from reset, to an FST file. Needs a library built with
  // waveforms; throws Error(kTool) otherwise.
  void trace_waveforms(const std::filesystem::path& file, Cycles from, Cycles to);

 private:
  enum class Apb { kIdle, kSetup, kAccess, kSettle };
  struct Library;

  static int on_cycle(void* device, const slt_rtl_outputs* outputs, slt_rtl_inputs* inputs);
  bool cycle(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs);
  bool clock_apb(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs);
  std::uint32_t transfer(bool write, std::uint32_t offset, std::uint32_t value);

  std::unique_ptr<Library> library_;
  BusPort& memory_;
  unsigned bus_bytes_;
  std::optional<AxiSlave> bus_;  // from the first cycle on
  TraceRecorder recorder_;
  JobWatchdog watchdog_;
  slt_rtl_model* model_ = nullptr;
  Cycles now_ = 0;
  Cycles quiet_cycles_ = 0;
  bool irq_ = false;
  bool stop_at_irq_ = false;
  std::function<void(Cycles, bool)> on_irq_;
  Apb apb_ = Apb::kIdle;
  bool apb_write_ = false;
  std::uint32_t apb_offset_ = 0;
  std::uint32_t apb_value_ = 0;
  bool doorbell_ = false;  // the current APB transfer starts a job
  std::exception_ptr failure_;
};

}  // namespace systolite

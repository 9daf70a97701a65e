// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/device_jobs.h"

#include <fmt/format.h>

#include "sim/core/error.h"
#include "slt_regs.h"

namespace systolite::lockstep {
namespace {

// No job of a lockstep run takes nearly as long; one that hangs is found earlier by the backend itself.
constexpr Cycles kJobLimit = 20'000'000;

JobCounters read_counters(Device& device) {
  JobCounters counters{};
  for (std::uint32_t i = 0; i < counters.size(); ++i)
    counters[i] = device.read_register(SLT_REG_CNT_CYCLES_OFFSET + 4 * i);
  return counters;
}

}  // namespace

void open_windows(Device& device, const HwConfig& hw) {
  device.write_register(SLT_REG_WIN0_BASE_OFFSET, hw.flash.base);
  device.write_register(SLT_REG_WIN0_LAST_OFFSET, hw.flash.base + (hw.flash.bytes - 1));
  device.write_register(SLT_REG_WIN1_BASE_OFFSET, hw.sram.base);
  device.write_register(SLT_REG_WIN1_LAST_OFFSET, hw.sram.base + (hw.sram.bytes - 1));
  device.write_register(SLT_REG_IRQ_ENABLE_OFFSET, SLT_REG_IRQ_ENABLE_DONE_MASK | SLT_REG_IRQ_ENABLE_ERROR_MASK);
}

JobOutcome run_job(Device& device, std::uint32_t stream_address, std::uint32_t stream_bytes) {
  device.write_register(SLT_REG_STREAM_ADDR_OFFSET, stream_address);
  device.write_register(SLT_REG_STREAM_BYTES_OFFSET, stream_bytes);
  device.write_register(SLT_REG_DOORBELL_OFFSET, 1);
  if (!device.advance_until_irq(kJobLimit))
    throw Error(ExitCode::kDevice, fmt::format("The job did not end within {} cycles.", kJobLimit));
  JobOutcome outcome;
  outcome.done = (device.read_register(SLT_REG_STATUS_OFFSET) & SLT_REG_STATUS_DONE_MASK) != 0;
  if (!outcome.done) {
    outcome.cause = static_cast<isa::ErrorCause>(device.read_register(SLT_REG_ERROR_CAUSE_OFFSET));
    outcome.command = device.read_register(SLT_REG_ERROR_COMMAND_OFFSET);
    outcome.address = device.read_register(SLT_REG_ERROR_ADDRESS_OFFSET);
  }
  device.write_register(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK);
  return outcome;
}

void run_jobs(Device& device, MemorySystem& memory, const LockstepStream& stream, const Jobs& jobs,
              Observation& observation) {
  open_windows(device, stream.hw);
  memory.set_stalls(stream.stalls);
  for (std::size_t i = 0; i < kJobs; ++i) {
    memory.clear_errors();
    if (i == kDrawnJob && stream.bus_error) memory.inject_error(*stream.bus_error, AxiResponse::kSlaveError);
    observation.outcomes[i] = run_job(device, jobs[i].address, jobs[i].bytes);
    observation.counters[i] = read_counters(device);
    observation.traces[i] = device.take_trace();
  }
}

}  // namespace systolite::lockstep

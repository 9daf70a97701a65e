// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/register_file.h"

#include <algorithm>
#include <utility>

#include "hw/systemc/timing_constants.h"
#include "slt_regs.h"

namespace systolite::sc {
namespace {

constexpr std::uint32_t kIrqMask = SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK;

std::uint32_t array_capability(const HwConfig& hw) {
  return static_cast<std::uint32_t>(hw.array.rows) << SLT_REG_CAP_ARRAY_ROWS_LSB |
         static_cast<std::uint32_t>(hw.array.cols) << SLT_REG_CAP_ARRAY_COLS_LSB |
         static_cast<std::uint32_t>(hw.requant_lanes) << SLT_REG_CAP_ARRAY_LANES_LSB |
         static_cast<std::uint32_t>(hw.array.depthwise_unit) << SLT_REG_CAP_ARRAY_DEPTHWISE_LSB |
         static_cast<std::uint32_t>(hw.array.weight_stationary) << SLT_REG_CAP_ARRAY_WEIGHT_STATIONARY_LSB |
         static_cast<std::uint32_t>(hw.array.output_stationary) << SLT_REG_CAP_ARRAY_OUTPUT_STATIONARY_LSB;
}

std::uint32_t system_capability(const HwConfig& hw) {
  return static_cast<std::uint32_t>(hw.dma.bus_bytes()) << SLT_REG_CAP_SYSTEM_BUS_BYTES_LSB |
         static_cast<std::uint32_t>(hw.scratchpad_banks) << SLT_REG_CAP_SYSTEM_BANKS_LSB |
         static_cast<std::uint32_t>(hw.queue_depth) << SLT_REG_CAP_SYSTEM_QUEUE_DEPTH_LSB;
}

// The register of a job at an offset, or nullptr. `Registers`: JobRegisters, const or not.
template <typename Registers>
auto job_register(Registers& registers, std::uint32_t offset) -> decltype(&registers.stream_address) {
  switch (offset) {
    case SLT_REG_STREAM_ADDR_OFFSET:
      return &registers.stream_address;
    case SLT_REG_STREAM_BYTES_OFFSET:
      return &registers.stream_bytes;
    case SLT_REG_WIN0_BASE_OFFSET:
      return &registers.read_only.base;
    case SLT_REG_WIN0_LAST_OFFSET:
      return &registers.read_only.last;
    case SLT_REG_WIN1_BASE_OFFSET:
      return &registers.read_write.base;
    case SLT_REG_WIN1_LAST_OFFSET:
      return &registers.read_write.last;
    default:
      return nullptr;
  }
}

}  // namespace

RegisterFile::RegisterFile(const sc_core::sc_module_name& name, ModelContext& context)
    : sc_module(name), job("job"), irq("irq"), context_(context), access_("access"), irq_changes_("irq_changes") {
  job_registers_.read_only = {SLT_REG_WIN0_BASE_RESET, SLT_REG_WIN0_LAST_RESET};
  job_registers_.read_write = {SLT_REG_WIN1_BASE_RESET, SLT_REG_WIN1_LAST_RESET};
  SC_HAS_PROCESS(RegisterFile);
  SC_METHOD(finish_write);
  sensitive << access_;
  dont_initialize();
  SC_METHOD(drive_irq);
  sensitive << irq_changes_;
  dont_initialize();
}

RegisterFile::Access RegisterFile::read(std::uint32_t offset, std::uint32_t& value) const {
  value = 0;
  switch (offset) {
    case SLT_REG_ID_OFFSET:
      value = SLT_REG_ID_RESET;
      break;
    case SLT_REG_VERSION_OFFSET:
      value = SLT_REG_VERSION_RESET;
      break;
    case SLT_REG_CAP_ARRAY_OFFSET:
      value = array_capability(context_.hw);
      break;
    case SLT_REG_CAP_SYSTEM_OFFSET:
      value = system_capability(context_.hw);
      break;
    case SLT_REG_SPM_BYTES_OFFSET:
      value = static_cast<std::uint32_t>(context_.hw.scratchpad_bytes);
      break;
    case SLT_REG_WBUF_BYTES_OFFSET:
      value = static_cast<std::uint32_t>(context_.hw.weight_buffer_bytes);
      break;
    case SLT_REG_ACC_ENTRIES_OFFSET:
      value = static_cast<std::uint32_t>(context_.hw.acc_entries());
      break;
    case SLT_REG_PARAM_CHANNELS_OFFSET:
      value = static_cast<std::uint32_t>(context_.hw.param_channels);
      break;
    case SLT_REG_CONFIG_ID_OFFSET:
      value = context_.hw.config_id();
      break;
    case SLT_REG_CTRL_OFFSET:
    case SLT_REG_DOORBELL_OFFSET:
      break;  // write-only
    case SLT_REG_STATUS_OFFSET:
      value = static_cast<std::uint32_t>(job->busy()) << SLT_REG_STATUS_BUSY_LSB |
              static_cast<std::uint32_t>(status().done) << SLT_REG_STATUS_DONE_LSB |
              static_cast<std::uint32_t>(status().error) << SLT_REG_STATUS_ERROR_LSB;
      break;
    case SLT_REG_IRQ_ENABLE_OFFSET:
      value = status().irq_enable;
      break;
    case SLT_REG_IRQ_STATUS_OFFSET:
      value = status().irq_status;
      break;
    case SLT_REG_ERROR_CAUSE_OFFSET:
      value = status().cause;
      break;
    case SLT_REG_ERROR_COMMAND_OFFSET:
      value = status().command;
      break;
    case SLT_REG_ERROR_ADDRESS_OFFSET:
      value = status().address;
      break;
    default:
      if (const std::uint32_t* stored = job_register(job_registers_, offset)) {
        value = *stored;
      } else if (offset >= SLT_REG_CNT_CYCLES_OFFSET && offset <= SLT_REG_CNT_WRITE_BEATS_OFFSET && offset % 4 == 0) {
        value = counter(offset);
      } else {
        return Access::kNoRegister;
      }
  }
  return Access::kOkay;
}

RegisterFile::Access RegisterFile::write(std::uint32_t offset, std::uint32_t value, const sc_core::sc_time& to_setup) {
  const bool writable = offset == SLT_REG_CTRL_OFFSET || offset == SLT_REG_DOORBELL_OFFSET ||
                        offset == SLT_REG_IRQ_ENABLE_OFFSET || offset == SLT_REG_IRQ_STATUS_OFFSET ||
                        job_register(job_registers_, offset) != nullptr;
  if (!writable) {
    std::uint32_t ignored;
    const Access access = read(offset, ignored);
    return access == Access::kOkay ? Access::kReadOnly : access;
  }
  if (write_pending_) {
    SC_REPORT_ERROR("systolite/registers", "a register was written before the access before it was over");
  }
  write_pending_ = true;
  write_offset_ = offset;
  write_value_ = value;
  access_.notify(to_setup + context_.clock.duration(timing::kSetupToAccess));
  return Access::kOkay;
}

// The access cycle of a write.
void RegisterFile::finish_write() {
  write_pending_ = false;
  RegisterEvents events;
  switch (write_offset_) {
    case SLT_REG_CTRL_OFFSET:
      events.soft_reset = (write_value_ & SLT_REG_CTRL_SOFT_RESET_MASK) != 0;
      break;
    case SLT_REG_IRQ_ENABLE_OFFSET:
      next_status().irq_enable = write_value_ & kIrqMask;
      schedule_irq();
      return;
    case SLT_REG_IRQ_STATUS_OFFSET:
      events.irq_clear = write_value_ & kIrqMask;
      break;
    default:
      if (job->busy()) {
        events.busy_write = true;
        events.busy_offset = write_offset_;
      } else if (write_offset_ == SLT_REG_DOORBELL_OFFSET) {
        events.doorbell = true;
      } else {
        *job_register(job_registers_, write_offset_) = write_value_;
        return;
      }
  }
  job->register_written(events);
}

const RegisterFile::Status& RegisterFile::status() const {
  return context_.clock.cycles_since_reset() >= next_from_ ? next_ : status_;
}

RegisterFile::Status& RegisterFile::next_status() {
  const Cycles now = context_.clock.cycles_since_reset();
  if (now >= next_from_) {
    status_ = next_;
    next_from_ = now + 1;
  }
  return next_;
}

void RegisterFile::update(const RegisterEvents& events, const JobEvents& job_events) {
  Status& next = next_status();
  if (events.soft_reset) {
    next = Status{.irq_enable = next.irq_enable};
  } else {
    if (events.doorbell) {
      next = Status{.irq_status = next.irq_status, .irq_enable = next.irq_enable};
    }
    next.irq_status &= ~events.irq_clear;
    if (job_events.ended) {
      next.done = true;
      next.irq_status |= SLT_REG_IRQ_STATUS_DONE_MASK;
    }
    if (job_events.stopped) {
      next.error = true;
      next.irq_status |= SLT_REG_IRQ_STATUS_ERROR_MASK;
      next.cause = static_cast<std::uint32_t>(job_events.fault.cause);
      next.command = job_events.fault.command;
      next.address = job_events.fault.address;
    }
  }
  schedule_irq();
}

void RegisterFile::schedule_irq() {
  if (next_.irq() != status_.irq()) irq_changes_.notify(context_.clock.duration(1));
}

void RegisterFile::drive_irq() {
  const bool level = status().irq();
  irq.write(level);
  if (level) context_.log.interrupt(context_.clock.job_cycle());
}

void RegisterFile::restart_counters() {
  count_from_ = context_.clock.cycles_since_reset() + 1;
  count_to_ = kNever;
}

void RegisterFile::clear_counters() { count_from_ = count_to_ = 0; }

void RegisterFile::hold_counters() { count_to_ = std::min(count_to_, context_.clock.cycles_since_reset() + 1); }

std::uint32_t RegisterFile::counter(std::uint32_t offset) const {
  const Cycles to = std::min(context_.clock.cycles_since_reset(), count_to_);
  if (to <= count_from_) return 0;
  if (offset == SLT_REG_CNT_CYCLES_OFFSET) return static_cast<std::uint32_t>(to - count_from_);
  const Cycles start = context_.clock.job_start();
  const ActivityCounts counts = context_.log.counts(count_from_ - start, to - start);
  switch (offset) {
    case SLT_REG_CNT_COMMANDS_OFFSET:
      return static_cast<std::uint32_t>(counts.commands);
    case SLT_REG_CNT_READ_BEATS_OFFSET:
      return static_cast<std::uint32_t>(counts.read_beats);
    case SLT_REG_CNT_WRITE_BEATS_OFFSET:
      return static_cast<std::uint32_t>(counts.write_beats);
    default:
      return static_cast<std::uint32_t>(counts.busy[(offset - SLT_REG_CNT_LD_BUSY_OFFSET) / 4]);
  }
}

}  // namespace systolite::sc

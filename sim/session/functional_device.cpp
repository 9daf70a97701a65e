// SPDX-License-Identifier: Apache-2.0
#include "sim/session/functional_device.h"

#include "sim/functional/device_error.h"
#include "slt_regs.h"

namespace systolite {
namespace {

std::uint32_t field(int value, unsigned lsb) { return static_cast<std::uint32_t>(value) << lsb; }

std::map<std::uint32_t, std::uint32_t> reset_values(const HwConfig& config) {
  return {
      {SLT_REG_ID_OFFSET, SLT_REG_ID_RESET},
      {SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET},
      {SLT_REG_CAP_ARRAY_OFFSET, field(config.array.rows, SLT_REG_CAP_ARRAY_ROWS_LSB) |
                                     field(config.array.cols, SLT_REG_CAP_ARRAY_COLS_LSB) |
                                     field(config.requant_lanes, SLT_REG_CAP_ARRAY_LANES_LSB) |
                                     field(config.array.depthwise_unit ? 1 : 0, SLT_REG_CAP_ARRAY_DEPTHWISE_LSB)},
      {SLT_REG_CAP_SYSTEM_OFFSET, field(config.dma.bus_bytes(), SLT_REG_CAP_SYSTEM_BUS_BYTES_LSB) |
                                      field(config.scratchpad_banks, SLT_REG_CAP_SYSTEM_BANKS_LSB) |
                                      field(config.queue_depth, SLT_REG_CAP_SYSTEM_QUEUE_DEPTH_LSB)},
      {SLT_REG_SPM_BYTES_OFFSET, static_cast<std::uint32_t>(config.scratchpad_bytes)},
      {SLT_REG_WBUF_BYTES_OFFSET, static_cast<std::uint32_t>(config.weight_buffer_bytes)},
      {SLT_REG_ACC_ENTRIES_OFFSET, static_cast<std::uint32_t>(config.acc_entries())},
      {SLT_REG_PARAM_CHANNELS_OFFSET, static_cast<std::uint32_t>(config.param_channels)},
      {SLT_REG_CONFIG_ID_OFFSET, config.config_id()},
      {SLT_REG_STATUS_OFFSET, 0},
      {SLT_REG_IRQ_ENABLE_OFFSET, SLT_REG_IRQ_ENABLE_RESET},
      {SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_RESET},
      {SLT_REG_ERROR_CAUSE_OFFSET, SLT_REG_ERROR_CAUSE_RESET},
      {SLT_REG_ERROR_COMMAND_OFFSET, SLT_REG_ERROR_COMMAND_RESET},
      {SLT_REG_ERROR_ADDRESS_OFFSET, SLT_REG_ERROR_ADDRESS_RESET},
      {SLT_REG_STREAM_ADDR_OFFSET, SLT_REG_STREAM_ADDR_RESET},
      {SLT_REG_STREAM_BYTES_OFFSET, SLT_REG_STREAM_BYTES_RESET},
      {SLT_REG_WIN0_BASE_OFFSET, SLT_REG_WIN0_BASE_RESET},
      {SLT_REG_WIN0_LAST_OFFSET, SLT_REG_WIN0_LAST_RESET},
      {SLT_REG_WIN1_BASE_OFFSET, SLT_REG_WIN1_BASE_RESET},
      {SLT_REG_WIN1_LAST_OFFSET, SLT_REG_WIN1_LAST_RESET},
  };
}

}  // namespace

FunctionalDevice::FunctionalDevice(const HwConfig& config, BusMemory& memory)
    : executor_(config, memory), registers_(reset_values(config)) {}

std::uint32_t FunctionalDevice::read_register(std::uint32_t offset) {
  ++now_;
  const auto found = registers_.find(offset);
  return found == registers_.end() ? 0 : found->second;
}

void FunctionalDevice::write_register(std::uint32_t offset, std::uint32_t value) {
  ++now_;
  switch (offset) {
    case SLT_REG_IRQ_ENABLE_OFFSET:
    case SLT_REG_STREAM_ADDR_OFFSET:
    case SLT_REG_STREAM_BYTES_OFFSET:
    case SLT_REG_WIN0_BASE_OFFSET:
    case SLT_REG_WIN0_LAST_OFFSET:
    case SLT_REG_WIN1_BASE_OFFSET:
    case SLT_REG_WIN1_LAST_OFFSET:
      registers_[offset] = value;
      break;
    case SLT_REG_IRQ_STATUS_OFFSET:
      registers_[offset] &= ~value;
      break;
    case SLT_REG_DOORBELL_OFFSET:
      run_job();
      break;
    case SLT_REG_CTRL_OFFSET:
      if ((value & SLT_REG_CTRL_SOFT_RESET_MASK) != 0) soft_reset();
      break;
    default:
      break;  // read-only or no register
  }
}

bool FunctionalDevice::irq() const {
  return (registers_.at(SLT_REG_IRQ_ENABLE_OFFSET) & registers_.at(SLT_REG_IRQ_STATUS_OFFSET)) != 0;
}

bool FunctionalDevice::advance_until_irq(Cycles limit) {
  if (!irq()) now_ += limit;
  return irq();
}

void FunctionalDevice::soft_reset() {
  registers_[SLT_REG_STATUS_OFFSET] = 0;
  registers_[SLT_REG_ERROR_CAUSE_OFFSET] = SLT_REG_ERROR_CAUSE_RESET;
  registers_[SLT_REG_ERROR_COMMAND_OFFSET] = SLT_REG_ERROR_COMMAND_RESET;
  registers_[SLT_REG_ERROR_ADDRESS_OFFSET] = SLT_REG_ERROR_ADDRESS_RESET;
}

void FunctionalDevice::run_job() {
  soft_reset();
  const auto& r = registers_;
  executor_.set_windows({.read_only = {r.at(SLT_REG_WIN0_BASE_OFFSET), r.at(SLT_REG_WIN0_LAST_OFFSET)},
                         .read_write = {r.at(SLT_REG_WIN1_BASE_OFFSET), r.at(SLT_REG_WIN1_LAST_OFFSET)}});
  try {
    executor_.run_stream(r.at(SLT_REG_STREAM_ADDR_OFFSET), r.at(SLT_REG_STREAM_BYTES_OFFSET));
    registers_[SLT_REG_STATUS_OFFSET] = SLT_REG_STATUS_DONE_MASK;
    registers_[SLT_REG_IRQ_STATUS_OFFSET] |= SLT_REG_IRQ_STATUS_DONE_MASK;
  } catch (const DeviceError& error) {
    // The hardware has no code for a defect that only its assertions see; the sentence must not get lost.
    if (error.cause() == isa::ErrorCause::kNone) throw;
    registers_[SLT_REG_STATUS_OFFSET] = SLT_REG_STATUS_ERROR_MASK;
    registers_[SLT_REG_IRQ_STATUS_OFFSET] |= SLT_REG_IRQ_STATUS_ERROR_MASK;
    registers_[SLT_REG_ERROR_CAUSE_OFFSET] = static_cast<std::uint32_t>(error.cause());
    registers_[SLT_REG_ERROR_COMMAND_OFFSET] = error.command_index();
    registers_[SLT_REG_ERROR_ADDRESS_OFFSET] = error.address();
  }
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/fast_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "sim/core/error.h"
#include "sim/fast/trace_cut.h"
#include "sim/functional/device_error.h"
#include "slt_regs.h"

namespace systolite {
namespace {

constexpr std::uint32_t kNoCommand = DeviceError::kNoCommand;

std::uint32_t field(int value, unsigned lsb) { return static_cast<std::uint32_t>(value) << lsb; }

std::map<std::uint32_t, std::uint32_t> reset_values(const HwConfig& config) {
  return {
      {SLT_REG_ID_OFFSET, SLT_REG_ID_RESET},
      {SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET},
      {SLT_REG_CAP_ARRAY_OFFSET,
       field(config.array.rows, SLT_REG_CAP_ARRAY_ROWS_LSB) | field(config.array.cols, SLT_REG_CAP_ARRAY_COLS_LSB) |
           field(config.requant_lanes, SLT_REG_CAP_ARRAY_LANES_LSB) |
           field(config.array.depthwise_unit ? 1 : 0, SLT_REG_CAP_ARRAY_DEPTHWISE_LSB) |
           field(config.array.weight_stationary ? 1 : 0, SLT_REG_CAP_ARRAY_WEIGHT_STATIONARY_LSB) |
           field(config.array.output_stationary ? 1 : 0, SLT_REG_CAP_ARRAY_OUTPUT_STATIONARY_LSB)},
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

// Registers that stop a job when they are written while it runs.
bool is_job_register(std::uint32_t offset) {
  switch (offset) {
    case SLT_REG_STREAM_ADDR_OFFSET:
    case SLT_REG_STREAM_BYTES_OFFSET:
    case SLT_REG_DOORBELL_OFFSET:
    case SLT_REG_WIN0_BASE_OFFSET:
    case SLT_REG_WIN0_LAST_OFFSET:
    case SLT_REG_WIN1_BASE_OFFSET:
    case SLT_REG_WIN1_LAST_OFFSET:
      return true;
    default:
      return false;
  }
}

// Cycles before `until` in which a unit is busy.
Cycles busy_cycles(const std::vector<StateSpan>& spans, Cycles until) {
  Cycles cycles = 0;
  for (const StateSpan& span : spans) {
    if (span.from >= until) break;
    if (span.state == isa::State::kBusy) cycles += std::min(span.to, until) - span.from;
  }
  return cycles;
}

Cycles beats(const std::vector<BeatSpan>& spans, Cycles until) {
  Cycles count = 0;
  for (const BeatSpan& span : spans) {
    if (span.from >= until) break;
    count += std::min(span.to, until) - span.from;
  }
  return count;
}

// The commands of a stream up to its END, as far as there is memory behind them.
std::vector<isa::Command> read_stream(BusMemory& memory, std::uint32_t address, std::uint32_t bytes) {
  std::vector<isa::Command> commands;
  for (std::uint32_t at = 0; at < bytes; at += isa::kCommandBytes) {
    isa::Command command;  // where no memory answers: zeros, an illegal command
    const std::span<const std::uint8_t> source = memory.storage(address + at);
    for (std::size_t i = 0; i < std::min<std::size_t>(source.size(), isa::kCommandBytes); ++i)
      command.w[i / 4] |= std::uint32_t{source[i]} << (8 * (i % 4));
    commands.push_back(command);
    const auto opcode = isa::opcode_of(command);
    if (!opcode || *opcode == isa::Opcode::kEnd) break;
  }
  return commands;
}

}  // namespace

FastCore::FastCore(const HwConfig& config, BusMemory& memory, BusPort& port)
    : config_(config),
      memory_(memory),
      port_(port),
      executor_(config_, memory),
      timing_(config_),
      registers_(reset_values(config_)) {}

std::uint32_t FastCore::read(std::uint32_t offset, Cycles setup) {
  settle(setup);
  if (offset == SLT_REG_STATUS_OFFSET)
    return registers_.at(offset) | static_cast<std::uint32_t>(busy_) << SLT_REG_STATUS_BUSY_LSB;
  if (offset >= SLT_REG_CNT_CYCLES_OFFSET) return counter(offset, setup);
  const auto found = registers_.find(offset);
  return found == registers_.end() ? 0 : found->second;
}

void FastCore::write(std::uint32_t offset, std::uint32_t value, Cycles access) {
  settle(access);
  if (busy_ && is_job_register(offset)) {
    busy_write(offset, access);
    return;
  }
  switch (offset) {
    case SLT_REG_IRQ_ENABLE_OFFSET:
      registers_[offset] = value & (SLT_REG_IRQ_ENABLE_DONE_MASK | SLT_REG_IRQ_ENABLE_ERROR_MASK);
      break;
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
      start_job(access + 1);
      break;
    case SLT_REG_CTRL_OFFSET:
      if ((value & SLT_REG_CTRL_SOFT_RESET_MASK) != 0) soft_reset(access);
      break;
    default:
      break;  // read-only or no register
  }
  observe_line(access + 1);
}

bool FastCore::irq(Cycles cycle) {
  settle(cycle);
  return line();
}

std::optional<Cycles> FastCore::next_irq(Cycles from) {
  settle(from);
  if (line()) return from;
  if (!busy_ || ending_ == Ending::kReset) return std::nullopt;
  const std::uint32_t raised = ending_ == Ending::kError ? SLT_REG_IRQ_STATUS_ERROR_MASK : SLT_REG_IRQ_STATUS_DONE_MASK;
  if ((registers_.at(SLT_REG_IRQ_ENABLE_OFFSET) & raised) == 0) return std::nullopt;
  return busy_until_;
}

Trace FastCore::take_trace(Cycles now) {
  settle(now);
  if (!has_trace_) return {};
  has_trace_ = false;
  Trace trace = job_.trace;  // the counters still need it
  trace.start = start_;
  fast::set_length(trace, std::min(line_rose_.value_or(now), now) - start_);
  return trace;
}

bool FastCore::line() const {
  return (registers_.at(SLT_REG_IRQ_ENABLE_OFFSET) & registers_.at(SLT_REG_IRQ_STATUS_OFFSET)) != 0;
}

void FastCore::observe_line(Cycles cycle) {
  if (!line_rose_ && line()) line_rose_ = cycle;
}

void FastCore::settle(Cycles cycle) {
  if (!busy_ || busy_until_ > cycle) return;
  busy_ = false;
  if (ending_ == Ending::kReset) return;
  if (ending_ == Ending::kDone) {
    registers_[SLT_REG_STATUS_OFFSET] |= SLT_REG_STATUS_DONE_MASK;
    registers_[SLT_REG_IRQ_STATUS_OFFSET] |= SLT_REG_IRQ_STATUS_DONE_MASK;
  } else {
    registers_[SLT_REG_STATUS_OFFSET] |= SLT_REG_STATUS_ERROR_MASK;
    registers_[SLT_REG_IRQ_STATUS_OFFSET] |= SLT_REG_IRQ_STATUS_ERROR_MASK;
    registers_[SLT_REG_ERROR_CAUSE_OFFSET] = static_cast<std::uint32_t>(job_.fault->cause);
    registers_[SLT_REG_ERROR_COMMAND_OFFSET] = job_.fault->command;
    registers_[SLT_REG_ERROR_ADDRESS_OFFSET] = job_.fault->address;
  }
  observe_line(busy_until_);
}

std::uint32_t FastCore::counter(std::uint32_t offset, Cycles cycle) const {
  const Cycles to = std::min(cycle, busy_until_);
  if (to <= count_from_) return 0;
  const Cycles first = count_from_ - start_;
  const Cycles last = to - start_;
  const auto difference = [&](const auto& count, const auto& spans) {
    return static_cast<std::uint32_t>(count(spans, last) - count(spans, first));
  };
  switch (offset) {
    case SLT_REG_CNT_CYCLES_OFFSET:
      return static_cast<std::uint32_t>(to - count_from_);
    case SLT_REG_CNT_COMMANDS_OFFSET:
      // The front end is busy in the first cycle and when it dispatches.
      return difference(busy_cycles, job_.trace.states[kEngineCount]) - (first == 0 ? 1 : 0);
    case SLT_REG_CNT_LD_BUSY_OFFSET:
    case SLT_REG_CNT_WL_BUSY_OFFSET:
    case SLT_REG_CNT_MM_BUSY_OFFSET:
    case SLT_REG_CNT_VEC_BUSY_OFFSET:
    case SLT_REG_CNT_ST_BUSY_OFFSET:
      return difference(busy_cycles, job_.trace.states[(offset - SLT_REG_CNT_LD_BUSY_OFFSET) / 4]);
    case SLT_REG_CNT_READ_BEATS_OFFSET:
      return difference(beats, job_.trace.read_beats);
    case SLT_REG_CNT_WRITE_BEATS_OFFSET:
      return difference(beats, job_.trace.write_beats);
    default:
      return 0;
  }
}

void FastCore::clear_outcome() {
  registers_[SLT_REG_STATUS_OFFSET] = 0;
  registers_[SLT_REG_ERROR_CAUSE_OFFSET] = SLT_REG_ERROR_CAUSE_RESET;
  registers_[SLT_REG_ERROR_COMMAND_OFFSET] = SLT_REG_ERROR_COMMAND_RESET;
  registers_[SLT_REG_ERROR_ADDRESS_OFFSET] = SLT_REG_ERROR_ADDRESS_RESET;
}

void FastCore::start_job(Cycles start) {
  job_ = run_job();
  clear_outcome();
  start_ = start;
  count_from_ = start;
  busy_ = true;
  busy_until_ = start + job_.trace.cycles;
  ending_ = job_.fault ? Ending::kError : Ending::kDone;
  has_trace_ = true;
  line_rose_.reset();
}

fast::DeviceJob FastCore::run_job() {
  const std::uint32_t address = registers_.at(SLT_REG_STREAM_ADDR_OFFSET);
  const std::uint32_t bytes = registers_.at(SLT_REG_STREAM_BYTES_OFFSET);
  const Windows windows = {
      .read_only = {registers_.at(SLT_REG_WIN0_BASE_OFFSET), registers_.at(SLT_REG_WIN0_LAST_OFFSET)},
      .read_write = {registers_.at(SLT_REG_WIN1_BASE_OFFSET), registers_.at(SLT_REG_WIN1_LAST_OFFSET)}};
  if (address % isa::kCommandBytes != 0 || bytes % isa::kCommandBytes != 0 || bytes == 0)
    return timing_.refuse(isa::ErrorCause::kBadStream, address);
  if (!windows.readable(address, bytes)) return timing_.refuse(isa::ErrorCause::kReadWindow, address);

  fast::PreparedStream stream = timing_.prepare(read_stream(memory_, address, bytes));
  stream.commands = bytes / isa::kCommandBytes;
  bool failed = false;
  executor_.set_windows(windows);
  try {
    executor_.run_stream(address, bytes);
  } catch (const DeviceError& error) {
    // What the hardware has no code for stays an error; of the others the times tell which comes first.
    if (error.cause() == isa::ErrorCause::kNone) throw;
    failed = true;
  }
  fast::DeviceJob job = timing_.run(stream, address, windows, port_);
  if (failed && !job.fault)
    throw Error(ExitCode::kInternal, "The executor stops a job that the timing model brings to its end.");
  return job;
}

// A register that belongs to the job is written while the device is busy.
void FastCore::busy_write(std::uint32_t offset, Cycles access) {
  const Cycles reported = access - start_;
  if (ending_ == Ending::kError && job_.fault->reported <= reported) return;  // only the first fault counts
  if (ending_ == Ending::kReset) count_from_ = access + 1;
  job_.fault = {.reported = reported, .cause = isa::ErrorCause::kRegBusy, .command = kNoCommand, .address = offset};
  ending_ = Ending::kError;
  timing_.stop(job_, reported);
  busy_until_ = start_ + job_.trace.cycles;
}

void FastCore::soft_reset(Cycles access) {
  clear_outcome();
  registers_[SLT_REG_IRQ_STATUS_OFFSET] = SLT_REG_IRQ_STATUS_RESET;
  if (busy_) {
    timing_.stop(job_, access - start_);
    busy_until_ = start_ + job_.trace.cycles;
  } else {
    busy_until_ = access + 2;  // the reset itself
  }
  busy_ = true;
  ending_ = Ending::kReset;
  count_from_ = busy_until_;
}

}  // namespace systolite

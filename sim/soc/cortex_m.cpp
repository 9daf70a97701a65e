// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/cortex_m.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr int kMaxTransferBytes = 4;
constexpr std::size_t kStackBytes = 512 * 1024;  // accesses to the RTL run on it

cpu::MemoryRegion mapped(RegionId id, const MemoryRegion& region, BusMemory& memory) {
  cpu::MemoryRegion result;
  result.name = name(id);
  result.kind = id == RegionId::kFlash ? cpu::MemoryKind::kFlash : cpu::MemoryKind::kRam;
  result.base = region.base;
  result.host = memory.storage(region.base).first(region.bytes);
  if (id == RegionId::kExternal) {
    const int beat = region.cycles_per_beat - 1;
    result.read_wait_cycles = static_cast<std::uint32_t>(region.read_latency_cycles + beat);
    result.fetch_wait_cycles = result.read_wait_cycles;
    result.write_wait_cycles = static_cast<std::uint32_t>(region.write_latency_cycles + beat);
  }
  return result;
}

}  // namespace

CortexM::CortexM(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config,
                 BusMemory& memory, const cpu::CoreConfig& core, const cpu::Profile& profile, std::size_t line_count)
    : sc_module(name),
      bus("bus"),
      lines("line", line_count),
      clock_(clock),
      cpu_(core, profile, *this),
      levels_(line_count, false) {
  for (const RegionId id : config.regions()) cpu_.map(mapped(id, config.region(id), memory));
  SC_HAS_PROCESS(CortexM);
  SC_THREAD(execute);
  set_stack_size(kStackBytes);
  SC_METHOD(note_lines);
  for (const sc_core::sc_in<bool>& line : lines) sensitive << line;
  dont_initialize();
}

void CortexM::watch_writes(std::uint32_t address, std::function<void()> before) {
  watches_.push_back({address, std::move(before)});
}

void CortexM::start(std::uint32_t vector_table) {
  vector_table_ = vector_table;
  stop_.reset();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void CortexM::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void CortexM::note_lines() { line_changed_.notify(); }

bool CortexM::set_lines() {
  bool changed = false;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    if (const bool level = lines[static_cast<unsigned>(line)].read(); level != levels_[line]) {
      levels_[line] = level;
      cpu_.set_irq(static_cast<int>(line), level);
      changed = true;
    }
  }
  return changed;
}

Cycles CortexM::next_event() const {
  if (!sc_core::sc_pending_activity()) return cpu::kForever;
  return clock_.next(sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity());
}

bool CortexM::follow_to(Cycles cycle) {
  if (const sc_core::sc_time start = clock_.start_of(cycle); start > sc_core::sc_time_stamp()) {
    wait(start - sc_core::sc_time_stamp());
  }
  while (sc_core::sc_pending_activity_at_current_time()) wait(sc_core::SC_ZERO_TIME);
  return set_lines();
}

void CortexM::check_limit() const {
  if (cpu_.cycle() < limit_) return;
  const std::uint32_t address = cpu_.registers().r[15];
  throw Error(ExitCode::kDevice,
              fmt::format("The firmware did not end within {} cycles; it is at {}.", limit_,
                          name_address_ ? name_address_(address) : fmt::format("0x{:08X}", address)));
}

// Until a line changes, which everything that could wake the processor from outside does, or its own timer wakes it.
void CortexM::sleep() {
  const Cycles timer = cpu_.next_timer_cycle();
  if (timer == cpu::kForever) {
    wait(line_changed_);
  } else {
    wait(clock_.start_of(timer) - sc_core::sc_time_stamp(), line_changed_);
  }
  const Cycles now = clock_.next(sc_core::sc_time_stamp());
  cpu_.advance_to(now);
  follow_to(now);
}

void CortexM::run_program() {
  for (;;) {
    const Cycles horizon =
        run_ahead_ == RunAhead::kEveryInstruction ? cpu_.cycle() + 1 : std::min(next_event(), limit_);
    const cpu::Stop stop = cpu_.run(std::max(horizon, cpu_.cycle() + 1));
    const bool woken = follow_to(cpu_.cycle());
    check_limit();
    if (stop.reason == cpu::StopReason::kSleep) {
      if (!woken) sleep();
    } else if (stop.reason != cpu::StopReason::kCycle) {
      stop_ = stop;
      return;
    }
  }
}

void CortexM::execute() {
  for (;;) {
    while (!vector_table_) wait(start_);
    try {
      cpu_.reset(*std::exchange(vector_table_, std::nullopt));
      cpu_.advance_to(clock_.next(sc_core::sc_time_stamp()));
      follow_to(cpu_.cycle());
      run_program();
    } catch (const sc_core::sc_unwind_exception&) {
      throw;  // how the kernel ends a thread
    } catch (...) {
      failure_ = std::current_exception();
    }
    sc_core::sc_pause();
    wait(sc_core::SC_ZERO_TIME);
  }
}

cpu::BusReply CortexM::access(std::uint32_t address, int bytes, bool write, std::uint32_t& value, std::uint64_t cycle) {
  const sc_core::sc_time instant = clock_.start_of(cycle) - sc_core::sc_get_time_resolution();
  if (instant > sc_core::sc_time_stamp()) wait(instant - sc_core::sc_time_stamp());
  if (write) {
    for (const Watch& watch : watches_) {
      if (watch.address == address) watch.before();
    }
  }
  unsigned char data[kMaxTransferBytes];
  std::memcpy(data, &value, sizeof value);
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  bus->b_transport(payload, delay);
  cpu_.end_run();  // what the access has caused may come before the event that the processor runs to
  if (payload.is_response_error()) return {.fault = true};
  if (!write) {
    value = 0;
    std::memcpy(&value, data, static_cast<std::size_t>(bytes));
  }
  const Cycles end = clock_.next(sc_core::sc_time_stamp() + delay);
  return {.wait_cycles = static_cast<std::uint32_t>(end - std::min<Cycles>(cycle, end))};
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The executing loop, and what happens between instructions.
#include "sim/cpu/machine.h"

#include <algorithm>
#include <utility>

#include "sim/cpu/decode_block.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kApsrMask = 0xF8000000U;
constexpr std::uint32_t kSevOnPend = 1U << 4;
constexpr std::uint32_t kStackAlign = 1U << 9;  // CCR.STKALIGN

}  // namespace

Machine::Machine(const CoreConfig& core_config, const Profile& profile, Bus& bus_port)
    : flash(profile.flash, counters),
      timing(core_config.timing),
      nvic(core_config.priority_bits, core_config.interrupts),
      core(core_config),
      bus(&bus_port) {}

void Machine::reset(std::uint32_t vector_table) {
  std::fill(std::begin(r), std::end(r), 0);
  std::fill(std::begin(s), std::end(s), 0);
  n = c = v = q = ge = fpscr = 0;
  z = 1;
  cycle = 0;
  counters = {};
  flash.reset();
  it = 0;
  exception = 0;
  control = primask = basepri = faultmask = msplim = psplim = 0;
  sleeping = sleeps_for_event = event = exclusive_open = false;
  fault.reset();
  exception_return.reset();
  stop_reason.reset();
  rewind = false;
  branch_entry = 0;
  vtor = vector_table;
  scr = shcsr = cfsr = hfsr = mmfar = bfar = cpacr = fpcar = fpdscr = demcr = 0;
  ccr = kStackAlign;
  fpccr = core.fpu ? 3U << 30 : 0;  // automatic and lazy state preservation
  dwt_control = dwt_count = itm_enable = 0;
  dwt_since = 0;
  nvic.reset();
  systick.reset();
  last_fault.reset();
  std::fill(range_cycles.begin(), range_cycles.end(), 0);
  last_range = static_cast<std::uint32_t>(range_cycles.size() - 1);
  attributed_cycle = 0;
  flush();
  std::uint32_t stack = 0;
  std::uint32_t entry = 0;
  sp_other = 0;
  r[13] = 0;
  set_context(0, 0);
  r[14] = ~0U;
  update_fp_ready();
  const bool readable = load<std::uint32_t>(vector_table, stack) && load<std::uint32_t>(vector_table + 4, entry);
  cycle = 0;
  counters = {};
  flash.reset();
  fault.reset();
  rewind = false;
  if (!readable) {
    lock_up("the vector table at " + hex(vector_table) + " cannot be read");
    return;
  }
  r[13] = stack & ~3U;
  pc = entry & ~1U;
  thumb = (entry & 1U) != 0;
}

void Machine::flush() {
  blocks.clear();
  resume_insn = nullptr;
  memory.forget_code();
  flush_blocks = false;
}

void Machine::pass_time(std::uint64_t to) {
  if (to <= cycle) return;
  if (sleeping) counters.sleep_cycles += to - cycle;
  cycle = to;
  range_cycles[last_range] += cycle - attributed_cycle;  // sleep belongs to what sleeps
  attributed_cycle = cycle;
  if (systick.advance(cycle)) nvic.pend(kSysTick);
}

bool Machine::wakes() {
  if (!sleeps_for_event) return preempting(/*ignore_primask=*/true) != 0;
  if ((scr & kSevOnPend) != 0 && nvic.any_pending()) event = true;
  if (!event) return false;
  event = false;
  return true;
}

std::optional<Stop> Machine::attend(std::uint64_t until) {
  if (flush_blocks) flush();
  if (!thumb && !fault && !exception_return) raise(FaultKind::kInvalidState, pc);
  rewind = false;
  if (fault) take_fault();
  if (exception_return) return_from_exception(*std::exchange(exception_return, std::nullopt));
  if (stop_reason) {
    const Stop stop{*stop_reason, cycle, stop_message};
    const bool lasts = *stop_reason == StopReason::kLockup || *stop_reason == StopReason::kExit;
    if (!lasts) {
      stop_reason.reset();
      stop_message.clear();
    }
    return stop;
  }
  for (;;) {
    if (systick.advance(cycle)) nvic.pend(kSysTick);
    while (const int number = preempting()) {
      enter_exception(number);
      if (stop_reason) return Stop{*stop_reason, cycle, stop_message};
    }
    if (sleeping && wakes()) sleeping = false;
    if (!sleeping) break;
    // A pending timer that does not wake will not do so the next time either.
    const std::uint64_t timer = nvic.pending(kSysTick) ? kForever : systick.next_interrupt();
    if (timer >= until) return Stop{StopReason::kSleep, cycle, {}};
    pass_time(timer);
  }
  if (cycle >= until || end_requested) return Stop{StopReason::kCycle, cycle, {}};
  return std::nullopt;
}

Stop Machine::run(std::uint64_t until) {
  end_requested = false;
  const bool fetches_wait = flash.waits() || memory.fetches_wait();
  for (;;) {
    if (std::optional<Stop> stop = attend(until)) return *std::move(stop);
    if (!thumb) continue;  // the handler just entered is no Thumb code
    stop_cycle = std::min(until, systick.next_interrupt());
    if (fetches_wait) {
      execute<true>();
    } else {
      execute<false>();
    }
  }
}

void Machine::fetch(const Insn& insn) {
  if ((insn.fetch & kFetchWaits) != 0) {
    const std::uint32_t waits = insn.fetch & ~std::uint32_t{kFetchWaits};
    cycle += waits;
    counters.fetch_stall_cycles += waits;
    return;
  }
  if ((insn.fetch & kFetchFirst) != 0) cycle += flash.fetch(insn.pc, cycle);
  if ((insn.fetch & kFetchSecond) != 0) cycle += flash.fetch(insn.pc + 2, cycle);
}

template <bool kWithFetch>
inline void Machine::execute_block(Block& block, const Insn* insn) {
  next_pc = block.end;
  const Insn* const end = block.insns.data() + block.insns.size();
  do {
    if constexpr (kWithFetch) {
      if (insn->fetch != 0) fetch(*insn);
    }
    cycle += insn->cycles;
    ++counters.instructions[static_cast<std::size_t>(insn->kind)];
    insn->run(*this, *insn);
    ++insn;
  } while (insn != end && cycle < stop_cycle);
  if (rewind) [[unlikely]] {
    --insn;
    pc = insn->pc;
    it = insn->it;
    branch_entry = 0;
  } else if (insn == end) {
    pc = next_pc;
    it = 0;
    if (block.predicted && block.last_taken != (branch_entry != 0)) {
      block.last_taken = branch_entry != 0;
      cycle += static_cast<unsigned>(timing.mispredict_penalty);
    }
  } else {
    pc = insn->pc;
    it = insn->it;
    resume_block = &block;
    resume_insn = insn;
  }
  last_range = block.range;
  range_cycles[last_range] += cycle - attributed_cycle;
  attributed_cycle = cycle;
}

template <bool kWithFetch>
void Machine::execute() {
  // A run that was cut inside a block goes on where it was: where it is cut must not change the cycles.
  if (resume_insn != nullptr) {
    const Insn* const insn = std::exchange(resume_insn, nullptr);
    if (insn->pc == pc && insn->it == it && cycle < stop_cycle) execute_block<kWithFetch>(*resume_block, insn);
  }
  while (cycle < stop_cycle) {
    Block* block = blocks.find(pc, it);
    if (block == nullptr) [[unlikely]]
      block = &decode_block(*this);
    cycle += block->taken_penalty & branch_entry;
    branch_entry = 0;
    execute_block<kWithFetch>(*block, block->insns.data());
  }
}

void Machine::branch_exchange(std::uint32_t target, int penalty) noexcept {
  if (handler_mode() && target >> (v8m() ? 24 : 28) == (v8m() ? 0xFFU : 0xFU)) {
    exception_return = target;
    attention();
    return;
  }
  thumb = (target & 1U) != 0;
  if (!thumb) attention();
  branch(target, penalty);
}

std::uint32_t Machine::apsr() const noexcept {
  return (n & 0x80000000U) | (z == 0 ? 1U << 30 : 0) | c << 29 | v << 28 | q << 27 | ge << 16;
}

void Machine::set_apsr_nzcvq(std::uint32_t value) noexcept {
  n = value;
  z = (value >> 30 & 1U) ^ 1U;
  c = value >> 29 & 1U;
  v = value >> 28 & 1U;
  if (!v6m()) q = value >> 27 & 1U;
}

std::uint32_t Machine::xpsr() const noexcept {
  const std::uint32_t it_bits = (it & 3U) << 25 | (it >> 2) << 10;
  return (apsr() & (kApsrMask | 15U << 16)) | it_bits | (thumb ? 1U << 24 : 0) | static_cast<std::uint32_t>(exception);
}

void Machine::set_context(int new_exception, std::uint32_t new_control) noexcept {
  const std::uint32_t main = msp();
  const std::uint32_t process = psp();
  exception = new_exception;
  control = new_control;
  const bool use_process = on_process_stack();
  r[13] = use_process ? process : main;
  sp_other = use_process ? main : process;
  sp_limit = !v8m() ? 0 : use_process ? psplim : msplim;
  if (!use_process) sp_limit = std::max(sp_limit, main_stack_end);
}

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/cpu.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/core/error.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

void check_core(const CoreConfig& core, const Profile& profile) {
  if (profile.cores.empty() || std::ranges::count(profile.cores, core.name) != 0) return;
  std::string names;
  for (const std::string& name : profile.cores) names += (names.empty() ? "" : ", ") + name;
  throw Error(ExitCode::kConfig,
              "the profile '" + profile.name + "' (" + profile.board + ") is for " + names + ", not for " + core.name);
}

}  // namespace

Cpu::Cpu(const CoreConfig& core, const Profile& profile, Bus& bus) {
  check_core(core, profile);
  machine_ = std::make_unique<Machine>(core, profile, bus);
}

Cpu::~Cpu() = default;

void Cpu::map(const MemoryRegion& region) { machine_->memory.add(region); }

void Cpu::reset(std::uint32_t vector_table) { machine_->reset(vector_table); }

Stop Cpu::run(std::uint64_t until_cycle) { return machine_->run(until_cycle); }

void Cpu::end_run() {
  machine_->end_requested = true;
  machine_->attention();
}

void Cpu::advance_to(std::uint64_t cycle) { machine_->pass_time(cycle); }

bool Cpu::sleeping() const { return machine_->sleeping; }

std::uint64_t Cpu::next_timer_cycle() const { return machine_->systick.next_interrupt(); }

void Cpu::set_irq(int line, bool level) {
  if (line < 0 || line >= machine_->nvic.interrupts())
    throw Error(ExitCode::kInternal, "interrupt line " + std::to_string(line) + " is set; " + machine_->core.name +
                                         " has 0 to " + std::to_string(machine_->nvic.interrupts() - 1));
  machine_->nvic.set_line(line, level);
  machine_->attention();
}

std::uint64_t Cpu::cycle() const { return machine_->cycle; }

const Counters& Cpu::counters() const { return machine_->counters; }

Registers Cpu::registers() const {
  const Machine& m = *machine_;
  Registers registers;
  std::copy(std::begin(m.r), std::end(m.r), std::begin(registers.r));
  registers.r[15] = m.pc;
  registers.xpsr = m.xpsr();
  registers.msp = m.msp();
  registers.psp = m.psp();
  registers.primask = m.primask;
  registers.basepri = m.basepri;
  registers.faultmask = m.faultmask;
  registers.control = m.control;
  std::copy(std::begin(m.s), std::end(m.s), std::begin(registers.s));
  registers.fpscr = m.fpscr;
  return registers;
}

void Cpu::set_registers(const Registers& registers) {
  Machine& m = *machine_;
  m.set_msp(registers.msp);
  m.set_psp(registers.psp);
  m.set_context(m.exception, registers.control & 7U);
  std::copy(std::begin(registers.r), std::begin(registers.r) + 15, std::begin(m.r));
  m.r[13] &= ~3U;
  m.pc = registers.r[15] & ~1U;
  m.resume_insn = nullptr;
  m.branch_entry = 0;
  m.set_apsr_nzcvq(registers.xpsr);
  if (m.core.has_dsp()) m.ge = (registers.xpsr >> 16) & 15U;
  m.it = m.v6m() ? 0 : (registers.xpsr >> 25 & 3U) | (registers.xpsr >> 10 & 0x3FU) << 2;
  m.thumb = (registers.xpsr >> 24 & 1U) != 0;
  m.primask = registers.primask & 1U;
  m.basepri = registers.basepri & m.nvic.priority_mask();
  m.faultmask = registers.faultmask & 1U;
  std::copy(std::begin(registers.s), std::end(registers.s), std::begin(m.s));
  m.fpscr = registers.fpscr;
  m.update_fp_ready();
}

int Cpu::exit_code() const { return machine_->semihosting.exit_code; }

const std::optional<Fault>& Cpu::last_fault() const { return machine_->last_fault; }

void Cpu::stop_on_faults(bool stop) { machine_->stop_on_fault = stop; }

void Cpu::end_main_stack_at(std::uint32_t address) {
  machine_->main_stack_end = address;
  machine_->set_context(machine_->exception, machine_->control);
}

bool Cpu::read_memory(std::uint32_t address, std::span<std::uint8_t> bytes) const {
  return machine_->peek(address, bytes);
}

bool Cpu::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  return machine_->poke(address, bytes);
}

void Cpu::on_output(std::function<void(std::string_view text, bool error)> sink) {
  machine_->semihosting.sink = std::move(sink);
}

void Cpu::set_command_line(std::string text) { machine_->semihosting.command_line = std::move(text); }

void Cpu::count_ranges(const std::vector<CodeRange>& ranges) {
  machine_->ranges = ranges;
  machine_->range_cycles.assign(ranges.size() + 1, 0);
  machine_->last_range = static_cast<std::uint32_t>(ranges.size());
  machine_->attributed_cycle = machine_->cycle;
  machine_->flush_blocks = true;  // each block knows its range
  machine_->attention();
}

std::vector<std::uint64_t> Cpu::range_cycles() const {
  std::vector<std::uint64_t> cycles = machine_->range_cycles;
  cycles[machine_->last_range] += machine_->cycle - machine_->attributed_cycle;
  return cycles;
}

void Cpu::on_mark(std::function<void(const Mark&)> sink) { machine_->mark_sink = std::move(sink); }

}  // namespace systolite::cpu

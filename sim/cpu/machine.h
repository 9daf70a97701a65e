// SPDX-License-Identifier: Apache-2.0
// The state of the processor, and the few operations on it that every handler of an instruction uses.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/cpu/block_cache.h"
#include "sim/cpu/bus.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/counters.h"
#include "sim/cpu/cpu.h"
#include "sim/cpu/flash_timing.h"
#include "sim/cpu/insn.h"
#include "sim/cpu/memory_map.h"
#include "sim/cpu/nvic.h"
#include "sim/cpu/semihosting.h"
#include "sim/cpu/systick.h"

namespace systolite::cpu {

// What can go wrong in an instruction or in exception handling.
enum class FaultKind : std::uint8_t {
  kUndefined,
  kInvalidState,   // not Thumb
  kInvalidReturn,  // EXC_RETURN
  kNoCoprocessor,
  kUnaligned,
  kDivideByZero,
  kStackLimit,      // ARMv8-M
  kFetchBus,        // no memory
  kFetchViolation,  // execute-never
  kData,            // load or store answered with an error
  kStacking,
  kUnstacking,
  kVector,          // the vector table could not be read
  kSupervisorCall,  // SVC where it cannot be taken
};

struct PendingFault {
  FaultKind kind = FaultKind::kUndefined;
  std::uint32_t detail = 0;  // instruction, or address
  bool write = false;
};

struct Machine {
  Machine(const CoreConfig& core_config, const Profile& profile, Bus& bus_port);

  // --- What the executing loop touches all the time.
  std::uint32_t r[16] = {};  // r[13]: the stack pointer in use; r[15]: see guarded() in execute.h
  std::uint32_t n = 0;       // N: bit 31
  std::uint32_t z = 1;       // Z: whether 0
  std::uint32_t c = 0;       // 0 or 1
  std::uint32_t v = 0;       // 0 or 1
  std::uint64_t cycle = 0;
  std::uint64_t stop_cycle = 0;  // the loop ends after the instruction that reaches it; 0: something needs attention
  std::uint32_t next_pc = 0;
  std::uint32_t branch_entry = 0;  // all ones after a taken branch, else 0
  bool fp_ready = false;           // floating point is enabled, its state belongs to the current context
  std::uint32_t q = 0;             // 0 or 1
  std::uint32_t ge = 0;            // bits 3:0
  std::uint32_t s[32] = {};
  std::uint32_t fpscr = 0;
  Counters counters;
  MemoryMap memory;
  FlashTiming flash;
  CoreTiming timing;

  // --- Context.
  std::uint32_t pc = 0;
  std::uint32_t it = 0;        // ITSTATE at pc
  int exception = 0;           // IPSR
  std::uint32_t sp_other = 0;  // the stack pointer that is not in use
  std::uint32_t control = 0;   // nPRIV, SPSEL, FPCA
  std::uint32_t primask = 0;
  std::uint32_t basepri = 0;
  std::uint32_t faultmask = 0;
  std::uint32_t msplim = 0;
  std::uint32_t psplim = 0;
  std::uint32_t main_stack_end = 0;  // no limit of the architecture's: run() stops before the main stack grows beyond
  std::uint32_t sp_limit = 0;        // of the stack pointer in use
  bool thumb = true;
  bool sleeping = false;
  bool sleeps_for_event = false;
  bool event = false;
  std::uint32_t exclusive = 0;  // address marked by a load exclusive, if exclusive_open
  bool exclusive_open = false;

  // --- Attention.
  std::optional<PendingFault> fault;
  std::optional<std::uint32_t> exception_return;  // EXC_RETURN that was branched to
  std::optional<StopReason> stop_reason;
  std::string stop_message;
  bool flush_blocks = false;
  bool end_requested = false;     // run() returns after this instruction
  Block* resume_block = nullptr;  // with resume_insn: where a block was left in its middle
  const Insn* resume_insn = nullptr;
  bool rewind = false;  // the last instruction has not happened: it is met again

  // --- System registers.
  std::uint32_t vtor = 0;
  std::uint32_t scr = 0;
  std::uint32_t ccr = 0;
  std::uint32_t shcsr = 0;
  std::uint32_t cfsr = 0;
  std::uint32_t hfsr = 0;
  std::uint32_t mmfar = 0;
  std::uint32_t bfar = 0;
  std::uint32_t cpacr = 0;
  std::uint32_t fpccr = 0;
  std::uint32_t fpcar = 0;
  std::uint32_t fpdscr = 0;
  std::uint32_t demcr = 0;
  std::uint32_t dwt_control = 0;
  std::uint32_t dwt_count = 0;  // CYCCNT, at dwt_since if it counts
  std::uint64_t dwt_since = 0;
  std::uint32_t itm_enable = 0;
  Nvic nvic;
  SysTick systick;

  // --- Around it.
  CoreConfig core;
  Bus* bus;
  BlockCache blocks;
  Semihosting semihosting;
  std::optional<Fault> last_fault;
  std::function<void(const Mark&)> mark_sink;
  std::vector<CodeRange> ranges;
  std::vector<std::uint64_t> range_cycles = {0};
  std::uint32_t last_range = 0;        // of the block executed last
  std::uint64_t attributed_cycle = 0;  // up to here all cycles are in range_cycles
  bool stop_on_fault = false;

  // machine.cpp
  void reset(std::uint32_t vector_table);
  Stop run(std::uint64_t until);
  void pass_time(std::uint64_t to);

  [[nodiscard]] bool v6m() const noexcept { return core.architecture == Architecture::kV6M; }
  [[nodiscard]] bool v8m() const noexcept { return core.architecture == Architecture::kV8MMain; }
  [[nodiscard]] bool handler_mode() const noexcept { return exception != 0; }
  [[nodiscard]] bool privileged() const noexcept { return handler_mode() || (control & 1U) == 0; }
  [[nodiscard]] bool on_process_stack() const noexcept { return !handler_mode() && (control & 2U) != 0; }

  void attention() noexcept { stop_cycle = 0; }
  void raise(FaultKind kind, std::uint32_t detail = 0, bool write = false) {
    if (!fault) fault = PendingFault{kind, detail, write};
    rewind = true;
    attention();
  }

  // Ends the block: the next instruction is at `target`, whose lowest bit is not looked at.
  void branch(std::uint32_t target, int penalty) noexcept {
    next_pc = target & ~1U;
    branch_entry = ~0U;
    cycle += static_cast<unsigned>(penalty);
    ++counters.branches_taken;
  }
  // The same for a register: its lowest bit must say Thumb, and it may be an EXC_RETURN.
  void branch_exchange(std::uint32_t target, int penalty) noexcept;

  void set_nz(std::uint32_t result) noexcept { n = z = result; }
  [[nodiscard]] bool condition(unsigned cond) const noexcept;

  // Registers by the names of the manual.
  [[nodiscard]] std::uint32_t apsr() const noexcept;
  void set_apsr_nzcvq(std::uint32_t value) noexcept;
  [[nodiscard]] std::uint32_t xpsr() const noexcept;
  [[nodiscard]] std::uint32_t msp() const noexcept { return on_process_stack() ? sp_other : r[13]; }
  [[nodiscard]] std::uint32_t psp() const noexcept { return on_process_stack() ? r[13] : sp_other; }
  void set_msp(std::uint32_t value) noexcept { (on_process_stack() ? sp_other : r[13]) = value & ~3U; }
  void set_psp(std::uint32_t value) noexcept { (on_process_stack() ? r[13] : sp_other) = value & ~3U; }
  // Changes mode and stack selection, keeping each stack pointer's value.
  void set_context(int new_exception, std::uint32_t new_control) noexcept;

  // Memory, with its time. A T that is signed extends its sign. False: a fault was raised and nothing else happened.
  template <typename T>
  [[nodiscard]] bool load(std::uint32_t address, std::uint32_t& value);
  template <typename T>
  [[nodiscard]] bool store(std::uint32_t address, std::uint32_t value);
  // machine_memory.cpp: everything but aligned accesses to mapped memory.
  [[nodiscard]] bool load_other(std::uint32_t address, int bytes, std::uint32_t& value);
  [[nodiscard]] bool store_other(std::uint32_t address, int bytes, std::uint32_t value);
  [[nodiscard]] bool access_device(std::uint32_t address, int bytes, bool write, std::uint32_t& value);
  // Without time and without faults, for the debugger's view.
  [[nodiscard]] bool peek(std::uint32_t address, std::span<std::uint8_t> bytes);
  bool poke(std::uint32_t address, std::span<const std::uint8_t> bytes);
  void wrote_code() noexcept {
    flush_blocks = true;
    attention();
  }

  // system_registers.cpp: 0xE0000000 to 0xE00FFFFF. False: no such register, or not for unprivileged code.
  [[nodiscard]] bool read_system(std::uint32_t address, int bytes, std::uint32_t& value);
  [[nodiscard]] bool write_system(std::uint32_t address, int bytes, std::uint32_t value);

  // exceptions.cpp, faults.cpp, float_context.cpp
  // Whether the stack pointer in use has come to `main_stack_end`, and not to a limit that the program has set.
  [[nodiscard]] bool is_stack_overflow(std::uint32_t stack) const noexcept {
    return !on_process_stack() && stack < main_stack_end && !(v8m() && stack < msplim);
  }
  void stop_at_stack_overflow(std::uint32_t stack);
  [[nodiscard]] int execution_priority(bool ignore_primask = false) const;
  // The exception that pre-empts now, 0 if none does.
  [[nodiscard]] int preempting(bool ignore_primask = false) const;
  void take_fault();
  void enter_exception(int number);
  void return_from_exception(std::uint32_t value);
  void update_fp_ready() noexcept;
  // Called by floating-point handlers when !fp_ready. False: a fault was raised.
  [[nodiscard]] bool prepare_fp();
  [[nodiscard]] bool may_take_svc() const;
  void lock_up(const std::string& why);

 private:
  template <bool kWithFetch>
  void execute();
  template <bool kWithFetch>
  void execute_block(Block& block, const Insn* insn);
  // What has to happen between instructions. The stop, if there is one.
  std::optional<Stop> attend(std::uint64_t until);
  [[nodiscard]] bool wakes();
  void fetch(const Insn& insn);
  void flush();
  [[nodiscard]] bool push_frame(std::uint32_t& exc_return);
  [[nodiscard]] bool pop_frame(std::uint32_t value);
  [[nodiscard]] bool push_float(std::uint32_t address);
  [[nodiscard]] bool pop_float(std::uint32_t address);
  void jump_to_handler(int number, std::uint32_t exc_return);
  // The exception that stands for a fault, HardFault if its own cannot be taken, 0 if that cannot be taken either.
  int fault_exception(FaultKind kind);
  void derived_fault(FaultKind kind, std::uint32_t exc_return);
  [[nodiscard]] std::string describe(const PendingFault& pending) const;
};

template <typename T>
inline bool Machine::load(std::uint32_t address, std::uint32_t& value) {
  MappedRegion& region = memory.near(address);
  const std::uint32_t offset = address - region.base;
  if (std::uint64_t{offset} + sizeof(T) <= region.bytes && (address & (sizeof(T) - 1)) == 0) [[likely]] {
    T host;
    std::memcpy(&host, region.host + offset, sizeof(T));
    value = static_cast<std::uint32_t>(
        static_cast<std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>(host));
    if (region.flash) {
      cycle += flash.load(address, cycle);
    } else if (region.read_wait != 0) {
      cycle += region.read_wait;
      counters.data_stall_cycles += region.read_wait;
    }
    return true;
  }
  if (!load_other(address, sizeof(T), value)) return false;
  value = static_cast<std::uint32_t>(
      static_cast<std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>(static_cast<T>(value)));
  return true;
}

template <typename T>
inline bool Machine::store(std::uint32_t address, std::uint32_t value) {
  MappedRegion& region = memory.near(address);
  const std::uint32_t offset = address - region.base;
  if (std::uint64_t{offset} + sizeof(T) <= region.bytes && (address & (sizeof(T) - 1)) == 0 && region.writable)
      [[likely]] {
    const T host = static_cast<T>(value);
    std::memcpy(region.host + offset, &host, sizeof(T));
    if (region.code[offset >> kCodeGranuleBits] != 0) wrote_code();
    if (region.write_wait != 0) {
      cycle += region.write_wait;
      counters.data_stall_cycles += region.write_wait;
    }
    return true;
  }
  return store_other(address, sizeof(T), value);
}

inline bool Machine::condition(unsigned cond) const noexcept {
  const bool negative = (n >> 31) != 0;
  bool holds = false;
  switch (cond >> 1) {
    case 0:
      holds = z == 0;
      break;
    case 1:
      holds = c != 0;
      break;
    case 2:
      holds = negative;
      break;
    case 3:
      holds = v != 0;
      break;
    case 4:
      holds = c != 0 && z != 0;
      break;
    case 5:
      holds = negative == (v != 0);
      break;
    case 6:
      holds = z != 0 && negative == (v != 0);
      break;
    default:
      return true;
  }
  return holds != ((cond & 1U) != 0);
}

}  // namespace systolite::cpu

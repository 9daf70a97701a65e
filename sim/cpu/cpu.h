// SPDX-License-Identifier: Apache-2.0
// A Cortex-M processor: instructions, exceptions, system registers, and the cycles all of it takes. How a caller drives
// it, and what is simplified, is in README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cpu/bus.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/counters.h"
#include "sim/cpu/memory_region.h"
#include "sim/cpu/profile.h"

namespace systolite::cpu {

struct Machine;

inline constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

enum class StopReason : std::uint8_t {
  kCycle,          // reached `until_cycle`
  kSleep,          // WFI or WFE, and nothing inside the processor wakes it before `until_cycle`
  kExit,           // semihosting SYS_EXIT or SYS_EXIT_EXTENDED; see exit_code()
  kBreakpoint,     // BKPT that is no semihosting call; run() would meet it again
  kFault,          // only with stop_on_faults(): an instruction faults; run() would meet it again
  kStackOverflow,  // only with end_main_stack_at(): an instruction or an exception needs more; run() would meet it
                   // again
  kReset,          // the program asked for a system reset (AIRCR.SYSRESETREQ)
  kLockup,         // a fault while HardFault or NMI was active, or its vector could not be read
};

struct Stop {
  StopReason reason = StopReason::kCycle;
  std::uint64_t cycle = 0;   // cycle() after it
  std::string message = {};  // kLockup, kBreakpoint, kFault, kStackOverflow: one sentence with the address
};

// The last fault exception taken, for messages.
struct Fault {
  std::string_view kind;                      // "HardFault", "MemManage", "BusFault", "UsageFault"; "stack overflow"
  std::string cause;                          // "undefined instruction 0xde00", "no memory at 0x60000000 (load)", ...
  std::uint32_t pc = 0;                       // of the instruction
  std::optional<std::uint32_t> address = {};  // that was accessed
};

struct Registers {
  std::uint32_t r[16] = {};  // r[13] the stack pointer in use, r[15] address of the next instruction
  std::uint32_t xpsr = 0;
  std::uint32_t msp = 0;
  std::uint32_t psp = 0;
  std::uint32_t primask = 0;
  std::uint32_t basepri = 0;
  std::uint32_t faultmask = 0;
  std::uint32_t control = 0;
  std::uint32_t s[32] = {};  // floating-point registers, bit patterns
  std::uint32_t fpscr = 0;
};

// Half-open ranges of code whose cycles are counted, e.g. functions.
struct CodeRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A word that the program wrote to an ITM stimulus port (0xE0000000 + 4 * port, ports 0 to 31).
struct Mark {
  std::uint64_t cycle = 0;
  std::uint32_t port = 0;
  std::uint32_t value = 0;
};

class Cpu {
 public:
  // `bus` outlives the Cpu. Throws Error(kConfig) when the profile is not for this core.
  Cpu(const CoreConfig& core, const Profile& profile, Bus& bus);
  ~Cpu();
  Cpu(const Cpu&) = delete;
  Cpu& operator=(const Cpu&) = delete;

  // Adds memory, before reset(). Throws Error(kConfig) when it overlaps other memory or the processor's own registers
  // (0xE0000000 to 0xE00FFFFF).
  void map(const MemoryRegion& region);

  // Cycle 0, counters 0, registers as after power-on, the vector table at `vector_table` (stack pointer, then entry).
  // Interrupt lines keep their level. Memory is as the caller left it.
  void reset(std::uint32_t vector_table);

  // Executes until cycle() >= until_cycle, which is then the end of an instruction, or until one of the other reasons.
  // While the processor sleeps, its own timer wakes it inside run() if that is before until_cycle; if nothing does,
  // run() returns kSleep at once with cycle() unchanged: the caller lets the time pass with advance_to(), sets lines,
  // and calls run() again. Throws Error(kDevice) only through Bus::access().
  Stop run(std::uint64_t until_cycle);

  // May be called from Bus::access(): run() returns after this instruction, with kCycle or what else is due. For a
  // caller that has to look at what the access has caused before the processor goes on.
  void end_run();

  // Sleeping or not, the time passes without an instruction; the system timer counts. Never goes back.
  void advance_to(std::uint64_t cycle);

  [[nodiscard]] bool sleeping() const;
  // The cycle in which the processor's own timer would next interrupt; kForever if it is off.
  [[nodiscard]] std::uint64_t next_timer_cycle() const;

  // A level-sensitive interrupt line, 0 to kIrqLines - 1 (exception 16 + line). It pends while it is high. May be
  // called between runs and from Bus::access().
  void set_irq(int line, bool level);
  static constexpr int kIrqLines = 240;

  [[nodiscard]] std::uint64_t cycle() const;
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] Registers registers() const;
  // Sets everything but the exception number and the stack pointer that is not in use.
  void set_registers(const Registers& registers);
  [[nodiscard]] int exit_code() const;  // after kExit
  [[nodiscard]] const std::optional<Fault>& last_fault() const;
  // Whether run() stops before a fault is taken, instead of letting the program's handler have it.
  void stop_on_faults(bool stop);

  // run() stops before the main stack grows below this address, whatever the architecture makes of it (ARMv6-M and
  // ARMv7-M know no limit; one that an ARMv8-M program has set in MSPLIM, if higher, faults as usual). 0: no end.
  void end_main_stack_at(std::uint32_t address);

  // Memory as the processor sees it, without time and side effects; false when no mapped memory is there.
  [[nodiscard]] bool read_memory(std::uint32_t address, std::span<std::uint8_t> bytes) const;
  // The same for writing, flash included. What had been decoded from there is decoded again.
  bool write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes);

  // Where semihosting output goes; without it it is dropped. `error` tells standard error from standard output.
  void on_output(std::function<void(std::string_view text, bool error)> sink);
  // The command line that SYS_GET_CMDLINE hands over.
  void set_command_line(std::string text);

  // Counts the cycles spent in each of these ranges from now on; they may not overlap. Costs two additions a basic
  // block.
  void count_ranges(const std::vector<CodeRange>& ranges);
  // By range; the last entry is everything outside. An exception's entry and return
  // belong to what is executed next, sleep to what sleeps; together they are all cycles.
  [[nodiscard]] std::vector<std::uint64_t> range_cycles() const;

  // Called for every word written to a stimulus port. Writing takes the time of a store.
  void on_mark(std::function<void(const Mark&)> sink);

 private:
  std::unique_ptr<Machine> machine_;
};

}  // namespace systolite::cpu

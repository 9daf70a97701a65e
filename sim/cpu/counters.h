// SPDX-License-Identifier: Apache-2.0
// What the processor did, since reset. Cycles that are not named here are those of instructions without any wait.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace systolite::cpu {

enum class InsnClass : std::uint8_t {
  kAlu,       // data processing, moves, shifts, bit fields, extension, no operation
  kMultiply,  // MUL, MLA, MLS, long multiplies
  kDivide,
  kDsp,  // SIMD and saturating arithmetic, DSP multiplies
  kLoad,
  kStore,
  kMultiple,  // LDM, STM, PUSH, POP, LDRD, STRD
  kBranch,
  kFloat,
  kSystem,  // barriers, special registers, hints, SVC, BKPT, IT
};
inline constexpr std::size_t kInsnClassCount = 10;
inline constexpr std::array<std::string_view, kInsnClassCount> kInsnClassNames = {
    "alu", "multiply", "divide", "dsp", "load", "store", "multiple", "branch", "float", "system"};

struct Counters {
  std::array<std::uint64_t, kInsnClassCount> instructions{};  // executed, those whose condition failed included
  std::uint64_t skipped = 0;                                  // of these, condition failed
  std::uint64_t branches_taken = 0;
  std::uint64_t exceptions = 0;  // entries, tail-chained ones included

  // Stalls, in cycles.
  std::uint64_t fetch_stall_cycles = 0;  // instructions from flash
  std::uint64_t data_stall_cycles = 0;   // data from flash or from a memory with wait states
  std::uint64_t bus_stall_cycles = 0;    // what Bus::access() asked for
  std::uint64_t sleep_cycles = 0;        // WFI, WFE
  std::uint64_t exception_cycles = 0;    // entry and return of exceptions

  // Lines of the flash, as the cores' fetches and loads look for them.
  std::uint64_t instruction_line_hits = 0;
  std::uint64_t instruction_line_misses = 0;
  std::uint64_t data_line_hits = 0;
  std::uint64_t data_line_misses = 0;

  [[nodiscard]] std::uint64_t total_instructions() const noexcept {
    std::uint64_t total = 0;
    for (const std::uint64_t count : instructions) total += count;
    return total;
  }
};

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
// A decoded instruction: what the executing loop needs, and beside it what only the timing tables need.
#pragma once

#include <cstdint>

#include "sim/cpu/counters.h"

namespace systolite::cpu {

struct Machine;
struct Insn;

using Handler = void (*)(Machine&, const Insn&);

// 32 bytes, executed in a row. Which of the operands a handler reads is said where it is defined.
struct Insn {
  Handler run = nullptr;
  Handler body = nullptr;  // what `run` calls when it is guarded(): see execute.h
  std::uint32_t imm = 0;
  std::uint32_t pc = 0;
  std::uint8_t rd = 0;
  std::uint8_t rn = 0;
  std::uint8_t rm = 0;
  std::uint8_t ra = 0;
  std::uint8_t cycles = 1;  // without waits, and with a branch not taken
  InsnClass kind = InsnClass::kAlu;
  std::uint8_t it = 0;     // ITSTATE; its upper half is the condition; 0: always
  std::uint8_t fetch = 0;  // kFetch...
};

// Insn::fetch: what reading the instruction touches that its predecessor in the block did not.
inline constexpr std::uint8_t kFetchFirst = 1;     // the flash line of its first halfword
inline constexpr std::uint8_t kFetchSecond = 2;    // the flash line of its second halfword, another one
inline constexpr std::uint8_t kFetchWaits = 0x80;  // the lower bits are cycles that reading it from RAM takes

// What the timing tables distinguish.
enum class Timing : std::uint8_t {
  kAlu,
  kShift,           // shifts, extension, byte order, leading zeros
  kShiftedOperand,  // data processing with a shifted operand, bit fields, packing
  kMove,
  kNop,
  kMultiply,
  kMultiplyAccumulate,
  kLongMultiply,
  kLongAccumulate,
  kDivide,
  kSimd,
  kSaturate,  // SIMD and saturating arithmetic that saturates
  kLoad,
  kLoadNarrow,
  kLoadRegister,  // register offset
  kStore,
  kStoreRegister,
  kMultiple,  // `words` of them
  kLoadPc,
  kPopPc,  // POP or LDM with the PC, `words` with it
  kBranch,
  kBranchLink,
  kBranchRegister,
  kTableBranch,
  kIt,
  kSystemRegister,
  kBarrier,
  kFloatMove,
  kFloatAdd,
  kFloatMultiply,
  kFloatMultiplyAccumulate,
  kFloatDivide,
  kFloatLoad,
  kFloatStore,
  kFloatMultiple,  // `words`
};

inline constexpr std::uint32_t kFlagsBit = 1U << 16;  // in the masks below, beside bit n for r[n]

struct Decoded {
  Insn insn;
  Timing timing = Timing::kAlu;
  bool wide = false;        // 32 bits
  bool ends_block = false;  // may go elsewhere than to the next instruction
  bool conditional_branch = false;
  bool guard = false;          // to be run through guarded()
  bool immediate_sum = false;  // ADD or SUB with an immediate
  bool extends = false;        // SXT or UXT
  bool first_only = false;     // the second of a pair it cannot be on a superscalar core
  std::uint8_t words = 0;
  std::uint32_t reads = 0;  // registers
  std::uint32_t writes = 0;
  std::uint32_t written_back = 0;  // of `writes`, bases that the address unit updates
  std::uint32_t address = 0;       // of `reads`, those that make the address
  std::uint32_t shifted = 0;       // of `reads`, those that go through the shifter first
  std::uint32_t late = 0;          // of `reads`, those that are wanted last: addends of products, data to store

  [[nodiscard]] std::uint32_t size() const noexcept { return wide ? 4 : 2; }
};

}  // namespace systolite::cpu

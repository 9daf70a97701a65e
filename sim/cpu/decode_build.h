// SPDX-License-Identifier: Apache-2.0
// Fills a Decoded operand by operand, so that what the timing tables need comes with it.
#pragma once

#include <cstdint>

#include "sim/cpu/insn.h"

namespace systolite::cpu {

[[nodiscard]] constexpr InsnClass class_of(Timing timing) noexcept {
  switch (timing) {
    case Timing::kAlu:
    case Timing::kShift:
    case Timing::kShiftedOperand:
    case Timing::kMove:
    case Timing::kNop:
      return InsnClass::kAlu;
    case Timing::kMultiply:
    case Timing::kMultiplyAccumulate:
    case Timing::kLongMultiply:
    case Timing::kLongAccumulate:
      return InsnClass::kMultiply;
    case Timing::kDivide:
      return InsnClass::kDivide;
    case Timing::kSimd:
    case Timing::kSaturate:
      return InsnClass::kDsp;
    case Timing::kLoad:
    case Timing::kLoadNarrow:
    case Timing::kLoadRegister:
      return InsnClass::kLoad;
    case Timing::kStore:
    case Timing::kStoreRegister:
      return InsnClass::kStore;
    case Timing::kMultiple:
      return InsnClass::kMultiple;
    case Timing::kLoadPc:
    case Timing::kPopPc:
    case Timing::kBranch:
    case Timing::kBranchLink:
    case Timing::kBranchRegister:
    case Timing::kTableBranch:
      return InsnClass::kBranch;
    case Timing::kIt:
    case Timing::kSystemRegister:
    case Timing::kBarrier:
      return InsnClass::kSystem;
    default:
      return InsnClass::kFloat;
  }
}

[[nodiscard]] constexpr std::uint32_t bit(std::uint32_t number) noexcept { return 1U << number; }
[[nodiscard]] constexpr std::uint32_t field(std::uint32_t bits, unsigned low, unsigned width) noexcept {
  return (bits >> low) & ((1U << width) - 1);
}
[[nodiscard]] constexpr std::uint32_t sign_extend(std::uint32_t value, unsigned width) noexcept {
  const std::uint32_t sign = 1U << (width - 1);
  return ((value & ((sign << 1) - 1)) ^ sign) - sign;
}

class Build {
 public:
  Build(std::uint32_t pc, Handler run, Timing timing) : Build(pc, run, timing, class_of(timing)) {}
  Build(std::uint32_t pc, Handler run, Timing timing, InsnClass kind) {
    d_.insn.run = run;
    d_.insn.pc = pc;
    d_.insn.kind = kind;
    d_.timing = timing;
  }

  Build& to(std::uint32_t reg) { return set(d_.insn.rd, reg, d_.writes); }  // rd, written
  Build& from_d(std::uint32_t reg) { return set(d_.insn.rd, reg, d_.reads); }
  Build& n(std::uint32_t reg) { return set(d_.insn.rn, reg, d_.reads); }
  Build& m(std::uint32_t reg) { return set(d_.insn.rm, reg, d_.reads); }
  Build& a(std::uint32_t reg) {  // ra, added to a product
    d_.late |= bit(reg);
    return set(d_.insn.ra, reg, d_.reads);
  }
  Build& to_a(std::uint32_t reg) { return set(d_.insn.ra, reg, d_.writes); }
  Build& from_a(std::uint32_t reg) { return set(d_.insn.ra, reg, d_.reads); }
  Build& base(std::uint32_t reg) {  // rn, of an address
    d_.address |= bit(reg);
    return n(reg);
  }
  Build& index(std::uint32_t reg) {  // rm, of an address
    d_.address |= bit(reg);
    return m(reg);
  }
  Build& writes(std::uint32_t mask) {
    d_.writes |= mask;
    return *this;
  }
  Build& writes_back(std::uint32_t mask) {
    d_.written_back |= mask;
    return writes(mask);
  }
  Build& reads(std::uint32_t mask) {
    d_.reads |= mask;
    return *this;
  }
  Build& sets_flags(bool on = true) { return on ? writes(kFlagsBit) : *this; }
  Build& uses_flags() { return reads(kFlagsBit); }
  // Numbers that are no registers of the core.
  Build& raw(std::uint32_t rd, std::uint32_t rn, std::uint32_t rm, std::uint32_t ra = 0) {
    d_.insn.rd = static_cast<std::uint8_t>(rd);
    d_.insn.rn = static_cast<std::uint8_t>(rn);
    d_.insn.rm = static_cast<std::uint8_t>(rm);
    d_.insn.ra = static_cast<std::uint8_t>(ra);
    return *this;
  }
  Build& raw_a(std::uint32_t value) {
    d_.insn.ra = static_cast<std::uint8_t>(value);
    return *this;
  }
  Build& raw_m(std::uint32_t value) {
    d_.insn.rm = static_cast<std::uint8_t>(value);
    return *this;
  }
  Build& imm(std::uint32_t value) {
    d_.insn.imm = value;
    return *this;
  }
  Build& words(unsigned count) {
    d_.words = static_cast<std::uint8_t>(count);
    return *this;
  }
  Build& ends_block() {
    d_.ends_block = true;
    return *this;
  }
  Build& conditional() {
    d_.conditional_branch = true;
    return ends_block();
  }
  Build& guard(bool on = true) {
    d_.guard = d_.guard || on;
    return *this;
  }
  // Data processing that may read the PC or write the stack pointer.
  Build& careful() { return guard((d_.reads & bit(15)) != 0 || (d_.writes & bit(13)) != 0); }
  Build& immediate_sum() {
    d_.immediate_sum = true;
    return *this;
  }
  Build& extends() {
    d_.extends = true;
    return *this;
  }
  Build& shifted() {  // rm goes through the shifter
    d_.shifted |= bit(d_.insn.rm);
    return *this;
  }
  Build& first_only() {
    d_.first_only = true;
    return *this;
  }
  Build& late(std::uint32_t mask) {
    d_.late |= mask;
    return *this;
  }
  Build& wide() {
    d_.wide = true;
    return *this;
  }
  operator Decoded() const { return d_; }  // NOLINT(google-explicit-constructor): ends the chain

 private:
  Build& set(std::uint8_t& slot, std::uint32_t reg, std::uint32_t& mask) {
    slot = static_cast<std::uint8_t>(reg);
    mask |= bit(reg);
    return *this;
  }

  Decoded d_;
};

}  // namespace systolite::cpu

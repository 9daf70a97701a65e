// SPDX-License-Identifier: Apache-2.0
// The handlers that decoding chooses from. Operands are in the fields of Insn named as in the architecture manual: rd
// (destination; Rt of loads and stores), rn, rm, ra, imm; where a handler uses a field otherwise, it says so.
#pragma once

#include <cstdint>

#include "sim/cpu/insn.h"

namespace systolite::cpu {

// Wraps Insn::body: checks the condition, makes r[15] readable as the architecture defines it, and keeps the stack
// pointer a multiple of 4 and, on ARMv8-M, above its limit. Everything conditional, everything that reads the PC or
// writes the stack pointer in an unusual way is run through it.
void guarded(Machine& machine, const Insn& insn);

// --- Data processing (execute_alu.cpp).
enum class AluOp : std::uint8_t {
  kAnd,
  kBic,
  kOrr,
  kOrn,
  kEor,
  kAdd,
  kAdc,
  kSbc,
  kSub,
  kRsb,
  kMov,
  kMvn,
  kTst,
  kTeq,
  kCmp,
  kCmn,
};
inline constexpr int kAluOps = 16;
// Second operand: `imm` (with ra = 1 if it also sets the carry to its bit 31), or rm shifted by `imm`.
enum class Operand : std::uint8_t { kImmediate, kRegister, kLsl, kLsr, kAsr, kRor, kRrx };
inline constexpr int kOperands = 7;
[[nodiscard]] Handler alu_handler(AluOp op, Operand operand, bool set_flags);
enum class ShiftType : std::uint8_t { kLsl, kLsr, kAsr, kRor };
[[nodiscard]] Handler shift_register_handler(ShiftType type, bool set_flags);  // rn shifted by rm

void add_pc(Machine& machine, const Insn& insn);  // PC = r[rd] + r[rm]: guarded
void mov_pc(Machine& machine, const Insn& insn);  // PC = r[rm]
void movt(Machine& machine, const Insn& insn);
void bfi(Machine& machine, const Insn& insn);   // imm: mask, ra: lowest bit
void bfc(Machine& machine, const Insn& insn);   // imm: mask
void sbfx(Machine& machine, const Insn& insn);  // ra: lowest bit, imm: 32 - width
void ubfx(Machine& machine, const Insn& insn);
void clz(Machine& machine, const Insn& insn);
void rbit(Machine& machine, const Insn& insn);
void rev(Machine& machine, const Insn& insn);
void rev16(Machine& machine, const Insn& insn);
void revsh(Machine& machine, const Insn& insn);
enum class Extend : std::uint8_t { kSxth, kUxth, kSxtb16, kUxtb16, kSxtb, kUxtb };
[[nodiscard]] Handler extend_handler(Extend extend, bool accumulate);  // rm rotated by imm, plus r[rn]

// --- Multiplies and divides (execute_multiply.cpp).
void mul(Machine& machine, const Insn& insn);
void muls(Machine& machine, const Insn& insn);
void mla(Machine& machine, const Insn& insn);
void mls(Machine& machine, const Insn& insn);
void smull(Machine& machine, const Insn& insn);  // ra: upper half of the result, rd: lower
void umull(Machine& machine, const Insn& insn);
void smlal(Machine& machine, const Insn& insn);
void umlal(Machine& machine, const Insn& insn);
void umaal(Machine& machine, const Insn& insn);
void sdiv(Machine& machine, const Insn& insn);
void udiv(Machine& machine, const Insn& insn);

// --- DSP extension (execute_dsp.cpp, execute_dsp_multiply.cpp).
enum class Lanes : std::uint8_t { kAdd16, kAsx, kSax, kSub16, kAdd8, kSub8 };
enum class LaneMode : std::uint8_t { kSigned, kSaturating, kHalving, kUnsigned, kUnsignedSaturating, kUnsignedHalving };
[[nodiscard]] Handler lanes_handler(Lanes lanes, LaneMode mode);
void sel(Machine& machine, const Insn& insn);
void usada8(Machine& machine, const Insn& insn);  // ra = 15: without accumulation
void qadd(Machine& machine, const Insn& insn);
void qdadd(Machine& machine, const Insn& insn);
void qsub(Machine& machine, const Insn& insn);
void qdsub(Machine& machine, const Insn& insn);
void pkhbt(Machine& machine, const Insn& insn);  // imm: shift
void pkhtb(Machine& machine, const Insn& insn);
void ssat(Machine& machine, const Insn& insn);  // ra: bits - 1; rn shifted left by imm, or right if rm = 1
void usat(Machine& machine, const Insn& insn);  // ra: bits
void ssat16(Machine& machine, const Insn& insn);
void usat16(Machine& machine, const Insn& insn);
[[nodiscard]] Handler half_multiply_handler(bool n_top, bool m_top, bool accumulate);        // SMULxy, SMLAxy
[[nodiscard]] Handler long_half_multiply_handler(bool n_top, bool m_top);                    // SMLALxy; ra: upper half
[[nodiscard]] Handler wide_half_multiply_handler(bool m_top, bool accumulate);               // SMULWy, SMLAWy
[[nodiscard]] Handler dual_multiply_handler(bool subtract, bool exchange, bool accumulate);  // SMUAD, SMLAD, ...
[[nodiscard]] Handler long_dual_multiply_handler(bool subtract, bool exchange);          // SMLALD, ...; ra: upper half
[[nodiscard]] Handler top_multiply_handler(bool subtract, bool round, bool accumulate);  // SMMUL, SMMLA, SMMLS

// --- Loads and stores (execute_memory.cpp). Address: r[rn] + imm, or r[rn] + (r[rm] << imm).
enum class Access : std::uint8_t { kWord, kHalf, kByte, kSignedHalf, kSignedByte };
enum class Index : std::uint8_t { kOffset, kPre, kPost, kRegister };
[[nodiscard]] Handler load_handler(Access access, Index index);
[[nodiscard]] Handler store_handler(Access access, Index index);
[[nodiscard]] Handler load_literal_handler(Access access);  // imm: the address
[[nodiscard]] Handler load_pc_handler(Index index);
void load_pc_literal(Machine& machine, const Insn& insn);
[[nodiscard]] Handler load_dual_handler(Index index);  // ra: second register
[[nodiscard]] Handler store_dual_handler(Index index);
void load_dual_literal(Machine& machine, const Insn& insn);
// imm: list of registers in bits 15:0, write-back in bit 16.
void load_multiple(Machine& machine, const Insn& insn);
void load_multiple_before(Machine& machine, const Insn& insn);
void load_multiple_pc(Machine& machine, const Insn& insn);
void load_multiple_before_pc(Machine& machine, const Insn& insn);
void store_multiple(Machine& machine, const Insn& insn);
void store_multiple_before(Machine& machine, const Insn& insn);
[[nodiscard]] Handler load_exclusive_handler(Access access);   // LDREX; imm: offset
[[nodiscard]] Handler store_exclusive_handler(Access access);  // STREX; rd: status, ra: Rt
void clear_exclusive(Machine& machine, const Insn& insn);

// --- Branches (execute_branch.cpp). imm: target.
[[nodiscard]] Handler branch_handler(unsigned condition);  // 14: always
void branch_link(Machine& machine, const Insn& insn);
void branch_register(Machine& machine, const Insn& insn);       // BX
void branch_link_register(Machine& machine, const Insn& insn);  // BLX
void branch_if_zero(Machine& machine, const Insn& insn);        // CBZ
void branch_if_not_zero(Machine& machine, const Insn& insn);
void table_branch_byte(Machine& machine, const Insn& insn);  // rn = 15: the table follows
void table_branch_half(Machine& machine, const Insn& insn);

// --- System (execute_system.cpp).
void no_operation(Machine& machine, const Insn& insn);
void undefined(Machine& machine, const Insn& insn);    // imm: the instruction
void fetch_fault(Machine& machine, const Insn& insn);  // imm: FaultKind; stands where no instruction could be read
void no_coprocessor(Machine& machine, const Insn& insn);
void supervisor_call(Machine& machine, const Insn& insn);
void breakpoint(Machine& machine, const Insn& insn);
void wait_for_interrupt(Machine& machine, const Insn& insn);
void wait_for_event(Machine& machine, const Insn& insn);
void send_event(Machine& machine, const Insn& insn);
void change_state(Machine& machine, const Insn& insn);   // CPS; imm: bit 4 disable, bit 1 PRIMASK, bit 0 FAULTMASK
void read_special(Machine& machine, const Insn& insn);   // MRS; imm: SYSm
void write_special(Machine& machine, const Insn& insn);  // MSR; imm: SYSm, ra: mask
void test_target(Machine& machine, const Insn& insn);    // TT

// --- Floating point (execute_float.cpp, execute_float_move.cpp). rd, rn, rm: numbers of S registers.
enum class FloatOp : std::uint8_t {
  kMla,
  kMls,
  kNmla,
  kNmls,
  kMul,
  kNmul,
  kAdd,
  kSub,
  kDiv,
  kFma,
  kFms,
  kFnma,
  kFnms,
  kMaxNum,
  kMinNum,
};
[[nodiscard]] Handler float_handler(FloatOp op);
void float_move_immediate(Machine& machine, const Insn& insn);  // imm: bit pattern
void float_move(Machine& machine, const Insn& insn);
void float_abs(Machine& machine, const Insn& insn);
void float_neg(Machine& machine, const Insn& insn);
void float_sqrt(Machine& machine, const Insn& insn);
void float_compare(Machine& machine, const Insn& insn);     // ra: bit 0 VCMPE, bit 1 with zero
void float_from_half(Machine& machine, const Insn& insn);   // ra: top half
void float_to_half(Machine& machine, const Insn& insn);     // ra: top half
void float_to_integer(Machine& machine, const Insn& insn);  // ra: bit 0 unsigned; imm: rounding mode, 4: that of FPSCR
void float_from_integer(Machine& machine, const Insn& insn);  // ra: bit 0 unsigned
void float_to_fixed(Machine& machine, const Insn& insn);  // ra: bit 0 unsigned, bit 1 32 bits; imm: fraction bits; rd
void float_from_fixed(Machine& machine, const Insn& insn);
void float_round(Machine& machine, const Insn& insn);         // imm: as above; ra: bit 0 raises inexact
void float_select(Machine& machine, const Insn& insn);        // ra: condition
void float_to_core(Machine& machine, const Insn& insn);       // rd: core register, rn: S
void float_from_core(Machine& machine, const Insn& insn);     // rd: core register, rn: S
void float_pair_to_core(Machine& machine, const Insn& insn);  // rd, ra: core registers, rm: first S
void float_pair_from_core(Machine& machine, const Insn& insn);
void float_status_read(Machine& machine, const Insn& insn);  // VMRS; rd = 15: flags
void float_status_write(Machine& machine, const Insn& insn);
// rn: core register, rd: first S, imm: offset, ra: number of registers
void float_load(Machine& machine, const Insn& insn);
void float_load_literal(Machine& machine, const Insn& insn);  // imm: the address
void float_store(Machine& machine, const Insn& insn);
void float_load_multiple(Machine& machine, const Insn& insn);  // imm: bit 0 decrement before, bit 1 write-back
void float_store_multiple(Machine& machine, const Insn& insn);

}  // namespace systolite::cpu

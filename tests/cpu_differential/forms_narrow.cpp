// SPDX-License-Identifier: Apache-2.0
// 16-bit instructions that neither branch nor access memory (DDI 0419 A5.2, A6.7; DDI 0403 A5.2, A7.7).
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {
namespace {

bool immediate_not_zero(const Fields& f) { return f['i'] != 0; }
// Writing r13 or r15 is a matter of its own.
bool plain_destination(const Fields& f) { return f['d'] != 13 && f['d'] != 15; }
bool high_compare(const Fields& f) { return (f['n'] >= 8 || f['m'] >= 8) && f['n'] != 15 && f['m'] != 15; }

constexpr Form kForms[] = {
    {"LSL imm T1", "00000iiiiimmmddd", "lsls {d}, {m}, #{i}", kV6M, "d", {}, immediate_not_zero},
    {"LSR imm T1", "00001iiiiimmmddd", "lsrs {d}, {m}, #{imm5}", kV6M, "d"},
    {"ASR imm T1", "00010iiiiimmmddd", "asrs {d}, {m}, #{imm5}", kV6M, "d"},
    {"MOV reg T2", "0000000000mmmddd", "movs {d}, {m}", kV6M, "d", {}, nullptr, false},
    {"ADD reg T1", "0001100mmmnnnddd", "adds {d}, {n}, {m}", kV6M, "d"},
    {"SUB reg T1", "0001101mmmnnnddd", "subs {d}, {n}, {m}", kV6M, "d"},
    {"ADD imm T1", "0001110iiinnnddd", "adds {d}, {n}, #{i}", kV6M, "d"},
    {"SUB imm T1", "0001111iiinnnddd", "subs {d}, {n}, #{i}", kV6M, "d"},
    {"MOV imm T1", "00100dddiiiiiiii", "movs {d}, #{i}", kV6M, "d"},
    {"CMP imm T1", "00101nnniiiiiiii", "cmp {n}, #{i}"},
    {"ADD imm T2", "00110dddiiiiiiii", "adds {d}, #{i}", kV6M, "d"},
    {"SUB imm T2", "00111dddiiiiiiii", "subs {d}, #{i}", kV6M, "d"},
    {"AND reg T1", "0100000000mmmddd", "ands {d}, {m}", kV6M, "d"},
    {"EOR reg T1", "0100000001mmmddd", "eors {d}, {m}", kV6M, "d"},
    {"LSL reg T1", "0100000010mmmddd", "lsls {d}, {m}", kV6M, "d"},
    {"LSR reg T1", "0100000011mmmddd", "lsrs {d}, {m}", kV6M, "d"},
    {"ASR reg T1", "0100000100mmmddd", "asrs {d}, {m}", kV6M, "d"},
    {"ADC reg T1", "0100000101mmmddd", "adcs {d}, {m}", kV6M, "d"},
    {"SBC reg T1", "0100000110mmmddd", "sbcs {d}, {m}", kV6M, "d"},
    {"ROR reg T1", "0100000111mmmddd", "rors {d}, {m}", kV6M, "d"},
    {"TST reg T1", "0100001000mmmnnn", "tst {n}, {m}"},
    {"RSB imm T1", "0100001001nnnddd", "rsbs {d}, {n}, #0", kV6M, "d"},
    {"CMP reg T1", "0100001010mmmnnn", "cmp {n}, {m}"},
    {"CMN reg T1", "0100001011mmmnnn", "cmn {n}, {m}"},
    {"ORR reg T1", "0100001100mmmddd", "orrs {d}, {m}", kV6M, "d"},
    {"MUL T1", "0100001101nnnddd", "muls {d}, {n}, {d}", kV6M, "d"},
    {"BIC reg T1", "0100001110mmmddd", "bics {d}, {m}", kV6M, "d"},
    {"MVN reg T1", "0100001111mmmddd", "mvns {d}, {m}", kV6M, "d"},
    {"ADD reg T2", "01000100dmmmmddd", "add {d}, {m}", kV6M, "d", {}, plain_destination},
    {"CMP reg T2", "01000101nmmmmnnn", "cmp {n}, {m}", kV6M, "", {}, high_compare},
    {"MOV reg T1", "01000110dmmmmddd", "mov {d}, {m}", kV6M, "d", {}, plain_destination},
    {"ADR T1", "10100dddiiiiiiii", "add {d}, pc, #{i*4}", kV6M, "d"},
    {"ADD SP imm T1", "10101dddiiiiiiii", "add {d}, sp, #{i*4}", kV6M, "d"},
    {"SXTH T1", "1011001000mmmddd", "sxth {d}, {m}", kV6M, "d"},
    {"SXTB T1", "1011001001mmmddd", "sxtb {d}, {m}", kV6M, "d"},
    {"UXTH T1", "1011001010mmmddd", "uxth {d}, {m}", kV6M, "d"},
    {"UXTB T1", "1011001011mmmddd", "uxtb {d}, {m}", kV6M, "d"},
    {"REV T1", "1011101000mmmddd", "rev {d}, {m}", kV6M, "d"},
    {"REV16 T1", "1011101001mmmddd", "rev16 {d}, {m}", kV6M, "d"},
    {"REVSH T1", "1011101011mmmddd", "revsh {d}, {m}", kV6M, "d"},
    {"NOP T1", "1011111100000000", "nop"},
    {"YIELD T1", "1011111100010000", "yield"},
    {"SEV T1", "1011111101000000", "sev"},
};

}  // namespace

std::span<const Form> narrow_forms() { return kForms; }

}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
// 32-bit data processing of Armv7-M without the DSP extension (DDI 0403 A5.3, A7.7), and the barriers.
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {
namespace {

// A replicated pattern of zero is UNPREDICTABLE.
bool immediate(const Fields& f) { return f['i'] >> 10U != 0 || (f['i'] >> 8U) == 0 || (f['i'] & 0xFFU) != 0; }
bool is_shift(const Fields& f) { return f['i'] != 0 || f['y'] == 1 || f['y'] == 2; }
// An arithmetic shift by zero is SSAT16 or USAT16.
bool saturation(const Fields& f) { return f['Y'] == 0 || f['i'] != 0; }
bool field_fits(const Fields& f) { return f['i'] + f['k'] <= 31; }
bool field_ordered(const Fields& f) { return f['k'] >= f['i']; }
bool same_source(const Fields& f) { return f['n'] == f['m']; }
bool two_results(const Fields& f) { return f['l'] != f['h']; }

constexpr Form kForms[] = {
    {"AND imm T1", "11110i00000Snnnn0iiiddddiiiiiiii", "and{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"BIC imm T1", "11110i00001Snnnn0iiiddddiiiiiiii", "bic{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"ORR imm T1", "11110i00010Snnnn0iiiddddiiiiiiii", "orr{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"ORN imm T1", "11110i00011Snnnn0iiiddddiiiiiiii", "orn{S?:s} {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"EOR imm T1", "11110i00100Snnnn0iiiddddiiiiiiii", "eor{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"ADD imm T3", "11110i01000Snnnn0iiiddddiiiiiiii", "add{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"ADC imm T1", "11110i01010Snnnn0iiiddddiiiiiiii", "adc{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"SBC imm T1", "11110i01011Snnnn0iiiddddiiiiiiii", "sbc{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"SUB imm T3", "11110i01101Snnnn0iiiddddiiiiiiii", "sub{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"RSB imm T2", "11110i01110Snnnn0iiiddddiiiiiiii", "rsb{S?:s}.w {d}, {n}, #{mod}", kV7M, "d", {}, immediate},
    {"TST imm T1", "11110i000001nnnn0iii1111iiiiiiii", "tst.w {n}, #{mod}", kV7M, "", {}, immediate},
    {"TEQ imm T1", "11110i001001nnnn0iii1111iiiiiiii", "teq {n}, #{mod}", kV7M, "", {}, immediate},
    {"CMN imm T1", "11110i010001nnnn0iii1111iiiiiiii", "cmn.w {n}, #{mod}", kV7M, "", {}, immediate},
    {"CMP imm T2", "11110i011011nnnn0iii1111iiiiiiii", "cmp.w {n}, #{mod}", kV7M, "", {}, immediate},
    {"MOV imm T2", "11110i00010S11110iiiddddiiiiiiii", "mov{S?:s}.w {d}, #{mod}", kV7M, "d", {}, immediate},
    {"MVN imm T1", "11110i00011S11110iiiddddiiiiiiii", "mvn{S?:s} {d}, #{mod}", kV7M, "d", {}, immediate},
    {"ADD SP imm T3", "11110i01000S11010iiiddddiiiiiiii", "add{S?:s}.w {d}, sp, #{mod}", kV7M, "d", {}, immediate},
    {"SUB SP imm T2", "11110i01101S11010iiiddddiiiiiiii", "sub{S?:s}.w {d}, sp, #{mod}", kV7M, "d", {}, immediate},

    {"ADD imm T4", "11110i100000nnnn0iiiddddiiiiiiii", "addw {d}, {n}, #{i}", kV7M, "d"},
    {"SUB imm T4", "11110i101010nnnn0iiiddddiiiiiiii", "subw {d}, {n}, #{i}", kV7M, "d"},
    {"ADD SP imm T4", "11110i10000011010iiiddddiiiiiiii", "addw {d}, sp, #{i}", kV7M, "d"},
    {"SUB SP imm T3", "11110i10101011010iiiddddiiiiiiii", "subw {d}, sp, #{i}", kV7M, "d"},
    {"MOV imm T3", "11110i100100jjjj0iiiddddiiiiiiii", "movw {d}, #{imm16}", kV7M, "d"},
    {"MOVT T1", "11110i101100jjjj0iiiddddiiiiiiii", "movt {d}, #{imm16}", kV7M, "d"},
    {"ADR T3", "11110i10000011110iiiddddiiiiiiii", "addw {d}, pc, #{i}", kV7M, "d"},
    {"ADR T2", "11110i10101011110iiiddddiiiiiiii", "subw {d}, pc, #{i}", kV7M, "d"},
    {"SSAT T1", "1111001100Y0nnnn0iiiddddii0kkkkk", "ssat {d}, #{k+1}, {n}{sat}", kV7M, "d", {}, saturation},
    {"USAT T1", "1111001110Y0nnnn0iiiddddii0kkkkk", "usat {d}, #{k}, {n}{sat}", kV7M, "d", {}, saturation},
    {"SBFX T1", "111100110100nnnn0iiiddddii0kkkkk", "sbfx {d}, {n}, #{i}, #{k+1}", kV7M, "d", {}, field_fits},
    {"UBFX T1", "111100111100nnnn0iiiddddii0kkkkk", "ubfx {d}, {n}, #{i}, #{k+1}", kV7M, "d", {}, field_fits},
    {"BFI T1", "111100110110nnnn0iiiddddii0kkkkk", "bfi {d}, {n}, #{i}, #{bits}", kV7M, "d", {}, field_ordered},
    {"BFC T1", "11110011011011110iiiddddii0kkkkk", "bfc {d}, #{i}, #{bits}", kV7M, "d", {}, field_ordered},

    {"AND reg T2", "11101010000Snnnn0iiiddddiiyymmmm", "and{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"BIC reg T2", "11101010001Snnnn0iiiddddiiyymmmm", "bic{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"ORR reg T2", "11101010010Snnnn0iiiddddiiyymmmm", "orr{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"ORN reg T1", "11101010011Snnnn0iiiddddiiyymmmm", "orn{S?:s} {d}, {n}, {m}{sh}", kV7M, "d"},
    {"EOR reg T2", "11101010100Snnnn0iiiddddiiyymmmm", "eor{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"ADD reg T3", "11101011000Snnnn0iiiddddiiyymmmm", "add{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"ADC reg T2", "11101011010Snnnn0iiiddddiiyymmmm", "adc{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"SBC reg T2", "11101011011Snnnn0iiiddddiiyymmmm", "sbc{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"SUB reg T2", "11101011101Snnnn0iiiddddiiyymmmm", "sub{S?:s}.w {d}, {n}, {m}{sh}", kV7M, "d"},
    {"RSB reg T1", "11101011110Snnnn0iiiddddiiyymmmm", "rsb{S?:s} {d}, {n}, {m}{sh}", kV7M, "d"},
    {"TST reg T2", "111010100001nnnn0iii1111iiyymmmm", "tst.w {n}, {m}{sh}", kV7M},
    {"TEQ reg T1", "111010101001nnnn0iii1111iiyymmmm", "teq {n}, {m}{sh}", kV7M},
    {"CMN reg T2", "111010110001nnnn0iii1111iiyymmmm", "cmn.w {n}, {m}{sh}", kV7M},
    {"CMP reg T3", "111010111011nnnn0iii1111iiyymmmm", "cmp.w {n}, {m}{sh}", kV7M},
    {"MOV reg T3", "11101010010S11110000dddd0000mmmm", "mov{S?:s}.w {d}, {m}", kV7M, "d"},
    {"MVN reg T2", "11101010011S11110iiiddddiiyymmmm", "mvn{S?:s}.w {d}, {m}{sh}", kV7M, "d"},
    {"shift imm T2", "11101010010S11110iiiddddiiyymmmm", "{shift}{S?:s}.w {d}, {m}, #{imm5}", kV7M, "d", {}, is_shift},
    {"RRX T1", "11101010010S11110000dddd0011mmmm", "rrx{S?:s} {d}, {m}", kV7M, "d"},

    {"LSL reg T2", "11111010000Snnnn1111dddd0000mmmm", "lsl{S?:s}.w {d}, {n}, {m}", kV7M, "d"},
    {"LSR reg T2", "11111010001Snnnn1111dddd0000mmmm", "lsr{S?:s}.w {d}, {n}, {m}", kV7M, "d"},
    {"ASR reg T2", "11111010010Snnnn1111dddd0000mmmm", "asr{S?:s}.w {d}, {n}, {m}", kV7M, "d"},
    {"ROR reg T2", "11111010011Snnnn1111dddd0000mmmm", "ror{S?:s}.w {d}, {n}, {m}", kV7M, "d"},
    {"SXTH T2", "11111010000011111111dddd10wwmmmm", "sxth.w {d}, {m}{rot}", kV7M, "d"},
    {"UXTH T2", "11111010000111111111dddd10wwmmmm", "uxth.w {d}, {m}{rot}", kV7M, "d"},
    {"SXTB T2", "11111010010011111111dddd10wwmmmm", "sxtb.w {d}, {m}{rot}", kV7M, "d"},
    {"UXTB T2", "11111010010111111111dddd10wwmmmm", "uxtb.w {d}, {m}{rot}", kV7M, "d"},
    {"REV T2", "111110101001nnnn1111dddd1000mmmm", "rev.w {d}, {m}", kV7M, "d", {}, same_source},
    {"REV16 T2", "111110101001nnnn1111dddd1001mmmm", "rev16.w {d}, {m}", kV7M, "d", {}, same_source},
    {"RBIT T1", "111110101001nnnn1111dddd1010mmmm", "rbit {d}, {m}", kV7M, "d", {}, same_source},
    {"REVSH T2", "111110101001nnnn1111dddd1011mmmm", "revsh.w {d}, {m}", kV7M, "d", {}, same_source},
    {"CLZ T1", "111110101011nnnn1111dddd1000mmmm", "clz {d}, {m}", kV7M, "d", {}, same_source},

    {"MUL T2", "111110110000nnnn1111dddd0000mmmm", "mul.w {d}, {n}, {m}", kV7M, "d"},
    {"MLA T1", "111110110000nnnnaaaadddd0000mmmm", "mla {d}, {n}, {m}, {a}", kV7M, "d"},
    {"MLS T1", "111110110000nnnnaaaadddd0001mmmm", "mls {d}, {n}, {m}, {a}", kV7M, "d"},
    {"SMULL T1", "111110111000nnnnllllhhhh0000mmmm", "smull {l}, {h}, {n}, {m}", kV7M, "lh", {}, two_results},
    {"UMULL T1", "111110111010nnnnllllhhhh0000mmmm", "umull {l}, {h}, {n}, {m}", kV7M, "lh", {}, two_results},
    {"SMLAL T1", "111110111100nnnnllllhhhh0000mmmm", "smlal {l}, {h}, {n}, {m}", kV7M, "lh", {}, two_results},
    {"UMLAL T1", "111110111110nnnnllllhhhh0000mmmm", "umlal {l}, {h}, {n}, {m}", kV7M, "lh", {}, two_results},
    {"SDIV T1", "111110111001nnnn1111dddd1111mmmm", "sdiv {d}, {n}, {m}", kV7M, "d"},
    {"UDIV T1", "111110111011nnnn1111dddd1111mmmm", "udiv {d}, {n}, {m}", kV7M, "d"},

    {"NOP T2", "11110011101011111000000000000000", "nop.w", kV7M},
    {"YIELD T2", "11110011101011111000000000000001", "yield.w", kV7M},
    {"SEV T2", "11110011101011111000000000000100", "sev.w", kV7M},
    {"DMB T1", "11110011101111111000111101011111", "dmb sy", kV6M},
    {"DSB T1", "11110011101111111000111101001111", "dsb sy", kV6M},
    {"ISB T1", "11110011101111111000111101101111", "isb sy", kV6M},
    {"CLREX T1", "11110011101111111000111100101111", "clrex", kV7M},
    {"PLD imm T1", "111110001001nnnn1111iiiiiiiiiiii", "pld [{n}, #{i}]", kV7M},
    {"PLD imm T2", "111110000001nnnn11111100iiiiiiii", "pld [{n}, #-{i}]", kV7M},
    {"PLI imm T1", "111110011001nnnn1111iiiiiiiiiiii", "pli [{n}, #{i}]", kV7M},
};

}  // namespace

std::span<const Form> data_forms() { return kForms; }

}  // namespace systolite::cpu_test

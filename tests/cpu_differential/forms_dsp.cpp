// SPDX-License-Identifier: Apache-2.0
// The DSP extension of Armv7E-M and Armv8-M (DDI 0403 A5.3.12 to A5.3.17, A7.7).
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {
namespace {

bool two_results(const Fields& f) { return f['l'] != f['h']; }
// Without its shift PKHTB is another instruction.
bool shifted(const Fields& f) { return f['i'] != 0; }

constexpr Form kForms[] = {
    {"SADD8 T1", "111110101000nnnn1111dddd0000mmmm", "sadd8 {d}, {n}, {m}", kDsp, "d"},
    {"SADD16 T1", "111110101001nnnn1111dddd0000mmmm", "sadd16 {d}, {n}, {m}", kDsp, "d"},
    {"SASX T1", "111110101010nnnn1111dddd0000mmmm", "sasx {d}, {n}, {m}", kDsp, "d"},
    {"SSUB8 T1", "111110101100nnnn1111dddd0000mmmm", "ssub8 {d}, {n}, {m}", kDsp, "d"},
    {"SSUB16 T1", "111110101101nnnn1111dddd0000mmmm", "ssub16 {d}, {n}, {m}", kDsp, "d"},
    {"SSAX T1", "111110101110nnnn1111dddd0000mmmm", "ssax {d}, {n}, {m}", kDsp, "d"},
    {"QADD8 T1", "111110101000nnnn1111dddd0001mmmm", "qadd8 {d}, {n}, {m}", kDsp, "d"},
    {"QADD16 T1", "111110101001nnnn1111dddd0001mmmm", "qadd16 {d}, {n}, {m}", kDsp, "d"},
    {"QASX T1", "111110101010nnnn1111dddd0001mmmm", "qasx {d}, {n}, {m}", kDsp, "d"},
    {"QSUB8 T1", "111110101100nnnn1111dddd0001mmmm", "qsub8 {d}, {n}, {m}", kDsp, "d"},
    {"QSUB16 T1", "111110101101nnnn1111dddd0001mmmm", "qsub16 {d}, {n}, {m}", kDsp, "d"},
    {"QSAX T1", "111110101110nnnn1111dddd0001mmmm", "qsax {d}, {n}, {m}", kDsp, "d"},
    {"SHADD8 T1", "111110101000nnnn1111dddd0010mmmm", "shadd8 {d}, {n}, {m}", kDsp, "d"},
    {"SHADD16 T1", "111110101001nnnn1111dddd0010mmmm", "shadd16 {d}, {n}, {m}", kDsp, "d"},
    {"SHASX T1", "111110101010nnnn1111dddd0010mmmm", "shasx {d}, {n}, {m}", kDsp, "d"},
    {"SHSUB8 T1", "111110101100nnnn1111dddd0010mmmm", "shsub8 {d}, {n}, {m}", kDsp, "d"},
    {"SHSUB16 T1", "111110101101nnnn1111dddd0010mmmm", "shsub16 {d}, {n}, {m}", kDsp, "d"},
    {"SHSAX T1", "111110101110nnnn1111dddd0010mmmm", "shsax {d}, {n}, {m}", kDsp, "d"},
    {"UADD8 T1", "111110101000nnnn1111dddd0100mmmm", "uadd8 {d}, {n}, {m}", kDsp, "d"},
    {"UADD16 T1", "111110101001nnnn1111dddd0100mmmm", "uadd16 {d}, {n}, {m}", kDsp, "d"},
    {"UASX T1", "111110101010nnnn1111dddd0100mmmm", "uasx {d}, {n}, {m}", kDsp, "d"},
    {"USUB8 T1", "111110101100nnnn1111dddd0100mmmm", "usub8 {d}, {n}, {m}", kDsp, "d"},
    {"USUB16 T1", "111110101101nnnn1111dddd0100mmmm", "usub16 {d}, {n}, {m}", kDsp, "d"},
    {"USAX T1", "111110101110nnnn1111dddd0100mmmm", "usax {d}, {n}, {m}", kDsp, "d"},
    {"UQADD8 T1", "111110101000nnnn1111dddd0101mmmm", "uqadd8 {d}, {n}, {m}", kDsp, "d"},
    {"UQADD16 T1", "111110101001nnnn1111dddd0101mmmm", "uqadd16 {d}, {n}, {m}", kDsp, "d"},
    {"UQASX T1", "111110101010nnnn1111dddd0101mmmm", "uqasx {d}, {n}, {m}", kDsp, "d"},
    {"UQSUB8 T1", "111110101100nnnn1111dddd0101mmmm", "uqsub8 {d}, {n}, {m}", kDsp, "d"},
    {"UQSUB16 T1", "111110101101nnnn1111dddd0101mmmm", "uqsub16 {d}, {n}, {m}", kDsp, "d"},
    {"UQSAX T1", "111110101110nnnn1111dddd0101mmmm", "uqsax {d}, {n}, {m}", kDsp, "d"},
    {"UHADD8 T1", "111110101000nnnn1111dddd0110mmmm", "uhadd8 {d}, {n}, {m}", kDsp, "d"},
    {"UHADD16 T1", "111110101001nnnn1111dddd0110mmmm", "uhadd16 {d}, {n}, {m}", kDsp, "d"},
    {"UHASX T1", "111110101010nnnn1111dddd0110mmmm", "uhasx {d}, {n}, {m}", kDsp, "d"},
    {"UHSUB8 T1", "111110101100nnnn1111dddd0110mmmm", "uhsub8 {d}, {n}, {m}", kDsp, "d"},
    {"UHSUB16 T1", "111110101101nnnn1111dddd0110mmmm", "uhsub16 {d}, {n}, {m}", kDsp, "d"},
    {"UHSAX T1", "111110101110nnnn1111dddd0110mmmm", "uhsax {d}, {n}, {m}", kDsp, "d"},

    {"SEL T1", "111110101010nnnn1111dddd1000mmmm", "sel {d}, {n}, {m}", kDsp, "d"},
    {"QADD T1", "111110101000nnnn1111dddd1000mmmm", "qadd {d}, {m}, {n}", kDsp, "d"},
    {"QDADD T1", "111110101000nnnn1111dddd1001mmmm", "qdadd {d}, {m}, {n}", kDsp, "d"},
    {"QSUB T1", "111110101000nnnn1111dddd1010mmmm", "qsub {d}, {m}, {n}", kDsp, "d"},
    {"QDSUB T1", "111110101000nnnn1111dddd1011mmmm", "qdsub {d}, {m}, {n}", kDsp, "d"},
    {"SSAT16 T1", "111100110010nnnn0000dddd0000kkkk", "ssat16 {d}, #{k+1}, {n}", kDsp, "d"},
    {"USAT16 T1", "111100111010nnnn0000dddd0000kkkk", "usat16 {d}, #{k}, {n}", kDsp, "d"},
    {"PKHBT T1", "111010101100nnnn0iiiddddii00mmmm", "pkhbt {d}, {n}, {m}{sh}", kDsp, "d"},
    {"PKHTB T1", "111010101100nnnn0iiiddddii10mmmm", "pkhtb {d}, {n}, {m}, asr #{imm5}", kDsp, "d", {}, shifted},
    {"SXTAH T1", "111110100000nnnn1111dddd10wwmmmm", "sxtah {d}, {n}, {m}{rot}", kDsp, "d"},
    {"UXTAH T1", "111110100001nnnn1111dddd10wwmmmm", "uxtah {d}, {n}, {m}{rot}", kDsp, "d"},
    {"SXTAB16 T1", "111110100010nnnn1111dddd10wwmmmm", "sxtab16 {d}, {n}, {m}{rot}", kDsp, "d"},
    {"UXTAB16 T1", "111110100011nnnn1111dddd10wwmmmm", "uxtab16 {d}, {n}, {m}{rot}", kDsp, "d"},
    {"SXTAB T1", "111110100100nnnn1111dddd10wwmmmm", "sxtab {d}, {n}, {m}{rot}", kDsp, "d"},
    {"UXTAB T1", "111110100101nnnn1111dddd10wwmmmm", "uxtab {d}, {n}, {m}{rot}", kDsp, "d"},
    {"SXTB16 T1", "11111010001011111111dddd10wwmmmm", "sxtb16 {d}, {m}{rot}", kDsp, "d"},
    {"UXTB16 T1", "11111010001111111111dddd10wwmmmm", "uxtb16 {d}, {m}{rot}", kDsp, "d"},

    {"SMULxy T1", "111110110001nnnn1111dddd00xzmmmm", "smul{x?b:t}{z?b:t} {d}, {n}, {m}", kDsp, "d"},
    {"SMLAxy T1", "111110110001nnnnaaaadddd00xzmmmm", "smla{x?b:t}{z?b:t} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMUAD T1", "111110110010nnnn1111dddd000xmmmm", "smuad{x?:x} {d}, {n}, {m}", kDsp, "d"},
    {"SMLAD T1", "111110110010nnnnaaaadddd000xmmmm", "smlad{x?:x} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMULWy T1", "111110110011nnnn1111dddd000xmmmm", "smulw{x?b:t} {d}, {n}, {m}", kDsp, "d"},
    {"SMLAWy T1", "111110110011nnnnaaaadddd000xmmmm", "smlaw{x?b:t} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMUSD T1", "111110110100nnnn1111dddd000xmmmm", "smusd{x?:x} {d}, {n}, {m}", kDsp, "d"},
    {"SMLSD T1", "111110110100nnnnaaaadddd000xmmmm", "smlsd{x?:x} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMMUL T1", "111110110101nnnn1111dddd000Rmmmm", "smmul{R?:r} {d}, {n}, {m}", kDsp, "d"},
    {"SMMLA T1", "111110110101nnnnaaaadddd000Rmmmm", "smmla{R?:r} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMMLS T1", "111110110110nnnnaaaadddd000Rmmmm", "smmls{R?:r} {d}, {n}, {m}, {a}", kDsp, "d"},
    {"USAD8 T1", "111110110111nnnn1111dddd0000mmmm", "usad8 {d}, {n}, {m}", kDsp, "d"},
    {"USADA8 T1", "111110110111nnnnaaaadddd0000mmmm", "usada8 {d}, {n}, {m}, {a}", kDsp, "d"},
    {"SMLALxy T1",
     "111110111100nnnnllllhhhh10xzmmmm",
     "smlal{x?b:t}{z?b:t} {l}, {h}, {n}, {m}",
     kDsp,
     "lh",
     {},
     two_results},
    {"SMLALD T1", "111110111100nnnnllllhhhh110xmmmm", "smlald{x?:x} {l}, {h}, {n}, {m}", kDsp, "lh", {}, two_results},
    {"SMLSLD T1", "111110111101nnnnllllhhhh110xmmmm", "smlsld{x?:x} {l}, {h}, {n}, {m}", kDsp, "lh", {}, two_results},
    {"UMAAL T1", "111110111110nnnnllllhhhh0110mmmm", "umaal {l}, {h}, {n}, {m}", kDsp, "lh", {}, two_results},
};

}  // namespace

std::span<const Form> dsp_forms() { return kForms; }

}  // namespace systolite::cpu_test

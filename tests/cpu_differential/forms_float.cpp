// SPDX-License-Identifier: Apache-2.0
// Floating-point arithmetic, single precision (DDI 0403 A6, A7.7; FPv5: DDI 0553 C2.4).
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {
namespace {

// More fraction bits than the format has are UNPREDICTABLE.
bool fraction_fits(const Fields& f) { return f['j'] * 2 + f['i'] <= (f['x'] == 0 ? 16U : 32U); }
bool pair_fits(const Fields& f) { return f['m'] * 2 + f['M'] < 31; }
bool pair_to_core(const Fields& f) { return pair_fits(f) && f['t'] != f['u']; }
bool two_to_core(const Fields& f) { return f['t'] != f['u']; }

constexpr Form kForms[] = {
    {"VMLA", "111011100D00nnnndddd1010N0M0mmmm", "vmla.f32 {sd}, {sn}, {sm}", kFloat},
    {"VMLS", "111011100D00nnnndddd1010N1M0mmmm", "vmls.f32 {sd}, {sn}, {sm}", kFloat},
    {"VNMLS", "111011100D01nnnndddd1010N0M0mmmm", "vnmls.f32 {sd}, {sn}, {sm}", kFloat},
    {"VNMLA", "111011100D01nnnndddd1010N1M0mmmm", "vnmla.f32 {sd}, {sn}, {sm}", kFloat},
    {"VMUL", "111011100D10nnnndddd1010N0M0mmmm", "vmul.f32 {sd}, {sn}, {sm}", kFloat},
    {"VNMUL", "111011100D10nnnndddd1010N1M0mmmm", "vnmul.f32 {sd}, {sn}, {sm}", kFloat},
    {"VADD", "111011100D11nnnndddd1010N0M0mmmm", "vadd.f32 {sd}, {sn}, {sm}", kFloat},
    {"VSUB", "111011100D11nnnndddd1010N1M0mmmm", "vsub.f32 {sd}, {sn}, {sm}", kFloat},
    {"VDIV", "111011101D00nnnndddd1010N0M0mmmm", "vdiv.f32 {sd}, {sn}, {sm}", kFloat},
    {"VFNMS", "111011101D01nnnndddd1010N0M0mmmm", "vfnms.f32 {sd}, {sn}, {sm}", kFloat},
    {"VFNMA", "111011101D01nnnndddd1010N1M0mmmm", "vfnma.f32 {sd}, {sn}, {sm}", kFloat},
    {"VFMA", "111011101D10nnnndddd1010N0M0mmmm", "vfma.f32 {sd}, {sn}, {sm}", kFloat},
    {"VFMS", "111011101D10nnnndddd1010N1M0mmmm", "vfms.f32 {sd}, {sn}, {sm}", kFloat},
    {"VMOV imm", "111011101D11iiiidddd10100000iiii", "vmov.f32 {sd}, #{fconst}", kFloat},
    {"VMOV reg", "111011101D110000dddd101001M0mmmm", "vmov.f32 {sd}, {sm}", kFloat},
    {"VABS", "111011101D110000dddd101011M0mmmm", "vabs.f32 {sd}, {sm}", kFloat},
    {"VNEG", "111011101D110001dddd101001M0mmmm", "vneg.f32 {sd}, {sm}", kFloat},
    {"VSQRT", "111011101D110001dddd101011M0mmmm", "vsqrt.f32 {sd}, {sm}", kFloat},
    {"VCVT from half", "111011101D110010dddd1010x1M0mmmm", "vcvt{x?b:t}.f32.f16 {sd}, {sm}", kFloat},
    {"VCVT to half", "111011101D110011dddd1010x1M0mmmm", "vcvt{x?b:t}.f16.f32 {sd}, {sm}", kFloat},
    {"VCMP", "111011101D110100dddd1010x1M0mmmm", "vcmp{x?:e}.f32 {sd}, {sm}", kFloat},
    {"VCMP zero", "111011101D110101dddd1010x1000000", "vcmp{x?:e}.f32 {sd}, #0.0", kFloat},
    {"VCVT from integer", "111011101D111000dddd1010x1M0mmmm", "vcvt.f32.{x?u:s}32 {sd}, {sm}", kFloat},
    {"VCVTR to unsigned", "111011101D111100dddd1010x1M0mmmm", "vcvt{x?r:}.u32.f32 {sd}, {sm}", kFloat},
    {"VCVTR to signed", "111011101D111101dddd1010x1M0mmmm", "vcvt{x?r:}.s32.f32 {sd}, {sm}", kFloat},
    {"VCVT from fixed",
     "111011101D11101Udddd1010x1i0jjjj",
     "vcvt.f32.{U?s:u}{x?16:32} {sd}, {sd}, #{fbits}",
     kFloat,
     "",
     {},
     fraction_fits},
    {"VCVT to fixed",
     "111011101D11111Udddd1010x1i0jjjj",
     "vcvt.{U?s:u}{x?16:32}.f32 {sd}, {sd}, #{fbits}",
     kFloat,
     "",
     {},
     fraction_fits},

    {"VMOV to single", "111011100000nnnntttt1010N0010000", "vmov {sn}, {t}", kFloat},
    {"VMOV from single", "111011100001nnnntttt1010N0010000", "vmov {t}, {sn}", kFloat, "t"},
    {"VMOV to two singles",
     "111011000100uuuutttt101000M1mmmm",
     "vmov {sm}, {sm2}, {t}, {u}",
     kFloat,
     "",
     {},
     pair_fits},
    {"VMOV from two singles",
     "111011000101uuuutttt101000M1mmmm",
     "vmov {t}, {u}, {sm}, {sm2}",
     kFloat,
     "tu",
     {},
     pair_to_core},
    {"VMOV to double", "111011000100uuuutttt10110001mmmm", "vmov {dm}, {t}, {u}", kFloat},
    {"VMOV from double", "111011000101uuuutttt10110001mmmm", "vmov {t}, {u}, {dm}", kFloat, "tu", {}, two_to_core},
    {"VMOV to half of double", "1110111000x0ddddtttt101100010000", "vmov.32 {dd}[{x}], {t}", kFloat},
    {"VMOV from half of double", "1110111000x1ddddtttt101100010000", "vmov.32 {t}, {dd}[{x}]", kFloat, "t"},
    {"VMRS", "1110111011110001tttt101000010000", "vmrs {t}, fpscr", kFloat, "t"},
    {"VMRS flags", "11101110111100011111101000010000", "vmrs apsr_nzcv, fpscr", kFloat},

    {"VSEL", "111111100Dccnnnndddd1010N0M0mmmm", "vsel{vsel}.f32 {sd}, {sn}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VMAXNM", "111111101D00nnnndddd1010N0M0mmmm", "vmaxnm.f32 {sd}, {sn}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VMINNM", "111111101D00nnnndddd1010N1M0mmmm", "vminnm.f32 {sd}, {sn}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VRINTA", "111111101D111000dddd101001M0mmmm", "vrinta.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VRINTN", "111111101D111001dddd101001M0mmmm", "vrintn.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VRINTP", "111111101D111010dddd101001M0mmmm", "vrintp.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VRINTM", "111111101D111011dddd101001M0mmmm", "vrintm.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VCVTA", "111111101D111100dddd1010x1M0mmmm", "vcvta.{x?u:s}32.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VCVTN", "111111101D111101dddd1010x1M0mmmm", "vcvtn.{x?u:s}32.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VCVTP", "111111101D111110dddd1010x1M0mmmm", "vcvtp.{x?u:s}32.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VCVTM", "111111101D111111dddd1010x1M0mmmm", "vcvtm.{x?u:s}32.f32 {sd}, {sm}", kFloat5, "", {}, nullptr, false},
    {"VRINTR", "111011101D110110dddd101001M0mmmm", "vrintr.f32 {sd}, {sm}", kFloat5},
    {"VRINTZ", "111011101D110110dddd101011M0mmmm", "vrintz.f32 {sd}, {sm}", kFloat5},
    {"VRINTX", "111011101D110111dddd101001M0mmmm", "vrintx.f32 {sd}, {sm}", kFloat5},
};

}  // namespace

std::span<const Form> float_forms() { return kForms; }

}  // namespace systolite::cpu_test

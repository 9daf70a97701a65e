// SPDX-License-Identifier: Apache-2.0
// Single-precision arithmetic as the Arm architecture defines it (DDI 0403, A2.5): which NaN results, flush to zero,
// default NaN, rounding modes, and the cumulative flags of FPSCR. Values are bit patterns.
#pragma once

#include <cstdint>

#include "sim/cpu/execute.h"

namespace systolite::cpu {

// FPSCR.
inline constexpr std::uint32_t kFpInvalid = 1;
inline constexpr std::uint32_t kFpDivideByZero = 2;
inline constexpr std::uint32_t kFpOverflow = 4;
inline constexpr std::uint32_t kFpUnderflow = 8;
inline constexpr std::uint32_t kFpInexact = 16;
inline constexpr std::uint32_t kFpInputDenormal = 128;
inline constexpr std::uint32_t kFpFlushToZero = 1U << 24;
inline constexpr std::uint32_t kFpDefaultNan = 1U << 25;
inline constexpr std::uint32_t kFpAlternativeHalf = 1U << 26;

// Rounding modes: 0 to nearest even, 1 up, 2 down, 3 to zero, as in FPSCR; the others come from instructions.
inline constexpr std::uint32_t kRoundFpscr = 4;
inline constexpr std::uint32_t kRoundTiesAway = 5;

// Each sets flags in `fpscr`.
[[nodiscard]] std::uint32_t fp_binary(FloatOp op, std::uint32_t a, std::uint32_t b, std::uint32_t& fpscr);
// The operations with an addend, fused or not.
[[nodiscard]] std::uint32_t fp_accumulate(FloatOp op, std::uint32_t addend, std::uint32_t a, std::uint32_t b,
                                          std::uint32_t& fpscr);
[[nodiscard]] std::uint32_t fp_sqrt(std::uint32_t a, std::uint32_t& fpscr);
[[nodiscard]] std::uint32_t fp_round(std::uint32_t a, std::uint32_t mode, bool inexact, std::uint32_t& fpscr);
// N, Z, C, V in bits 31:28.
[[nodiscard]] std::uint32_t fp_compare(std::uint32_t a, std::uint32_t b, bool quiet_nan_is_invalid,
                                       std::uint32_t& fpscr);

// Fixed point with `fraction` bits after the point in `bits` = 16 or 32; fraction 0 is an integer. To fixed: saturates.
[[nodiscard]] std::uint32_t fp_to_fixed(std::uint32_t a, unsigned bits, unsigned fraction, bool is_unsigned,
                                        std::uint32_t mode, std::uint32_t& fpscr);
[[nodiscard]] std::uint32_t fp_from_fixed(std::uint32_t value, unsigned bits, unsigned fraction, bool is_unsigned,
                                          std::uint32_t mode, std::uint32_t& fpscr);

[[nodiscard]] std::uint32_t fp_from_half(std::uint32_t half, std::uint32_t& fpscr);
[[nodiscard]] std::uint32_t fp_to_half(std::uint32_t a, std::uint32_t& fpscr);

}  // namespace systolite::cpu

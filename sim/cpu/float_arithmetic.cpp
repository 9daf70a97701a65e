// SPDX-License-Identifier: Apache-2.0
// Compiled with -frounding-math: the host's rounding mode and flags matter here.
#include "sim/cpu/float_arithmetic.h"

#include <algorithm>
#include <bit>
#include <cfenv>
#include <cmath>
#include <initializer_list>

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSign = 0x80000000U;
constexpr std::uint32_t kQuiet = 0x00400000U;
constexpr std::uint32_t kDefaultNan = 0x7FC00000U;
constexpr double kSmallestNormal = 0x1p-126;

bool is_nan(std::uint32_t a) { return (a & ~kSign) > 0x7F800000U; }
bool is_signalling(std::uint32_t a) { return is_nan(a) && (a & kQuiet) == 0; }
bool is_infinite(std::uint32_t a) { return (a & ~kSign) == 0x7F800000U; }
bool is_zero(std::uint32_t a) { return (a & ~kSign) == 0; }
bool is_denormal(std::uint32_t a) { return (a & 0x7F800000U) == 0 && !is_zero(a); }
float as_float(std::uint32_t a) { return std::bit_cast<float>(a); }
std::uint32_t as_bits(float a) { return std::bit_cast<std::uint32_t>(a); }

std::uint32_t flush_input(std::uint32_t a, std::uint32_t& fpscr) {
  if ((fpscr & kFpFlushToZero) == 0 || !is_denormal(a)) return a;
  fpscr |= kFpInputDenormal;
  return a & kSign;
}

// The NaN that an operation with these operands gives: the first signalling one, else the first quiet one.
std::uint32_t propagate(std::initializer_list<std::uint32_t> operands, std::uint32_t& fpscr) {
  std::uint32_t chosen = 0;
  bool found = false;
  for (const std::uint32_t operand : operands) {
    if (is_signalling(operand)) {
      fpscr |= kFpInvalid;
      chosen = operand | kQuiet;
      found = true;
      break;
    }
  }
  for (const std::uint32_t operand : operands) {
    if (found) break;
    if (is_nan(operand)) {
      chosen = operand;
      found = true;
    }
  }
  return (fpscr & kFpDefaultNan) != 0 ? kDefaultNan : chosen;
}

// The host's rounding mode and flags for the length of one operation.
class HostArithmetic {
 public:
  explicit HostArithmetic(std::uint32_t fpscr) {
    static constexpr int kModes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    const std::uint32_t mode = (fpscr >> 22) & 3U;
    if (mode != 0) std::fesetround(kModes[mode]);
    std::feclearexcept(FE_ALL_EXCEPT);
  }
  HostArithmetic(const HostArithmetic&) = delete;
  HostArithmetic& operator=(const HostArithmetic&) = delete;
  ~HostArithmetic() { std::fesetround(FE_TONEAREST); }

  // Keeps the flags of the operation, and makes what follows round toward zero.
  void end_operation() {
    raised_ = std::fetestexcept(FE_ALL_EXCEPT);
    std::fesetround(FE_TOWARDZERO);
  }

  // The result of the operation. `truncated`: the same in double precision toward zero, so that it is below the
  // smallest normal number exactly if the value before rounding is.
  [[nodiscard]] std::uint32_t finish(float result, double truncated, std::uint32_t& fpscr) const {
    if (std::isnan(result)) {
      fpscr |= kFpInvalid;
      return kDefaultNan;
    }
    const bool tiny = truncated != 0 && std::fabs(truncated) < kSmallestNormal;
    if (tiny && (fpscr & kFpFlushToZero) != 0) {
      fpscr |= kFpUnderflow;
      return std::signbit(truncated) ? kSign : 0;
    }
    if ((raised_ & FE_DIVBYZERO) != 0) fpscr |= kFpDivideByZero;
    if ((raised_ & FE_OVERFLOW) != 0) fpscr |= kFpOverflow;
    if ((raised_ & FE_INEXACT) != 0) fpscr |= kFpInexact | (tiny ? kFpUnderflow : 0);
    return as_bits(result);
  }

 private:
  int raised_ = 0;
};

// Keeps the compiler from moving the operation out of the changed environment.
template <typename T>
T opaque(T value) {
  volatile T kept = value;
  return kept;
}

std::uint32_t maximum(std::uint32_t a, std::uint32_t b, bool greater, std::uint32_t& fpscr) {
  a = flush_input(a, fpscr);
  b = flush_input(b, fpscr);
  // A quiet NaN gives way to a number.
  if (is_nan(a) && !is_signalling(a) && !is_nan(b)) return b;
  if (is_nan(b) && !is_signalling(b) && !is_nan(a)) return a;
  if (is_nan(a) || is_nan(b)) return propagate({a, b}, fpscr);
  if (is_zero(a) && is_zero(b)) return greater ? (a & b) : (a | b);
  return (as_float(a) > as_float(b)) == greater ? a : b;
}

// To an integer, of any magnitude.
double round_to_integer(double value, std::uint32_t mode) {
  switch (mode) {
    case 0: {
      const double down = std::floor(value);
      const double rest = value - down;
      if (rest != 0.5) return rest < 0.5 ? down : down + 1;
      return std::fmod(down, 2) == 0 ? down : down + 1;
    }
    case 1:
      return std::ceil(value);
    case 2:
      return std::floor(value);
    case 3:
      return std::trunc(value);
    default:
      return std::copysign(std::floor(std::fabs(value) + 0.5), value);
  }
}

std::uint32_t mode_of(std::uint32_t mode, std::uint32_t fpscr) {
  return mode == kRoundFpscr ? (fpscr >> 22) & 3U : mode;
}

}  // namespace

std::uint32_t fp_binary(FloatOp op, std::uint32_t a, std::uint32_t b, std::uint32_t& fpscr) {
  if (op == FloatOp::kMaxNum || op == FloatOp::kMinNum) return maximum(a, b, op == FloatOp::kMaxNum, fpscr);
  a = flush_input(a, fpscr);
  b = flush_input(b, fpscr);
  const bool negate = op == FloatOp::kNmul;
  if (is_nan(a) || is_nan(b)) return propagate({a, b}, fpscr) ^ (negate ? kSign : 0);
  HostArithmetic host(fpscr);
  const float x = opaque(as_float(a));
  const float y = opaque(as_float(b));
  float result = 0;
  double truncated = 0;
  switch (op) {
    case FloatOp::kAdd:
      result = opaque(x + y);
      break;
    case FloatOp::kSub:
      result = opaque(x - y);
      break;
    case FloatOp::kDiv:
      result = opaque(x / y);
      break;
    default:
      result = opaque(x * y);
      break;
  }
  host.end_operation();
  switch (op) {
    case FloatOp::kAdd:
      truncated = opaque(double{x}) + opaque(double{y});
      break;
    case FloatOp::kSub:
      truncated = opaque(double{x}) - opaque(double{y});
      break;
    case FloatOp::kDiv:
      truncated = opaque(double{x}) / opaque(double{y});
      break;
    default:
      truncated = opaque(double{x}) * opaque(double{y});
      break;
  }
  return host.finish(result, opaque(truncated), fpscr) ^ (negate ? kSign : 0);
}

std::uint32_t fp_accumulate(FloatOp op, std::uint32_t addend, std::uint32_t a, std::uint32_t b, std::uint32_t& fpscr) {
  const bool fused = op == FloatOp::kFma || op == FloatOp::kFms || op == FloatOp::kFnma || op == FloatOp::kFnms;
  const bool negate_addend =
      op == FloatOp::kNmla || op == FloatOp::kNmls || op == FloatOp::kFnma || op == FloatOp::kFnms;
  const bool negate_product =
      op == FloatOp::kMls || op == FloatOp::kNmla || op == FloatOp::kFms || op == FloatOp::kFnma;
  if (negate_addend) addend ^= kSign;
  if (!fused) {
    const std::uint32_t product = fp_binary(FloatOp::kMul, a, b, fpscr) ^ (negate_product ? kSign : 0);
    return fp_binary(FloatOp::kAdd, addend, product, fpscr);
  }
  if (negate_product) a ^= kSign;
  addend = flush_input(addend, fpscr);
  a = flush_input(a, fpscr);
  b = flush_input(b, fpscr);
  const bool infinite_times_zero = (is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b));
  if (is_nan(addend) && !is_signalling(addend) && infinite_times_zero) {
    fpscr |= kFpInvalid;
    return kDefaultNan;
  }
  if (is_nan(addend) || is_nan(a) || is_nan(b)) return propagate({addend, a, b}, fpscr);
  HostArithmetic host(fpscr);
  const float x = opaque(as_float(a));
  const float y = opaque(as_float(b));
  const float z = opaque(as_float(addend));
  const float result = opaque(std::fma(x, y, z));
  host.end_operation();
  return host.finish(result, opaque(std::fma(opaque(double{x}), opaque(double{y}), opaque(double{z}))), fpscr);
}

std::uint32_t fp_sqrt(std::uint32_t a, std::uint32_t& fpscr) {
  a = flush_input(a, fpscr);
  if (is_nan(a)) return propagate({a}, fpscr);
  HostArithmetic host(fpscr);
  const float result = opaque(std::sqrt(opaque(as_float(a))));
  host.end_operation();
  return host.finish(result, result, fpscr);
}

std::uint32_t fp_round(std::uint32_t a, std::uint32_t mode, bool inexact, std::uint32_t& fpscr) {
  a = flush_input(a, fpscr);
  if (is_nan(a)) return propagate({a}, fpscr);
  if (is_infinite(a) || is_zero(a)) return a;
  const double value = as_float(a);
  const double rounded = round_to_integer(value, mode_of(mode, fpscr));
  if (inexact && rounded != value) fpscr |= kFpInexact;
  return (as_bits(static_cast<float>(rounded)) & ~kSign) | (a & kSign);
}

std::uint32_t fp_compare(std::uint32_t a, std::uint32_t b, bool quiet_nan_is_invalid, std::uint32_t& fpscr) {
  a = flush_input(a, fpscr);
  b = flush_input(b, fpscr);
  if (is_nan(a) || is_nan(b)) {
    if (quiet_nan_is_invalid || is_signalling(a) || is_signalling(b)) fpscr |= kFpInvalid;
    return 3U << 28;
  }
  if (as_float(a) == as_float(b)) return 6U << 28;
  return as_float(a) < as_float(b) ? 8U << 28 : 2U << 28;
}

std::uint32_t fp_to_fixed(std::uint32_t a, unsigned bits, unsigned fraction, bool is_unsigned, std::uint32_t mode,
                          std::uint32_t& fpscr) {
  a = flush_input(a, fpscr);
  if (is_nan(a)) {
    fpscr |= kFpInvalid;
    return 0;
  }
  const double low = is_unsigned ? 0 : -std::ldexp(1.0, static_cast<int>(bits) - 1);
  const double high = std::ldexp(1.0, static_cast<int>(bits) - (is_unsigned ? 0 : 1)) - 1;
  const double scaled = std::ldexp(double{as_float(a)}, static_cast<int>(fraction));
  const double rounded = round_to_integer(scaled, mode_of(mode, fpscr));
  if (rounded < low || rounded > high) {
    fpscr |= kFpInvalid;
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(rounded < low ? low : high));
  }
  if (rounded != scaled) fpscr |= kFpInexact;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(rounded));
}

std::uint32_t fp_from_fixed(std::uint32_t value, unsigned bits, unsigned fraction, bool is_unsigned, std::uint32_t mode,
                            std::uint32_t& fpscr) {
  std::int64_t integer = 0;
  if (bits == 16) {
    integer =
        is_unsigned ? std::int64_t{static_cast<std::uint16_t>(value)} : std::int64_t{static_cast<std::int16_t>(value)};
  } else {
    integer = is_unsigned ? std::int64_t{value} : std::int64_t{static_cast<std::int32_t>(value)};
  }
  const double exact = std::ldexp(static_cast<double>(integer), -static_cast<int>(fraction));
  const HostArithmetic host(mode_of(mode, fpscr) << 22);
  const float result = opaque(static_cast<float>(opaque(exact)));
  if (double{result} != exact) fpscr |= kFpInexact;
  return as_bits(result);
}

std::uint32_t fp_from_half(std::uint32_t half, std::uint32_t& fpscr) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 31U;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 31 && (fpscr & kFpAlternativeHalf) == 0) {
    if (fraction == 0) return sign | 0x7F800000U;
    return propagate({sign | 0x7F800000U | fraction << 13}, fpscr);
  }
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, static_cast<int>(exponent) - 25);
  return sign | as_bits(static_cast<float>(magnitude));
}

std::uint32_t fp_to_half(std::uint32_t a, std::uint32_t& fpscr) {
  const bool alternative = (fpscr & kFpAlternativeHalf) != 0;
  const std::uint32_t sign = (a & kSign) >> 16;
  a = flush_input(a, fpscr);
  if (is_nan(a)) {
    if (alternative) {
      fpscr |= kFpInvalid;
      return sign;
    }
    const std::uint32_t nan = propagate({a}, fpscr);
    return (nan & kSign) >> 16 | 0x7C00U | ((nan >> 13) & 0x3FFU);
  }
  if (is_infinite(a)) {
    if (!alternative) return sign | 0x7C00U;
    fpscr |= kFpInvalid;
    return sign | 0x7FFFU;
  }
  if (is_zero(a)) return sign;
  const double value = as_float(a);
  const std::uint32_t mode = mode_of(kRoundFpscr, fpscr);
  const int exponent = std::max(std::ilogb(value), -14);
  const double steps = std::ldexp(value, 10 - exponent);
  const double rounded = round_to_integer(steps, mode);
  const double magnitude = std::fabs(std::ldexp(rounded, exponent - 10));
  const bool inexact = rounded != steps;
  if (alternative && magnitude >= 0x1p17) {  // beyond the largest number, exponent 31 included
    fpscr |= kFpInvalid;
    return sign | 0x7FFFU;
  }
  if (!alternative && magnitude >= 65536) {
    fpscr |= kFpOverflow | kFpInexact;
    const bool to_infinity = mode == 0 || (mode == 1 && sign == 0) || (mode == 2 && sign != 0);
    return sign | (to_infinity ? 0x7C00U : 0x7BFFU);
  }
  if (inexact) fpscr |= kFpInexact | (std::fabs(value) < 0x1p-14 ? kFpUnderflow : 0);
  if (magnitude < 0x1p-14) return sign | static_cast<std::uint32_t>(std::ldexp(magnitude, 24));
  const int power = std::ilogb(magnitude);
  const auto fraction = static_cast<std::uint32_t>(std::ldexp(magnitude, 10 - power)) & 0x3FFU;
  return sign | static_cast<std::uint32_t>(power + 15) << 10 | fraction;
}

}  // namespace systolite::cpu

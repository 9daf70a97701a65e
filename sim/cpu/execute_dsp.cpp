// SPDX-License-Identifier: Apache-2.0
// DSP extension: lanes of 16 and 8 bits, saturation, packing.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr bool is_signed(LaneMode mode) {
  return mode == LaneMode::kSigned || mode == LaneMode::kSaturating || mode == LaneMode::kHalving;
}

// One lane: its result, and the GE bit that modes without saturation and halving set.
template <LaneMode kMode, int kBits>
std::pair<std::uint32_t, bool> lane(std::uint32_t a_bits, std::uint32_t b_bits, bool subtract) {
  constexpr std::int32_t kUnsignedMax = (1 << kBits) - 1;
  constexpr std::int32_t kSignedMax = (1 << (kBits - 1)) - 1;
  const auto value = [](std::uint32_t bits) {
    const auto masked = static_cast<std::int32_t>(bits & static_cast<std::uint32_t>(kUnsignedMax));
    return is_signed(kMode) && masked > kSignedMax ? masked - kUnsignedMax - 1 : masked;
  };
  const std::int32_t a = value(a_bits);
  const std::int32_t b = value(b_bits);
  std::int32_t result = subtract ? a - b : a + b;
  // Signed: not negative. Unsigned: carry of an addition, no borrow of a subtraction.
  const bool ge = is_signed(kMode) || subtract ? result >= 0 : result > kUnsignedMax;
  if constexpr (kMode == LaneMode::kSaturating) result = std::clamp(result, -kSignedMax - 1, kSignedMax);
  if constexpr (kMode == LaneMode::kUnsignedSaturating) result = std::clamp(result, 0, kUnsignedMax);
  if constexpr (kMode == LaneMode::kHalving || kMode == LaneMode::kUnsignedHalving) result >>= 1;
  return {static_cast<std::uint32_t>(result) & static_cast<std::uint32_t>(kUnsignedMax), ge};
}

template <Lanes kLanes, LaneMode kMode>
void lanes(Machine& m, const Insn& i) {
  constexpr bool kSetsGe = kMode == LaneMode::kSigned || kMode == LaneMode::kUnsigned;
  const std::uint32_t a = m.r[i.rn];
  const std::uint32_t b = m.r[i.rm];
  std::uint32_t result = 0;
  std::uint32_t ge = 0;
  if constexpr (kLanes == Lanes::kAdd8 || kLanes == Lanes::kSub8) {
    for (unsigned byte = 0; byte < 4; ++byte) {
      const auto [value, bit] = lane<kMode, 8>(a >> 8 * byte, b >> 8 * byte, kLanes == Lanes::kSub8);
      result |= value << 8 * byte;
      ge |= (bit ? 1U : 0U) << byte;
    }
  } else {
    constexpr bool kExchange = kLanes == Lanes::kAsx || kLanes == Lanes::kSax;
    constexpr bool kLowSubtracts = kLanes == Lanes::kSub16 || kLanes == Lanes::kAsx;
    constexpr bool kHighSubtracts = kLanes == Lanes::kSub16 || kLanes == Lanes::kSax;
    const auto [low, low_ge] = lane<kMode, 16>(a, kExchange ? b >> 16 : b, kLowSubtracts);
    const auto [high, high_ge] = lane<kMode, 16>(a >> 16, kExchange ? b : b >> 16, kHighSubtracts);
    result = low | high << 16;
    ge = (low_ge ? 3U : 0U) | (high_ge ? 12U : 0U);
  }
  m.r[i.rd] = result;
  if constexpr (kSetsGe) m.ge = ge;
}

template <LaneMode kMode>
constexpr std::array<Handler, 6> kLaneHandlers = {lanes<Lanes::kAdd16, kMode>, lanes<Lanes::kAsx, kMode>,
                                                  lanes<Lanes::kSax, kMode>,   lanes<Lanes::kSub16, kMode>,
                                                  lanes<Lanes::kAdd8, kMode>,  lanes<Lanes::kSub8, kMode>};

std::uint32_t saturate(Machine& m, std::int64_t value, std::int64_t low, std::int64_t high) {
  const std::int64_t limited = std::clamp(value, low, high);
  if (limited != value) m.q = 1;
  return static_cast<std::uint32_t>(limited);
}

std::uint32_t saturate32(Machine& m, std::int64_t value) { return saturate(m, value, INT32_MIN, INT32_MAX); }

std::uint32_t saturate_signed(Machine& m, std::int64_t value, unsigned bits) {
  return saturate(m, value, -(std::int64_t{1} << (bits - 1)), (std::int64_t{1} << (bits - 1)) - 1);
}

std::uint32_t saturate_unsigned(Machine& m, std::int64_t value, unsigned bits) {
  return saturate(m, value, 0, (std::int64_t{1} << bits) - 1);
}

std::int64_t wide(std::uint32_t value) { return static_cast<std::int32_t>(value); }

std::int64_t doubled(Machine& m, std::uint32_t value) { return wide(saturate32(m, 2 * wide(value))); }

std::int64_t shifted(const Machine& m, const Insn& i) {
  const std::uint32_t value = m.r[i.rn];
  return i.rm != 0 ? wide(value) >> i.imm : wide(value << i.imm);
}

std::int64_t half(std::uint32_t value) { return static_cast<std::int16_t>(value); }

}  // namespace

Handler lanes_handler(Lanes kind, LaneMode mode) {
  const auto index = static_cast<std::size_t>(kind);
  switch (mode) {
    case LaneMode::kSigned:
      return kLaneHandlers<LaneMode::kSigned>[index];
    case LaneMode::kSaturating:
      return kLaneHandlers<LaneMode::kSaturating>[index];
    case LaneMode::kHalving:
      return kLaneHandlers<LaneMode::kHalving>[index];
    case LaneMode::kUnsigned:
      return kLaneHandlers<LaneMode::kUnsigned>[index];
    case LaneMode::kUnsignedSaturating:
      return kLaneHandlers<LaneMode::kUnsignedSaturating>[index];
    case LaneMode::kUnsignedHalving:
      break;
  }
  return kLaneHandlers<LaneMode::kUnsignedHalving>[index];
}

void sel(Machine& m, const Insn& i) {
  std::uint32_t mask = 0;
  for (unsigned byte = 0; byte < 4; ++byte) {
    if ((m.ge >> byte & 1U) != 0) mask |= 0xFFU << 8 * byte;
  }
  m.r[i.rd] = (m.r[i.rn] & mask) | (m.r[i.rm] & ~mask);
}

void usada8(Machine& m, const Insn& i) {
  std::uint32_t sum = i.ra != 15 ? m.r[i.ra] : 0;
  for (unsigned byte = 0; byte < 4; ++byte) {
    const auto a = static_cast<int>(m.r[i.rn] >> 8 * byte & 0xFFU);
    const auto b = static_cast<int>(m.r[i.rm] >> 8 * byte & 0xFFU);
    sum += static_cast<std::uint32_t>(std::abs(a - b));
  }
  m.r[i.rd] = sum;
}

void qadd(Machine& m, const Insn& i) { m.r[i.rd] = saturate32(m, wide(m.r[i.rm]) + wide(m.r[i.rn])); }

void qdadd(Machine& m, const Insn& i) { m.r[i.rd] = saturate32(m, wide(m.r[i.rm]) + doubled(m, m.r[i.rn])); }

void qsub(Machine& m, const Insn& i) { m.r[i.rd] = saturate32(m, wide(m.r[i.rm]) - wide(m.r[i.rn])); }

void qdsub(Machine& m, const Insn& i) { m.r[i.rd] = saturate32(m, wide(m.r[i.rm]) - doubled(m, m.r[i.rn])); }

void pkhbt(Machine& m, const Insn& i) { m.r[i.rd] = (m.r[i.rn] & 0xFFFFU) | ((m.r[i.rm] << i.imm) & 0xFFFF0000U); }

void pkhtb(Machine& m, const Insn& i) {
  const auto low = static_cast<std::uint32_t>(wide(m.r[i.rm]) >> i.imm);
  m.r[i.rd] = (m.r[i.rn] & 0xFFFF0000U) | (low & 0xFFFFU);
}

void ssat(Machine& m, const Insn& i) { m.r[i.rd] = saturate_signed(m, shifted(m, i), i.ra + 1U); }

void usat(Machine& m, const Insn& i) { m.r[i.rd] = saturate_unsigned(m, shifted(m, i), i.ra); }

void ssat16(Machine& m, const Insn& i) {
  const std::uint32_t value = m.r[i.rn];
  const std::uint32_t low = saturate_signed(m, half(value), i.ra + 1U) & 0xFFFFU;
  m.r[i.rd] = low | saturate_signed(m, half(value >> 16), i.ra + 1U) << 16;
}

void usat16(Machine& m, const Insn& i) {
  const std::uint32_t value = m.r[i.rn];
  const std::uint32_t low = saturate_unsigned(m, half(value), i.ra);
  m.r[i.rd] = low | saturate_unsigned(m, half(value >> 16), i.ra) << 16;
}

}  // namespace systolite::cpu

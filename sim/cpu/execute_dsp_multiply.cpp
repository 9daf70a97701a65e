// SPDX-License-Identifier: Apache-2.0
// DSP extension: multiplies of halfwords, and of words for their upper half.
#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

std::int64_t half(std::uint32_t value, bool top) { return static_cast<std::int16_t>(top ? value >> 16 : value); }

std::int64_t wide(std::uint32_t value) { return static_cast<std::int32_t>(value); }

// To 32 bits; Q tells that bits were lost.
std::uint32_t wrap(Machine& m, std::int64_t value) {
  const auto result = static_cast<std::int32_t>(value);
  if (result != value) m.q = 1;
  return static_cast<std::uint32_t>(result);
}

std::uint64_t pair(const Machine& m, const Insn& i) { return std::uint64_t{m.r[i.ra]} << 32 | m.r[i.rd]; }

void set_pair(Machine& m, const Insn& i, std::uint64_t value) {
  m.r[i.rd] = static_cast<std::uint32_t>(value);
  m.r[i.ra] = static_cast<std::uint32_t>(value >> 32);
}

template <bool kNTop, bool kMTop, bool kAccumulate>
void half_multiply(Machine& m, const Insn& i) {
  const std::int64_t product = half(m.r[i.rn], kNTop) * half(m.r[i.rm], kMTop);
  if constexpr (kAccumulate) {
    m.r[i.rd] = wrap(m, wide(m.r[i.ra]) + product);
  } else {
    m.r[i.rd] = static_cast<std::uint32_t>(product);
  }
}

template <bool kNTop, bool kMTop>
void long_half_multiply(Machine& m, const Insn& i) {
  set_pair(m, i, pair(m, i) + static_cast<std::uint64_t>(half(m.r[i.rn], kNTop) * half(m.r[i.rm], kMTop)));
}

template <bool kMTop, bool kAccumulate>
void wide_half_multiply(Machine& m, const Insn& i) {
  const std::int64_t product = wide(m.r[i.rn]) * half(m.r[i.rm], kMTop) >> 16;
  if constexpr (kAccumulate) {
    m.r[i.rd] = wrap(m, wide(m.r[i.ra]) + product);
  } else {
    m.r[i.rd] = static_cast<std::uint32_t>(product);
  }
}

template <bool kSubtract, bool kExchange>
std::int64_t dual_product(const Machine& m, const Insn& i) {
  const std::uint32_t a = m.r[i.rn];
  const std::uint32_t b = m.r[i.rm];
  const std::int64_t low = half(a, false) * half(b, kExchange);
  const std::int64_t high = half(a, true) * half(b, !kExchange);
  return kSubtract ? low - high : low + high;
}

template <bool kSubtract, bool kExchange, bool kAccumulate>
void dual_multiply(Machine& m, const Insn& i) {
  const std::int64_t sum = dual_product<kSubtract, kExchange>(m, i);
  m.r[i.rd] = wrap(m, kAccumulate ? sum + wide(m.r[i.ra]) : sum);
}

template <bool kSubtract, bool kExchange>
void long_dual_multiply(Machine& m, const Insn& i) {
  set_pair(m, i, pair(m, i) + static_cast<std::uint64_t>(dual_product<kSubtract, kExchange>(m, i)));
}

template <bool kSubtract, bool kRound, bool kAccumulate>
void top_multiply(Machine& m, const Insn& i) {
  // Wraps at 64 bits, as the architecture says.
  const auto product = static_cast<std::uint64_t>(wide(m.r[i.rn]) * wide(m.r[i.rm]));
  const std::uint64_t base = kAccumulate ? std::uint64_t{m.r[i.ra]} << 32 : 0;
  const std::uint64_t result = (kSubtract ? base - product : base + product) + (kRound ? 0x80000000U : 0U);
  m.r[i.rd] = static_cast<std::uint32_t>(result >> 32);
}

}  // namespace

Handler half_multiply_handler(bool n_top, bool m_top, bool accumulate) {
  static constexpr Handler kHandlers[2][2][2] = {
      {{half_multiply<false, false, false>, half_multiply<false, false, true>},
       {half_multiply<false, true, false>, half_multiply<false, true, true>}},
      {{half_multiply<true, false, false>, half_multiply<true, false, true>},
       {half_multiply<true, true, false>, half_multiply<true, true, true>}}};
  return kHandlers[n_top ? 1 : 0][m_top ? 1 : 0][accumulate ? 1 : 0];
}

Handler long_half_multiply_handler(bool n_top, bool m_top) {
  static constexpr Handler kHandlers[2][2] = {{long_half_multiply<false, false>, long_half_multiply<false, true>},
                                              {long_half_multiply<true, false>, long_half_multiply<true, true>}};
  return kHandlers[n_top ? 1 : 0][m_top ? 1 : 0];
}

Handler wide_half_multiply_handler(bool m_top, bool accumulate) {
  static constexpr Handler kHandlers[2][2] = {{wide_half_multiply<false, false>, wide_half_multiply<false, true>},
                                              {wide_half_multiply<true, false>, wide_half_multiply<true, true>}};
  return kHandlers[m_top ? 1 : 0][accumulate ? 1 : 0];
}

Handler dual_multiply_handler(bool subtract, bool exchange, bool accumulate) {
  static constexpr Handler kHandlers[2][2][2] = {
      {{dual_multiply<false, false, false>, dual_multiply<false, false, true>},
       {dual_multiply<false, true, false>, dual_multiply<false, true, true>}},
      {{dual_multiply<true, false, false>, dual_multiply<true, false, true>},
       {dual_multiply<true, true, false>, dual_multiply<true, true, true>}}};
  return kHandlers[subtract ? 1 : 0][exchange ? 1 : 0][accumulate ? 1 : 0];
}

Handler long_dual_multiply_handler(bool subtract, bool exchange) {
  static constexpr Handler kHandlers[2][2] = {{long_dual_multiply<false, false>, long_dual_multiply<false, true>},
                                              {long_dual_multiply<true, false>, long_dual_multiply<true, true>}};
  return kHandlers[subtract ? 1 : 0][exchange ? 1 : 0];
}

Handler top_multiply_handler(bool subtract, bool round, bool accumulate) {
  static constexpr Handler kHandlers[2][2][2] = {{{top_multiply<false, false, false>, top_multiply<false, false, true>},
                                                  {top_multiply<false, true, false>, top_multiply<false, true, true>}},
                                                 {{top_multiply<true, false, false>, top_multiply<true, false, true>},
                                                  {top_multiply<true, true, false>, top_multiply<true, true, true>}}};
  return kHandlers[subtract ? 1 : 0][round ? 1 : 0][accumulate ? 1 : 0];
}

}  // namespace systolite::cpu

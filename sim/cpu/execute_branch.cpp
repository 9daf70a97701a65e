// SPDX-License-Identifier: Apache-2.0
// Branches.
#include <array>
#include <utility>

#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

template <unsigned kCondition>
void branch_if(Machine& m, const Insn& i) {
  if (m.condition(kCondition)) m.branch(i.imm, m.timing.branch_taken_penalty);
}

template <std::size_t... kConditions>
constexpr std::array<Handler, sizeof...(kConditions)> branch_handlers(std::index_sequence<kConditions...> /*unused*/) {
  return {branch_if<kConditions>...};
}

constexpr auto kBranchHandlers = branch_handlers(std::make_index_sequence<15>());

std::uint32_t return_address(const Insn& i, std::uint32_t size) { return (i.pc + size) | 1U; }

template <typename T>
void table_branch(Machine& m, const Insn& i) {
  const std::uint32_t base = i.rn == 15 ? i.pc + 4 : m.r[i.rn];
  std::uint32_t offset = 0;
  if (!m.load<T>(base + m.r[i.rm] * static_cast<std::uint32_t>(sizeof(T)), offset)) return;
  m.branch(i.pc + 4 + 2 * offset, m.timing.branch_taken_penalty);
}

}  // namespace

Handler branch_handler(unsigned condition) { return kBranchHandlers[condition]; }

void branch_link(Machine& m, const Insn& i) {
  m.r[14] = return_address(i, 4);
  m.branch(i.imm, m.timing.branch_link_penalty);
}

void branch_register(Machine& m, const Insn& i) { m.branch_exchange(m.r[i.rm], m.timing.branch_register_penalty); }

void branch_link_register(Machine& m, const Insn& i) {
  const std::uint32_t target = m.r[i.rm];
  m.r[14] = return_address(i, 2);
  // Not a function return: an EXC_RETURN value is an address like any other.
  m.thumb = (target & 1U) != 0;
  if (!m.thumb) m.attention();
  m.branch(target, m.timing.branch_register_penalty);
}

void branch_if_zero(Machine& m, const Insn& i) {
  if (m.r[i.rn] == 0) m.branch(i.imm, m.timing.branch_taken_penalty);
}

void branch_if_not_zero(Machine& m, const Insn& i) {
  if (m.r[i.rn] != 0) m.branch(i.imm, m.timing.branch_taken_penalty);
}

void table_branch_byte(Machine& m, const Insn& i) { table_branch<std::uint8_t>(m, i); }

void table_branch_half(Machine& m, const Insn& i) { table_branch<std::uint16_t>(m, i); }

}  // namespace systolite::cpu

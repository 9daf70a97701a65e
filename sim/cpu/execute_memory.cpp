// SPDX-License-Identifier: Apache-2.0
// Loads and stores. A fault leaves the registers as they were.
#include <bit>

#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kWriteBack = 1U << 16;

template <Index kIndex>
std::uint32_t address_of(const Machine& m, const Insn& i) noexcept {
  if constexpr (kIndex == Index::kRegister) return m.r[i.rn] + (m.r[i.rm] << i.imm);
  if constexpr (kIndex == Index::kPost) return m.r[i.rn];
  return m.r[i.rn] + i.imm;
}

template <Index kIndex>
void write_back(Machine& m, const Insn& i) noexcept {
  if constexpr (kIndex == Index::kPre || kIndex == Index::kPost) m.r[i.rn] += i.imm;
}

template <typename T, Index kIndex>
void load(Machine& m, const Insn& i) {
  std::uint32_t value = 0;
  if (!m.load<T>(address_of<kIndex>(m, i), value)) return;
  write_back<kIndex>(m, i);
  m.r[i.rd] = value;
}

template <typename T, Index kIndex>
void store(Machine& m, const Insn& i) {
  if (!m.store<T>(address_of<kIndex>(m, i), m.r[i.rd])) return;
  write_back<kIndex>(m, i);
}

template <typename T>
void load_literal(Machine& m, const Insn& i) {
  std::uint32_t value = 0;
  if (m.load<T>(i.imm, value)) m.r[i.rd] = value;
}

template <Index kIndex>
void load_pc(Machine& m, const Insn& i) {
  std::uint32_t value = 0;
  if (!m.load<std::uint32_t>(address_of<kIndex>(m, i), value)) return;
  write_back<kIndex>(m, i);
  m.branch_exchange(value, m.timing.branch_register_penalty);
}

// Transfers of several words have no unaligned form.
bool aligned(Machine& m, std::uint32_t address) {
  if ((address & 3U) == 0) return true;
  m.raise(FaultKind::kUnaligned, address);
  return false;
}

void load_pair(Machine& m, const Insn& i, std::uint32_t address) {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  if (!aligned(m, address) || !m.load<std::uint32_t>(address, first) || !m.load<std::uint32_t>(address + 4, second))
    return;
  m.r[i.rd] = first;
  m.r[i.ra] = second;
}

template <Index kIndex>
void load_dual(Machine& m, const Insn& i) {
  const std::uint32_t address = address_of<kIndex>(m, i);
  const std::uint32_t base = m.r[i.rn] + i.imm;
  load_pair(m, i, address);
  if constexpr (kIndex != Index::kOffset) {
    if (!m.fault) m.r[i.rn] = base;
  }
}

template <Index kIndex>
void store_dual(Machine& m, const Insn& i) {
  const std::uint32_t address = address_of<kIndex>(m, i);
  if (!aligned(m, address) || !m.store<std::uint32_t>(address, m.r[i.rd]) ||
      !m.store<std::uint32_t>(address + 4, m.r[i.ra]))
    return;
  write_back<kIndex>(m, i);
}

// Loads the listed registers, without the PC, from an ascending address; the PC's word goes to `target`.
bool load_list(Machine& m, const Insn& i, std::uint32_t address, std::uint32_t final_base, std::uint32_t* target) {
  if (!aligned(m, address)) return false;
  std::uint32_t values[16];
  int count = 0;
  for (std::uint32_t list = i.imm & 0xFFFFU; list != 0; list &= list - 1) {
    if (!m.load<std::uint32_t>(address, values[count++])) return false;
    address += 4;
  }
  if ((i.imm & kWriteBack) != 0) m.r[i.rn] = final_base;
  count = 0;
  for (std::uint32_t list = i.imm & 0x7FFFU; list != 0; list &= list - 1) m.r[std::countr_zero(list)] = values[count++];
  if (target != nullptr) *target = values[count];
  return true;
}

std::uint32_t list_bytes(const Insn& i) { return 4U * static_cast<unsigned>(std::popcount(i.imm & 0xFFFFU)); }

bool store_list(Machine& m, const Insn& i, std::uint32_t address, std::uint32_t final_base) {
  if (!aligned(m, address)) return false;
  for (std::uint32_t list = i.imm & 0xFFFFU; list != 0; list &= list - 1) {
    if (!m.store<std::uint32_t>(address, m.r[std::countr_zero(list)])) return false;
    address += 4;
  }
  if ((i.imm & kWriteBack) != 0) m.r[i.rn] = final_base;
  return true;
}

template <typename T>
void load_exclusive(Machine& m, const Insn& i) {
  const std::uint32_t address = m.r[i.rn] + i.imm;
  std::uint32_t value = 0;
  if ((address & (sizeof(T) - 1)) != 0) {
    m.raise(FaultKind::kUnaligned, address);
    return;
  }
  if (!m.load<T>(address, value)) return;
  m.r[i.rd] = value;
  m.exclusive = address;
  m.exclusive_open = true;
}

template <typename T>
void store_exclusive(Machine& m, const Insn& i) {
  const std::uint32_t address = m.r[i.rn] + i.imm;
  if ((address & (sizeof(T) - 1)) != 0) {
    m.raise(FaultKind::kUnaligned, address);
    return;
  }
  const bool open = m.exclusive_open && m.exclusive == address;
  if (open && !m.store<T>(address, m.r[i.ra])) return;
  m.exclusive_open = false;
  m.r[i.rd] = open ? 0 : 1;
}

template <Index kIndex>
Handler load_of(Access access) {
  switch (access) {
    case Access::kWord:
      return load<std::uint32_t, kIndex>;
    case Access::kHalf:
      return load<std::uint16_t, kIndex>;
    case Access::kByte:
      return load<std::uint8_t, kIndex>;
    case Access::kSignedHalf:
      return load<std::int16_t, kIndex>;
    case Access::kSignedByte:
      break;
  }
  return load<std::int8_t, kIndex>;
}

template <Index kIndex>
Handler store_of(Access access) {
  if (access == Access::kWord) return store<std::uint32_t, kIndex>;
  if (access == Access::kHalf) return store<std::uint16_t, kIndex>;
  return store<std::uint8_t, kIndex>;
}

}  // namespace

Handler load_handler(Access access, Index index) {
  switch (index) {
    case Index::kOffset:
      return load_of<Index::kOffset>(access);
    case Index::kPre:
      return load_of<Index::kPre>(access);
    case Index::kPost:
      return load_of<Index::kPost>(access);
    case Index::kRegister:
      break;
  }
  return load_of<Index::kRegister>(access);
}

Handler store_handler(Access access, Index index) {
  switch (index) {
    case Index::kOffset:
      return store_of<Index::kOffset>(access);
    case Index::kPre:
      return store_of<Index::kPre>(access);
    case Index::kPost:
      return store_of<Index::kPost>(access);
    case Index::kRegister:
      break;
  }
  return store_of<Index::kRegister>(access);
}

Handler load_literal_handler(Access access) {
  switch (access) {
    case Access::kWord:
      return load_literal<std::uint32_t>;
    case Access::kHalf:
      return load_literal<std::uint16_t>;
    case Access::kByte:
      return load_literal<std::uint8_t>;
    case Access::kSignedHalf:
      return load_literal<std::int16_t>;
    case Access::kSignedByte:
      break;
  }
  return load_literal<std::int8_t>;
}

Handler load_pc_handler(Index index) {
  switch (index) {
    case Index::kOffset:
      return load_pc<Index::kOffset>;
    case Index::kPre:
      return load_pc<Index::kPre>;
    case Index::kPost:
      return load_pc<Index::kPost>;
    case Index::kRegister:
      break;
  }
  return load_pc<Index::kRegister>;
}

void load_pc_literal(Machine& m, const Insn& i) {
  std::uint32_t value = 0;
  if (m.load<std::uint32_t>(i.imm, value)) m.branch_exchange(value, m.timing.branch_register_penalty);
}

Handler load_dual_handler(Index index) {
  if (index == Index::kPre) return load_dual<Index::kPre>;
  return index == Index::kPost ? load_dual<Index::kPost> : load_dual<Index::kOffset>;
}

Handler store_dual_handler(Index index) {
  if (index == Index::kPre) return store_dual<Index::kPre>;
  return index == Index::kPost ? store_dual<Index::kPost> : store_dual<Index::kOffset>;
}

void load_dual_literal(Machine& m, const Insn& i) { load_pair(m, i, i.imm); }

void load_multiple(Machine& m, const Insn& i) {
  const std::uint32_t base = m.r[i.rn];
  static_cast<void>(load_list(m, i, base, base + list_bytes(i), nullptr));
}

void load_multiple_before(Machine& m, const Insn& i) {
  const std::uint32_t start = m.r[i.rn] - list_bytes(i);
  static_cast<void>(load_list(m, i, start, start, nullptr));
}

void load_multiple_pc(Machine& m, const Insn& i) {
  const std::uint32_t base = m.r[i.rn];
  std::uint32_t target = 0;
  if (load_list(m, i, base, base + list_bytes(i), &target)) m.branch_exchange(target, m.timing.branch_register_penalty);
}

void load_multiple_before_pc(Machine& m, const Insn& i) {
  const std::uint32_t start = m.r[i.rn] - list_bytes(i);
  std::uint32_t target = 0;
  if (load_list(m, i, start, start, &target)) m.branch_exchange(target, m.timing.branch_register_penalty);
}

void store_multiple(Machine& m, const Insn& i) {
  const std::uint32_t base = m.r[i.rn];
  static_cast<void>(store_list(m, i, base, base + list_bytes(i)));
}

void store_multiple_before(Machine& m, const Insn& i) {
  const std::uint32_t start = m.r[i.rn] - list_bytes(i);
  if (i.rn == 13 && start < m.sp_limit) {
    m.raise(FaultKind::kStackLimit, start);
    return;
  }
  static_cast<void>(store_list(m, i, start, start));
}

Handler load_exclusive_handler(Access access) {
  if (access == Access::kWord) return load_exclusive<std::uint32_t>;
  return access == Access::kHalf ? load_exclusive<std::uint16_t> : load_exclusive<std::uint8_t>;
}

Handler store_exclusive_handler(Access access) {
  if (access == Access::kWord) return store_exclusive<std::uint32_t>;
  return access == Access::kHalf ? store_exclusive<std::uint16_t> : store_exclusive<std::uint8_t>;
}

void clear_exclusive(Machine& m, const Insn& /*insn*/) { m.exclusive_open = false; }

}  // namespace systolite::cpu

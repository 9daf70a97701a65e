// SPDX-License-Identifier: Apache-2.0
// 32-bit loads and stores, table branches, exclusives (DDI 0403, A5.3.5 to A5.3.10; ARMv8-M: DDI 0553, C2.4).
#include <bit>
#include <optional>

#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSp = 13;
constexpr std::uint32_t kLr = 14;
constexpr std::uint32_t kPc = 15;

Decoded multiple(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t n = field(first, 0, 4);
  const bool write_back = field(first, 5, 1) != 0;
  const bool loads = field(first, 4, 1) != 0;
  const std::uint32_t direction = field(first, 7, 2);
  const std::uint32_t list = second;
  const auto words = static_cast<unsigned>(std::popcount(list));
  const bool valid = (direction == 1 || direction == 2) && n != kPc && words >= 2 && (list & bit(kSp)) == 0 &&
                     (loads ? (list & (bit(kPc) | bit(kLr))) != (bit(kPc) | bit(kLr)) : (list & bit(kPc)) == 0) &&
                     !(write_back && (list & bit(n)) != 0);
  if (!valid) return decode_undefined(pc, bits, true);
  const bool before = direction == 2;
  const std::uint32_t imm = list | (write_back ? bit(16) : 0);
  const std::uint32_t base_written = write_back ? bit(n) : 0;
  if (!loads) {
    return Build(pc, before ? store_multiple_before : store_multiple, Timing::kMultiple)
        .base(n)
        .imm(imm)
        .reads(list)
        .writes_back(base_written)
        .words(words);
  }
  const bool returns = (list & bit(kPc)) != 0;
  const Handler plain = before ? load_multiple_before : load_multiple;
  const Handler branching = before ? load_multiple_before_pc : load_multiple_pc;
  Build build(pc, returns ? branching : plain, returns ? Timing::kPopPc : Timing::kMultiple);
  build.base(n).imm(imm).writes(list & 0x7FFFU).writes_back(base_written).words(words);
  if (returns) build.ends_block();
  return build;
}

Decoded dual(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t n = field(first, 0, 4);
  const std::uint32_t t = field(second, 12, 4);
  const std::uint32_t t2 = field(second, 8, 4);
  const bool pre = field(first, 8, 1) != 0;
  const bool up = field(first, 7, 1) != 0;
  const bool write_back = field(first, 5, 1) != 0;
  const bool loads = field(first, 4, 1) != 0;
  const std::uint32_t offset = field(second, 0, 8) * 4;
  const std::uint32_t imm = up ? offset : 0U - offset;
  const bool bad_registers = t == kSp || t == kPc || t2 == kSp || t2 == kPc || (loads && t == t2) ||
                             (write_back && (n == kPc || n == t || n == t2)) || (!loads && n == kPc);
  if (bad_registers) return decode_undefined(pc, bits, true);
  if (loads && n == kPc)
    return Build(pc, load_dual_literal, Timing::kMultiple).to(t).to_a(t2).imm(((pc + 4) & ~3U) + imm).words(2);
  const Index index = !pre ? Index::kPost : write_back ? Index::kPre : Index::kOffset;
  Build build(pc, loads ? load_dual_handler(index) : store_dual_handler(index), Timing::kMultiple);
  build.base(n).imm(imm).words(2);
  if (write_back) build.writes_back(bit(n)).guard(n == kSp && !up);
  if (loads) return build.to(t).to_a(t2);
  return build.from_d(t).from_a(t2).late(bit(t) | bit(t2));
}

std::optional<Access> access_of(std::uint32_t size) {
  if (size > 2) return std::nullopt;
  return size == 0 ? Access::kByte : size == 1 ? Access::kHalf : Access::kWord;
}

Decoded store_exclusive(std::uint32_t pc, Access access, std::uint32_t d, std::uint32_t t, std::uint32_t n,
                        std::uint32_t offset) {
  return Build(pc, store_exclusive_handler(access), Timing::kStoreRegister).to(d).from_a(t).base(n).imm(offset);
}

Decoded load_exclusive(std::uint32_t pc, Access access, std::uint32_t t, std::uint32_t n, std::uint32_t offset) {
  return Build(pc, load_exclusive_handler(access), Timing::kLoadRegister).to(t).base(n).imm(offset);
}

// What shares its encodings with LDRD and STRD without write-back and index.
Decoded exclusive(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t n = field(first, 0, 4);
  const std::uint32_t t = field(second, 12, 4);
  const bool loads = field(first, 4, 1) != 0;
  if (field(first, 7, 1) == 0) {
    const std::uint32_t offset = field(second, 0, 8) * 4;
    if (loads) return load_exclusive(pc, Access::kWord, t, n, offset);
    if (t == kPc && context.v8m() && field(second, 0, 6) == 0)
      return Build(pc, test_target, Timing::kSystemRegister).to(field(second, 8, 4)).n(n);
    return store_exclusive(pc, Access::kWord, field(second, 8, 4), t, n, offset);
  }
  const std::uint32_t op = field(second, 4, 4);
  if (loads && op < 2) {
    Build build(pc, op == 0 ? table_branch_byte : table_branch_half, Timing::kTableBranch);
    build.index(field(second, 0, 4)).ends_block();
    if (n == kPc) return build.raw(0, kPc, field(second, 0, 4));
    return build.base(n);
  }
  const std::optional<Access> access = access_of(op & 3U);
  if (access && (op & 12U) == 4 && (op & 3U) < 2) {
    return loads ? load_exclusive(pc, *access, t, n, 0) : store_exclusive(pc, *access, field(second, 0, 4), t, n, 0);
  }
  if (access && context.v8m() && (op & 8U) != 0) {  // load-acquire, store-release, with exclusive forms
    if ((op & 4U) != 0)
      return loads ? load_exclusive(pc, *access, t, n, 0) : store_exclusive(pc, *access, field(second, 0, 4), t, n, 0);
    if (loads) return Build(pc, load_handler(*access, Index::kOffset), Timing::kLoad).to(t).base(n);
    return Build(pc, store_handler(*access, Index::kOffset), Timing::kStore).from_d(t).base(n);
  }
  return decode_undefined(pc, bits, true);
}

struct Single {
  Access access;
  std::uint32_t t;
  std::uint32_t n;
  bool loads;
};

Decoded single_register(std::uint32_t pc, const Single& s, std::uint32_t second) {
  const std::uint32_t m = field(second, 0, 4);
  const std::uint32_t shift = field(second, 4, 2);
  if (!s.loads)
    return Build(pc, store_handler(s.access, Index::kRegister), Timing::kStoreRegister)
        .from_d(s.t)
        .late(bit(s.t))
        .base(s.n)
        .index(m)
        .imm(shift);
  if (s.t == kPc)
    return Build(pc, load_pc_handler(Index::kRegister), Timing::kLoadPc).base(s.n).index(m).imm(shift).ends_block();
  return Build(pc, load_handler(s.access, Index::kRegister), Timing::kLoadRegister)
      .to(s.t)
      .base(s.n)
      .index(m)
      .imm(shift)
      .careful();
}

Decoded single_indexed(std::uint32_t pc, const Single& s, Index index, std::uint32_t offset) {
  const bool writes_base = index != Index::kOffset;
  const std::uint32_t base = writes_base ? bit(s.n) : 0;
  const bool lowers_stack = writes_base && s.n == kSp;
  if (!s.loads) {
    return Build(pc, store_handler(s.access, index), Timing::kStore)
        .from_d(s.t)
        .late(bit(s.t))
        .base(s.n)
        .imm(offset)
        .writes_back(base)
        .guard(lowers_stack);
  }
  if (s.t == kPc) {
    return Build(pc, load_pc_handler(index), Timing::kLoadPc)
        .base(s.n)
        .imm(offset)
        .writes_back(base)
        .guard(lowers_stack)
        .ends_block();
  }
  return Build(pc, load_handler(s.access, index), s.access == Access::kWord ? Timing::kLoad : Timing::kLoadNarrow)
      .to(s.t)
      .base(s.n)
      .imm(offset)
      .writes_back(base)
      .guard(lowers_stack || s.t == kSp);
}

Decoded single(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const bool is_signed = field(first, 8, 1) != 0;
  const std::uint32_t size = field(first, 5, 2);
  const bool loads = field(first, 4, 1) != 0;
  if (size == 3 || (is_signed && (size == 2 || !loads))) return decode_undefined(pc, bits, true);
  static constexpr Access kAccess[2][3] = {{Access::kByte, Access::kHalf, Access::kWord},
                                           {Access::kSignedByte, Access::kSignedHalf, Access::kWord}};
  const Single s = {
      .access = kAccess[is_signed ? 1 : 0][size], .t = field(second, 12, 4), .n = field(first, 0, 4), .loads = loads};
  const bool long_form = field(first, 7, 1) != 0;
  if (!loads && (s.n == kPc || s.t == kPc)) return decode_undefined(pc, bits, true);
  const bool hint = loads && s.t == kPc && s.access != Access::kWord;  // preload
  if (s.n == kPc) {
    if (hint) return Build(pc, no_operation, Timing::kNop);
    const std::uint32_t offset = field(second, 0, 12);
    const std::uint32_t address = ((pc + 4) & ~3U) + (long_form ? offset : 0U - offset);
    if (s.t == kPc) return Build(pc, load_pc_literal, Timing::kLoadPc).imm(address).ends_block();
    return Build(pc, load_literal_handler(s.access), s.access == Access::kWord ? Timing::kLoad : Timing::kLoadNarrow)
        .to(s.t)
        .imm(address)
        .careful();
  }
  if (long_form) {
    if (hint) return Build(pc, no_operation, Timing::kNop);
    return single_indexed(pc, s, Index::kOffset, field(second, 0, 12));
  }
  if (field(second, 11, 1) == 0) {
    if (field(second, 6, 5) != 0) return decode_undefined(pc, bits, true);
    if (hint) return Build(pc, no_operation, Timing::kNop);
    return single_register(pc, s, second);
  }
  const bool pre = field(second, 10, 1) != 0;
  const bool up = field(second, 9, 1) != 0;
  const bool write_back = field(second, 8, 1) != 0;
  const std::uint32_t imm8 = field(second, 0, 8);
  const std::uint32_t offset = up ? imm8 : 0U - imm8;
  if (!pre && !write_back) return decode_undefined(pc, bits, true);
  if (hint && !write_back) return Build(pc, no_operation, Timing::kNop);
  if (hint || (write_back && s.n == s.t)) return decode_undefined(pc, bits, true);
  // LDRT and STRT: there is no memory protection that could tell the difference.
  return single_indexed(pc, s, !pre ? Index::kPost : write_back ? Index::kPre : Index::kOffset, offset);
}

}  // namespace

Decoded decode_memory32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  if (field(first, 11, 2) == 3) return single(pc, first, second);
  if (context.v8m() && (first << 16 | second) == 0xE97FE97FU) return Build(pc, no_operation, Timing::kNop);  // SG
  if (field(first, 6, 1) == 0) return multiple(pc, first, second);
  if (field(first, 8, 1) != 0 || field(first, 5, 1) != 0) return dual(pc, first, second);
  return exclusive(context, pc, first, second);
}

}  // namespace systolite::cpu

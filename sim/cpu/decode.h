// SPDX-License-Identifier: Apache-2.0
// From bits to handlers.
#pragma once

#include <cstdint>

#include "sim/cpu/core_config.h"
#include "sim/cpu/execute.h"
#include "sim/cpu/insn.h"

namespace systolite::cpu {

struct DecodeContext {
  const CoreConfig& core;
  bool in_it = false;  // inside an IT block: 16-bit data processing leaves the flags alone

  [[nodiscard]] bool v6m() const noexcept { return core.architecture == Architecture::kV6M; }
  [[nodiscard]] bool v8m() const noexcept { return core.architecture == Architecture::kV8MMain; }
};

[[nodiscard]] constexpr bool is_wide(std::uint32_t first) noexcept { return (first >> 11) >= 0x1D; }

// One instruction at `pc`; `second` is looked at if is_wide(first). Whatever the core does not have decodes to
// undefined().
[[nodiscard]] Decoded decode(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second);

// What the four bits `op` of 32-bit data processing mean, with rn = n and rd = d.
struct DataOperation {
  AluOp op = AluOp::kAnd;
  Timing timing = Timing::kAlu;
  bool valid = true;
  bool has_n = true;
  bool has_d = true;
  bool flags = false;
  bool uses_carry = false;
};
[[nodiscard]] DataOperation data_operation(std::uint32_t op, std::uint32_t n, std::uint32_t d, bool flags);

// Its parts.
[[nodiscard]] Decoded decode_thumb16(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits);
[[nodiscard]] Decoded decode_thumb32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first,
                                     std::uint32_t second);
[[nodiscard]] Decoded decode_memory32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first,
                                      std::uint32_t second);
[[nodiscard]] Decoded decode_register32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first,
                                        std::uint32_t second);
[[nodiscard]] Decoded decode_float(const DecodeContext& context, std::uint32_t pc, std::uint32_t first,
                                   std::uint32_t second);
[[nodiscard]] Decoded decode_undefined(std::uint32_t pc, std::uint32_t bits, bool wide);

}  // namespace systolite::cpu

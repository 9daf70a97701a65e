// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/stack_end.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace systolite::cpu {
namespace {

constexpr std::array<std::string_view, 3> kEndSymbols = {"__stack_limit", "__StackLimit", "_sstack"};

}  // namespace

std::optional<StackEnd> find_stack_end(const ElfImage& image, std::uint32_t top,
                                       const std::vector<ProfileMemory>& memories) {
  // The stack pointer starts one beyond the last byte of the stack.
  const auto memory = std::ranges::find_if(memories, [top](const ProfileMemory& candidate) {
    return top > candidate.base && top - candidate.base <= candidate.bytes;
  });
  if (memory == memories.end()) return std::nullopt;
  const auto inside = [&](std::uint32_t address) { return address >= memory->base && address <= top; };
  for (const std::string_view name : kEndSymbols) {
    const auto symbol = std::ranges::find(image.symbols, name, &ElfSymbol::name);
    if (symbol != image.symbols.end() && inside(symbol->address))
      return StackEnd{symbol->address, "the symbol " + symbol->name};
  }
  StackEnd end{memory->base, "the beginning of " + memory->name};
  for (const ElfVariables& variables : image.variables) {
    const std::uint32_t after = variables.address + variables.bytes;
    if (variables.address >= memory->base && inside(after) && after > end.address)
      end = {after, "the end of " + variables.section};
  }
  return end;
}

}  // namespace systolite::cpu

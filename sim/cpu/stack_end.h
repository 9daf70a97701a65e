// SPDX-License-Identifier: Apache-2.0
// How far the main stack of a program may grow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/cpu/elf_image.h"
#include "sim/cpu/profile.h"

namespace systolite::cpu {

struct StackEnd {
  std::uint32_t address = 0;  // the lowest that belongs to the stack
  std::string what;           // "the symbol __StackLimit", "the end of .bss", "the beginning of sram"
};

// For a stack that grows down from `top`, the first that there is of
// - a symbol of the linker script that stands for its end: __stack_limit, __StackLimit (CMSIS), _sstack,
// - the end of the variables below it, in the same memory,
// - the beginning of the memory it is in.
// A heap between variables and stack is not known: a stack that grows into it is not noticed. Nothing if `top` is in
// none of the memories.
[[nodiscard]] std::optional<StackEnd> find_stack_end(const ElfImage& image, std::uint32_t top,
                                                     const std::vector<ProfileMemory>& memories);

}  // namespace systolite::cpu

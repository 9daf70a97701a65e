// SPDX-License-Identifier: Apache-2.0
// A program for a core: vectors and harness (harness.S), blocks, the states they start from. And the trace it leaves.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/cpu_differential/block_generator.h"
#include "tests/cpu_differential/elf_file.h"

namespace systolite::cpu_test {

// Relative to the start of the RAM.
inline constexpr std::uint32_t kAreaOffset = 0x400;
inline constexpr std::uint32_t kTraceOffset = 0x1000;
// Relative to the start of the code.
inline constexpr std::uint32_t kDumpOffset = 0x120;
inline constexpr std::uint32_t kBlocksOffset = 0x1000;

// The state after a block.
struct Record {
  std::array<std::uint32_t, 13> r;
  std::uint32_t sp;
  std::uint32_t lr;
  std::uint32_t apsr;
  std::uint32_t index;  // of the block; with kFaultMark: r[0] is where the fault happened, r[1] the exception
  std::uint32_t masks;  // PRIMASK in bit 0, FAULTMASK in bit 1, BASEPRI from bit 8
  std::uint32_t psp;
  std::uint32_t fpscr;
  std::array<std::uint32_t, 32> s;
  std::array<std::uint32_t, TestArea::kBytes / 4> area;

  bool operator==(const Record&) const = default;
};
inline constexpr std::uint32_t kFaultMark = 0x80000000;

// The harness, assembled for this core by the build.
[[nodiscard]] std::vector<std::uint8_t> load_harness(const Core& core);

[[nodiscard]] TestArea test_area(const Core& core);
[[nodiscard]] BlockGenerator make_generator(const Core& core, std::uint64_t seed, Mix mix = Mix::kEverything);

// Blocks one behind the other, as many as it takes for `instructions` executed instructions.
[[nodiscard]] std::vector<Block> make_blocks(BlockGenerator& generator, const Core& core, int instructions);

// Throws std::logic_error when they do not fit. `fpccr`: the register's value while blocks run; 0: exceptions leave the
// floating-point registers alone.
[[nodiscard]] Segment make_program(const Core& core, std::span<const std::uint8_t> harness,
                                   std::span<const Block> blocks, std::uint32_t fpccr = 0);

// The block without its units from `count` on: instructions that do nothing instead.
[[nodiscard]] Block first_units(const Block& block, std::size_t count);

// `ram`: the memory of the core from the start of its RAM, at least up to the end of the trace.
[[nodiscard]] std::vector<Record> read_trace(const Core& core, std::span<const std::uint8_t> ram);

}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
// Random blocks of valid instructions whose result the architecture defines.
#pragma once

#include <array>
#include <vector>

#include "tests/cpu_differential/block_writer.h"
#include "tests/cpu_differential/core.h"
#include "tests/cpu_differential/random.h"

namespace systolite::cpu_test {

// Memory that a block may access: the stack grows down inside its lower half, everything is data.
struct TestArea {
  std::uint32_t base = 0;
  static constexpr std::uint32_t kBytes = 1024;
  static constexpr std::uint32_t kStackLow = 128;   // lowest stack pointer, relative to base
  static constexpr std::uint32_t kStackHigh = 512;  // highest; the stack is below
};

// Bits of FPSCR that FPv4-SP has: flags, AHP, DN, FZ, rounding mode, cumulative flags.
inline constexpr std::uint32_t kFpscrBits = 0xF7C0009F;
inline constexpr std::uint32_t kFpscrCumulative = 0x9F;

enum class Mix : std::uint8_t {
  kEverything,
  kFloat,          // mostly floating-point arithmetic on fresh operands, under all modes of FPSCR
  kInterruptible,  // nothing that shows whether exceptions came between: memory below the stack pointer, reservations
};

class BlockGenerator {
 public:
  BlockGenerator(const Core& core, TestArea area, std::uint32_t dump_address, std::uint64_t seed, Mix mix);

  // At least `instructions` executed ones.
  [[nodiscard]] Block generate(std::uint32_t address, int instructions);

  [[nodiscard]] const Coverage& coverage() const { return coverage_; }
  // The bins that generate() can fill.
  [[nodiscard]] std::vector<std::string_view> bins() const;

 private:
  enum class Group : std::uint8_t { kNarrow, kData, kDsp, kMemory, kFloat };

  InitialState draw_state();
  void one_unit();
  void one_float_unit();

  // Single instructions; `conditional`: inside an IT block.
  const Form& draw_form(Group group, bool conditional);
  Group draw_group();
  void plain(bool conditional);
  void plain_of(Group group, bool conditional);
  // False when no register is known to point where the form could use it.
  bool memory(const Form& form, bool conditional, bool may_prepare);
  bool try_known_base(const Form& form, Fields& fields);
  void prepare_base(const Form& form, Fields& fields);
  void finish_access(const Form& form, const Fields& fields, bool conditional);

  void constant(std::uint32_t r, std::uint32_t value);
  std::uint32_t pointer_into_area(std::uint32_t bytes, std::uint32_t alignment);
  std::uint32_t alignment_of(const Form& form);
  // The lowest byte that loads and stores through pointers may access, relative to the area.
  [[nodiscard]] std::uint32_t lowest_data() const { return mix_ == Mix::kInterruptible ? TestArea::kStackHigh : 0; }

  // sequences.cpp
  void if_then();
  void stack();
  void stack_by_value();
  void literal();
  void special_register();
  void exclusive();
  // skips.cpp
  void skip();
  void skip_by_offset();
  void skip_by_register();
  void skip_by_loaded_address();
  void skip_by_stacked_address();
  void skip_by_table();
  void loop();
  void back_and_forth();
  void skipped_instructions();

  const Core& core_;
  TestArea area_;
  std::uint32_t dump_address_;
  Random random_;
  Mix mix_;
  Coverage coverage_;
  std::array<std::vector<const Form*>, 5> forms_;
  BlockWriter* out_ = nullptr;
};

}  // namespace systolite::cpu_test

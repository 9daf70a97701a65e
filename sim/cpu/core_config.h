// SPDX-License-Identifier: Apache-2.0
// What a core is and how many cycles its instructions take: configs/cpu/cores/*.yaml, read once, strictly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace systolite::cpu {

enum class Architecture : std::uint8_t { kV6M, kV7M, kV7EM, kV8MMain };

// How far the figures of a core or of a profile can be trusted.
enum class Trust : std::uint8_t {
  kValidated,    // against cycles measured on hardware
  kPlausible,    // from the vendor's documents, or close to measured cycles
  kUnvalidated,  // from models, assumptions, or for hardware nobody compared with
};
[[nodiscard]] const char* name(Trust trust);
// Of figures that rest on both.
[[nodiscard]] constexpr Trust less_trusted(Trust a, Trust b) noexcept { return a > b ? a : b; }

// How the cycles of straight code are found.
enum class Pipeline : std::uint8_t {
  kSequential,  // one instruction after the other, with the few overlaps that the tables name
  kScoreboard,  // in order, an operand is ready some cycles after its instruction, some pairs start together
};

// Which two neighbours start in one cycle; kScoreboard only.
enum class Pairing : std::uint8_t {
  kNone,
  kNarrow,       // 16-bit instructions, one of them a move, extension, immediate addition, branch or IT
  kSuperscalar,  // what the units allow: two loads, one store, one multiply, one shift; SIMD only first
};

// One entry a key of `timing` in configs/cpu/cores/*.yaml, with the same name; what each means is in
// configs/cpu/README.md. Cycles, except where the name says otherwise.
struct CoreTiming {
  Pipeline pipeline = Pipeline::kSequential;
  Pairing pairing = Pairing::kNone;
  int alu = 0;
  int multiply = 0;
  int multiply_accumulate = 0;
  int long_multiply = 0;
  int long_accumulate = 0;
  int divide_min = 0;
  int divide_max = 0;
  int divide_bits_per_cycle = 0;
  int load = 0;
  int load_after_load = 0;
  int store = 0;
  int store_register_offset = 0;
  int store_register_offset_after_load = 0;
  int multiple_base = 0;
  int multiple_per_word = 0;
  int multiple_words_at_once = 0;  // words
  int pop_pc_extra = 0;
  int branch = 0;
  int branch_taken_penalty = 0;
  int branch_link_penalty = 0;
  int branch_register_penalty = 0;
  int mispredict_penalty = 0;
  int table_branch = 0;
  int it_after_narrow = 0;
  int it_after_wide = 0;
  int address_dependency = 0;
  int unaligned_access = 0;
  int unaligned_target = 0;
  int third_unaligned_wide = 0;
  int system_register = 0;
  int barrier = 0;
  int float_move = 0;
  int float_add = 0;
  int float_multiply = 0;
  int float_multiply_accumulate = 0;
  int float_divide = 0;
  int float_load = 0;
  int float_store = 0;
  int exception_entry = 0;
  int exception_return = 0;
  int tail_chain = 0;
  int latency_load = 0;
  int latency_load_narrow = 0;
  int latency_multiply = 0;
  int latency_shifted_operand = 0;
  int latency_simd = 0;
  int latency_saturate = 0;
  int address_needed_early = 0;
  int shifted_needed_early = 0;
  int addend_needed_late = 0;
  int store_data_needed_late = 0;
};

struct CoreConfig {
  std::string name;            // "cortex-m4"
  std::filesystem::path file;  // for messages
  Architecture architecture = Architecture::kV7EM;
  bool fpu = false;   // single precision
  bool fpv5 = false;  // rounding, selection, minimum and maximum
  int priority_bits = 4;
  int interrupts = 240;
  std::uint32_t cpuid = 0;
  Trust status = Trust::kUnvalidated;
  CoreTiming timing = {};

  [[nodiscard]] bool has_dsp() const noexcept {
    return architecture == Architecture::kV7EM || architecture == Architecture::kV8MMain;
  }
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] CoreConfig load_core_config(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] CoreConfig parse_core_config(const std::string& yaml, const std::string& file);

}  // namespace systolite::cpu

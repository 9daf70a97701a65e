// SPDX-License-Identifier: Apache-2.0
// What a core is and how many cycles its instructions take: configs/cpu/cores/*.yaml, read once, strictly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace systolite::cpu {

enum class Architecture : std::uint8_t { kV6M, kV7M, kV7EM, kV8MMain };

// Cycles of an instruction class; keys and their meaning in configs/cpu/README.md.
struct CoreTiming {
  int alu = 1;
  int multiply = 1;
  int multiply_accumulate = 1;
  int long_multiply = 1;
  int long_accumulate = 1;
  int divide_min = 2;
  int divide_max = 12;
  int divide_bits_per_cycle = 4;
  int load = 2;
  int load_after_load = 1;
  int store = 1;
  int store_register_offset = 2;
  int multiple_base = 1;
  int multiple_per_word = 1;
  int pop_pc_extra = 0;
  int branch_not_taken = 1;
  int branch_taken_penalty = 2;
  int branch_link_penalty = 2;
  int branch_register_penalty = 2;
  int table_branch = 2;
  int it_folded = 0;
  int address_dependency = 0;
  int unaligned_access = 1;
  int unaligned_target = 0;
  int wide_unaligned_run = 0;
  int system_register = 2;
  int barrier = 1;
  int float_arithmetic = 1;
  int float_multiply_accumulate = 3;
  int float_divide = 14;
  int exception_entry = 12;
  int exception_return = 10;
  int tail_chain = 6;
};

struct CoreConfig {
  std::string name;            // "cortex-m4"
  std::filesystem::path file;  // for messages
  Architecture architecture = Architecture::kV7EM;
  bool fpu = false;
  int priority_bits = 4;
  int interrupts = 240;
  std::uint32_t cpuid = 0;
  CoreTiming timing = {};

  [[nodiscard]] bool has_dsp() const noexcept {
    return architecture == Architecture::kV7EM || architecture == Architecture::kV8MMain;
  }
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] CoreConfig load_core_config(const std::filesystem::path& file);

}  // namespace systolite::cpu

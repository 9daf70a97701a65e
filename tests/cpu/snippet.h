// SPDX-License-Identifier: Apache-2.0
// Runs one of firmware/snippets.S on a core.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

#include "sim/cpu/board.h"

namespace systolite::cpu::test {

inline CoreConfig core_named(const std::string& name) {
  return load_core_config(std::string(SYSTOLITE_SOURCE_DIR "/configs/cpu/cores/") + name + ".yaml");
}

inline Profile profile_named(const std::string& name) {
  return load_profile(std::string(SYSTOLITE_SOURCE_DIR "/configs/cpu/profiles/") + name + ".yaml");
}

// Compiled programs, by core.
inline std::string program(const std::string& name, const std::string& core) {
  return std::string(SYSTOLITE_FIRMWARE_DIR "/") + name + "_" + core + ".elf";
}

// Names of tests that have a core as parameter: without "cortex-".
inline std::string core_test_name(const testing::TestParamInfo<const char*>& parameter) {
  return std::string(parameter.param).substr(7);
}

inline constexpr std::uint32_t kScratch = 0x20004000;  // SRAM that nothing else uses

class SnippetRunner {
 public:
  explicit SnippetRunner(const std::string& core, const std::string& profile = "ideal")
      : SnippetRunner(core, profile, nothing_) {}
  SnippetRunner(const std::string& core, const std::string& profile, Bus& bus)
      : image_(load_elf(program("snippets", core))), board_(core_named(core), profile_named(profile), bus) {
    board_.load(image_);
    registers_ = board_.cpu().registers();
  }

  std::uint32_t& r(int number) { return registers_.r[number]; }
  Registers& registers() { return registers_; }
  Cpu& cpu() { return board_.cpu(); }

  // From the snippet's first instruction to its breakpoint; registers are kept from run to run.
  Stop run(const std::string& name) {
    prepare(name);
    return go_on(cpu().cycle() + 10000);
  }
  // The same in steps.
  void prepare(const std::string& name) {
    registers_.r[15] = address(name);
    registers_.xpsr |= 1U << 24;
    cpu().set_registers(registers_);
    start_ = cpu().cycle();
  }
  Stop go_on(std::uint64_t until) {
    Stop stop = cpu().run(until);
    registers_ = cpu().registers();
    return stop;
  }
  [[nodiscard]] std::uint32_t address(const std::string& name) const { return find_symbol(image_, name).address; }
  // Cycles of the last run, up to the breakpoint.
  [[nodiscard]] std::uint64_t cycles() { return cpu().cycle() - start_; }

  void write_word(std::uint32_t address, std::uint32_t value) {
    const std::array<std::uint8_t, 4> bytes = {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
                                               static_cast<std::uint8_t>(value >> 16),
                                               static_cast<std::uint8_t>(value >> 24)};
    ASSERT_TRUE(cpu().write_memory(address, bytes));
  }
  [[nodiscard]] std::uint32_t read_word(std::uint32_t address) {
    std::array<std::uint8_t, 4> bytes{};
    EXPECT_TRUE(cpu().read_memory(address, bytes));
    return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
  }
  [[nodiscard]] std::uint32_t flags() const { return registers_.xpsr >> 28; }  // N, Z, C, V

 private:
  EmptyBus nothing_;
  ElfImage image_;
  Board board_;
  Registers registers_;
  std::uint64_t start_ = 0;
};

}  // namespace systolite::cpu::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "dut.h"

namespace systolite::test {

using isa::mask;
inline constexpr std::size_t index(isa::Engine engine) { return static_cast<std::size_t>(engine); }

inline constexpr std::uint32_t kSource = kMemoryBase + 0x10000;           // read-only window
inline constexpr std::uint32_t kTarget = kMemoryBase + kMemoryBytes / 2;  // read-write window

inline void fill_memory(Dut& dut, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& byte : dut.bus.bytes) byte = static_cast<std::uint8_t>(random());
}

inline void expect_done(Dut& dut, const JobRecord& record) {
  ASSERT_TRUE(record.finished()) << "no interrupt";
  const Status status = dut.status();
  EXPECT_FALSE(status.busy);
  EXPECT_TRUE(status.done);
  EXPECT_FALSE(status.error) << isa::name(status.cause) << " command " << status.command;
  EXPECT_EQ(dut.bus.violation(), "");
  EXPECT_TRUE(dut.bus.idle());
  dut.clear_irq();
  dut.cycle();
  EXPECT_FALSE(dut.irq());
}

// A load and a store of a few rows, checked: the device works.
inline void expect_works(Dut& dut) {
  dut.bus.bad_words.clear();
  const std::vector<isa::Command> program = {
      isa::encode(isa::LdCfg{.mem_stride = 61, .pitch = 50, .interleave = 1}),
      isa::encode(
          isa::Ld{.mem_addr = kSource + 3, .dst = 5, .row_bytes = 50, .rows = 7, .signal = mask(isa::Engine::kSt)}),
      isa::encode(isa::StCfg{.mem_stride = 50, .pitch = 50, .interleave = 1}),
      isa::encode(
          isa::St{.mem_addr = kTarget + 1, .src = 5, .row_bytes = 50, .rows = 7, .wait = mask(isa::Engine::kLd)}),
      isa::encode(isa::End{})};
  std::fill_n(dut.bus.bytes.begin() + (kTarget - kMemoryBase), 400, std::uint8_t{0});
  const JobRecord record = dut.run(program);
  expect_done(dut, record);
  for (std::uint32_t row = 0; row < 7; ++row) {
    for (std::uint32_t b = 0; b < 50; ++b) {
      ASSERT_EQ(dut.bus.bytes[kTarget - kMemoryBase + 1 + row * 50 + b],
                dut.bus.bytes[kSource - kMemoryBase + 3 + row * 61 + b])
          << "row " << row << " byte " << b;
    }
  }
}

}  // namespace systolite::test

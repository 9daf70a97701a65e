// SPDX-License-Identifier: Apache-2.0
// Command streams: longer than the buffer of the front end, across 4 KiB boundaries, with tokens in every direction.
#include <algorithm>

#include "slt_regs.h"
#include "test_support.h"

namespace systolite::test {
namespace {

using isa::Engine;

class Streams : public ::testing::TestWithParam<double> {
 protected:
  void SetUp() override {
    fill_memory(dut_, 5);
    dut_.bus.set_timing({.read_latency = 6, .write_latency = 3, .stall = GetParam(), .seed = 9});
  }
  Dut dut_;
};

TEST_P(Streams, LongStreamAcrossPages) {
  dut_.stream_address = kMemoryBase + 4096 - 16 * 5;
  std::vector<isa::Command> program;
  for (std::uint32_t i = 0; i < 300; ++i) {
    program.push_back(isa::encode(isa::Ld{.mem_addr = kSource + i, .dst = i, .row_bytes = 1}));
  }
  program.back() =
      isa::encode(isa::Ld{.mem_addr = kSource + 299, .dst = 299, .row_bytes = 1, .signal = mask(Engine::kSt)});
  program.push_back(isa::encode(isa::St{.mem_addr = kTarget, .src = 0, .row_bytes = 300, .wait = mask(Engine::kLd)}));
  program.push_back(isa::encode(isa::End{}));
  expect_done(dut_, dut_.run(program));
  EXPECT_TRUE(std::equal(dut_.bus.bytes.begin() + (kSource - kMemoryBase),
                         dut_.bus.bytes.begin() + (kSource - kMemoryBase) + 300,
                         dut_.bus.bytes.begin() + (kTarget - kMemoryBase)));
  EXPECT_EQ(dut_.read(SLT_REG_CNT_COMMANDS_OFFSET), 302U);
}

TEST_P(Streams, CommandsBehindEndAreNotExecuted) {
  std::vector<isa::Command> program = {isa::encode(isa::Ld{.mem_addr = kSource, .row_bytes = 64}),
                                       isa::encode(isa::End{})};
  for (int i = 0; i < 100; ++i) program.push_back(isa::encode(isa::St{.mem_addr = kTarget, .row_bytes = 64}));
  const JobRecord record = dut_.run(program);
  expect_done(dut_, record);
  EXPECT_TRUE(record.aw.empty());
  expect_works(dut_);
}

// Configuration commands carry tokens around all engines in random chains; each one waits for the one before it.
TEST_P(Streams, TokensOrderCommandsOfDifferentEngines) {
  const auto cfg = [](Engine engine, std::uint32_t wait, std::uint32_t signal) {
    switch (engine) {
      case Engine::kLd:
        return isa::encode(isa::LdCfg{.wait = wait, .signal = signal});
      case Engine::kMm:
        return isa::encode(isa::MmCfgKernel{.wait = wait, .signal = signal});
      case Engine::kVec:
        return isa::encode(isa::VecCfgScale{.wait = wait, .signal = signal});
      default:
        return isa::encode(isa::StCfg{.wait = wait, .signal = signal});
    }
  };
  constexpr std::array kEngines = {Engine::kLd, Engine::kMm, Engine::kVec, Engine::kSt};
  std::mt19937_64 random(21);
  std::vector<isa::Command> program;
  std::vector<Engine> chain;
  for (int i = 0; i < 200; ++i) {
    Engine engine = kEngines[random() % 4];
    while (!chain.empty() && engine == chain.back()) engine = kEngines[random() % 4];
    chain.push_back(engine);
  }
  for (std::size_t i = 0; i < chain.size(); ++i) {
    program.push_back(cfg(chain[i], i > 0 ? mask(chain[i - 1]) : 0, i + 1 < chain.size() ? mask(chain[i + 1]) : 0));
  }
  program.push_back(isa::encode(isa::End{}));
  const JobRecord record = dut_.run(program);
  expect_done(dut_, record);
  std::array<std::size_t, isa::kNumEngines> next{};
  Cycle before = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const std::size_t e = index(chain[i]);
    const std::size_t n = next[e]++;
    ASSERT_LT(n, record.pops[e].size());
    EXPECT_GT(record.pops[e][n], before) << i;
    before = record.dones[e][n];
  }
}

TEST_P(Streams, CountersHoldTwoHundredAndFiftyFourTokens) {
  std::vector<isa::Command> program;
  for (int i = 0; i < 254; ++i) program.push_back(isa::encode(isa::LdCfg{.signal = mask(Engine::kSt)}));
  for (int i = 0; i < 254; ++i) program.push_back(isa::encode(isa::StCfg{.wait = mask(Engine::kLd)}));
  program.push_back(isa::encode(isa::End{}));
  expect_done(dut_, dut_.run(program));
}

// Tokens of a job do not survive it.
TEST_P(Streams, TokensAreGoneInTheNextJob) {
  expect_done(dut_, dut_.run({isa::encode(isa::LdCfg{.signal = mask(Engine::kSt)}), isa::encode(isa::End{})}));
  const JobRecord stuck =
      dut_.run({isa::encode(isa::StCfg{.wait = mask(Engine::kLd)}), isa::encode(isa::End{})}, {}, 2000);
  EXPECT_FALSE(stuck.finished());
  EXPECT_TRUE(dut_.status().busy);
  dut_.write(SLT_REG_CTRL_OFFSET, 1);
  dut_.cycles(5);
  EXPECT_FALSE(dut_.status().busy);
  expect_works(dut_);
}

INSTANTIATE_TEST_SUITE_P(Stalls, Streams, ::testing::Values(0.0, 0.4));

}  // namespace
}  // namespace systolite::test

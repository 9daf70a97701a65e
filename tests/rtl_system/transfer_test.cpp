// SPDX-License-Identifier: Apache-2.0
// ld and st against the byte model, with random shapes and random memory behaviour.
#include <algorithm>

#include "byte_model.h"
#include "random_program.h"
#include "slt_regs.h"
#include "test_support.h"

namespace systolite::test {
namespace {

void expect_same_bytes(Dut& dut, const ByteModel& model) {
  const auto [got, want] = std::ranges::mismatch(dut.bus.bytes, model.memory);
  ASSERT_EQ(got, dut.bus.bytes.end()) << "memory differs at offset " << got - dut.bus.bytes.begin();
  for (const LocalMemory memory : {LocalMemory::kWbuf, LocalMemory::kBias, LocalMemory::kMult, LocalMemory::kShift}) {
    const auto& bytes = model.local[static_cast<std::size_t>(memory)];
    for (std::uint32_t i = 0; i < bytes.size(); ++i)
      ASSERT_EQ(dut.peek(memory, i), bytes[i]) << "memory " << static_cast<int>(memory) << " byte " << i;
  }
}

// The device's memories are random at first: zero them and the model alike.
void clear_local_memories(Dut& dut) {
  std::fill_n(dut.bus.bytes.begin() + (kSource - kMemoryBase), std::max({kSpmBytes, kWbufBytes, 9 * kParamChannels}),
              std::uint8_t{0});
  std::vector<isa::Command> program;
  const auto clear = [&](isa::Space space, std::int64_t bytes) {
    program.push_back(
        isa::encode(isa::Ld{.mem_addr = kSource, .space = static_cast<std::int64_t>(space), .row_bytes = bytes}));
  };
  clear(isa::Space::kSpm, kSpmBytes);
  clear(isa::Space::kWbuf, kWbufBytes);
  program.push_back(isa::encode(isa::Ld{.mem_addr = kSource,
                                        .space = static_cast<std::int64_t>(isa::Space::kTable),
                                        .row_bytes = 9 * kParamChannels,
                                        .scale = static_cast<std::int64_t>(isa::ScaleForm::kFull),
                                        .bias = static_cast<std::int64_t>(isa::BiasForm::kBits32)}));
  program.push_back(isa::encode(isa::End{}));
  expect_done(dut, dut.run(program));
}

class Transfer : public ::testing::TestWithParam<int> {};

TEST_P(Transfer, RandomProgramsMoveTheRightBytes) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  Dut dut;
  clear_local_memories(dut);
  fill_memory(dut, seed);
  ByteModel model(dut.bus.bytes);
  std::mt19937_64 random(seed);
  for (int job = 0; job < 6; ++job) {
    const double stall = std::array{0.0, 0.2, 0.6}[random() % 3];
    dut.bus.set_timing(
        {.read_latency = 1 + random() % 20, .write_latency = 1 + random() % 10, .stall = stall, .seed = random()});
    const std::vector<isa::Command> program = RandomProgram(random()).commands(6);
    const JobRecord record = dut.run(program);
    SCOPED_TRACE("seed " + std::to_string(seed) + " job " + std::to_string(job));
    expect_done(dut, record);
    EXPECT_EQ(dut.read(SLT_REG_CNT_COMMANDS_OFFSET), program.size());
    EXPECT_EQ(dut.read(SLT_REG_CNT_READ_BEATS_OFFSET), record.beats[0].size() + record.beats[1].size());
    EXPECT_EQ(dut.read(SLT_REG_CNT_WRITE_BEATS_OFFSET), record.w.size());
    std::copy(dut.bus.bytes.begin(), dut.bus.bytes.begin() + 0x10000, model.memory.begin());  // the stream
    for (const isa::Command& command : program) model.run(command);
    expect_same_bytes(dut, model);
    if (HasFatalFailure()) return;
  }
  // Random memories answer more than one burst at a time if they are asked to.
  EXPECT_EQ(dut.bus.most_reads(), kMaxReads);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Transfer, ::testing::Range(1, 9));

TEST(TransferTest, LongRowsKeepTheReadChannelBusy) {
  Dut dut;
  const std::uint32_t rows = 6;
  const std::uint32_t row_bytes = 1024;
  const std::vector<isa::Command> program = {
      isa::encode(isa::LdCfg{.mem_stride = 2048, .pitch = row_bytes}),
      isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = row_bytes, .rows = rows}),
      isa::encode(
          isa::Ld{.mem_addr = kSource + kBusBytes - 1, .dst = 3, .row_bytes = row_bytes - kBusBytes + 1, .rows = rows}),
      isa::encode(isa::LdCfg{.mem_stride = 1024, .pitch = row_bytes}),
      isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = row_bytes, .rows = rows}),
      isa::encode(isa::End{})};
  // Enough outstanding beats to hide the latency.
  const Cycle latency = 2;
  dut.bus.set_timing({.read_latency = latency});
  const JobRecord record = dut.run(program);
  expect_done(dut, record);
  const auto& beats = record.beats[1];
  const std::size_t count = 3 * rows * row_bytes / kBusBytes;
  ASSERT_EQ(beats.size(), count);
  // A burst is granted, is on the bus, and is answered latency cycles later: three cycles of overhead a slot.
  if (kMaxReads * kMaxBurst >= static_cast<int>(latency) + 2 + kMaxBurst) {
    EXPECT_EQ(beats.back() - beats.front() + 1, count);
  } else {
    EXPECT_LE(beats.back() - beats.front() + 1, (count + kMaxBurst - 1) / kMaxBurst * (kMaxBurst + latency + 2));
  }
}

TEST(TransferTest, StoresOfLongRowsKeepTheWriteChannelBusy) {
  Dut dut;
  const std::vector<isa::Command> program = {
      isa::encode(isa::StCfg{.mem_stride = 1024, .pitch = 1024}),
      isa::encode(isa::St{.mem_addr = kTarget, .src = 0, .row_bytes = 1024, .rows = 8}), isa::encode(isa::End{})};
  dut.bus.set_timing({.write_latency = 1});
  const JobRecord record = dut.run(program);
  expect_done(dut, record);
  const std::size_t count = 8 * 1024 / kBusBytes;
  ASSERT_EQ(record.w.size(), count);
  if (kMaxBurst >= 4) {
    EXPECT_EQ(record.w.back() - record.w.front() + 1, count);
  }
}

TEST(TransferTest, AtMostOneCycleIsLostBetweenCommands) {
  if (kMaxBurst < 4 || kMaxReads < 4) GTEST_SKIP() << "needs bursts that hide the boundary";
  Dut dut;
  dut.bus.set_timing({.read_latency = 4});
  std::vector<isa::Command> program;
  for (std::uint32_t i = 0; i < 20; ++i)
    program.push_back(isa::encode(isa::Ld{.mem_addr = kSource + 64 * i, .dst = 0, .row_bytes = 4 * kBusBytes}));
  program.push_back(isa::encode(isa::End{}));
  // Queues fill behind a first long load.
  program.insert(program.begin(), isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 150 * kBusBytes}));
  const JobRecord record = dut.run(program);
  expect_done(dut, record);
  const auto& beats = record.beats[1];
  ASSERT_EQ(beats.size(), 150U + 80U);
  // Fetch beats share the channel; nothing else may cost more than a cycle a command.
  EXPECT_LE(beats.back() - beats.front() + 1, beats.size() + record.beats[0].size() + 20);
}

}  // namespace
}  // namespace systolite::test

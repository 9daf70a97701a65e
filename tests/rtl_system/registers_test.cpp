// SPDX-License-Identifier: Apache-2.0
#include "slt_regs.h"
#include "test_support.h"

namespace systolite::test {
namespace {

TEST(RegistersTest, IdentificationAndCapabilities) {
  Dut dut;
  EXPECT_EQ(dut.read(SLT_REG_ID_OFFSET), SLT_REG_ID_RESET);
  EXPECT_EQ(dut.read(SLT_REG_VERSION_OFFSET), SLT_REG_VERSION_RESET);
  EXPECT_EQ(dut.read(SLT_REG_CAP_ARRAY_OFFSET),
            static_cast<unsigned>(kRows | kCols << 8 | kLanes << 16 | 1 << 24 | 1 << 25));
  EXPECT_EQ(dut.read(SLT_REG_CAP_SYSTEM_OFFSET), static_cast<unsigned>(kBusBytes | kSpmBanks << 8 | kQueueDepth << 16));
  EXPECT_EQ(dut.read(SLT_REG_SPM_BYTES_OFFSET), static_cast<unsigned>(kSpmBytes));
  EXPECT_EQ(dut.read(SLT_REG_WBUF_BYTES_OFFSET), static_cast<unsigned>(kWbufBytes));
  EXPECT_EQ(dut.read(SLT_REG_ACC_ENTRIES_OFFSET), static_cast<unsigned>(kAccEntries));
  EXPECT_EQ(dut.read(SLT_REG_PARAM_CHANNELS_OFFSET), static_cast<unsigned>(kParamChannels));
  EXPECT_EQ(dut.read(SLT_REG_CONFIG_ID_OFFSET), kConfigId);
  EXPECT_FALSE(dut.last_access_failed());
}

TEST(RegistersTest, ReadWriteRegistersKeepWhatIsWritten) {
  Dut dut;
  for (const std::uint32_t offset : {SLT_REG_STREAM_ADDR_OFFSET, SLT_REG_STREAM_BYTES_OFFSET, SLT_REG_WIN0_BASE_OFFSET,
                                     SLT_REG_WIN0_LAST_OFFSET, SLT_REG_WIN1_BASE_OFFSET, SLT_REG_WIN1_LAST_OFFSET}) {
    const std::uint32_t reset = offset == SLT_REG_WIN0_BASE_OFFSET || offset == SLT_REG_WIN1_BASE_OFFSET ? 1 : 0;
    EXPECT_EQ(dut.read(offset), reset) << offset;
    dut.write(offset, 0xA5A50000U + offset);
    EXPECT_FALSE(dut.last_access_failed());
    EXPECT_EQ(dut.read(offset), 0xA5A50000U + offset);
  }
  dut.write(SLT_REG_IRQ_ENABLE_OFFSET, 0xFFFFFFFFU);
  EXPECT_EQ(dut.read(SLT_REG_IRQ_ENABLE_OFFSET), 3U);
}

TEST(RegistersTest, UnmappedOffsetsAndWritesToReadOnlyRegistersFail) {
  Dut dut;
  int mapped = 0;
  for (std::uint32_t offset = 0; offset < 0x1000; ++offset) {
    dut.read(offset);
    if (!dut.last_access_failed()) {
      ++mapped;
      EXPECT_EQ(offset % 4, 0U);
    }
  }
  EXPECT_EQ(mapped, 32);
  for (const std::uint32_t offset :
       {SLT_REG_ID_OFFSET, SLT_REG_CONFIG_ID_OFFSET, SLT_REG_STATUS_OFFSET, SLT_REG_ERROR_CAUSE_OFFSET,
        SLT_REG_CNT_CYCLES_OFFSET, SLT_REG_CNT_WRITE_BEATS_OFFSET}) {
    const std::uint32_t before = dut.read(offset);
    dut.write(offset, ~before);
    EXPECT_TRUE(dut.last_access_failed()) << offset;
    EXPECT_EQ(dut.read(offset), before) << offset;
  }
  EXPECT_EQ(dut.read(SLT_REG_CTRL_OFFSET), 0U);
  EXPECT_FALSE(dut.last_access_failed());
  EXPECT_EQ(dut.read(SLT_REG_DOORBELL_OFFSET), 0U);
  EXPECT_FALSE(dut.last_access_failed());
}

TEST(RegistersTest, InterruptFollowsEnableAndStatus) {
  Dut dut;
  fill_memory(dut, 1);
  dut.start({isa::encode(isa::End{})});
  dut.write(SLT_REG_IRQ_ENABLE_OFFSET, 0);
  dut.cycles(100);
  EXPECT_FALSE(dut.irq());
  EXPECT_EQ(dut.read(SLT_REG_IRQ_STATUS_OFFSET), 1U);
  dut.write(SLT_REG_IRQ_ENABLE_OFFSET, 2);
  dut.cycle();
  EXPECT_FALSE(dut.irq());
  dut.write(SLT_REG_IRQ_ENABLE_OFFSET, 1);
  dut.cycle();
  EXPECT_TRUE(dut.irq());
  dut.write(SLT_REG_IRQ_STATUS_OFFSET, 2);
  dut.cycle();
  EXPECT_TRUE(dut.irq());
  dut.write(SLT_REG_IRQ_STATUS_OFFSET, 1);
  dut.cycle();
  EXPECT_FALSE(dut.irq());
  EXPECT_TRUE(dut.status().done);
}

TEST(RegistersTest, CountersAgreeWithTheProbe) {
  Dut dut;
  fill_memory(dut, 2);
  std::vector<isa::Command> program;
  for (int i = 0; i < 5; ++i) {
    program.push_back(
        isa::encode(isa::Ld{.mem_addr = kSource + 5, .dst = 9, .row_bytes = 100, .signal = mask(isa::Engine::kSt)}));
    program.push_back(
        isa::encode(isa::St{.mem_addr = kTarget, .src = 9, .row_bytes = 100, .wait = mask(isa::Engine::kLd)}));
  }
  program.push_back(isa::encode(isa::End{}));
  const JobRecord record = dut.run(program);
  ASSERT_TRUE(record.finished());
  EXPECT_EQ(dut.read(SLT_REG_CNT_CYCLES_OFFSET), record.irq - record.doorbell - 1);
  EXPECT_EQ(dut.read(SLT_REG_CNT_COMMANDS_OFFSET), program.size());
  for (std::size_t e = 0; e < isa::kNumEngines; ++e) {
    EXPECT_EQ(dut.read(SLT_REG_CNT_LD_BUSY_OFFSET + static_cast<std::uint32_t>(4 * e)),
              record.states[e][static_cast<std::size_t>(isa::State::kBusy)]);
    Cycle sum = 0;
    for (const Cycle cycles : record.states[e]) sum += cycles;
    EXPECT_EQ(sum, record.irq - record.doorbell - 1);
  }
  EXPECT_EQ(dut.read(SLT_REG_CNT_WRITE_BEATS_OFFSET), record.w.size());
  // They stay until the next job.
  const std::uint32_t cycles = dut.read(SLT_REG_CNT_CYCLES_OFFSET);
  dut.cycles(20);
  EXPECT_EQ(dut.read(SLT_REG_CNT_CYCLES_OFFSET), cycles);
  dut.write(SLT_REG_CTRL_OFFSET, 1);
  dut.cycles(5);
  EXPECT_EQ(dut.read(SLT_REG_CNT_CYCLES_OFFSET), 0U);
  EXPECT_EQ(dut.read(SLT_REG_CNT_READ_BEATS_OFFSET), 0U);
}

}  // namespace
}  // namespace systolite::test

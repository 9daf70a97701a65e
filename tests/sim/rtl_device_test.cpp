// SPDX-License-Identifier: Apache-2.0
// The real builder and the real device around a stand-in for the accelerator (rtl_home/hw/rtl/slt_top.sv).
#include "sim/rtl/rtl_device.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "sim/core/error.h"
#include "sim/rtl/rtl_builder.h"
#include "slt_regs.h"
#include "tests/core/temporary_folder.h"
#include "tests/sim/make_rtl_home.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

// One library for all tests of this process.
class RtlDeviceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder();
    make_rtl_home(folder_->path());
    library_ = build_rtl_library(small_config(), {.home = {folder_->path(), SYSTOLITE_GENERATED_DIR},
                                                  .cache = folder_->path() / "cache folder"});
  }
  static void TearDownTestSuite() { delete folder_; }

  static TemporaryFolder* folder_;
  static fs::path library_;

  HwConfig config = small_config();
  BusMemory memory{config};
  RtlDevice device{config, memory, library_};

  static constexpr std::uint32_t kStream = 0x20000000;
  void start() {
    std::vector<std::uint8_t> words(32);
    for (std::size_t beat = 0; beat < 4; ++beat) words[8 * beat] = static_cast<std::uint8_t>(beat + 1);
    memory.write(kStream, words);
    device.write_register(SLT_REG_STREAM_ADDR_OFFSET, kStream);
    device.write_register(SLT_REG_DOORBELL_OFFSET, 1);
  }
};

TemporaryFolder* RtlDeviceTest::folder_ = nullptr;
fs::path RtlDeviceTest::library_;

TEST_F(RtlDeviceTest, RegistersReadWhatTheConfigurationSays) {
  EXPECT_EQ(device.read_register(SLT_REG_ID_OFFSET), SLT_REG_ID_RESET);
  EXPECT_EQ(device.read_register(SLT_REG_CONFIG_ID_OFFSET), config.config_id());
}

TEST_F(RtlDeviceTest, AJobReadsAndWritesTheMemory) {
  start();
  ASSERT_TRUE(device.advance_until_irq(1000));
  EXPECT_EQ(memory.read(kStream + 0x1000, 4), (std::vector<std::uint8_t>{10, 0, 0, 0}));
}

TEST_F(RtlDeviceTest, TheClockOfAJobRunsFromDoorbellToInterrupt) {
  start();
  device.advance_until_irq(1000);
  const Trace trace = device.take_trace();
  // 0: read address; 2..5: beats (latency 2); 6: write address; 7: data; 10: response (latency 3); 11: interrupt.
  EXPECT_EQ(trace.cycles, 11);
  EXPECT_EQ(trace.pop_cycles[0], (std::vector<Cycles>{0}));
  EXPECT_EQ(trace.done_cycles[0], (std::vector<Cycles>{6}));
  EXPECT_EQ(trace.states[0], (std::vector<StateSpan>{{isa::State::kIdle, 0, 1},
                                                     {isa::State::kWaitMemory, 1, 3},
                                                     {isa::State::kBusy, 3, 7},
                                                     {isa::State::kIdle, 7, 11}}));
  EXPECT_EQ(trace.traffic, (BusTraffic{.load_beats = 4, .write_beats = 1}));
}

TEST_F(RtlDeviceTest, TheTraceTellsWhenTheJobStartedSinceReset) {
  device.advance(100);
  start();  // returns one cycle after the doorbell was taken
  EXPECT_EQ(device.now(), device.take_trace().start + 1);
}

TEST_F(RtlDeviceTest, DevicesEndInAnyOrder) {
  auto first = std::make_unique<RtlDevice>(config, memory, library_);
  auto second = std::make_unique<RtlDevice>(config, memory, library_);
  second.reset();
  EXPECT_EQ(first->read_register(SLT_REG_ID_OFFSET), SLT_REG_ID_RESET);
  first.reset();
  EXPECT_EQ(device.read_register(SLT_REG_ID_OFFSET), SLT_REG_ID_RESET);
}

TEST_F(RtlDeviceTest, TheLimitEndsTheWait) {
  start();
  EXPECT_FALSE(device.advance_until_irq(3));
  EXPECT_TRUE(device.advance_until_irq(1000));
}

TEST_F(RtlDeviceTest, ClearingTheInterruptAllowsASecondJob) {
  start();
  device.advance_until_irq(1000);
  device.take_trace();
  device.write_register(SLT_REG_IRQ_STATUS_OFFSET, 1);
  EXPECT_FALSE(device.irq());
  start();
  EXPECT_TRUE(device.advance_until_irq(1000));
  EXPECT_EQ(device.take_trace().cycles, 11);
}

TEST_F(RtlDeviceTest, AFailedAssertionIsAnErrorWithItsMessage) {
  try {
    device.write_register(0x0FC, 0xABCD);
    device.advance(2);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    EXPECT_NE(std::string(error.what()).find("register 0x0FC was written with 0000abcd"), std::string::npos)
        << error.what();
  }
}

TEST_F(RtlDeviceTest, ARegisterThatDoesNotAnswerIsAnError) { EXPECT_THROW(device.read_register(0x0F8), Error); }

TEST_F(RtlDeviceTest, RandomStallsChangeTheTimeAndNotTheResult) {
  device.memory().set_stalls(RandomStalls{.seed = 3, .probability = 0.6});
  start();
  ASSERT_TRUE(device.advance_until_irq(10000));
  EXPECT_GT(device.take_trace().cycles, 11);
  EXPECT_EQ(memory.read(kStream + 0x1000, 1)[0], 10);
}

TEST_F(RtlDeviceTest, StallsAreThoseOfTheCyclesOfTheJob) {
  device.memory().set_stalls(RandomStalls{.seed = 3, .probability = 0.6});
  start();
  ASSERT_TRUE(device.advance_until_irq(10000));
  const Trace first = device.take_trace();
  device.write_register(SLT_REG_IRQ_STATUS_OFFSET, 1);
  device.advance(7);
  start();
  ASSERT_TRUE(device.advance_until_irq(10000));
  const Trace second = device.take_trace();
  EXPECT_EQ(second.cycles, first.cycles);
  EXPECT_EQ(second.read_beats, first.read_beats);
  EXPECT_EQ(second.write_beats, first.write_beats);
}

TEST_F(RtlDeviceTest, ABankThatTheCpuHoldsShowsAsContention) {
  HwConfig shared = small_config();
  shared.cpu_traffic = {
      {.region = RegionId::kSram, .bank = 0, .offset_cycles = 3, .period_cycles = 1000, .busy_cycles = 2}};
  RtlDevice other(shared, memory, library_);
  memory.write(kStream, std::vector<std::uint8_t>(32));
  other.write_register(SLT_REG_STREAM_ADDR_OFFSET, kStream);
  other.write_register(SLT_REG_DOORBELL_OFFSET, 1);
  ASSERT_TRUE(other.advance_until_irq(1000));
  const Trace trace = other.take_trace();
  // Beats in 2, 5, 6, 7 instead of 2 to 5.
  EXPECT_EQ(trace.cycles, 13);
  EXPECT_EQ(trace.read_beats, (std::vector<BeatSpan>{{2, 3}, {5, 8}}));
  EXPECT_EQ(trace.states[0], (std::vector<StateSpan>{{isa::State::kIdle, 0, 1},
                                                     {isa::State::kWaitMemory, 1, 3},
                                                     {isa::State::kBusy, 3, 4},
                                                     {isa::State::kWaitContention, 4, 6},
                                                     {isa::State::kBusy, 6, 9},
                                                     {isa::State::kIdle, 9, 13}}));
}

TEST_F(RtlDeviceTest, WithoutWaveformsInTheLibraryTracingIsRefused) {
  EXPECT_THROW(device.model().trace_waveforms("x.fst", 0, 10), Error);
}

TEST_F(RtlDeviceTest, TheSecondBuildFindsTheLibraryOfTheFirst) {
  RtlBuildOptions options{.home = {folder_->path(), SYSTOLITE_GENERATED_DIR},
                          .cache = folder_->path() / "cache folder"};
  options.progress = [](const std::string& line) { ADD_FAILURE() << line; };
  EXPECT_EQ(build_rtl_library(small_config(), options), library_);
}

}  // namespace
}  // namespace systolite

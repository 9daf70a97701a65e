// SPDX-License-Identifier: Apache-2.0
// The exact register sequence of every driver function, on success and on every failure.
#include "driver/include/slt_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/driver/recording_port.h"

namespace systolite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kStatus = SLT_REG_STATUS_OFFSET;
constexpr std::uint32_t kBusy = SLT_REG_STATUS_BUSY_MASK;
constexpr std::uint32_t kDone = SLT_REG_STATUS_DONE_MASK;
constexpr std::uint32_t kFailed = SLT_REG_STATUS_ERROR_MASK;
constexpr std::uint32_t kBothIrqs = SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK;

class DriverTest : public testing::Test {
 protected:
  void SetUp() override {
    const slt_port_t port = device_.port();
    ASSERT_EQ(slt_init(&dev_, &port), kSltOk);
    device_.clear_log();
  }
  RecordingPort device_;
  slt_t dev_;
};

TEST(DriverInitTest, ReadsIdentificationThenCapabilities) {
  RecordingPort device;
  device.set(SLT_REG_CAP_ARRAY_OFFSET, 0x05'08'20'10);
  device.set(SLT_REG_CAP_SYSTEM_OFFSET, 0x00'04'10'08);
  device.set(SLT_REG_SPM_BYTES_OFFSET, 131072);
  device.set(SLT_REG_WBUF_BYTES_OFFSET, 32768);
  device.set(SLT_REG_ACC_ENTRIES_OFFSET, 256);
  device.set(SLT_REG_PARAM_CHANNELS_OFFSET, 1024);
  device.set(SLT_REG_CONFIG_ID_OFFSET, 0xCAFE);
  const slt_port_t port = device.port();
  slt_t dev;
  EXPECT_EQ(slt_init(&dev, &port), kSltOk);
  EXPECT_THAT(device.log(), ElementsAre(read_of(SLT_REG_ID_OFFSET), read_of(SLT_REG_VERSION_OFFSET),
                                        read_of(SLT_REG_CAP_ARRAY_OFFSET), read_of(SLT_REG_CAP_SYSTEM_OFFSET),
                                        read_of(SLT_REG_SPM_BYTES_OFFSET), read_of(SLT_REG_WBUF_BYTES_OFFSET),
                                        read_of(SLT_REG_ACC_ENTRIES_OFFSET), read_of(SLT_REG_PARAM_CHANNELS_OFFSET),
                                        read_of(SLT_REG_CONFIG_ID_OFFSET)));
  EXPECT_EQ(dev.caps.version, SLT_REG_VERSION_RESET);
  EXPECT_EQ(dev.caps.rows, 16);
  EXPECT_EQ(dev.caps.cols, 32);
  EXPECT_EQ(dev.caps.requant_lanes, 8);
  EXPECT_TRUE(dev.caps.depthwise_unit);
  EXPECT_FALSE(dev.caps.weight_stationary);
  EXPECT_TRUE(dev.caps.output_stationary);
  EXPECT_EQ(dev.caps.bus_bytes, 8);
  EXPECT_EQ(dev.caps.scratchpad_banks, 16);
  EXPECT_EQ(dev.caps.queue_depth, 4);
  EXPECT_EQ(dev.caps.scratchpad_bytes, 131072U);
  EXPECT_EQ(dev.caps.weight_buffer_bytes, 32768U);
  EXPECT_EQ(dev.caps.acc_entries, 256U);
  EXPECT_EQ(dev.caps.param_channels, 1024U);
  EXPECT_EQ(dev.caps.config_id, 0xCAFEU);
}

TEST(DriverInitTest, StopsAtAForeignIdentification) {
  RecordingPort device;
  device.set(SLT_REG_ID_OFFSET, 0xFFFFFFFF);
  const slt_port_t port = device.port();
  slt_t dev;
  EXPECT_EQ(slt_init(&dev, &port), kSltWrongDevice);
  EXPECT_THAT(device.log(), ElementsAre(read_of(SLT_REG_ID_OFFSET)));
}

TEST(DriverInitTest, TakesALaterMinorVersionAndRefusesAnotherMajor) {
  RecordingPort device;
  const slt_port_t port = device.port();
  slt_t dev;
  device.set(SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET + 1);
  EXPECT_EQ(slt_init(&dev, &port), kSltOk);
  device.set(SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET + 0x10000);
  EXPECT_EQ(slt_init(&dev, &port), kSltWrongVersion);
  device.clear_log();
  device.set(SLT_REG_VERSION_OFFSET, SLT_REG_VERSION_RESET - 0x10000);
  EXPECT_EQ(slt_init(&dev, &port), kSltWrongVersion);
  EXPECT_THAT(device.log(), ElementsAre(read_of(SLT_REG_ID_OFFSET), read_of(SLT_REG_VERSION_OFFSET)));
}

TEST(DriverInitTest, NeedsHandleAndPort) {
  RecordingPort device;
  slt_port_t port = device.port();
  slt_t dev;
  EXPECT_EQ(slt_init(nullptr, &port), kSltBadArg);
  EXPECT_EQ(slt_init(&dev, nullptr), kSltBadArg);
  port.read32 = nullptr;
  EXPECT_EQ(slt_init(&dev, &port), kSltBadArg);
  port = device.port();
  port.write32 = nullptr;
  EXPECT_EQ(slt_init(&dev, &port), kSltBadArg);
  EXPECT_THAT(device.log(), IsEmpty());
}

TEST_F(DriverTest, SetWindowsWritesFirstAndLastAddress) {
  const slt_windows_t windows = {0x08000000, 0x1000, 0x20000000, 0x40};
  EXPECT_EQ(slt_set_windows(&dev_, &windows), kSltOk);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus), write_of(SLT_REG_WIN0_BASE_OFFSET, 0x08000000),
                                         write_of(SLT_REG_WIN0_LAST_OFFSET, 0x08000FFF),
                                         write_of(SLT_REG_WIN1_BASE_OFFSET, 0x20000000),
                                         write_of(SLT_REG_WIN1_LAST_OFFSET, 0x2000003F)));
}

TEST_F(DriverTest, SetWindowsClosesAnEmptyWindowAndTakesTheLastAddress) {
  const slt_windows_t windows = {0x08000000, 0, 0xFFFFFF00, 0x100};
  EXPECT_EQ(slt_set_windows(&dev_, &windows), kSltOk);
  EXPECT_THAT(
      device_.log(),
      ElementsAre(read_of(kStatus), write_of(SLT_REG_WIN0_BASE_OFFSET, 1), write_of(SLT_REG_WIN0_LAST_OFFSET, 0),
                  write_of(SLT_REG_WIN1_BASE_OFFSET, 0xFFFFFF00), write_of(SLT_REG_WIN1_LAST_OFFSET, 0xFFFFFFFF)));
}

TEST_F(DriverTest, SetWindowsRefusesAWindowPastTheAddressSpace) {
  const slt_windows_t read_only = {0xFFFFFF00, 0x101, 0, 0};
  const slt_windows_t read_write = {0, 0, 1, 0xFFFFFFFF + 0U};
  const slt_windows_t too_long = {0, 0, 2, 0xFFFFFFFF};
  EXPECT_EQ(slt_set_windows(&dev_, &read_only), kSltBadArg);
  EXPECT_EQ(slt_set_windows(&dev_, &too_long), kSltBadArg);
  EXPECT_EQ(slt_set_windows(&dev_, nullptr), kSltBadArg);
  EXPECT_EQ(slt_set_windows(nullptr, &read_write), kSltBadArg);
  EXPECT_THAT(device_.log(), IsEmpty());
  EXPECT_EQ(slt_set_windows(&dev_, &read_write), kSltOk);  // 1 to 0xFFFFFFFF
}

TEST_F(DriverTest, SetWindowsWritesNothingWhileBusy) {
  device_.set(kStatus, kBusy);
  const slt_windows_t windows = {0, 16, 32, 16};
  EXPECT_EQ(slt_set_windows(&dev_, &windows), kSltBusy);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus)));
}

TEST_F(DriverTest, SetWindowsWritesNothingThatTheDeviceAlreadyHas) {
  const slt_windows_t windows = {0x08000000, 0x1000, 0x20000000, 0x40};
  ASSERT_EQ(slt_set_windows(&dev_, &windows), kSltOk);
  device_.clear_log();
  EXPECT_EQ(slt_set_windows(&dev_, &windows), kSltOk);
  EXPECT_THAT(device_.log(), IsEmpty());
  for (std::uint32_t slt_windows_t::*field : {&slt_windows_t::read_only_base, &slt_windows_t::read_only_bytes,
                                              &slt_windows_t::read_write_base, &slt_windows_t::read_write_bytes}) {
    slt_windows_t other = windows;
    other.*field += 16;
    device_.clear_log();
    EXPECT_EQ(slt_set_windows(&dev_, &other), kSltOk);
    EXPECT_EQ(device_.log().size(), 4U);
    ASSERT_EQ(slt_set_windows(&dev_, &windows), kSltOk);
  }
}

TEST_F(DriverTest, SubmitClearsInterruptsAndRingsTheDoorbellLast) {
  EXPECT_EQ(slt_submit(&dev_, 0x08001230, 0x40), kSltOk);
  EXPECT_THAT(device_.log(),
              ElementsAre(read_of(kStatus), write_of(SLT_REG_IRQ_STATUS_OFFSET, kBothIrqs),
                          write_of(SLT_REG_STREAM_ADDR_OFFSET, 0x08001230), write_of(SLT_REG_STREAM_BYTES_OFFSET, 0x40),
                          write_of(SLT_REG_DOORBELL_OFFSET, 1)));
}

TEST_F(DriverTest, AJobAfterOneWhoseEndWasServedTakesThreeWrites) {
  device_.queue(kStatus, {0, kBusy});
  device_.set(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK);
  device_.on_sleep = [&] { slt_irq_handler(&dev_); };
  ASSERT_EQ(slt_submit(&dev_, 0, 16), kSltOk);
  device_.clear_log();
  ASSERT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltOk);
  // The service routine has told all there is to know.
  EXPECT_THAT(device_.log(), ElementsAre(write_of(SLT_REG_IRQ_ENABLE_OFFSET, kBothIrqs), read_of(kStatus), kSleep,
                                         read_of(SLT_REG_IRQ_STATUS_OFFSET),
                                         write_of(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK)));
  device_.clear_log();
  ASSERT_EQ(slt_submit(&dev_, 0x40, 32), kSltOk);
  EXPECT_THAT(device_.log(),
              ElementsAre(write_of(SLT_REG_STREAM_ADDR_OFFSET, 0x40), write_of(SLT_REG_STREAM_BYTES_OFFSET, 32),
                          write_of(SLT_REG_DOORBELL_OFFSET, 1)));
}

TEST_F(DriverTest, AJobAfterAPolledOneClearsItsInterrupt) {
  device_.queue(kStatus, {0, kDone});
  ASSERT_EQ(slt_submit(&dev_, 0, 16), kSltOk);
  ASSERT_EQ(slt_wait(&dev_, SLT_WAIT_FOREVER), kSltOk);
  device_.clear_log();
  ASSERT_EQ(slt_submit(&dev_, 0, 16), kSltOk);
  EXPECT_THAT(device_.log(),
              ElementsAre(write_of(SLT_REG_IRQ_STATUS_OFFSET, kBothIrqs), write_of(SLT_REG_STREAM_ADDR_OFFSET, 0),
                          write_of(SLT_REG_STREAM_BYTES_OFFSET, 16), write_of(SLT_REG_DOORBELL_OFFSET, 1)));
}

TEST_F(DriverTest, AJobAfterATimeoutAsksWhetherTheDeviceIsIdle) {
  device_.queue(kStatus, {0, kBusy});
  device_.set_clock(0, 100);
  ASSERT_EQ(slt_submit(&dev_, 0, 16), kSltOk);
  ASSERT_EQ(slt_wait(&dev_, 0), kSltTimeout);
  device_.set(kStatus, kBusy);
  device_.clear_log();
  EXPECT_EQ(slt_submit(&dev_, 0, 16), kSltBusy);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus)));
}

TEST_F(DriverTest, WaitIrqReadsTheStatusAfterAnErrorInterrupt) {
  device_.queue(kStatus, {kBusy, kFailed});
  device_.set(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_ERROR_MASK);
  device_.on_sleep = [&] { slt_irq_handler(&dev_); };
  EXPECT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltDeviceError);
}

TEST_F(DriverTest, SubmitChecksItsArgumentsBeforeAnyRegister) {
  EXPECT_EQ(slt_submit(nullptr, 0, 16), kSltBadArg);
  EXPECT_EQ(slt_submit(&dev_, 8, 16), kSltBadArg);
  EXPECT_EQ(slt_submit(&dev_, 16, 0), kSltBadArg);
  EXPECT_EQ(slt_submit(&dev_, 16, 15), kSltBadArg);
  EXPECT_EQ(slt_submit(&dev_, 16, 17), kSltBadArg);
  EXPECT_EQ(slt_submit(&dev_, 0xFFFFFFF0, 32), kSltBadArg);
  EXPECT_THAT(device_.log(), IsEmpty());
  EXPECT_EQ(slt_submit(&dev_, 0xFFFFFFF0, 16), kSltOk);
}

TEST_F(DriverTest, SubmitWritesNothingWhileBusy) {
  device_.set(kStatus, kBusy | kDone);
  EXPECT_EQ(slt_submit(&dev_, 0, 16), kSltBusy);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus)));
}

TEST_F(DriverTest, PollTellsTheStateOfTheJob) {
  device_.queue(kStatus, {0, kBusy, kDone, kFailed});
  EXPECT_EQ(slt_poll(&dev_), kSltIdle);
  EXPECT_EQ(slt_poll(&dev_), kSltBusy);
  EXPECT_EQ(slt_poll(&dev_), kSltOk);
  EXPECT_EQ(slt_poll(&dev_), kSltDeviceError);
  EXPECT_EQ(slt_poll(nullptr), kSltBadArg);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus), read_of(kStatus), read_of(kStatus), read_of(kStatus)));
}

TEST_F(DriverTest, WaitWithoutLimitReadsOnlyTheStatus) {
  device_.queue(kStatus, {kBusy, kBusy, kDone});
  EXPECT_EQ(slt_wait(&dev_, SLT_WAIT_FOREVER), kSltOk);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(kStatus), read_of(kStatus), read_of(kStatus)));
}

TEST_F(DriverTest, WaitEndsAtTheLimit) {
  device_.set(kStatus, kBusy);
  device_.set_clock(1000, 10);
  EXPECT_EQ(slt_wait(&dev_, 20), kSltTimeout);
  EXPECT_THAT(device_.log(), ElementsAre(kClockRead, kClockRead, read_of(kStatus), kClockRead, read_of(kStatus)));
}

TEST_F(DriverTest, WaitLooksOnceMoreAfterTheLimit) {
  device_.queue(kStatus, {kBusy, kDone});
  device_.set_clock(0, 10);
  EXPECT_EQ(slt_wait(&dev_, 20), kSltOk);
}

TEST_F(DriverTest, WaitSurvivesTheClockWrappingAround) {
  device_.queue(kStatus, {kBusy, kBusy, kDone});
  device_.set_clock(0xFFFFFFF0, 8);
  EXPECT_EQ(slt_wait(&dev_, 1000), kSltOk);
}

TEST_F(DriverTest, WaitWithLimitZeroIsOneLook) {
  device_.set(kStatus, kBusy);
  EXPECT_EQ(slt_wait(&dev_, 0), kSltTimeout);
  EXPECT_THAT(device_.log(), ElementsAre(kClockRead, kClockRead, read_of(kStatus)));
}

TEST_F(DriverTest, WaitReportsErrorAndIdle) {
  device_.queue(kStatus, {kBusy, kFailed, 0});
  EXPECT_EQ(slt_wait(&dev_, 1000), kSltDeviceError);
  EXPECT_EQ(slt_wait(&dev_, 1000), kSltIdle);
}

TEST_F(DriverTest, ALimitNeedsAClock) {
  dev_.port.cycles = nullptr;
  EXPECT_EQ(slt_wait(&dev_, 10), kSltBadArg);
  EXPECT_EQ(slt_wait_irq(&dev_, 10), kSltBadArg);
  EXPECT_EQ(slt_soft_reset(&dev_, 10), kSltBadArg);
  EXPECT_THAT(device_.log(), IsEmpty());
  device_.set(kStatus, kDone);
  EXPECT_EQ(slt_wait(&dev_, SLT_WAIT_FOREVER), kSltOk);
}

TEST_F(DriverTest, WaitIrqSleepsOnlyWhileTheJobRuns) {
  device_.queue(kStatus, {kBusy, kBusy, kDone});
  EXPECT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltOk);
  EXPECT_THAT(device_.log(),
              ElementsAre(write_of(SLT_REG_IRQ_ENABLE_OFFSET, kBothIrqs), read_of(kStatus), kSleep, read_of(kStatus),
                          kSleep, read_of(kStatus), write_of(SLT_REG_IRQ_STATUS_OFFSET, kBothIrqs)));
}

TEST_F(DriverTest, WaitIrqDoesNotSleepAfterTheJob) {
  device_.set(kStatus, kFailed);
  EXPECT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltDeviceError);
  EXPECT_THAT(device_.log(), ElementsAre(write_of(SLT_REG_IRQ_ENABLE_OFFSET, kBothIrqs), read_of(kStatus),
                                         write_of(SLT_REG_IRQ_STATUS_OFFSET, kBothIrqs)));
}

TEST_F(DriverTest, WaitIrqNoticesTheLimitWhenItWakes) {
  device_.set(kStatus, kBusy);
  device_.set_clock(0, 50);
  EXPECT_EQ(slt_wait_irq(&dev_, 100), kSltTimeout);
  EXPECT_THAT(device_.log(), ElementsAre(kClockRead, write_of(SLT_REG_IRQ_ENABLE_OFFSET, kBothIrqs), kClockRead,
                                         read_of(kStatus), kSleep, kClockRead, read_of(kStatus)));
}

TEST_F(DriverTest, WaitIrqNeedsTheHook) {
  dev_.port.wait_for_interrupt = nullptr;
  EXPECT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltBadArg);
  EXPECT_EQ(slt_wait_irq(nullptr, SLT_WAIT_FOREVER), kSltBadArg);
  EXPECT_THAT(device_.log(), IsEmpty());
}

TEST_F(DriverTest, WaitIrqWorksWithAServiceRoutine) {
  device_.queue(kStatus, {kBusy, kDone});
  device_.set(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK);
  device_.on_sleep = [&] { slt_irq_handler(&dev_); };
  EXPECT_EQ(slt_wait_irq(&dev_, SLT_WAIT_FOREVER), kSltOk);
  EXPECT_EQ(slt_irq_seen(&dev_), SLT_REG_IRQ_STATUS_DONE_MASK);
}

TEST_F(DriverTest, EnableIrqWritesBothSourcesWhenTheyChange) {
  EXPECT_EQ(slt_enable_irq(&dev_, true), kSltOk);
  EXPECT_EQ(slt_enable_irq(&dev_, true), kSltOk);
  EXPECT_EQ(slt_enable_irq(&dev_, false), kSltOk);
  EXPECT_EQ(slt_enable_irq(&dev_, false), kSltOk);
  EXPECT_THAT(device_.log(),
              ElementsAre(write_of(SLT_REG_IRQ_ENABLE_OFFSET, kBothIrqs), write_of(SLT_REG_IRQ_ENABLE_OFFSET, 0)));
  EXPECT_EQ(slt_enable_irq(nullptr, true), kSltBadArg);
}

TEST_F(DriverTest, IrqHandlerClearsExactlyWhatIsPending) {
  device_.set(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_ERROR_MASK);
  EXPECT_EQ(slt_irq_handler(&dev_), SLT_REG_IRQ_STATUS_ERROR_MASK);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(SLT_REG_IRQ_STATUS_OFFSET),
                                         write_of(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_ERROR_MASK)));
  EXPECT_EQ(slt_irq_seen(&dev_), SLT_REG_IRQ_STATUS_ERROR_MASK);
}

TEST_F(DriverTest, IrqHandlerLeavesASpuriousInterruptAlone) {
  EXPECT_EQ(slt_irq_handler(&dev_), 0U);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(SLT_REG_IRQ_STATUS_OFFSET)));
  EXPECT_EQ(slt_irq_handler(nullptr), 0U);
  EXPECT_EQ(slt_irq_seen(nullptr), 0U);
}

TEST_F(DriverTest, SubmitForgetsEarlierInterrupts) {
  device_.set(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK);
  slt_irq_handler(&dev_);
  ASSERT_EQ(slt_submit(&dev_, 0, 16), kSltOk);
  EXPECT_EQ(slt_irq_seen(&dev_), 0U);
}

TEST_F(DriverTest, SoftResetWaitsUntilTheDeviceIsIdle) {
  device_.queue(kStatus, {kBusy, 0});
  EXPECT_EQ(slt_soft_reset(&dev_, SLT_WAIT_FOREVER), kSltOk);
  EXPECT_THAT(device_.log(), ElementsAre(write_of(SLT_REG_CTRL_OFFSET, SLT_REG_CTRL_SOFT_RESET_MASK), read_of(kStatus),
                                         read_of(kStatus), write_of(SLT_REG_IRQ_STATUS_OFFSET, kBothIrqs)));
}

TEST_F(DriverTest, SoftResetEndsAtTheLimit) {
  device_.set(kStatus, kBusy);
  device_.set_clock(0, 60);
  EXPECT_EQ(slt_soft_reset(&dev_, 100), kSltTimeout);
  EXPECT_THAT(device_.log(), ElementsAre(kClockRead, write_of(SLT_REG_CTRL_OFFSET, SLT_REG_CTRL_SOFT_RESET_MASK),
                                         kClockRead, read_of(kStatus), kClockRead, read_of(kStatus)));
  EXPECT_EQ(slt_soft_reset(nullptr, 100), kSltBadArg);
}

TEST_F(DriverTest, ReadCountersReadsEachOnce) {
  std::uint32_t value = 100;
  for (std::uint32_t offset = SLT_REG_CNT_CYCLES_OFFSET; offset <= SLT_REG_CNT_WRITE_BEATS_OFFSET; offset += 4) {
    device_.set(offset, value++);
  }
  slt_counters_t counters;
  EXPECT_EQ(slt_read_counters(&dev_, &counters), kSltOk);
  EXPECT_EQ(counters.cycles, 100U);
  EXPECT_EQ(counters.commands, 101U);
  EXPECT_THAT(counters.busy_cycles, ElementsAre(102U, 103U, 104U, 105U, 106U));
  EXPECT_EQ(counters.read_beats, 107U);
  EXPECT_EQ(counters.write_beats, 108U);
  EXPECT_EQ(device_.log().size(), 9U);
  EXPECT_EQ(slt_read_counters(&dev_, nullptr), kSltBadArg);
  EXPECT_EQ(slt_read_counters(nullptr, &counters), kSltBadArg);
  EXPECT_EQ(device_.log().size(), 9U);
}

TEST_F(DriverTest, LastErrorReadsCauseCommandAndAddress) {
  device_.set(SLT_REG_ERROR_CAUSE_OFFSET, SLT_ERROR_WRITE_WINDOW);
  device_.set(SLT_REG_ERROR_COMMAND_OFFSET, 17);
  device_.set(SLT_REG_ERROR_ADDRESS_OFFSET, 0x20001000);
  slt_error_t error;
  EXPECT_EQ(slt_last_error(&dev_, &error), kSltOk);
  EXPECT_EQ(error.cause, SLT_ERROR_WRITE_WINDOW);
  EXPECT_EQ(error.command_index, 17U);
  EXPECT_EQ(error.address, 0x20001000U);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(SLT_REG_ERROR_CAUSE_OFFSET), read_of(SLT_REG_ERROR_COMMAND_OFFSET),
                                         read_of(SLT_REG_ERROR_ADDRESS_OFFSET)));
  EXPECT_EQ(slt_last_error(&dev_, nullptr), kSltBadArg);
  EXPECT_EQ(slt_last_error(nullptr, &error), kSltBadArg);
}

TEST(DriverNamesTest, EveryResultAndCauseHasAName) {
  for (int result = kSltOk; result <= kSltNoMemory; ++result) {
    EXPECT_NE(std::string(slt_result_name(static_cast<slt_result_t>(result))), "unknown result") << result;
  }
  EXPECT_EQ(std::string(slt_result_name(static_cast<slt_result_t>(15))), "unknown result");
  for (std::uint32_t cause = SLT_ERROR_NONE; cause <= SLT_ERROR_REG_BUSY; ++cause) {
    EXPECT_NE(std::string(slt_cause_name(cause)), "unknown cause") << cause;
  }
  EXPECT_EQ(std::string(slt_cause_name(99)), "unknown cause");
}

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// Every error cause: what is reported, and that the next job runs, with and without a soft reset.
#include <array>
#include <functional>
#include <string>

#include "random_program.h"
#include "slt_regs.h"
#include "test_support.h"

namespace systolite::test {
namespace {

using isa::ErrorCause;
constexpr std::uint32_t kNoCommand = 0xFFFFFFFFU;

class Errors : public ::testing::Test {
 protected:
  void SetUp() override { fill_memory(dut_, 3); }

  void expect_error(const JobRecord& record, ErrorCause cause, std::uint32_t command, std::uint32_t address) {
    ASSERT_TRUE(record.finished());
    const Status status = dut_.status();
    EXPECT_FALSE(status.busy);
    EXPECT_FALSE(status.done);
    EXPECT_TRUE(status.error);
    EXPECT_EQ(status.cause, cause) << isa::name(status.cause);
    EXPECT_EQ(status.command, command);
    EXPECT_EQ(status.address, address);
    EXPECT_EQ(dut_.read(SLT_REG_IRQ_STATUS_OFFSET), 2U);
    EXPECT_EQ(dut_.bus.violation(), "");
    EXPECT_TRUE(dut_.bus.idle());
  }

  // Runs `commands` twice, recovering once by a doorbell alone and once by a soft reset.
  void expect_error_and_recovery(const std::vector<isa::Command>& commands, ErrorCause cause, std::uint32_t command,
                                 std::uint32_t address, const std::function<void()>& before = {}) {
    for (const bool reset : {false, true}) {
      if (before) before();
      const Range window0 = dut_.window0;
      const Range window1 = dut_.window1;
      expect_error(dut_.run(commands), cause, command, address);
      dut_.window0 = window0;
      dut_.window1 = window1;
      if (reset) {
        dut_.write(SLT_REG_CTRL_OFFSET, 1);
        dut_.cycles(3);
        const Status status = dut_.status();
        EXPECT_FALSE(status.busy || status.done || status.error);
        EXPECT_EQ(status.cause, ErrorCause::kNone);
        EXPECT_FALSE(dut_.irq());
      } else {
        dut_.clear_irq();
      }
      expect_works(dut_);
    }
  }

  // Some traffic around the offending command, which is number 3.
  static std::vector<isa::Command> with_traffic(const isa::Command& command) {
    return {isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 400}),
            isa::encode(isa::St{.mem_addr = kTarget + 64, .src = 0, .row_bytes = 300}),
            isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 200}),
            command,
            isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 100}),
            isa::encode(isa::End{})};
  }

  Dut dut_;
};

TEST_F(Errors, UnknownOpcode) {
  isa::Command bad{};
  bad.w[0] = 31;
  expect_error_and_recovery(with_traffic(bad), ErrorCause::kBadCommand, 3, dut_.stream_address + 48);
}

TEST_F(Errors, ReservedBit) {
  isa::Command bad = isa::encode(isa::Ld{.mem_addr = kSource, .row_bytes = 4});
  bad.w[3] |= 0x80000000U;
  expect_error_and_recovery(with_traffic(bad), ErrorCause::kBadCommand, 3, dut_.stream_address + 48);
}

TEST_F(Errors, CommandWaitsForItsOwnEngine) {
  isa::Command bad = isa::encode(isa::Ld{.mem_addr = kSource, .row_bytes = 4});
  bad.w[0] |= 1U << 5;
  expect_error_and_recovery(with_traffic(bad), ErrorCause::kBadCommand, 3, dut_.stream_address + 48);
}

TEST_F(Errors, StreamWithoutEnd) {
  std::vector<isa::Command> program(20, isa::encode(isa::LdCfg{.mem_stride = 1}));
  expect_error_and_recovery(program, ErrorCause::kBadStream, kNoCommand, dut_.stream_address);
}

TEST_F(Errors, MisalignedStream) {
  dut_.stream_address += 8;
  const JobRecord record = dut_.run({isa::encode(isa::End{})});
  expect_error(record, ErrorCause::kBadStream, kNoCommand, kMemoryBase + 8);
  EXPECT_TRUE(record.ar[0].empty());
  dut_.stream_address -= 8;
  dut_.clear_irq();
  expect_works(dut_);
}

TEST_F(Errors, EmptyStream) {
  const JobRecord record = dut_.run({});
  expect_error(record, ErrorCause::kBadStream, kNoCommand, kMemoryBase);
  EXPECT_TRUE(record.ar[0].empty());
  dut_.clear_irq();
  expect_works(dut_);
}

TEST_F(Errors, StreamOutsideTheWindows) {
  const Range window = dut_.window0;
  dut_.window0.last = dut_.stream_address + 15;
  const JobRecord record = dut_.run({isa::encode(isa::LdCfg{}), isa::encode(isa::End{})});
  expect_error(record, ErrorCause::kReadWindow, kNoCommand, kMemoryBase);
  EXPECT_TRUE(record.ar[0].empty());
  dut_.window0 = window;
  dut_.clear_irq();
  expect_works(dut_);
}

TEST_F(Errors, LocalRangeOfLoads) {
  struct Case {
    isa::Space space;
    std::int64_t bytes;
  };
  for (const Case& c : {Case{isa::Space::kSpm, kSpmBytes}, Case{isa::Space::kWbuf, kWbufBytes}}) {
    SCOPED_TRACE(isa::name(c.space));
    const std::int64_t dst = c.bytes - 2 * kBusBytes;
    const auto ld = [&](std::int64_t bytes) {
      return isa::encode(
          isa::Ld{.mem_addr = kSource, .space = static_cast<std::int64_t>(c.space), .dst = dst, .row_bytes = bytes});
    };
    expect_done(dut_, dut_.run({ld(2 * kBusBytes), isa::encode(isa::End{})}));
    const JobRecord record = dut_.run(with_traffic(ld(2 * kBusBytes + 1)));
    expect_error(record, ErrorCause::kBadLocal, 3, 0);
    dut_.clear_irq();
    expect_works(dut_);
  }
}

// Every form: the last beat that still brings something is loaded, one more is refused.
TEST_F(Errors, LengthOfTables) {
  for (std::int64_t scale = 0; scale < 4; ++scale) {
    for (std::int64_t bias = 0; bias < 4; ++bias) {
      SCOPED_TRACE(std::to_string(scale) + " " + std::to_string(bias));
      const std::int64_t group = std::array{0, 0, 4, 5}[static_cast<std::size_t>(scale)] + (bias > 0 ? 1 + bias : 0);
      const std::int64_t beats = 3 * group + (scale == 1 ? 1 : 0);
      const auto ld = [&](std::int64_t count) {
        return isa::encode(isa::Ld{.mem_addr = kSource,
                                   .space = static_cast<std::int64_t>(isa::Space::kTable),
                                   .dst = kParamChannels - 3 * kBusBytes,
                                   .row_bytes = count * kBusBytes,
                                   .scale = scale,
                                   .bias = bias});
      };
      if (beats > 0) expect_done(dut_, dut_.run({ld(beats), isa::encode(isa::End{})}));
      expect_error(dut_.run(with_traffic(ld(beats + 1))), ErrorCause::kBadLocal, 3, 0);
      dut_.clear_irq();
      expect_works(dut_);
    }
  }
}

TEST_F(Errors, ShapeOfTables) {
  const isa::Ld good{.mem_addr = kSource,
                     .space = static_cast<std::int64_t>(isa::Space::kTable),
                     .dst = kBusBytes,
                     .row_bytes = 2 * kBusBytes,
                     .scale = static_cast<std::int64_t>(isa::ScaleForm::kTensor),
                     .bias = static_cast<std::int64_t>(isa::BiasForm::kBits16)};
  expect_done(dut_, dut_.run({isa::encode(good), isa::encode(isa::End{})}));
  const auto refused = [&](const auto& change) {
    isa::Ld ld = good;
    change(ld);
    expect_error_and_recovery(with_traffic(isa::encode(ld)), ErrorCause::kBadLocal, 3, 0);
  };
  refused([](isa::Ld& ld) { ld.mem_addr += 1; });
  refused([](isa::Ld& ld) { ld.dst += 2; });
  refused([](isa::Ld& ld) { ld.dst = kParamChannels; });
  refused([](isa::Ld& ld) { ld.dst = 1 << 19; });
  refused([](isa::Ld& ld) { ld.row_bytes -= 1; });
  refused([](isa::Ld& ld) { ld.rows = 2; });
}

// The highest byte may belong to the row before the last: 2^interleave rows share an offset.
TEST_F(Errors, LocalRangeOfInterleavedRows) {
  const std::int64_t row_bytes = 16;
  const std::int64_t interleave = kSpmBanks >= 4 ? 2 : 1;
  const std::int64_t banks = std::int64_t{1} << interleave;
  // Rows 0 .. banks: row banks-1 lies in the last bank of the lap, row `banks` one pitch behind row 0.
  const std::int64_t base = (kSpmBanks - banks) * kBankBytes + kBankBytes - row_bytes;
  const auto program = [&](std::int64_t dst, std::int64_t rows, std::int64_t y0) {
    std::vector<isa::Command> commands = with_traffic(
        isa::encode(isa::Ld{.mem_addr = kSource, .dst = dst, .row_bytes = row_bytes, .rows = rows, .y0 = y0}));
    commands.insert(commands.begin(),
                    isa::encode(isa::LdCfg{.mem_stride = row_bytes, .pitch = 0, .interleave = interleave}));
    return commands;
  };
  expect_done(dut_, dut_.run(program(base, banks + 1, 0)));
  expect_error(dut_.run(program(base + 1, banks + 1, 0)), ErrorCause::kBadLocal, 4, 0);
  dut_.clear_irq();
  // Without the row in the last bank the same addresses are fine.
  expect_done(dut_, dut_.run(program(base + 1, banks - 1, 0)));
  expect_done(dut_, dut_.run(program(base + 1, 1, banks)));
  expect_works(dut_);
}

TEST_F(Errors, LocalRangeOfStores) {
  expect_error_and_recovery(
      with_traffic(isa::encode(isa::St{.mem_addr = kTarget, .src = kSpmBytes - 7, .row_bytes = 8})),
      ErrorCause::kBadLocal, 3, 0);
}

TEST_F(Errors, LoadOutsideTheWindows) {
  const std::uint32_t end = dut_.window1.last + 1;
  const auto program = [&](std::uint32_t address, std::int64_t rows) {
    std::vector<isa::Command> commands =
        with_traffic(isa::encode(isa::Ld{.mem_addr = address, .dst = 0, .row_bytes = 10, .rows = rows}));
    commands.insert(commands.begin(), isa::encode(isa::LdCfg{.mem_stride = 100, .pitch = 10}));
    return commands;
  };
  expect_done(dut_, dut_.run(program(end - 310, 4)));
  expect_error_and_recovery(program(end - 309, 4), ErrorCause::kReadWindow, 4, end - 309);
  expect_error_and_recovery(program(kMemoryBase - 1, 1), ErrorCause::kReadWindow, 4, kMemoryBase - 1);
  expect_error_and_recovery(program(0xFFFFFFFFU, 1000), ErrorCause::kReadWindow, 4, 0xFFFFFFFFU);
  // Not across the border of two windows.
  expect_error_and_recovery(program(dut_.window1.first - 5, 1), ErrorCause::kReadWindow, 4, dut_.window1.first - 5);
}

TEST_F(Errors, StoreOutsideTheWritableWindow) {
  const auto st = [](std::uint32_t address) {
    return isa::encode(isa::St{.mem_addr = address, .src = 0, .row_bytes = 10});
  };
  expect_error_and_recovery(with_traffic(st(kSource)), ErrorCause::kWriteWindow, 3, kSource);
  expect_error_and_recovery(with_traffic(st(dut_.window1.last - 8)), ErrorCause::kWriteWindow, 3,
                            dut_.window1.last - 8);
  expect_error_and_recovery(with_traffic(st(dut_.window1.first - 1)), ErrorCause::kWriteWindow, 3,
                            dut_.window1.first - 1);
}

TEST_F(Errors, BusErrorOnLoad) {
  const std::uint32_t word = kSource + 0x800;
  const isa::Command ld = isa::encode(isa::Ld{.mem_addr = kSource + 0x700, .dst = 0, .row_bytes = 0x200});
  expect_error_and_recovery(with_traffic(ld), ErrorCause::kBusRead, 3, word, [&] { dut_.bus.bad_words = {word}; });
}

TEST_F(Errors, BusErrorOnFetch) {
  std::vector<isa::Command> program(30, isa::encode(isa::LdCfg{.mem_stride = 1}));
  program.push_back(isa::encode(isa::End{}));
  const std::uint32_t address = dut_.stream_address + 16 * 20;
  expect_error_and_recovery(program, ErrorCause::kBusRead, 20, address,
                            [&] { dut_.bus.bad_words = {address + 16 - kBusBytes}; });
}

TEST_F(Errors, BusErrorBehindEndIsNotAnError) {
  std::vector<isa::Command> program(4, isa::encode(isa::LdCfg{.mem_stride = 1}));
  program.push_back(isa::encode(isa::End{}));
  program.resize(40);
  dut_.bus.bad_words = {dut_.stream_address + 16 * 6};
  expect_done(dut_, dut_.run(program));
  expect_works(dut_);
}

TEST_F(Errors, BusErrorOnStore) {
  const std::uint32_t word = kTarget + 0x1000;
  const isa::Command st = isa::encode(isa::St{.mem_addr = word, .src = 0, .row_bytes = kBusBytes});
  expect_error_and_recovery(with_traffic(st), ErrorCause::kBusWrite, 3, word, [&] { dut_.bus.bad_words = {word}; });
}

TEST_F(Errors, JobRegisterWrittenWhileBusy) {
  for (const std::uint32_t offset : {SLT_REG_DOORBELL_OFFSET, SLT_REG_WIN1_LAST_OFFSET, SLT_REG_STREAM_ADDR_OFFSET}) {
    dut_.start(with_traffic(isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 2000})));
    dut_.cycles(20);
    const std::uint32_t before = dut_.read(offset);
    dut_.write(offset, 0x12345678);
    EXPECT_FALSE(dut_.last_access_failed());
    const JobRecord record = dut_.finish();
    expect_error(record, ErrorCause::kRegBusy, kNoCommand, offset);
    EXPECT_EQ(dut_.read(offset), before);
    dut_.clear_irq();
    expect_works(dut_);
  }
}

TEST_F(Errors, OtherRegistersMayBeWrittenWhileBusy) {
  dut_.start(with_traffic(isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 2000})));
  dut_.cycles(10);
  dut_.write(SLT_REG_IRQ_ENABLE_OFFSET, 3);
  EXPECT_TRUE(dut_.status().busy);
  dut_.write(SLT_REG_STATUS_OFFSET, 0);  // read-only: refused, the job goes on
  expect_done(dut_, dut_.finish());
}

TEST_F(Errors, SoftResetStopsAJob) {
  for (Cycle delay = 0; delay < 120; delay += 7) {
    dut_.start(with_traffic(isa::encode(isa::Ld{.mem_addr = kSource, .dst = 0, .row_bytes = 2000})));
    dut_.cycles(delay);
    dut_.write(SLT_REG_CTRL_OFFSET, 1);
    for (int i = 0; i < 500 && dut_.status().busy; ++i) {
    }
    const Status status = dut_.status();
    EXPECT_FALSE(status.busy || status.done || status.error);
    EXPECT_FALSE(dut_.irq());
    EXPECT_TRUE(dut_.bus.idle());
    EXPECT_EQ(dut_.read(SLT_REG_CNT_CYCLES_OFFSET), 0U);
    expect_works(dut_);
  }
}

// Random traffic, an error somewhere, random memory timing: the device always stops cleanly and works afterwards.
TEST_F(Errors, RandomFaultsLeaveAWorkingDevice) {
  std::mt19937_64 random(11);
  int errors = 0;
  for (int i = 0; i < 60; ++i) {
    fill_memory(dut_, random());
    dut_.bus.set_timing({.read_latency = 1 + random() % 30,
                         .write_latency = 1 + random() % 30,
                         .stall = i % 2 == 0 ? 0.3 : 0.0,
                         .seed = random()});
    const std::vector<isa::Command> program = RandomProgram(random()).commands(3);
    for (int k = 0; k < 40; ++k) {
      const std::uint32_t offset = random() % 2 == 0
                                       ? static_cast<std::uint32_t>(random() % (kMemoryBytes / 2 - 0x10000)) + 0x10000
                                       : static_cast<std::uint32_t>(random() % (kMemoryBytes / 2)) + kMemoryBytes / 2;
      for (std::uint32_t w = 0; w < 64; ++w)
        dut_.bus.bad_words.insert((kMemoryBase + offset) / kBusBytes * kBusBytes + w * kBusBytes);
    }
    const JobRecord record = dut_.run(program);
    ASSERT_TRUE(record.finished());
    const Status status = dut_.status();
    EXPECT_NE(status.done, status.error);
    if (status.error) {
      ++errors;
      EXPECT_TRUE(status.cause == ErrorCause::kBusRead || status.cause == ErrorCause::kBusWrite);
      ASSERT_LT(status.command, program.size());
      const auto opcode = isa::opcode_of(program[status.command]);
      EXPECT_EQ(opcode, status.cause == ErrorCause::kBusRead ? isa::Opcode::kLd : isa::Opcode::kSt);
    }
    EXPECT_EQ(dut_.bus.violation(), "");
    dut_.clear_irq();
    expect_works(dut_);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(errors, 10);
}

}  // namespace
}  // namespace systolite::test

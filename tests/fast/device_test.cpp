// SPDX-License-Identifier: Apache-2.0
// The device behind its registers on the RTL and the fast model: errors, register accesses at any time, resets.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "slt_regs.h"
#include "tests/fast/device_pair.h"
#include "tests/fast/random_stream.h"

namespace systolite::fast {
namespace {

constexpr Cycles kLongest = 2'000'000;
constexpr std::uint32_t kAllInterrupts = SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class DeviceTest : public testing::TestWithParam<const char*> {
 protected:
  HwConfig hw = configuration(GetParam());
  std::uint32_t place = hw.flash.base + 0x10000;

  // Runs `body(draw, devices, seed)` for a number of seeds.
  template <typename Body>
  void for_seeds(const Body& body) {
    const std::uint64_t first = from_environment("SYSTOLITE_RANDOM_SEED", 1);
    const std::uint64_t cases = from_environment("SYSTOLITE_RANDOM_CASES", 30);
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
      SCOPED_TRACE("SYSTOLITE_RANDOM_SEED=" + std::to_string(seed));
      RandomStream draw(hw, seed);
      DevicePair devices(hw);
      if (draw.chance(40)) devices.set_stalls(RandomStalls{.seed = seed, .probability = 0.3});
      body(draw, devices);
      if (HasFailure()) return;
    }
  }

  // A job that stops with an error, and one behind it that does not.
  void expect_error(DevicePair& devices, RandomStream& draw, std::span<const isa::Command> stream,
                    std::uint32_t bytes) {
    devices.write_stream(place, stream);
    devices.start(place, bytes);
    ASSERT_TRUE(devices.advance_until_irq(kLongest));
    devices.compare_traces(stream);
    devices.compare_registers();
    errors += devices.read_register(SLT_REG_STATUS_OFFSET) == SLT_REG_STATUS_ERROR_MASK ? 1 : 0;
    devices.write_register(SLT_REG_IRQ_STATUS_OFFSET, kAllInterrupts);
    devices.clear_errors();
    devices.run(place, draw.draw(20));
  }

  int errors = 0;
};

std::uint32_t bytes_of(std::span<const isa::Command> stream) {
  return static_cast<std::uint32_t>(stream.size()) * isa::kCommandBytes;
}

TEST_P(DeviceTest, IllegalCommandsStopTheJobInTheSameCycle) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    std::vector<isa::Command> stream = draw.draw(60);
    isa::Command& reserved = stream[static_cast<std::size_t>(draw.from(0, 59))];
    const isa::Command before = reserved;
    reserved.w[3] |= 0xC0000000;
    if (isa::legal(reserved)) reserved = before;  // all of its bits are fields
    stream[static_cast<std::size_t>(draw.from(0, 59))].w[0] &= ~31U;
    expect_error(devices, draw, stream, bytes_of(stream));
  });
  EXPECT_GT(errors, 0);
}

TEST_P(DeviceTest, StreamsWithoutEndStopInTheSameCycle) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    std::vector<isa::Command> stream = draw.draw(static_cast<std::size_t>(draw.from(1, 60)));
    stream.pop_back();
    expect_error(devices, draw, stream, bytes_of(stream));
  });
  EXPECT_GT(errors, 0);
}

TEST_P(DeviceTest, StreamsThatAreRefusedStopInTheSameCycle) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    const std::vector<isa::Command> stream = draw.draw(5);
    devices.write_stream(place, stream);
    const std::array<std::uint32_t, 4> addresses = {place + 4, place, hw.flash.base - 16,
                                                    hw.flash.base + (hw.flash.bytes - 16)};
    devices.start(addresses[static_cast<std::size_t>(draw.from(0, 3))],
                  static_cast<std::uint32_t>(draw.from(0, 2)) * 16 + static_cast<std::uint32_t>(draw.from(0, 1)));
    if (!devices.advance_until_irq(kLongest)) FAIL() << "no interrupt";
    devices.compare_traces(stream);
    devices.compare_registers();
  });
}

TEST_P(DeviceTest, AddressesOutsideTheirRangesStopInTheSameCycle) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    std::vector<isa::Command> stream = draw.draw(80);
    for (int i = 0; i < 2; ++i) {
      const auto at = stream.begin() + draw.from(0, 80);
      switch (draw.from(0, 3)) {
        case 0:
          stream.insert(at, isa::encode(isa::Ld{.mem_addr = hw.flash.base - draw.from(1, 40), .row_bytes = 41}));
          break;
        case 1:
          stream.insert(
              at, isa::encode(isa::Ld{.mem_addr = hw.flash.base, .dst = hw.scratchpad_bytes - 8, .row_bytes = 9}));
          break;
        case 2:
          stream.insert(at, isa::encode(isa::St{.mem_addr = hw.flash.base + 64, .row_bytes = 4}));
          break;
        default:
          stream.insert(at, isa::encode(isa::Ld{.mem_addr = hw.flash.base + 1, .space = 2, .row_bytes = 9}));
          break;
      }
    }
    expect_error(devices, draw, stream, bytes_of(stream));
  });
  EXPECT_GT(errors, 0);
}

TEST_P(DeviceTest, BusErrorsStopTheJobInTheSameCycle) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    const std::vector<isa::Command> stream = draw.draw(80);
    for (int i = 0; i < 30; ++i) {
      const auto response = draw.chance(50) ? AxiResponse::kSlaveError : AxiResponse::kDecodeError;
      const auto offset = static_cast<std::uint32_t>(draw.from(0, 22000));
      devices.inject_error((draw.chance(40) ? hw.flash.base : hw.sram.base) + offset, response);
      devices.inject_error(hw.sram.base + 32768 + offset, response);
    }
    if (draw.chance(30))
      devices.inject_error(place + static_cast<std::uint32_t>(draw.from(0, 1500)), AxiResponse::kSlaveError);
    expect_error(devices, draw, stream, bytes_of(stream));
  });
  EXPECT_GT(errors, 0);
}

TEST_P(DeviceTest, RegisterAccessesAtAnyTimeAreAnsweredTheSame) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    for (int job = 0; job < 4; ++job) {
      const std::vector<isa::Command> stream = draw.draw(static_cast<std::size_t>(draw.from(1, 60)));
      devices.write_stream(place, stream);
      devices.start(place, bytes_of(stream));
      if (draw.chance(20))
        devices.write_register(SLT_REG_IRQ_ENABLE_OFFSET, static_cast<std::uint32_t>(draw.from(0, 3)));
      for (int access = 0; access < 40; ++access) {
        if (draw.chance(30)) devices.advance(static_cast<Cycles>(draw.from(1, 100)));
        devices.read_register(static_cast<std::uint32_t>(4 * draw.from(0, 0x50)));
      }
      devices.advance(static_cast<Cycles>(draw.from(1, 5000)));
      devices.compare_registers();
      devices.write_register(SLT_REG_IRQ_ENABLE_OFFSET, kAllInterrupts);
      ASSERT_TRUE(devices.advance_until_irq(kLongest));
      devices.compare_traces(stream);
      devices.write_register(SLT_REG_IRQ_STATUS_OFFSET, kAllInterrupts);
      if (HasFailure()) return;
    }
  });
}

TEST_P(DeviceTest, WritesToRegistersOfARunningJobStopItInTheSameCycle) {
  constexpr std::array<std::uint32_t, 4> kRegisters = {SLT_REG_DOORBELL_OFFSET, SLT_REG_STREAM_ADDR_OFFSET,
                                                       SLT_REG_WIN0_BASE_OFFSET, SLT_REG_WIN1_LAST_OFFSET};
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    const std::vector<isa::Command> stream = draw.draw(60);
    devices.write_stream(place, stream);
    devices.start(place, bytes_of(stream));
    devices.advance(static_cast<Cycles>(draw.from(1, 1500)));
    if (devices.read_register(SLT_REG_STATUS_OFFSET) != SLT_REG_STATUS_BUSY_MASK) return;
    ++errors;
    devices.write_register(kRegisters[static_cast<std::size_t>(draw.from(1, 3))], 0x12345670);
    devices.read_register(SLT_REG_CNT_CYCLES_OFFSET);
    ASSERT_TRUE(devices.advance_until_irq(kLongest));
    devices.compare_traces(stream);
    devices.compare_registers();
    devices.write_register(SLT_REG_IRQ_STATUS_OFFSET, kAllInterrupts);
    devices.run(place, draw.draw(20));
  });
  EXPECT_GT(errors, 0);
}

TEST_P(DeviceTest, ASoftResetAtAnyTimeTakesTheSameTime) {
  for_seeds([&](RandomStream& draw, DevicePair& devices) {
    const std::vector<isa::Command> stream = draw.draw(60);
    devices.write_stream(place, stream);
    devices.start(place, bytes_of(stream));
    devices.advance(static_cast<Cycles>(draw.from(1, 1500)));
    devices.write_register(SLT_REG_CTRL_OFFSET, SLT_REG_CTRL_SOFT_RESET_MASK);
    while (devices.read_register(SLT_REG_STATUS_OFFSET) != 0) {
      devices.compare_registers();
      if (HasFailure()) return;
    }
    devices.compare_registers();
    devices.compare_traces(stream);
    if (draw.chance(50)) devices.write_register(SLT_REG_CTRL_OFFSET, SLT_REG_CTRL_SOFT_RESET_MASK);
    devices.read_register(SLT_REG_STATUS_OFFSET);
    devices.run(place, draw.draw(20));
  });
}

INSTANTIATE_TEST_SUITE_P(Configs, DeviceTest, testing::Values("base_16x16", "tiny_4x4", "odd_5x7", "wide_4x8"));

}  // namespace
}  // namespace systolite::fast

// SPDX-License-Identifier: Apache-2.0
// BusPort calls through TLM-2.0 and the interconnect against the same calls on the memory system itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/memory_system.h"
#include "sim/soc/bus_port_target.h"
#include "sim/soc/interconnect.h"
#include "sim/soc/tlm_bus_port.h"
#include "tests/sim/small_config.h"

namespace systolite::test {
namespace {

// A master with a bus port.
class BurstMaster final : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<BurstMaster> bus;
  TlmBusPort port;
  BurstMaster(const sc_core::sc_module_name& name, unsigned bus_bytes)
      : sc_module(name), bus("bus"), port(bus, bus_bytes) {}
};

// Takes every transaction as a target that knows nothing of bursts, and keeps the last one.
class PlainTarget final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<PlainTarget> bus;
  tlm::tlm_command command = tlm::TLM_IGNORE_COMMAND;
  std::uint64_t address = 0;
  std::vector<std::uint8_t> data;
  std::vector<std::uint8_t> enables;

  explicit PlainTarget(const sc_core::sc_module_name& name) : sc_module(name), bus("bus") {
    bus.register_b_transport(this, &PlainTarget::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    command = payload.get_command();
    address = payload.get_address();
    data.assign(payload.get_data_ptr(), payload.get_data_ptr() + payload.get_data_length());
    enables.assign(payload.get_byte_enable_ptr(), payload.get_byte_enable_ptr() + payload.get_byte_enable_length());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Memories {
  explicit Memories(const HwConfig& config) : contents(config), system(contents, config) {
    std::mt19937 random(7);
    for (const MemoryRegion& region : {config.flash, config.sram}) {
      for (std::uint8_t& byte : contents.storage(region.base)) byte = static_cast<std::uint8_t>(random());
    }
  }
  BusMemory contents;
  MemorySystem system;
};

class BusBurstTest : public ::testing::Test {
 protected:
  BusBurstTest() {
    master.bus.bind(interconnect.accelerator);
    cpu.bus.bind(interconnect.cpu);
    interconnect.bursts.bind(target.bursts);
    interconnect.attach("other", 0, 4096, other.bus);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  std::uint32_t random(std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(engine);
  }

  // In flash, SRAM or nowhere; never across 4 KiB.
  BusBurst random_burst() {
    constexpr std::uint32_t kUnmapped = 0x70000000;
    const std::uint32_t choice = random(8);
    const std::uint32_t base = choice < 3 ? config.flash.base : choice < 7 ? config.sram.base : kUnmapped;
    BusBurst burst;
    burst.id = static_cast<std::uint8_t>(random(2));
    burst.beats = 1 + random(kMaxBurstBeats);
    burst.address = base + random(16) * 4096 + random(4096 / kBusBytes - burst.beats + 1) * kBusBytes;
    return burst;
  }

  void read() {
    BusBurst burst = random_burst();
    burst.taken = direct.system.read_address(now);
    ASSERT_EQ(master.port.read_address(now), burst.taken);
    BusReadBeats expected{};
    BusReadBeats beats{};
    direct.system.read(burst, expected);
    master.port.read(burst, beats);
    for (unsigned i = 0; i < burst.beats; ++i) {
      ASSERT_EQ(beats[i].moved, expected[i].moved);
      ASSERT_EQ(beats[i].response, expected[i].response);
      ASSERT_EQ(beats[i].data, expected[i].data);
      errors += expected[i].response == AxiResponse::kOkay ? 0 : 1;
    }
  }

  void write() {
    BusBurst burst = random_burst();
    burst.taken = direct.system.write_address(now);
    ASSERT_EQ(master.port.write_address(now), burst.taken);
    direct.system.write(burst);
    master.port.write(burst);
    for (unsigned i = 0; i < burst.beats; ++i) {
      BusBeat data;
      std::ranges::generate(data, [&] { return static_cast<std::uint8_t>(random(256)); });
      const auto strobe = static_cast<std::uint16_t>(random(1U << kBusBytes));
      const Cycles offered = burst.taken + 1 + random(20);
      ASSERT_EQ(master.port.write_slot(offered), direct.system.write_slot(offered));
      BusResponse expected{};
      BusResponse response{};
      const bool last = direct.system.write_beat(offered, data, strobe, expected);
      ASSERT_EQ(master.port.write_beat(offered, data, strobe, response), last);
      ASSERT_EQ(last, i + 1 == burst.beats);
      if (!last) continue;
      ASSERT_EQ(response.moved, expected.moved);
      ASSERT_EQ(response.response, expected.response);
      errors += expected.response == AxiResponse::kOkay ? 0 : 1;
    }
  }

  void job(int bursts) {
    direct.system.start_job();
    master.port.start_job();
    now = 0;
    for (int i = 0; i < bursts && !HasFatalFailure(); ++i) {
      now += random(30);
      random(2) == 0 ? read() : write();
    }
  }

  void expect_equal_contents() {
    for (const MemoryRegion& region : {config.flash, config.sram})
      EXPECT_TRUE(std::ranges::equal(direct.contents.storage(region.base), routed.contents.storage(region.base)));
  }

  static constexpr unsigned kBusBytes = 8;
  HwConfig config = small_config();
  Memories direct{config};
  Memories routed{config};
  Interconnect interconnect{"bus"};
  BusPortTarget target{"bursts", routed.system, kBusBytes};
  PlainTarget other{"other"};
  BurstMaster master{"master", kBusBytes};
  BurstMaster cpu{"cpu", kBusBytes};
  std::mt19937 engine{1};
  Cycles now = 0;
  int errors = 0;
};

TEST_F(BusBurstTest, RandomBurstsAreAnsweredAsByTheMemorySystem) {
  for (int i = 0; i < 20; ++i) job(100);
  expect_equal_contents();
  EXPECT_GT(errors, 100);
}

TEST_F(BusBurstTest, StallsAreThoseOfTheMemorySystem) {
  for (MemorySystem* system : {&direct.system, &routed.system}) system->set_stalls(RandomStalls{5, 0.3});
  for (int i = 0; i < 20; ++i) job(100);
  expect_equal_contents();
}

TEST_F(BusBurstTest, TheStatusOfABurstIsItsWorstResponse) {
  routed.system.inject_error(config.sram.base + 16, AxiResponse::kSlaveError);
  tlm::tlm_generic_payload payload;
  std::vector<unsigned char> data(4 * kBusBytes);
  BusReadBeats beats{};
  auto* question = new BusBurstExtension;  // the payload deletes it
  question->call = BusBurstExtension::Call::kRead;
  question->burst = {.id = 1, .address = config.sram.base, .beats = 4, .taken = 0};
  question->beats = &beats;
  payload.set_extension(question);
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(config.sram.base);
  payload.set_data_ptr(data.data());
  payload.set_data_length(static_cast<unsigned>(data.size()));
  sc_core::sc_time delay(3, sc_core::SC_NS);
  master.bus->b_transport(payload, delay);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(beats[1].response, AxiResponse::kOkay);
  EXPECT_EQ(beats[2].response, AxiResponse::kSlaveError);
  EXPECT_EQ(delay, sc_core::sc_time(3, sc_core::SC_NS));
  // The payload says the same as the beats.
  const std::span<const std::uint8_t> contents = routed.contents.storage(config.sram.base);
  EXPECT_TRUE(std::equal(data.begin(), data.begin() + 2 * kBusBytes, contents.begin()));
}

TEST(BusBurstExtensionTest, ATargetWithoutTimingMovesTheBytesAndIsRefused) {
  BurstMaster master("master", 4);
  PlainTarget target("target");
  master.bus.bind(target.bus);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  BusReadBeats beats{};
  try {
    master.port.read({.id = 1, .address = 0x20000040, .beats = 3, .taken = 0}, beats);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "The target of master.bus has no burst timing, which an accelerator needs.");
  }
  EXPECT_EQ(target.command, tlm::TLM_READ_COMMAND);
  EXPECT_EQ(target.address, 0x20000040U);
  EXPECT_EQ(target.data.size(), 12U);
  EXPECT_TRUE(target.enables.empty());
}

TEST(BusBurstExtensionTest, AWrittenBeatIsAPlainWriteWithByteEnables) {
  const HwConfig config = small_config();
  BusMemory contents(config);
  MemorySystem memory(contents, config);
  BurstMaster master("master", 8);
  BusPortTarget known("known", memory, 8);
  master.bus.bind(known.bursts);
  BurstMaster other("other", 4);
  PlainTarget plain("plain");
  other.bus.bind(plain.bus);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  master.port.start_job();
  master.port.write({.id = 0, .address = config.sram.base, .beats = 1, .taken = 0});
  BusResponse response{};
  EXPECT_TRUE(master.port.write_beat(1, {1, 2, 3, 4, 5, 6, 7, 8}, 0b10000010, response));
  EXPECT_EQ(contents.read(config.sram.base, 8), (std::vector<std::uint8_t>{0, 2, 0, 0, 0, 0, 0, 8}));
  EXPECT_THROW(other.port.write({.id = 0, .address = config.sram.base, .beats = 2, .taken = 0}), Error);
}

}  // namespace
}  // namespace systolite::test

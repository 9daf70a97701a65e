// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/hardware.h"

#include <algorithm>
#include <bit>
#include <string>

namespace systolite::lockstep {
namespace {

constexpr int kMaxCells = 144;  // compiling time grows with the array
constexpr std::uint32_t kRegionBytes = 128 * 1024;
constexpr int kMaxBanks = 8;       // of a memory region
constexpr double kMostHeld = 0.9;  // of the cycles of a bank

// Evenly over the exponent; both limits are powers of two.
int power_of_two(Random& random, int low, int high) {
  const auto exponent = [](int value) { return std::countr_zero(static_cast<unsigned>(value)); };
  return 1 << random.number(exponent(low), exponent(high));
}

int latency(Random& random) {
  if (random.chance(60)) return random.number(1, 8);
  return random.chance(90) ? random.number(9, 60) : random.number(61, 300);
}

int cycles_per_beat(Random& random) {
  if (random.chance(65)) return 1;
  return random.chance(90) ? random.number(2, 5) : random.number(6, 20);
}

// Of the cycles, held by all entries of the same bank.
double held_share(const HwConfig& hw, const CpuTraffic& bank) {
  double share = 0;
  for (const CpuTraffic& entry : hw.cpu_traffic) {
    if (entry.region == bank.region && entry.bank == bank.bank)
      share += static_cast<double>(entry.busy_cycles) / entry.period_cycles;
  }
  return share;
}

// A CPU that holds some banks of the memories now and then.
void draw_cpu_traffic(HwConfig& hw, Random& random) {
  hw.flash.banks = power_of_two(random, 1, kMaxBanks);
  hw.sram.banks = power_of_two(random, 1, kMaxBanks);
  const int count = random.number(1, 3);
  for (int i = 0; i < count; ++i) {
    const RegionId region = random.chance(50) ? RegionId::kFlash : RegionId::kSram;
    const int period = random.chance(70) ? random.number(2, 12) : random.number(13, 300);
    hw.cpu_traffic.push_back({.region = region,
                              .bank = random.number(0, hw.region(region).banks - 1),
                              .offset_cycles = random.number(0, 2 * period),
                              .period_cycles = period,
                              .busy_cycles = random.number(1, period - 1)});
    // Entries of one bank must leave it free now and then.
    if (held_share(hw, hw.cpu_traffic.back()) > kMostHeld) hw.cpu_traffic.pop_back();
  }
}

// From a generator of its own: the other parameters of a seed do not depend on it.
void draw_dataflow(ArrayConfig& array, std::uint64_t seed) {
  Random random(seed ^ 0xDA7AF10DA7AF10ULL);
  array.weight_stationary = true;
  if (random.chance(50)) return;
  array.output_stationary = true;
  array.weight_stationary = random.chance(60);
  if (!array.weight_stationary) array.depthwise_unit = false;
}

}  // namespace

HwConfig draw_hardware(std::uint64_t seed) {
  Random random(seed);
  HwConfig hw{};
  hw.name = "random_" + std::to_string(seed);
  hw.file = hw.name;
  hw.clock_mhz = 100;
  do {
    hw.array.rows = random.one_of({4, 4, 5, 6, 7, 8, 9, 12, 16});
    hw.array.cols = random.one_of({4, 5, 6, 7, 8, 8, 9, 12, 16});
  } while (hw.array.rows * hw.array.cols > kMaxCells);
  hw.array.depthwise_unit = random.chance(75);
  draw_dataflow(hw.array, seed);
  hw.requant_lanes = power_of_two(random, 1, static_cast<int>(std::bit_floor(static_cast<unsigned>(hw.array.cols))));
  hw.dma.bus_bits = random.one_of({32, 64, 128});
  hw.dma.burst_beats = random.one_of({1, 2, 3, 4, 6, 7, 8, 11, 16, 16, 16});
  hw.dma.outstanding_reads = random.number(1, 8);
  hw.scratchpad_banks = random.one_of({2, 4, 4, 8, 8, 16});
  const int least = std::max(2 * hw.spm_word_bytes() * hw.scratchpad_banks, 4096);
  hw.scratchpad_bytes = power_of_two(random, least, std::max(least, 16384));
  hw.weight_buffer_bytes = power_of_two(random, 1024, 4096);
  hw.accumulator_bytes = 2 * 4 * hw.array.cols * power_of_two(random, 8, 64);
  hw.param_channels = power_of_two(random, 64, 256);
  hw.queue_depth = random.one_of({1, 1, 2, 2, 3, 4, 5, 8, 16});
  const MemoryRegion region{
      .base = 0, .bytes = kRegionBytes, .read_latency_cycles = 1, .write_latency_cycles = 1, .cycles_per_beat = 1};
  hw.flash = region;
  hw.flash.base = 0x08000000;
  hw.sram = region;
  hw.sram.base = 0x20000000;
  return hw;
}

void draw_memory_timing(HwConfig& hw, Random& random) {
  // As fast as possible now and then: everything the memory hides is then in the open.
  const bool fast = random.chance(25);
  for (MemoryRegion* region : {&hw.flash, &hw.sram}) {
    region->read_latency_cycles = fast ? 1 : latency(random);
    region->write_latency_cycles = fast || region == &hw.flash ? 1 : latency(random);
    region->cycles_per_beat = fast ? 1 : cycles_per_beat(random);
  }
  if (random.chance(35)) draw_cpu_traffic(hw, random);
}

}  // namespace systolite::lockstep

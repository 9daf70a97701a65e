// SPDX-License-Identifier: Apache-2.0
// What an event costs on an array of 16 x 16 behind a 64-bit bus, worked out by hand from a table of round numbers.
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/energy/energy.h"

namespace systolite::energy {
namespace {

constexpr Figure exactly(double value) { return {.value = value, .low = value, .high = value}; }

// Memories of every size and width: 1 pJ to read a word, 2 to write it, three times that with two ports.
EnergyTable round_table() {
  EnergyTable table;
  constexpr std::int64_t kWider = 1 << 20;
  table.sram = SramModel({{.word_bits = kWider,
                           .bytes = 1 << 30,
                           .figures = {.read_pj = exactly(1), .write_pj = exactly(2), .leakage_uw = {}}}});
  table.sram_two_port = exactly(3);
  table.logic.flop_data = exactly(0.25);
  table.logic.adder = exactly(0.5);
  table.logic.lane_load = exactly(5);
  table.logic.lane_multiply = exactly(11);
  table.logic.command = exactly(13);
  table.logic.flash_byte = exactly(17);
  table.logic.external_byte = exactly(19);
  table.logic.bus_byte = exactly(23);
  table.logic.mac_dense = exactly(29);
  table.logic.mac_depthwise = exactly(31);
  table.logic.flop_clock = exactly(37);
  table.logic.flop_clock_parked = exactly(41);
  table.logic.clock_tree = exactly(43);
  table.logic.gate_leakage = exactly(47);
  return table;
}

TEST(EventCostTest, EventsCostWhatTheirPartsDo) {
  const HwConfig hw =
      load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs" / "hw" / "base_16x16.yaml");
  // 2 flip-flops a PE, 100 around them, 5,000 gates.
  const LogicSize size{.pe_flip_flops = exactly(2), .other_flip_flops = exactly(100), .kge = exactly(5)};
  const EventCosts costs = EnergyModel(round_table(), hw, size).costs_pj();
  const auto expect = [&](Event event, double pj) {
    EXPECT_DOUBLE_EQ(costs[static_cast<std::size_t>(event)].value, pj) << name(event);
  };
  expect(Event::kMacDense, 29);
  expect(Event::kMacDepthwise, 31);
  // Row i of 16 passes i registers: 120 in all.
  expect(Event::kVectorDense, 0.25 * 8 * 120);
  expect(Event::kWeightRow, 0.25 * 8 * 120);
  expect(Event::kVectorDepthwise, 0.25 * 8 * 120 + 0.25 * 8 * 16 * 2 / 3);
  expect(Event::kWeightTile, 0.25 * 2 * 8 * 256);
  expect(Event::kAccReadMatrix, 3);
  expect(Event::kAccReadVector, 3);
  // Sums of 16 products of 16 bits have 20 bits; they are de-skewed, then added to what is there.
  expect(Event::kAccWrite, 6 + 0.5 * 16 + 0.25 * 20 * 120);
  for (const Event event : {Event::kSpmReadMatrix, Event::kSpmReadVector, Event::kSpmReadStore, Event::kWbufRead})
    expect(event, 3);
  for (const Event event : {Event::kSpmWriteVector, Event::kSpmWriteLoad, Event::kWbufWrite, Event::kBiasWrite,
                            Event::kMultWrite, Event::kShiftWrite})
    expect(event, 6);
  expect(Event::kTableRead, 3 * 3);  // bias, multiplier, shift
  expect(Event::kLaneLoad, 5);
  expect(Event::kLaneMultiply, 11);
  expect(Event::kCommand, 13);
  // A byte of a bus word of eight.
  expect(Event::kSramRead, 1.0 / 8);
  expect(Event::kSramWrite, 2.0 / 8);
  expect(Event::kFlashRead, 17);
  expect(Event::kExternalRead, 19);
  expect(Event::kBusRead, 23);
  expect(Event::kPeBusy, 37 * 2);
  expect(Event::kPeParked, 41 * 2);
  expect(Event::kClock, 37 * 100 + 43 * (100 + 2 * 256));
  // 47 nW of each gate over a cycle of 5 ns; the memories of this table do not leak.
  ASSERT_EQ(hw.clock_mhz, 200);
  expect(Event::kLeakage, 47e-9 * 5000 * 5e-9 * 1e12);
}

}  // namespace
}  // namespace systolite::energy

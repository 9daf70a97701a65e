// SPDX-License-Identifier: Apache-2.0
// The tables that the mapper writes hold, once loaded, exactly the values they were made of.
#include "mapper/lower/table_image.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/mapper/graph_builder.h"
#include "tests/mapper/loaded_slots.h"

namespace systolite {
namespace {

using isa::BiasForm;
using isa::ScaleForm;

constexpr std::int32_t kLeastMultiplier = 1 << 30;
constexpr std::int32_t kMostMultiplier = std::numeric_limits<std::int32_t>::max();
constexpr int kSlots = 64;

HwConfig hardware(int bus_bits) {
  HwConfig hw = test::config();
  hw.dma.bus_bits = bus_bits;
  hw.param_channels = 128;
  return hw;
}

// Packs, loads, and compares all slots.
void expect_identity(const std::vector<std::int32_t>& bias, const std::vector<QuantizedMultiplier>& scale) {
  for (const int bus_bits : {32, 64, 128}) {
    const HwConfig hw = hardware(bus_bits);
    const TableForm form = shortest_form(bias, scale);
    const auto image = table_image(form, bias, scale, hw.dma.bus_bytes());
    const TablePart part{0, 0, 0, static_cast<std::uint32_t>(image.size()), form};
    const SlotValues slots = loaded_slots(part, image, hw);
    const std::size_t scales = form.scale == ScaleForm::kTensor ? 1 : bias.size();
    for (std::size_t i = 0; i < slots.bias.size(); ++i) {
      SCOPED_TRACE("slot " + std::to_string(i) + ", bus of " + std::to_string(bus_bits) + " bits");
      ASSERT_EQ(slots.bias[i], i < bias.size() ? bias[i] : -1);
      const QuantizedMultiplier& q = scale[scale.size() == 1 ? 0 : i % scale.size()];
      ASSERT_EQ(slots.mult[i], i < scales ? q.multiplier : -1);
      ASSERT_EQ(slots.shift[i], i < scales ? q.shift : -1);
    }
  }
}

std::vector<std::int32_t> biases(std::initializer_list<std::int32_t> some) {
  std::vector<std::int32_t> all(some);
  all.resize(kSlots);
  return all;
}

std::vector<QuantizedMultiplier> scales(std::initializer_list<QuantizedMultiplier> some) {
  std::vector<QuantizedMultiplier> all(some);
  all.resize(kSlots, all.back());
  return all;
}

TEST(TableImageTest, BiasesTakeTheFewestBitsThatHoldThem) {
  const auto scale = scales({{kLeastMultiplier, -5}});
  const auto form_of = [&](std::int32_t value) {
    const auto bias = biases({0, value});
    expect_identity(bias, scale);
    return shortest_form(bias, scale).bias;
  };
  EXPECT_EQ(form_of(32767), BiasForm::kBits16);
  EXPECT_EQ(form_of(-32768), BiasForm::kBits16);
  EXPECT_EQ(form_of(32768), BiasForm::kBits24);
  EXPECT_EQ(form_of(-32769), BiasForm::kBits24);
  EXPECT_EQ(form_of(0x7FFFFF), BiasForm::kBits24);
  EXPECT_EQ(form_of(-0x800000), BiasForm::kBits24);
  EXPECT_EQ(form_of(0x800000), BiasForm::kBits32);
  EXPECT_EQ(form_of(-0x800001), BiasForm::kBits32);
  EXPECT_EQ(form_of(std::numeric_limits<std::int32_t>::max()), BiasForm::kBits32);
  EXPECT_EQ(form_of(std::numeric_limits<std::int32_t>::min()), BiasForm::kBits32);
}

TEST(TableImageTest, ScalesArePackedWhereFourNeighbouringShiftsDo) {
  const auto bias = biases({1, -2, 3});
  const auto form_of = [&](std::initializer_list<QuantizedMultiplier> some) {
    expect_identity(bias, scales(some));
    return shortest_form(bias, scales(some)).scale;
  };
  EXPECT_EQ(form_of({{kLeastMultiplier, -9}, {kMostMultiplier, -6}}), ScaleForm::kPacked);
  EXPECT_EQ(form_of({{kLeastMultiplier, -10}, {kMostMultiplier, -6}}), ScaleForm::kFull);
  EXPECT_EQ(form_of({{kLeastMultiplier, -31}, {kMostMultiplier, -28}}), ScaleForm::kPacked);
  EXPECT_EQ(form_of({{kLeastMultiplier, 27}, {kMostMultiplier, 30}}), ScaleForm::kPacked);
  EXPECT_EQ(form_of({{kLeastMultiplier, 30}, {kMostMultiplier, 30}}), ScaleForm::kPacked);
  EXPECT_EQ(form_of({{kLeastMultiplier, -31}, {kMostMultiplier, 30}}), ScaleForm::kFull);
  EXPECT_EQ(form_of({{0, 0}, {kMostMultiplier, 0}}), ScaleForm::kFull);
  EXPECT_EQ(form_of({{kLeastMultiplier - 1, -3}, {kMostMultiplier, -3}}), ScaleForm::kFull);
}

TEST(TableImageTest, OneScaleForAllTakesOneWord) {
  const auto bias = biases({-70000});
  for (const int shift : {-31, -30, 0, 27, 28, 30}) {
    const std::vector<QuantizedMultiplier> scale{{0x5A5A5A5A, shift}};
    EXPECT_EQ(shortest_form(bias, scale).scale, ScaleForm::kTensor);
    expect_identity(bias, scale);
  }
  const std::vector<QuantizedMultiplier> zero{{0, 0}};
  EXPECT_EQ(shortest_form(bias, zero).scale, ScaleForm::kFull);
  expect_identity(bias, zero);
}

TEST(TableImageTest, RandomValuesComeBack) {
  std::mt19937_64 random(5);
  const auto from = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  int packed = 0, full = 0;
  for (int round = 0; round < 300; ++round) {
    const std::int64_t bias_bits = from(1, 32);
    const std::int64_t low_shift = from(-31, 30);
    const std::int64_t span = from(0, 5);
    std::vector<std::int32_t> bias;
    std::vector<QuantizedMultiplier> scale;
    for (int i = 0; i < kSlots; ++i) {
      const std::int64_t limit = std::int64_t{1} << (bias_bits - 1);
      bias.push_back(static_cast<std::int32_t>(from(-limit, limit - 1)));
      scale.push_back({static_cast<std::int32_t>(from(kLeastMultiplier, kMostMultiplier)),
                       static_cast<int>(std::min<std::int64_t>(30, low_shift + from(0, span)))});
    }
    if (from(0, 9) == 0) scale[static_cast<std::size_t>(from(0, kSlots - 1))].multiplier = 0;
    if (from(0, 4) == 0) scale.resize(1);
    expect_identity(bias, scale);
    if (HasFatalFailure()) return;
    (shortest_form(bias, scale).scale == ScaleForm::kFull ? full : packed)++;
  }
  EXPECT_GT(packed, 50);
  EXPECT_GT(full, 50);
}

TEST(TableImageTest, SizesAreTheStatedOnes) {
  const auto bias = biases({0});
  const auto size = [&](const TableForm& form, std::size_t count) {
    const std::vector<QuantizedMultiplier> scale(count, {kLeastMultiplier, 0});
    return table_image(form, bias, scale, 8).size();
  };
  EXPECT_EQ(size({ScaleForm::kPacked, BiasForm::kBits16, 0}, kSlots), 6U * kSlots);
  EXPECT_EQ(size({ScaleForm::kPacked, BiasForm::kBits24, 0}, kSlots), 7U * kSlots);
  EXPECT_EQ(size({ScaleForm::kFull, BiasForm::kBits32, 0}, kSlots), 9U * kSlots);
  EXPECT_EQ(size({ScaleForm::kTensor, BiasForm::kBits16, 0}, 1), 8U + 2U * kSlots);
}

}  // namespace
}  // namespace systolite

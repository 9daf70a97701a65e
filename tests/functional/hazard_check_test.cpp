// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/hazard_check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/functional/hand_program.h"

namespace systolite::testing {
namespace {

std::string list(const std::vector<Hazard>& hazards) {
  std::string text;
  for (const Hazard& hazard : hazards) text += std::string(name(hazard.kind)) + ": " + hazard.text + "\n";
  return text;
}

std::vector<Hazard> check(std::vector<isa::Command> program) {
  program.push_back(encode(isa::End{}));
  return check_hazards(configuration("small_8x8"), program);
}

void expect_one(const std::vector<Hazard>& hazards, HazardKind kind, std::size_t first, std::size_t second) {
  ASSERT_EQ(hazards.size(), 1U) << list(hazards);
  EXPECT_EQ(hazards[0].kind, kind) << list(hazards);
  EXPECT_EQ(hazards[0].first, first);
  EXPECT_EQ(hazards[0].second, second);
}

isa::Command load(std::int64_t to, std::int64_t bytes, std::uint32_t wait = 0, std::uint32_t signal = 0) {
  return encode(isa::Ld{.mem_addr = kInput, .dst = to, .row_bytes = bytes, .rows = 1, .wait = wait, .signal = signal});
}
isa::Command store(std::int64_t from, std::int64_t bytes, std::uint32_t wait = 0, std::uint32_t signal = 0) {
  return encode(
      isa::St{.mem_addr = kOutput, .src = from, .row_bytes = bytes, .rows = 1, .wait = wait, .signal = signal});
}

TEST(HazardCheckTest, AcceptsCorrectPrograms) {
  SmallDevice device;
  for (const bool depthwise : {false, true}) {
    const ConvLayer layer = make_layer(depthwise, {6, 7, 8}, 8, {3, 3});
    const std::vector<Hazard> hazards = check_hazards(device.hw, conv_program(device, layer));
    EXPECT_TRUE(hazards.empty()) << list(hazards);
  }
}

TEST(HazardCheckTest, ReadAfterWrite) {
  const std::vector<Hazard> hazards = check({load(0, 64), store(63, 4)});
  expect_one(hazards, HazardKind::kReadAfterWrite, 0, 1);
  EXPECT_NE(hazards[0].text.find("#1 (st"), std::string::npos) << hazards[0].text;
  EXPECT_NE(hazards[0].text.find("scratchpad bytes 0x3F to 0x3F"), std::string::npos) << hazards[0].text;
  EXPECT_NE(hazards[0].text.find("#0 (ld"), std::string::npos) << hazards[0].text;
}

TEST(HazardCheckTest, TokenOrdersAccesses) {
  EXPECT_TRUE(check({load(0, 64, 0, kSt), store(0, 64, kLd)}).empty());
  EXPECT_TRUE(check({load(0, 64), store(64, 64)}).empty());
}

TEST(HazardCheckTest, WriteAfterRead) {
  expect_one(check({store(0, 8), load(4, 8)}), HazardKind::kWriteAfterRead, 0, 1);
}

TEST(HazardCheckTest, WriteAfterWrite) {
  const std::vector<isa::Command> program{load(0, 8), encode(isa::VecCfgOut{}), encode(isa::VecCfgIn{.base = 0x4000}),
                                          encode(isa::Pool{.nch = 1})};
  expect_one(check(program), HazardKind::kWriteAfterWrite, 0, 3);
}

TEST(HazardCheckTest, SystemMemoryCounts) {
  const std::vector<isa::Command> program{
      encode(isa::St{.mem_addr = kInput + 4, .src = 0x2000, .row_bytes = 4, .rows = 1}), load(0, 8)};
  expect_one(check(program), HazardKind::kReadAfterWrite, 0, 1);
}

// Order passes through an engine that does nothing with the data.
TEST(HazardCheckTest, OrderIsTransitive) {
  EXPECT_TRUE(
      check({load(0, 8, 0, kVec), encode(isa::VecCfgOut{.wait = kLd, .signal = kSt}), store(0, 8, kVec)}).empty());
  // A later command of the waiting engine is ordered too, an earlier one is not.
  EXPECT_TRUE(check({load(0, 8, 0, kSt), encode(isa::StCfg{.wait = kLd}), store(0, 8)}).empty());
  expect_one(check({load(0, 8, 0, kSt), store(0, 8), encode(isa::StCfg{.wait = kLd})}), HazardKind::kReadAfterWrite, 0,
             1);
}

TEST(HazardCheckTest, EachTokenIsTheOneOfItsNumber) {
  // The store's wait takes the token of the first load, so the second load is not ordered.
  expect_one(
      check({load(0, 8, 0, kSt), load(0x2000, 8, 0, kSt), store(0x2000, 8, kLd), encode(isa::StCfg{.wait = kLd})}),
      HazardKind::kReadAfterWrite, 1, 2);
  EXPECT_TRUE(
      check({load(0, 8, 0, kSt), load(0x2000, 8, 0, kSt), encode(isa::StCfg{.wait = kLd}), store(0x2000, 8, kLd)})
          .empty());
}

TEST(HazardCheckTest, StartOfAnEarlierCommandIsNotItsEnd) {
  // vec's second command may start while the first still writes; only the first one's completion would tell st.
  const std::vector<isa::Command> program{encode(isa::VecCfgOut{}), encode(isa::VecCfgIn{.base = 0x4000}),
                                          encode(isa::Pool{.nch = 1}),
                                          encode(isa::VecCfgIn{.base = 0x4000, .signal = kSt}), store(0, 1, kVec)};
  EXPECT_TRUE(check(program).empty());  // completion is in order
  std::vector<isa::Command> early = program;
  std::swap(early[2], early[3]);
  expect_one(check(early), HazardKind::kReadAfterWrite, 3, 4);
}

TEST(HazardCheckTest, HolesBetweenPixelsDoNotOverlap) {
  // Channels 0 to 3 and 4 to 7 of the same pixels.
  const std::vector<isa::Command> program{
      encode(isa::VecCfgOut{.pix_bytes = 8}), encode(isa::VecCfgIn{.base = 0x4000, .pix_bytes = 8}),
      encode(isa::Pool{.ncols = 4, .nch = 4}), encode(isa::LdCfg{.mem_stride = 4, .pitch = 8}),
      encode(isa::Ld{.mem_addr = kInput, .dst = 4, .row_bytes = 4, .rows = 4})};
  const std::vector<Hazard> hazards = check(program);
  expect_one(hazards, HazardKind::kBankConflict, 2, 4);  // both write bank 0
}

TEST(HazardCheckTest, ReadersOfOneBank) {
  const std::vector<isa::Command> program{encode(isa::VecCfgOut{.base = 0x8000}), encode(isa::VecCfgIn{.base = 0}),
                                          encode(isa::Pool{.nch = 1}), store(0x100, 4)};
  const std::vector<Hazard> hazards = check(program);
  expect_one(hazards, HazardKind::kBankConflict, 2, 3);
  EXPECT_NE(hazards[0].text.find("read scratchpad bank 0 "), std::string::npos) << hazards[0].text;
}

TEST(HazardCheckTest, AccumulatorBankIsNotShared) {
  const auto found = [](std::int64_t acc) {
    SmallDevice device;
    std::vector<isa::Command> program = conv_program(device, make_layer(false, {4, 4, 8}, 8, {1, 1}));
    program.pop_back();
    // A second block in other entries, which nothing orders against the first one's requantisation.
    program.push_back(encode(isa::Wl{.outer = 1, .len = 8, .tile_rows = 8, .nt = 8}));
    program.push_back(encode(isa::Mm{.acc = acc, .nky = 1, .len = 8}));
    const std::vector<Hazard> hazards = check(program);
    return std::any_of(hazards.begin(), hazards.end(),
                       [](const Hazard& h) { return h.kind == HazardKind::kAccumulatorBank; });
  };
  const std::int64_t bank = SmallDevice().hw.acc_bank_entries();
  EXPECT_TRUE(found(bank - 1));
  EXPECT_FALSE(found(bank));
}

TEST(HazardCheckTest, WeightTilesOrderTheirLoads) {
  // mm has taken the only tile when it completes, so its token is enough to overwrite the weights.
  SmallDevice device;
  std::vector<isa::Command> program = conv_program(device, make_layer(false, {4, 4, 8}, 8, {1, 1}));
  program.pop_back();
  program.insert(program.end(), {encode(isa::LdCfg{.wait = kVec}),
                                 encode(isa::Ld{.mem_addr = kWeights, .space = 1, .row_bytes = 64, .rows = 1})});
  for (isa::Command& command : program) {
    if (opcode_of(command) == isa::Opcode::kRequant) command.w[0] |= kLd << 10;
  }
  const std::vector<Hazard> hazards = check(program);
  EXPECT_TRUE(hazards.empty()) << list(hazards);
}

TEST(HazardCheckTest, AddMayReplaceItsOperandButNotShiftIt) {
  const auto add = [](std::int64_t in, std::int64_t out) {
    std::vector<isa::Command> program{encode(isa::VecCfgOut{})};
    for (int slot = 0; slot < 3; ++slot) program.push_back(encode(isa::VecCfgScale{.slot = slot}));
    program.push_back(encode(isa::Add{.in1 = in, .in2 = 0x4000, .out = out, .len = 64}));
    return program;
  };
  EXPECT_TRUE(check(add(0, 0)).empty());
  EXPECT_TRUE(check(add(8, 0)).empty());
  expect_one(check(add(0, 8)), HazardKind::kInPlace, 4, 4);
}

TEST(HazardCheckTest, UnsetConfiguration) {
  expect_one(check({encode(isa::Ld{.mem_addr = kInput, .row_bytes = 4, .rows = 2})}), HazardKind::kConfiguration, 0, 0);
  expect_one(check({encode(isa::VecCfgOut{.base = 0x8000}), encode(isa::Pool{})}), HazardKind::kConfiguration, 1, 1);
}

TEST(HazardCheckTest, WaitForALaterCommand) {
  expect_one(check({encode(isa::StCfg{.wait = kLd}), encode(isa::LdCfg{.signal = kSt})}), HazardKind::kTokens, 0, 1);
}

// 300 tokens, but each is waited for right behind its signal: at most st's queue and the newest one are not taken.
TEST(HazardCheckTest, QueueBoundsTokenCount) {
  std::vector<isa::Command> program;
  for (int i = 0; i < 300; ++i) {
    program.push_back(encode(isa::LdCfg{.signal = kSt}));
    program.push_back(encode(isa::StCfg{.wait = kLd}));
  }
  EXPECT_TRUE(check(program).empty());
}

TEST(HazardCheckTest, DepthwiseBusesMeetWithoutInterleave) {
  SmallDevice device;
  ConvOptions options;
  options.buses = 2;
  const ConvLayer layer = make_layer(true, {6, 6, 8}, 8, {3, 3});
  const std::vector<Hazard> hazards = check_hazards(device.hw, conv_program(device, layer, options));
  expect_one(hazards, HazardKind::kBusConflict, 7, 7);
  options.interleave = 1;
  EXPECT_TRUE(check_hazards(device.hw, conv_program(device, layer, options)).empty());
}

TEST(HazardCheckTest, DilationDecidesWhichRowsMeet) {
  SmallDevice device;
  ConvOptions options;
  options.buses = 2;
  options.interleave = 1;
  const ConvLayer layer = make_layer(true, {9, 6, 8}, 8, {3, 3, 1, 1, 2, 1});
  const std::vector<Hazard> hazards = check_hazards(device.hw, conv_program(device, layer, options));
  expect_one(hazards, HazardKind::kBusConflict, 7, 7);
  options.interleave = 2;
  EXPECT_TRUE(check_hazards(device.hw, conv_program(device, layer, options)).empty());
}

}  // namespace
}  // namespace systolite::testing

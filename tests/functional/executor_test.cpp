// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/executor.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/functional/hand_program.h"
#include "tests/reference/fixed_point.h"

namespace systolite::testing {
namespace {

using reference::Bytes;
using reference::RoundingMode;
using reference::Window;

Bytes run(SmallDevice& device, const ConvLayer& layer, const ConvOptions& options = {}) {
  device.executor.run(conv_program(device, layer, options));
  return device.read(kOutput, static_cast<std::size_t>(layer.out.elements()));
}

TEST(ExecutorTest, LoadAndStoreRotateRowsThroughBanks) {
  SmallDevice device;
  Bytes data(40);
  std::iota(data.begin(), data.end(), std::int8_t{0});
  device.write(kInput, data);
  const std::vector<isa::Command> program{
      encode(isa::LdCfg{.mem_stride = 8, .pitch = 16, .interleave = 1}),
      encode(isa::Ld{.mem_addr = kInput, .dst = 4, .row_bytes = 5, .rows = 5, .y0 = 1, .signal = kSt}),
      encode(isa::StCfg{.mem_stride = 10, .pitch = 16, .interleave = 1}),
      encode(isa::St{.mem_addr = kOutput, .src = 4, .row_bytes = 5, .rows = 4, .y0 = 2, .wait = kLd}),
      encode(isa::End{})};
  device.executor.run(program);
  // View row 1 is the first of the second bank, row 2 the second of the first one.
  EXPECT_EQ(device.executor.local().spm.at(device.hw.bank_bytes() + 4), 0);
  EXPECT_EQ(device.executor.local().spm.at(4 + 16), 8);
  EXPECT_EQ(device.executor.local().spm.at(device.hw.bank_bytes() + 4 + 16), 16);
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(device.read(kOutput + static_cast<std::uint32_t>(10 * row), 1)[0],
              static_cast<std::int8_t>(8 * (row + 1)));
  }
}

struct DenseCase {
  reference::Size in;
  int filters;
  Window window;
};

class DenseTest : public ::testing::TestWithParam<DenseCase> {};

TEST_P(DenseTest, EqualsReference) {
  const ConvLayer layer = make_layer(false, GetParam().in, GetParam().filters, GetParam().window);
  for (const RoundingMode mode : {RoundingMode::kTwice, RoundingMode::kOnce}) {
    for (const int interleave : {0, 1, 2}) {
      SmallDevice device;
      ConvOptions options;
      options.mode = mode;
      options.interleave = interleave;
      EXPECT_EQ(run(device, layer, options), layer.expected(mode)) << "interleave " << interleave;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, DenseTest,
                         ::testing::Values(DenseCase{{6, 7, 3}, 5, {3, 3}}, DenseCase{{5, 5, 16}, 8, {1, 1}},
                                           DenseCase{{9, 8, 4}, 8, {5, 3, 2, 3}},
                                           DenseCase{{1, 40, 2}, 7, {1, 10, 1, 1}},
                                           DenseCase{{8, 9, 3}, 4, {3, 3, 1, 1, 2, 3}},
                                           DenseCase{{7, 7, 9}, 8, {2, 2, 2, 2, 1, 2}},
                                           DenseCase{{1, 1, 200}, 8, {1, 1}}));

TEST_P(DenseTest, OutputStationaryEqualsReference) {
  const ConvLayer layer = make_layer(false, GetParam().in, GetParam().filters, GetParam().window);
  for (const int interleave : {0, 2}) {
    SmallDevice device(true);
    ConvOptions options;
    options.output = true;
    options.interleave = interleave;
    EXPECT_EQ(run(device, layer, options), layer.expected(RoundingMode::kTwice)) << "interleave " << interleave;
  }
}

TEST(ExecutorTest, SecondOutputStationaryCommandAddsToTheFirst) {
  const ConvLayer layer = make_layer(false, {6, 6, 8}, 8, {3, 3});
  ConvOptions options;
  options.output = true;
  options.split_kernel = true;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SmallDevice device(true);
    device.executor.run_reordered(conv_program(device, layer, options), seed);
    EXPECT_EQ(device.read(kOutput, static_cast<std::size_t>(layer.out.elements())),
              layer.expected(RoundingMode::kTwice))
        << seed;
  }
}

TEST(ExecutorTest, SecondCommandAddsToTheFirst) {
  const ConvLayer layer = make_layer(false, {6, 6, 8}, 8, {3, 3});
  SmallDevice device;
  ConvOptions options;
  options.split_kernel = true;
  EXPECT_EQ(run(device, layer, options), layer.expected(RoundingMode::kTwice));
}

TEST(ExecutorTest, PerTensorScaleIsThatOfTheFirstSlot) {
  ConvLayer layer = make_layer(false, {4, 4, 8}, 8, {1, 1});
  SmallDevice device;
  ConvOptions options;
  options.per_tensor = true;
  const Bytes result = run(device, layer, options);
  layer.weights.scales.assign(8, layer.weights.scales[0]);
  EXPECT_EQ(result, layer.expected(RoundingMode::kTwice));
}

struct DepthwiseCase {
  reference::Size in;
  Window window;
  int buses;
  int overlap = 0;
};

class DepthwiseTest : public ::testing::TestWithParam<DepthwiseCase> {};

TEST_P(DepthwiseTest, EqualsReference) {
  const ConvLayer layer = make_layer(true, GetParam().in, GetParam().in.channels, GetParam().window);
  for (const RoundingMode mode : {RoundingMode::kTwice, RoundingMode::kOnce}) {
    SmallDevice device;
    ConvOptions options;
    options.mode = mode;
    options.interleave = 2;
    options.buses = GetParam().buses;
    options.overlap = GetParam().overlap;
    EXPECT_EQ(run(device, layer, options), layer.expected(mode));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, DepthwiseTest,
                         ::testing::Values(DepthwiseCase{{6, 7, 8}, {3, 3}, 1}, DepthwiseCase{{6, 7, 8}, {3, 3}, 2},
                                           DepthwiseCase{{9, 9, 5}, {3, 2, 2, 2}, 3},
                                           DepthwiseCase{{8, 5, 7}, {5, 1}, 3},
                                           DepthwiseCase{{7, 30, 8}, {1, 8, 1, 2}, 1},
                                           DepthwiseCase{{9, 6, 8}, {3, 2, 1, 1, 2, 1}, 3},
                                           DepthwiseCase{{1, 1, 1}, {3, 2}, 3}));

// Rows share positions that are padding for both.
INSTANTIATE_TEST_SUITE_P(
    RowOverlap, DepthwiseTest,
    ::testing::Values(DepthwiseCase{{6, 7, 8}, {3, 3}, 1, 1}, DepthwiseCase{{6, 7, 8}, {3, 3}, 2, 1},
                      DepthwiseCase{{7, 9, 5}, {3, 3, 2, 2}, 2, 1}, DepthwiseCase{{7, 9, 8}, {3, 5}, 1, 2},
                      DepthwiseCase{{4, 3, 8}, {3, 7}, 1, 3}, DepthwiseCase{{5, 1, 8}, {3, 5}, 1, 2},
                      DepthwiseCase{{1, 6, 8}, {3, 3}, 2, 1}));

TEST(ExecutorTest, CountsMultiplyAccumulates) {
  const ConvLayer layer = make_layer(false, {6, 7, 3}, 5, {3, 3});
  SmallDevice device;
  (void)run(device, layer);
  EXPECT_EQ(device.executor.macs(), 6 * 7 * 5 * 3 * 3 * 3);
}

TEST(ExecutorTest, AddEqualsReference) {
  for (const RoundingMode mode : {RoundingMode::kTwice, RoundingMode::kOnce}) {
    SmallDevice device;
    reference::Operand a{{}, {0.07F, -5}};
    reference::Operand b{{}, {0.31F, 90}};
    for (int i = 0; i < 65536; i += 11) {
      a.values.push_back(static_cast<std::int8_t>(i % 256 - 128));
      b.values.push_back(static_cast<std::int8_t>(i / 256 - 128));
    }
    const reference::Quantised out{0.4F, 3};
    device.write(kInput, a.values);
    device.write(kSecondInput, b.values);
    const auto slot = [mode](int number, double real, int zero_point) {
      const reference::Multiplier by = reference::to_multiplier(real, mode);
      return encode(
          isa::VecCfgScale{.slot = number, .mult = by.mantissa, .shift = by.exponent, .zero_point = zero_point});
    };
    const double twice = 2.0 * static_cast<double>(0.31F);
    const auto bytes = static_cast<std::int64_t>(a.values.size());
    const std::vector<isa::Command> program{
        encode(isa::Ld{.mem_addr = kInput, .dst = kSpmInput, .row_bytes = bytes, .rows = 1}),
        encode(
            isa::Ld{.mem_addr = kSecondInput, .dst = kSpmSecondInput, .row_bytes = bytes, .rows = 1, .signal = kVec}),
        encode(isa::VecCfgOut{
            .zero_point = 3, .act_min = -100, .act_max = 100, .single_rounding = mode == RoundingMode::kOnce ? 1 : 0}),
        slot(0, static_cast<double>(0.07F) / twice, -5),
        slot(1, static_cast<double>(0.31F) / twice, 90),
        slot(2, twice / (1048576.0 * static_cast<double>(0.4F)), 0),
        encode(isa::Add{
            .in1 = kSpmInput, .in2 = kSpmSecondInput, .out = kSpmInput, .len = bytes, .wait = kLd, .signal = kSt}),
        encode(isa::St{.mem_addr = kOutput, .src = kSpmInput, .row_bytes = bytes, .rows = 1, .wait = kVec}),
        encode(isa::End{})};
    device.executor.run(program);
    Bytes expected = reference::add(a, b, out, reference::Limit::kNone, mode);
    for (std::int8_t& value : expected) value = std::clamp<std::int8_t>(value, -100, 100);
    EXPECT_EQ(device.read(kOutput, expected.size()), expected);
  }
}

TEST(ExecutorTest, PoolsEqualReference) {
  const reference::Size in{6, 7, 11};
  const Window window{3, 2, 2, 1};
  const reference::Size out{2, 6, 11};
  SmallDevice device;
  reference::Operand input{{}, {0.1F, 0}};
  for (int i = 0; i < in.elements(); ++i)
    input.values.push_back(static_cast<std::int8_t>((i * 89 + i / 3) % 256 - 128));
  device.write(kInput, input.values);
  for (const bool average : {false, true}) {
    // 43691 / 2^18 is exact for numerators of a window of six.
    const std::vector<isa::Command> program{
        encode(isa::LdCfg{.mem_stride = 77, .pitch = 80, .interleave = 1}),
        encode(isa::Ld{.mem_addr = kInput, .dst = kSpmInput, .row_bytes = 77, .rows = 6, .signal = kVec}),
        encode(isa::VecCfgOut{.base = kSpmOutput, .pitch = 66, .pix_bytes = 11, .act_min = -128, .act_max = 127}),
        encode(isa::VecCfgIn{.base = kSpmInput,
                             .pitch = 80,
                             .interleave = 1,
                             .pix_bytes = 11,
                             .kh = 3,
                             .kw = 2,
                             .stride_y = 2,
                             .stride_x = 1}),
        encode(isa::VecCfgScale{.slot = 3, .mult = 43691, .shift = 18}),
        encode(isa::Pool{
            .nrows = 2, .ncols = 6, .nch = 11, .average = average ? 1 : 0, .half = 3, .wait = kLd, .signal = kSt}),
        encode(isa::St{.mem_addr = kOutput, .src = kSpmOutput, .row_bytes = 132, .rows = 1, .wait = kVec}),
        encode(isa::End{})};
    device.executor.run(program);
    const auto pool = average ? reference::average_pool_2d : reference::max_pool_2d;
    EXPECT_EQ(device.read(kOutput, 132), pool(input, in, window, out, reference::Limit::kNone)) << average;
  }
}

TEST(ExecutorTest, StreamInMemoryGivesTheSameResult) {
  const ConvLayer layer = make_layer(false, {6, 7, 3}, 5, {3, 3});
  SmallDevice device;
  const std::vector<isa::Command> program = conv_program(device, layer);
  device.write(device.hw.flash.base, program);
  device.executor.run_stream(device.hw.flash.base, static_cast<std::uint32_t>(program.size()) * isa::kCommandBytes);
  EXPECT_EQ(device.read(kOutput, static_cast<std::size_t>(layer.out.elements())), layer.expected(RoundingMode::kTwice));
}

TEST(ExecutorTest, EveryOrderThatRespectsTokensGivesTheSameResult) {
  const ConvLayer layer = make_layer(false, {6, 7, 8}, 8, {3, 3});
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SmallDevice device;
    device.executor.run_reordered(conv_program(device, layer), seed);
    ASSERT_EQ(device.read(kOutput, static_cast<std::size_t>(layer.out.elements())),
              layer.expected(RoundingMode::kTwice))
        << seed;
  }
}

// Takes a wait out of one command and the matching signal out of another.
std::vector<isa::Command> without_token(std::vector<isa::Command> program, std::uint32_t from, std::uint32_t to) {
  constexpr int kWaitLsb = 5, kSignalLsb = 10;
  const auto engine_bit = [](const isa::Command& command) { return mask(engine_of(*opcode_of(command))); };
  for (isa::Command& command : program) {
    if (engine_bit(command) == to) command.w[0] &= ~(from << kWaitLsb);
    if (engine_bit(command) == from) command.w[0] &= ~(to << kSignalLsb);
  }
  return program;
}

struct MissingToken {
  std::uint32_t from, to;
};

class MissingTokenTest : public ::testing::TestWithParam<MissingToken> {};

TEST_P(MissingTokenTest, SomeOrderShowsAWrongResult) {
  const ConvLayer layer = make_layer(false, {6, 7, 8}, 8, {3, 3});
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SmallDevice device;
    device.executor.run_reordered(without_token(conv_program(device, layer), GetParam().from, GetParam().to), seed);
    wrong +=
        device.read(kOutput, static_cast<std::size_t>(layer.out.elements())) != layer.expected(RoundingMode::kTwice)
            ? 1
            : 0;
  }
  EXPECT_GT(wrong, 0);
}

// Not among them: the input's token to mm, which the weights' way through wl covers.
INSTANTIATE_TEST_SUITE_P(Tokens, MissingTokenTest,
                         ::testing::Values(MissingToken{kLd, kWl}, MissingToken{kLd, kVec}, MissingToken{kMm, kVec},
                                           MissingToken{kVec, kSt}));

}  // namespace
}  // namespace systolite::testing

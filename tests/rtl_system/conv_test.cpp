// SPDX-License-Identifier: Apache-2.0
// One small convolution through every engine: load, weight load, matrix, requantisation, store.
#include <algorithm>

#include "test_support.h"
#include "tests/reference/full_table.h"

namespace systolite::test {
namespace {

using isa::Engine;

constexpr int kHeight = 6, kWidth = 5, kChannels = 3, kKernel = 3;
constexpr int kOut = kCols < 4 ? kCols : 4;
constexpr std::int8_t kInputZero = -3, kOutputZero = 7;
constexpr int kShift = -6;
constexpr std::int64_t kMultiplier = std::int64_t{3} << 29;

// Double rounding as hw/MICROARCHITECTURE.md states it, for a right shift.
std::int8_t requantised(std::int32_t acc) {
  const std::int64_t h = (acc * kMultiplier + (std::int64_t{1} << 30)) >> 31;
  const std::int64_t low = h & ((1 << -kShift) - 1);
  const std::int64_t r = (h >> -kShift) + (low > ((1 << -kShift) - 1) / 2 + (h < 0 ? 1 : 0) ? 1 : 0);
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(r + kOutputZero, -128, 127));
}

class Convolution : public ::testing::TestWithParam<double> {};

TEST_P(Convolution, AllEnginesTogether) {
  Dut dut;
  dut.bus.set_timing({.read_latency = 3, .write_latency = 2, .stall = GetParam(), .seed = 4});
  std::mt19937_64 random(17);
  const auto byte = [&] { return static_cast<std::int8_t>(random()); };
  std::vector<std::int8_t> input(kHeight * kWidth * kChannels);
  std::vector<std::int8_t> weights(kKernel * kKernel * kChannels * kOut);  // [tap][channel][out]
  std::vector<std::int32_t> bias(static_cast<std::size_t>(kLanes) * ((kOut + kLanes - 1) / kLanes));
  std::ranges::generate(input, byte);
  std::ranges::generate(weights, byte);
  for (auto& b : bias) b = static_cast<std::int32_t>(random() % 4000) - 2000;

  const std::uint32_t input_at = kSource;
  const std::uint32_t weights_at = kSource + 0x1000;
  const std::uint32_t table_at = kSource + 0x2000;
  const auto place = [&](std::uint32_t at, const void* data, std::size_t bytes) {
    std::copy_n(static_cast<const std::uint8_t*>(data), bytes, dut.bus.bytes.begin() + (at - kMemoryBase));
  };
  const std::vector<std::int32_t> mult(bias.size(), static_cast<std::int32_t>(kMultiplier));
  const std::vector<std::int8_t> shift(bias.size(), kShift);
  place(input_at, input.data(), input.size());
  place(weights_at, weights.data(), weights.size());
  const std::vector<std::uint8_t> table = reference::full_table(bias, mult, shift, kBusBytes);
  place(table_at, table.data(), table.size());

  const std::int64_t row_bytes = kWidth * kChannels;
  const std::int64_t len = kKernel * kChannels;  // a kernel row
  const std::int64_t out_base = kBankBytes;      // bank 1
  const auto load = [](std::uint32_t from, isa::Space space, std::int64_t bytes, std::uint32_t signal) {
    return isa::encode(
        isa::Ld{.mem_addr = from, .space = static_cast<std::int64_t>(space), .row_bytes = bytes, .signal = signal});
  };
  std::vector<isa::Command> program = {
      load(weights_at, isa::Space::kWbuf, static_cast<std::int64_t>(weights.size()), mask(Engine::kWl)),
      load(input_at, isa::Space::kSpm, static_cast<std::int64_t>(input.size()), mask(Engine::kMm)),
      isa::encode(isa::Ld{.mem_addr = table_at,
                          .space = static_cast<std::int64_t>(isa::Space::kTable),
                          .row_bytes = static_cast<std::int64_t>(table.size()),
                          .scale = static_cast<std::int64_t>(isa::ScaleForm::kFull),
                          .bias = static_cast<std::int64_t>(isa::BiasForm::kBits32),
                          .signal = mask(Engine::kVec)}),
      isa::encode(
          isa::Wl{.addr = 0, .outer = kKernel, .len = len, .tile_rows = kRows, .nt = kOut, .wait = mask(Engine::kLd)}),
      isa::encode(isa::MmCfgIn{.base = 0,
                               .pitch = row_bytes,
                               .interleave = 0,
                               .row_bytes = row_bytes,
                               .height = kHeight,
                               .pix_bytes = kChannels,
                               .zero_point = kInputZero,
                               .depthwise = 0,
                               .stride_y = 1,
                               .stride_x = 1}),
      isa::encode(isa::MmCfgKernel{.pad_top = 1, .pad_left = 1, .dil_y = 1, .dil_x = 1, .nkx = 1}),
      isa::encode(isa::Mm{.nrows = kHeight,
                          .ncols = kWidth,
                          .acc = 0,
                          .accumulate = 0,
                          .ky0 = 0,
                          .nky = kKernel,
                          .c0 = 0,
                          .len = len,
                          .wait = mask(Engine::kLd),
                          .signal = mask(Engine::kVec)}),
      isa::encode(isa::VecCfgOut{.base = out_base,
                                 .pitch = kWidth * kOut,
                                 .interleave = 0,
                                 .pix_bytes = kOut,
                                 .zero_point = kOutputZero,
                                 .act_min = -128,
                                 .act_max = 127,
                                 .wait = mask(Engine::kLd)}),
      isa::encode(isa::Requant{.nrows = kHeight,
                               .ncols = kWidth,
                               .acc = 0,
                               .c0 = 0,
                               .nch = kOut,
                               .bias_word = 0,
                               .scale_word = 0,
                               .wait = mask(Engine::kMm),
                               .signal = mask(Engine::kSt)}),
      isa::encode(isa::St{
          .mem_addr = kTarget + 5, .src = out_base, .row_bytes = kHeight * kWidth * kOut, .wait = mask(Engine::kVec)}),
      isa::encode(isa::End{})};
  expect_done(dut, dut.run(program));

  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int o = 0; o < kOut; ++o) {
        std::int32_t sum = bias[static_cast<std::size_t>(o)];
        for (int ky = 0; ky < kKernel; ++ky) {
          for (int kx = 0; kx < kKernel; ++kx) {
            for (int c = 0; c < kChannels; ++c) {
              const int iy = y + ky - 1;
              const int ix = x + kx - 1;
              const bool inside = iy >= 0 && iy < kHeight && ix >= 0 && ix < kWidth;
              const int value =
                  inside ? input[static_cast<std::size_t>((iy * kWidth + ix) * kChannels + c)] : kInputZero;
              sum += value * weights[static_cast<std::size_t>(((ky * kKernel + kx) * kChannels + c) * kOut + o)];
            }
          }
        }
        const auto at = static_cast<std::size_t>((y * kWidth + x) * kOut + o);
        ASSERT_EQ(static_cast<std::int8_t>(dut.bus.bytes[kTarget - kMemoryBase + 5 + at]), requantised(sum))
            << y << ' ' << x << ' ' << o;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stalls, Convolution, ::testing::Values(0.0, 0.3));

}  // namespace
}  // namespace systolite::test

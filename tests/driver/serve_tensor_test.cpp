// SPDX-License-Identifier: Apache-2.0
// Text of numbers and conversion of tensors, against the C library.
#include "driver/serve/slt_serve_tensor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace systolite::test {
namespace {

struct Collected {
  std::string text;
  slt_text_t out = {&text, [](void* ctx, const char* characters, std::uint32_t bytes) {
                      static_cast<std::string*>(ctx)->append(characters, bytes);
                    }};
};

std::string float_text(float value, bool truncate = false) {
  Collected collected;
  slt_text_float(&collected.out, value, truncate);
  return collected.text;
}

std::string printed(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

TEST(TextFloatTest, RoundsAsPrintf) {
  std::uint32_t state = 1;
  int compared = 0;
  while (compared < 200000) {
    state = state * 1664525U + 1013904223U;
    const float value = std::bit_cast<float>(state ^ state >> 15);
    if (!std::isfinite(value) || std::abs(value) >= 0x1p53F) continue;
    ASSERT_EQ(float_text(value), printed(value)) << "bits " << std::bit_cast<std::uint32_t>(value);
    ++compared;
  }
  for (int q = -512; q <= 512; ++q) {
    const float value = static_cast<float>(q) / 256;  // half of them ties in the third decimal
    EXPECT_EQ(float_text(value), printed(value));
  }
}

TEST(TextFloatTest, TruncatesTowardsZero) {
  EXPECT_EQ(float_text(1.0F / 256, true), "0.003");
  EXPECT_EQ(float_text(255.0F / 256, true), "0.996");
  EXPECT_EQ(float_text(-1.0F / 256, true), "-0.003");
}

TEST(TextFloatTest, SaysWhatHasNoDecimals) {
  EXPECT_EQ(float_text(std::numeric_limits<float>::infinity()), "inf");
  EXPECT_EQ(float_text(-std::numeric_limits<float>::infinity()), "-inf");
  EXPECT_EQ(float_text(std::numeric_limits<float>::quiet_NaN()), "nan");
  EXPECT_EQ(float_text(1e30F), "9007199254740992.000");
}

TEST(TextParseTest, TakesWholeNumbersOnly) {
  std::uint32_t value = 5;
  EXPECT_TRUE(slt_text_parse_unsigned("4294967295", 10, &value));
  EXPECT_EQ(value, 4294967295U);
  for (const char* bad : {"", "-1", "+1", "1 ", "4294967296", "0x1"}) {
    EXPECT_FALSE(slt_text_parse_unsigned(bad, static_cast<std::uint32_t>(std::strlen(bad)), &value)) << bad;
  }
  EXPECT_EQ(value, 4294967295U);
}

std::vector<std::uint8_t> bytes_of(const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(ServeTensorTest, TakesBytesAsTheBenchmarkSendsThem) {
  const std::vector<std::uint8_t> bytes = {0, 1, 127, 128, 255};
  std::vector<std::int8_t> tensor(5);
  ASSERT_EQ(slt_serve_input_bytes(kSltInputInt8, 5), 5U);
  slt_serve_load(kSltInputInt8, bytes.data(), 5, {1, 0}, tensor.data());
  EXPECT_EQ(tensor, (std::vector<std::int8_t>{0, 1, 127, -128, -1}));
  slt_serve_load(kSltInputUint8, bytes.data(), 5, {1, 0}, tensor.data());
  EXPECT_EQ(tensor, (std::vector<std::int8_t>{-128, -127, -1, 0, 127}));
}

TEST(ServeTensorTest, QuantisesFloatsWithTiesAwayFromZero) {
  const float scale = 0.25F;
  const int zero_point = 3;
  std::vector<float> values = {1e30F, -1e30F, std::numeric_limits<float>::quiet_NaN()};
  for (int i = -700; i <= 700; ++i) values.push_back(static_cast<float>(i) / 16);
  std::vector<std::int8_t> tensor(values.size());
  const std::vector<std::uint8_t> bytes = bytes_of(values);
  ASSERT_EQ(slt_serve_input_bytes(kSltInputFloat32, static_cast<std::uint32_t>(values.size())), bytes.size());
  slt_serve_load(kSltInputFloat32, bytes.data(), static_cast<std::uint32_t>(values.size()), {scale, zero_point},
                 tensor.data());
  EXPECT_EQ(tensor[0], 127);
  EXPECT_EQ(tensor[1], -128);
  EXPECT_EQ(tensor[2], -128);
  for (std::size_t i = 3; i < values.size(); ++i) {
    const float expected = std::clamp(std::round(values[i] / scale) + zero_point, -128.0F, 127.0F);
    EXPECT_EQ(tensor[i], static_cast<std::int8_t>(expected)) << values[i];
  }
}

TEST(ServeTensorTest, PrintsDequantisedValues) {
  const std::vector<std::int8_t> output = {-128, -127, 127, 0};
  Collected rounded;
  slt_serve_results(kSltResultsRounded, output.data(), 4, {1.0F / 256, -128}, nullptr, &rounded.out);
  EXPECT_EQ(rounded.text, "0.000,0.004,0.996,0.500");
  Collected truncated;
  slt_serve_results(kSltResultsTruncated, output.data(), 4, {1.0F / 256, -128}, nullptr, &truncated.out);
  EXPECT_EQ(truncated.text, "0.000,0.003,0.996,0.500");
}

TEST(ServeTensorTest, PrintsTheMeanSquaredError) {
  const std::vector<std::int8_t> output = {0, 4, -4};  // 0, 2, -2
  const std::vector<std::uint8_t> loaded = bytes_of({1.0F, 2.0F, -4.0F});
  Collected collected;
  slt_serve_results(kSltResultsSquaredError, output.data(), 3, {0.5F, 0}, loaded.data(), &collected.out);
  EXPECT_EQ(collected.text, "1.667");
}

}  // namespace
}  // namespace systolite::test

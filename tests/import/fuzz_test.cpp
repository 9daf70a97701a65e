// SPDX-License-Identifier: Apache-2.0
// Damaged model files: each is either refused with Error(kModel) or read as a consistent graph. Build with
// SYSTOLITE_SANITIZE=address,undefined for the full effect. SYSTOLITE_FUZZ_ROUNDS sets the number of random variants
// per model and makes truncation cover every length of large files too.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

constexpr int kDefaultRounds = 300;
constexpr std::size_t kSmallFile = 10'000;
constexpr std::size_t kLargeFileStep = 499;  // prime: no alignment is left out
constexpr std::size_t kDenseEnd = 64;

int extra_rounds() {
  const char* text = std::getenv("SYSTOLITE_FUZZ_ROUNDS");
  return text == nullptr ? 0 : std::atoi(text);
}

std::vector<std::filesystem::path> models() {
  std::vector<std::filesystem::path> files = test::all_model_files();
  if (const auto directory = test::official_dir()) {
    for (const auto& entry : std::filesystem::directory_iterator(*directory / "models")) {
      if (entry.path().extension() == ".tflite") files.push_back(entry.path());
    }
  }
  return files;
}

// True if the bytes were read. Anything but success and Error(kModel) fails the test.
bool survives(const std::uint8_t* bytes, std::size_t size) {
  try {
    const Graph graph = import_tflite(bytes, size, "damaged");
    EXPECT_FALSE(dump(graph).empty());  // visits every operand
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    EXPECT_EQ(std::strncmp(error.what(), "damaged: ", 9), 0) << error.what();
    return false;
  }
}

TEST(FuzzTest, EveryTruncationIsAnErrorOrAModel) {
  for (const auto& file : models()) {
    SCOPED_TRACE(file);
    const std::vector<std::uint8_t> bytes = test::read_bytes(file);
    const std::size_t step = bytes.size() <= kSmallFile || extra_rounds() > 0 ? 1 : kLargeFileStep;
    for (std::size_t size = 0; size < bytes.size();) {
      survives(bytes.data(), size);
      size += size < kDenseEnd || size + kDenseEnd > bytes.size() ? 1 : step;
    }
    EXPECT_TRUE(survives(bytes.data(), bytes.size()));
  }
}

TEST(FuzzTest, RandomBytesAreAnErrorOrAModel) {
  std::mt19937 random(1);
  for (const auto& file : models()) {
    SCOPED_TRACE(file);
    const std::vector<std::uint8_t> bytes = test::read_bytes(file);
    const int rounds = std::max(kDefaultRounds, extra_rounds());
    for (int round = 0; round < rounds; ++round) {
      std::vector<std::uint8_t> damaged = bytes;
      const std::size_t flips = 1 + random() % 8;
      for (std::size_t i = 0; i < flips; ++i) damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
      survives(damaged.data(), damaged.size());
    }
  }
}

// Offsets, counts, indices and dimensions are all 32-bit words.
TEST(FuzzTest, WordsOfEdgeValuesAreAnErrorOrAModel) {
  constexpr std::uint32_t kEdges[] = {0,      1,       2,          4,          0x7f,       0x80,
                                      0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  std::mt19937 random(2);
  for (const auto& file : models()) {
    SCOPED_TRACE(file);
    const std::vector<std::uint8_t> bytes = test::read_bytes(file);
    const bool exhaustive = bytes.size() <= kSmallFile && extra_rounds() > 0;
    const std::size_t words = bytes.size() / 4;
    const std::size_t rounds = exhaustive ? words * std::size(kEdges) : static_cast<std::size_t>(kDefaultRounds);
    for (std::size_t round = 0; round < rounds; ++round) {
      std::vector<std::uint8_t> damaged = bytes;
      const std::size_t word = exhaustive ? round / std::size(kEdges) : random() % words;
      const std::uint32_t value = kEdges[exhaustive ? round % std::size(kEdges) : random() % std::size(kEdges)];
      std::memcpy(damaged.data() + 4 * word, &value, sizeof(value));
      survives(damaged.data(), damaged.size());
    }
  }
}

}  // namespace
}  // namespace systolite

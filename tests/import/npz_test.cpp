// SPDX-License-Identifier: Apache-2.0
#include "mapper/models/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/core/error.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

std::filesystem::path archive() { return test::models_dir() / "golden" / "softmax_beta" / "intermediates_00.npz"; }

// Writes `bytes` to a file of its own and reads it as an archive.
std::map<std::string, NpyArray> read_from(const std::vector<std::uint8_t>& bytes) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) /
      (std::string("systolite_npz_") + testing::UnitTest::GetInstance()->current_test_info()->name() + ".npz");
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  struct Remove {
    std::filesystem::path file;
    ~Remove() { std::filesystem::remove(file); }
  } const remove{file};
  return read_npz(file);
}

TEST(NpzTest, ReadsDeflatedMembersByName) {
  const auto arrays = read_npz(archive());
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_EQ(arrays.at("t000_input").shape, (std::vector<std::int64_t>{1, 50}));
  EXPECT_EQ(arrays.at("t001_op00_SOFTMAX").int8().size(), 50U);
  EXPECT_EQ(arrays.at("t000_input"), read_npy(archive().parent_path() / "input_00.npy"));
}

TEST(NpzTest, RefusesAMissingFile) {
  try {
    (void)read_npz("/nonexistent/golden.npz");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kData);
    EXPECT_THAT(error.what(), testing::StartsWith("/nonexistent/golden.npz: not a readable .npz archive: "));
  }
}

TEST(NpzTest, EveryTruncationIsRefused) {
  const std::vector<std::uint8_t> bytes = test::read_bytes(archive());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)read_from({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}), Error) << size;
  }
}

TEST(NpzTest, DamagedBytesAreRefusedOrHarmless) {
  const std::vector<std::uint8_t> bytes = test::read_bytes(archive());
  const auto intact = read_npz(archive());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::vector<std::uint8_t> damaged = bytes;
    damaged[i] ^= 0x55;
    try {
      // The checksum covers the data; only a name or a field without meaning may change unnoticed.
      for (const auto& [name, array] : read_from(damaged)) {
        EXPECT_TRUE(array == intact.begin()->second || array == std::next(intact.begin())->second) << i;
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kData) << i;
    }
  }
}

}  // namespace
}  // namespace systolite

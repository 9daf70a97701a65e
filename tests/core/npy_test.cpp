// SPDX-License-Identifier: Apache-2.0
#include "sim/core/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

using testing::HasSubstr;

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// A file of the given version whose header is the given text.
std::vector<std::uint8_t> file_with(const std::string& header, std::string_view data, int version = 1) {
  std::string text = "\x93NUMPY";
  text += static_cast<char>(version);
  text += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) text += static_cast<char>(header.size() >> (8 * i));
  return bytes_of(text + header + std::string(data));
}

std::string refusal(const std::vector<std::uint8_t>& bytes) {
  try {
    (void)parse_npy(bytes, "a.npy");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kData);
    return error.what();
  }
  return "no error";
}

TEST(NpyTest, WritesWhatNumpyWrites) {
  // numpy.save of numpy.array([[1, -2, 3]], dtype=numpy.int8).
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 3), }";
  expected.append(128 - expected.size() - 1, ' ');
  expected += "\n\x01\xfe\x03";
  const std::int8_t values[] = {1, -2, 3};
  EXPECT_EQ(format_npy(make_npy({1, 3}, values)), bytes_of(expected));
}

TEST(NpyTest, RoundTripsEveryTypeThroughAFile) {
  const TemporaryFolder folder;
  const std::int8_t small[] = {-128, 0, 127, 5, 6, 7};
  const std::int32_t wide[] = {std::numeric_limits<std::int32_t>::min(), -1, 0,
                               std::numeric_limits<std::int32_t>::max()};
  const float real[] = {-0.5F, 1e30F, 3.0F};
  write_npy(folder / "a.npy", make_npy({1, 2, 3}, small));
  write_npy(folder / "b.npy", make_npy({4}, wide));
  write_npy(folder / "c.npy", make_npy({3, 1}, real));
  EXPECT_THAT(read_npy(folder / "a.npy").int8(), testing::ElementsAreArray(small));
  EXPECT_THAT(read_npy(folder / "b.npy").int32(), testing::ElementsAreArray(wide));
  EXPECT_THAT(read_npy(folder / "c.npy").float32(), testing::ElementsAreArray(real));
  EXPECT_THAT(read_npy(folder / "a.npy").shape, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(read_npy(folder / "b.npy").shape, testing::ElementsAre(4));
  EXPECT_EQ(read_npy(folder / "c.npy").elements(), 3);
}

TEST(NpyTest, AcceptsScalarsAndEmptyArrays) {
  EXPECT_EQ(
      parse_npy(file_with("{'descr': '<i4', 'fortran_order': False, 'shape': ()}", std::string_view("\x05\0\0\0", 4)),
                "x")
          .elements(),
      1);
  EXPECT_EQ(parse_npy(file_with("{'descr': '|i1', 'fortran_order': False, 'shape': (0, 4)}", ""), "x").elements(), 0);
}

TEST(NpyTest, ReadsEveryVersionAndAnyOrderOfKeys) {
  for (const int version : {1, 2, 3}) {
    const auto bytes =
        file_with("{\"shape\": (2,), 'fortran_order': True, 'descr': '|i1', }   \n", "\x01\x02", version);
    EXPECT_THAT(parse_npy(bytes, "x").int8(), testing::ElementsAre(1, 2)) << version;
  }
}

TEST(NpyTest, RefusesWhatItCannotRead) {
  const std::string good = "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }";
  EXPECT_EQ(refusal(bytes_of("hello world")), "a.npy: is not a .npy file");
  EXPECT_EQ(refusal({}), "a.npy: is not a .npy file");
  EXPECT_EQ(refusal(file_with(good, "\x01\x02", 4)), "a.npy: is .npy version 4.0: must be 1.0, 2.0 or 3.0");
  EXPECT_EQ(refusal(file_with("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "")),
            "a.npy: has elements of type '<f8': must be int8 '|i1', int32 '<i4' or float32 '<f4'");
  EXPECT_EQ(refusal(file_with("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 2), }", "abcd")),
            "a.npy: is in Fortran order: must be in C order");
  EXPECT_EQ(refusal(file_with(good, "\x01")), "a.npy: holds 1 bytes of data: shape (2,) of int8 takes 2");
  EXPECT_EQ(refusal(file_with(good, "\x01\x02\x03")), "a.npy: holds 3 bytes of data: shape (2,) of int8 takes 2");
  EXPECT_EQ(refusal(file_with("{'descr': '|i1', 'shape': (2,), }", "ab")),
            "a.npy: header must have the keys descr, fortran_order and shape");
  EXPECT_EQ(refusal(file_with("{'descr': '|i1', 'descr': '|i1'}", "ab")),
            "a.npy: header has the unexpected key 'descr'");
  EXPECT_EQ(refusal(file_with("{'descr': '|i1', 'fortran_order': 0, 'shape': (2,)}", "ab")),
            "a.npy: header is damaged: fortran_order must be True or False");
  EXPECT_EQ(refusal(file_with("{'descr': '|i1', 'fortran_order': False, 'shape': (-2,)}", "ab")),
            "a.npy: header is damaged: a dimension of shape is not a number");
  EXPECT_EQ(refusal(file_with(good + "x", "ab")), "a.npy: header continues after the dictionary");
  EXPECT_EQ(refusal(file_with("{'descr'", "ab")), "a.npy: header is damaged: expected ':'");
}

TEST(NpyTest, RefusesAShapeThatOverflows) {
  const std::string header =
      "{'descr': '<i4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }";
  EXPECT_THAT(refusal(file_with(header, "abcd")), HasSubstr("takes more than memory holds"));
  const std::string product = "{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904, 1), }";
  EXPECT_NE(refusal(file_with(product, "")), "no error");
}

TEST(NpyTest, NoPrefixOfAFileIsAccepted) {
  const std::int32_t values[] = {1, 2, 3};
  const std::vector<std::uint8_t> whole = format_npy(make_npy({3}, values));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), "no error") << size;
  }
  EXPECT_EQ(refusal(whole), "no error");
}

TEST(NpyTest, AsksForTheRightType) {
  const float values[] = {1.0F};
  try {
    (void)make_npy({1}, values).int8();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "array has elements of type float32: must be int8");
  }
}

}  // namespace
}  // namespace systolite

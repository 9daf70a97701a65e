// SPDX-License-Identifier: Apache-2.0
// What is said about files that cannot be run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

using testing::HasSubstr;

class ElfTest : public testing::Test {
 protected:
  ElfTest()
      : file_(std::filesystem::temp_directory_path() / ("systolite_elf_" + std::to_string(::getpid()) + ".elf")) {}
  ~ElfTest() override { std::filesystem::remove(file_); }

  // The sentence about a program with some bytes changed, cut to a length.
  std::string complaint(const std::vector<std::pair<std::size_t, int>>& changes, std::size_t length = ~std::size_t{0}) {
    std::vector<std::uint8_t> bytes = read_file(program("arithmetic", "cortex-m4"));
    for (const auto& [place, value] : changes) bytes.at(place) = static_cast<std::uint8_t>(value);
    bytes.resize(std::min(length, bytes.size()));
    std::ofstream(file_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return sentence([this] { return load_elf(file_); });
  }

  template <typename Function>
  static std::string sentence(Function&& function) {
    try {
      static_cast<void>(function());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kData) << error.what();
      return error.what();
    }
    return "nothing is wrong";
  }

  std::filesystem::path file_;
};

TEST_F(ElfTest, WholeProgramIsTaken) { EXPECT_EQ(complaint({}), "nothing is wrong"); }

TEST_F(ElfTest, NoElfFile) { EXPECT_THAT(complaint({{0, 'X'}}), HasSubstr("this is not an ELF file")); }

TEST_F(ElfTest, EmptyFile) { EXPECT_THAT(complaint({}, 0), HasSubstr("this is not an ELF file")); }

TEST_F(ElfTest, MissingFile) {
  EXPECT_THAT(sentence([] { return load_elf("/nowhere/program.elf"); }), HasSubstr("/nowhere/program.elf"));
}

TEST_F(ElfTest, OtherMachine) {
  EXPECT_THAT(complaint({{18, 62}}), HasSubstr("this is an ELF file for machine 62: must be Arm (40)"));
}

TEST_F(ElfTest, ObjectFile) {
  EXPECT_THAT(complaint({{16, 1}}), HasSubstr("this is an object file: must be a linked program"));
}

TEST_F(ElfTest, SharedLibrary) { EXPECT_THAT(complaint({{16, 3}}), HasSubstr("this is not an executable")); }

TEST_F(ElfTest, CutShort) {
  EXPECT_THAT(complaint({}, 0x1040), HasSubstr("reaches beyond the end of the file: the file is cut short or damaged"));
}

TEST_F(ElfTest, SegmentOutsideTheMemories) {
  ElfImage image = load_elf(program("arithmetic", "cortex-m4"));
  image.segments.front().address = 0x60000000;
  EmptyBus bus;
  Board board(core_named("cortex-m4"), profile_named("ideal"), bus);
  EXPECT_THAT(sentence([&] {
                board.load(image);
                return 0;
              }),
              testing::AllOf(HasSubstr("the segment at 0x60000000"),
                             HasSubstr("is outside the memories of ideal: flash 0x08000000")));
}

TEST_F(ElfTest, ProgramForABetterCore) {
  EmptyBus bus;
  Board board(core_named("cortex-m0plus"), profile_named("ideal"), bus);
  EXPECT_THAT(sentence([&] {
                board.load(load_elf(program("arithmetic", "cortex-m4")));
                return 0;
              }),
              HasSubstr("the program was built for ARMv7E-M, cortex-m0plus is an ARMv6-M core"));
}

TEST_F(ElfTest, RandomDamageIsRefusedOrHarmless) {
  const std::vector<std::uint8_t> whole = read_file(program("arithmetic", "cortex-m4"));
  std::uint32_t state = 1;
  const auto next = [&state] { return state = state * 1664525U + 1013904223U; };
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint8_t> bytes = whole;
    for (int change = 0; change < 4; ++change) {
      // Headers at the front, tables at the end.
      const std::size_t near_end = bytes.size() - 1 - next() % 1024;
      bytes[round % 2 == 0 ? next() % 180 : near_end] = static_cast<std::uint8_t>(next() >> 24);
    }
    std::ofstream(file_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (sentence([this] { return load_elf(file_); }) != "nothing is wrong") ++refused;
  }
  EXPECT_GT(refused, 50);
}

TEST(DescribeAddressTest, NamesFunctionAndOffset) {
  const ElfImage image = load_elf(program("arithmetic", "cortex-m4"));
  const ElfSymbol& function = find_symbol(image, "reset_handler");
  EXPECT_THAT(describe_address(image, function.address), testing::StartsWith("reset_handler (0x"));
  EXPECT_THAT(describe_address(image, function.address + 4), testing::StartsWith("reset_handler+0x4 (0x"));
  EXPECT_EQ(describe_address(image, 0x7000), "0x00007000");
}

}  // namespace
}  // namespace systolite::cpu::test

// SPDX-License-Identifier: Apache-2.0
// Semihosting, call by call.
#include <gtest/gtest.h>

#include <span>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

constexpr std::uint32_t kBlock = kScratch;
constexpr std::uint32_t kText = kScratch + 64;

class SemihostingTest : public testing::Test {
 protected:
  SemihostingTest() {
    snippet_.cpu().on_output([this](std::string_view text, bool error) { (error ? error_ : output_) += text; });
  }

  // The answer of an operation.
  std::uint32_t call(std::uint32_t operation, std::uint32_t argument) {
    snippet_.r(0) = operation;
    snippet_.r(1) = argument;
    stop_ = snippet_.run("semihosting_call");
    return snippet_.r(0);
  }
  void block(std::initializer_list<std::uint32_t> words) {
    std::uint32_t address = kBlock;
    for (const std::uint32_t word : words) {
      snippet_.write_word(address, word);
      address += 4;
    }
  }
  void text(std::string_view content) {
    const std::string terminated(content);
    ASSERT_TRUE(snippet_.cpu().write_memory(
        kText, std::span(reinterpret_cast<const std::uint8_t*>(terminated.c_str()), terminated.size() + 1)));
  }

  SnippetRunner snippet_{"cortex-m4"};
  Stop stop_;
  std::string output_;
  std::string error_;
};

TEST_F(SemihostingTest, WritesCharactersAndStrings) {
  text("hello");
  call(0x03, kText);
  call(0x04, kText);
  EXPECT_EQ(output_, "hhello");
}

TEST_F(SemihostingTest, WritesToTheHandlesOfTheConsole) {
  text(":tt");
  block({kText, 4, 3});
  const std::uint32_t standard = call(0x01, kBlock);
  block({kText, 8, 3});
  const std::uint32_t error = call(0x01, kBlock);
  text("abc");
  block({standard, kText, 3});
  EXPECT_EQ(call(0x05, kBlock), 0U) << "all bytes are written";
  block({error, kText, 2});
  EXPECT_EQ(call(0x05, kBlock), 0U);
  EXPECT_EQ(output_, "abc");
  EXPECT_EQ(error_, "ab");
  EXPECT_EQ(call(0x09, kBlock), 1U) << "the console is a terminal";
}

TEST_F(SemihostingTest, HasNoFilesOfTheHost) {
  text("/etc/passwd");
  block({kText, 0, 11});
  EXPECT_EQ(call(0x01, kBlock), 0xFFFFFFFFU);
  block({77, kText, 3});
  EXPECT_EQ(call(0x05, kBlock), 3U) << "bytes not written";
}

TEST_F(SemihostingTest, InputIsAtItsEnd) {
  block({1, kText, 16});
  EXPECT_EQ(call(0x06, kBlock), 16U) << "bytes not read";
}

TEST_F(SemihostingTest, HandsOverTheCommandLine) {
  snippet_.cpu().set_command_line("model 3");
  block({kText, 32});
  EXPECT_EQ(call(0x15, kBlock), 0U);
  EXPECT_EQ(snippet_.read_word(kBlock + 4), 7U);
  EXPECT_EQ(snippet_.read_word(kText), 0x65646F6DU);
  block({kText, 4});
  EXPECT_EQ(call(0x15, kBlock), 0xFFFFFFFFU) << "no room for it";
}

TEST_F(SemihostingTest, ExitHasACode) {
  block({0x20026, 42});
  call(0x20, kBlock);
  EXPECT_EQ(stop_.reason, StopReason::kExit);
  EXPECT_EQ(snippet_.cpu().exit_code(), 42);
}

TEST_F(SemihostingTest, PlainExitIsZeroOrAFailure) {
  call(0x18, 0x20026);
  EXPECT_EQ(stop_.reason, StopReason::kExit);
  EXPECT_EQ(snippet_.cpu().exit_code(), 0);
  SnippetRunner other("cortex-m4");
  other.r(0) = 0x18;
  other.r(1) = 0x20023;  // run-time error
  other.run("semihosting_call");
  EXPECT_EQ(other.cpu().exit_code(), 1);
}

TEST_F(SemihostingTest, UnknownOperationFails) { EXPECT_EQ(call(0x123, kBlock), 0xFFFFFFFFU); }

}  // namespace
}  // namespace systolite::cpu::test

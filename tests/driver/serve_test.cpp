// SPDX-License-Identifier: Apache-2.0
// The MLPerf Tiny protocol of the firmware, character by character, without serial port or network.
#include "driver/serve/slt_serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace systolite::test {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// A board whose clock moves by 7 us with every inference and by 1000 us with every character that is sent.
class ServeTest : public testing::Test {
 protected:
  void SetUp() override {
    const slt_serve_port_t port = {
        .ctx = this,
        .write =
            [](void* self, const char* text, std::uint32_t bytes) {
              me(self).sent_.append(text, bytes);
              me(self).us_ += 1000U * bytes;
            },
        .flush = [](void* self) { ++me(self).flushes_; },
        .now_us = [](void* self) { return me(self).us_; },
        .load = [](void* self, const std::uint8_t* bytes) { me(self).input_.assign(bytes, bytes + kInputBytes); },
        .infer =
            [](void* self) {
              me(self).us_ += 7;
              ++me(self).inferences_;
              return me(self).inferences_ > me(self).failing_from_ ? "Device error" : nullptr;
            },
        .results = [](void*, const slt_text_t* out) { slt_text_string(out, "0.003,0.996"); }};
    const slt_serve_identity_t identity = {"systolite", "kws01", kInputBytes};
    ASSERT_TRUE(slt_serve_init(&serve_, &port, &identity, buffer_.data(), kBufferBytes));
    EXPECT_EQ(sent_, "");
  }

  static ServeTest& me(void* self) { return *static_cast<ServeTest*>(self); }

  void type(std::string_view characters) {
    for (const char c : characters) slt_serve_receive(&serve_, c);
  }
  // What is sent for these characters, by line; every line must end in CR LF.
  std::vector<std::string> answer(std::string_view characters) {
    sent_.clear();
    type(characters);
    std::vector<std::string> lines;
    std::string rest = sent_;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n");
      if (end == std::string::npos) {
        ADD_FAILURE() << "not ended: " << rest;
        break;
      }
      lines.push_back(rest.substr(0, end));
      rest.erase(0, end + 2);
    }
    return lines;
  }

  static constexpr std::uint32_t kBufferBytes = 100;
  static constexpr std::uint32_t kInputBytes = 5;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kBufferBytes + 1, 0xEE);
  slt_serve_t serve_{};
  std::string sent_;
  std::vector<std::uint8_t> input_;
  int flushes_ = 0;
  int inferences_ = 0;
  int failing_from_ = 1000000;
  std::uint64_t us_ = 0;
};

TEST_F(ServeTest, StartsWithInitDoneAndReady) {
  slt_serve_start(&serve_);
  EXPECT_EQ(sent_, "m-timestamp-mode-performance\r\nm-init-done\r\nm-ready\r\n");
}

TEST_F(ServeTest, TellsNameProfileAndTime) {
  EXPECT_THAT(answer("name%"), ElementsAre("m-name-dut-[systolite]", "m-ready"));
  EXPECT_THAT(answer("profile%"),
              ElementsAre("m-profile-[ULPMark for tinyML Firmware V0.0.1]", "m-model-[kws01]", "m-ready"));
  us_ = 5'000'000'000;
  EXPECT_THAT(answer("timestamp%"), ElementsAre("m-lap-us-5000000000", "m-ready"));
  EXPECT_THAT(answer("help%"), testing::Contains(HasSubstr("infer [N=1] [W=10]")));
}

TEST_F(ServeTest, LoadsBytesInSeveralCommands) {
  EXPECT_THAT(answer("db load 5%"), ElementsAre("m-[Expecting 5 bytes]", "m-ready"));
  EXPECT_THAT(answer("db 00fF%"), ElementsAre("m-ready"));
  EXPECT_THAT(answer("db 10807f%"), ElementsAre("m-load-done", "m-ready"));
  EXPECT_THAT(answer("db print%"), ElementsAre("m-buffer-00-ff-10-80-7f", "m-ready"));
  answer("infer 1 0%");
  EXPECT_THAT(input_, ElementsAre(0x00, 0xFF, 0x10, 0x80, 0x7F));
}

TEST_F(ServeTest, IgnoresDigitsBeyondTheLastByte) {
  answer("db load 2%");
  EXPECT_THAT(answer("db 010203%"), ElementsAre("m-load-done", "m-ready"));
  EXPECT_THAT(answer("db print%"), ElementsAre("m-buffer-01-02", "m-ready"));
}

TEST_F(ServeTest, PrintsEightBytesALine) {
  answer("db load 17%");
  answer("db 000102030405060708090a0b0c0d0e0f10%");
  EXPECT_THAT(answer("db print%"),
              ElementsAre("m-buffer-00-01-02-03-04-05-06-07", "m-buffer-08-09-0a-0b-0c-0d-0e-0f", "m-ready"));
  EXPECT_THAT(answer("db print 3 8%"), ElementsAre("m-buffer-08-09-0a", "m-ready"));
  EXPECT_THAT(answer("db print 100 16%"), ElementsAre("m-buffer-10", "m-ready"));
  EXPECT_THAT(answer("db print 0%"), ElementsAre("m-ready"));
}

TEST_F(ServeTest, StampsNothingButTheInferences) {
  answer("db load 5%");
  answer("db 0102030405%");
  const std::vector<std::string> lines = answer("infer 10 3%");
  EXPECT_THAT(lines, ElementsAre("m-warmup-start-3", "m-warmup-done", "m-infer-start-10", StartsWith("m-lap-us-"),
                                 StartsWith("m-lap-us-"), "m-infer-done", "m-results-[0.003,0.996]", "m-ready"));
  EXPECT_EQ(std::stoull(lines.at(4).substr(9)) - std::stoull(lines.at(3).substr(9)), 10U * 7U);
  EXPECT_EQ(inferences_, 13);
  EXPECT_EQ(flushes_, 1) << "the line before the first stamp must have left";
  EXPECT_THAT(answer("results%"), ElementsAre("m-results-[0.003,0.996]", "m-ready"));
}

TEST_F(ServeTest, InfersOnceAfterTenWarmupsByDefault) {
  answer("db load 5%");
  answer("db 0102030405%");
  EXPECT_THAT(answer("infer%"), testing::Contains("m-warmup-start-10"));
  EXPECT_EQ(inferences_, 11);
}

TEST_F(ServeTest, SkipsLineEndsBetweenCommands) {
  EXPECT_THAT(answer("\r\n  name%\r\n"), ElementsAre("m-name-dut-[systolite]", "m-ready"));
  EXPECT_THAT(answer("name%name%"),
              ElementsAre("m-name-dut-[systolite]", "m-ready", "m-name-dut-[systolite]", "m-ready"));
}

TEST_F(ServeTest, TakesACommandOfEightyCharactersAndRefusesALongerOne) {
  answer("db load 40%");
  const std::string longest = "db " + std::string(76, 'a') + " ";
  ASSERT_EQ(longest.size(), 80U);
  EXPECT_THAT(answer(longest + "%"), ElementsAre("m-ready"));
  EXPECT_THAT(answer("db " + std::string(78, 'b') + "%"),
              ElementsAre("e-[Command of 81 characters exceeds the maximum of 80]", "m-ready"));
  EXPECT_THAT(answer("name" + std::string(100000, ' ') + "%"),
              ElementsAre("e-[Command of 100004 characters exceeds the maximum of 80]", "m-ready"));
  EXPECT_THAT(answer("db print 3%"), ElementsAre("m-buffer-aa-aa-aa", "m-ready"));
}

struct Refusal {
  const char* command;
  const char* line;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.line; }

class ServeErrorTest : public ServeTest, public testing::WithParamInterface<Refusal> {};

TEST_P(ServeErrorTest, AnswersOneLineAndStaysAsItWas) {
  answer("db load 4%");
  answer("db 0102%");
  EXPECT_THAT(answer(GetParam().command), ElementsAre(GetParam().line, "m-ready"));
  EXPECT_EQ(inferences_, 0);
  EXPECT_THAT(answer("db 0304%"), ElementsAre("m-load-done", "m-ready"));
  EXPECT_THAT(answer("db print%"), ElementsAre("m-buffer-01-02-03-04", "m-ready"));
}

INSTANTIATE_TEST_SUITE_P(
    Commands, ServeErrorTest,
    testing::Values(Refusal{"%", "e-[Empty command]"}, Refusal{"   %", "e-[Empty command]"},
                    Refusal{"nam%", "e-[Unknown command: nam]"}, Refusal{"name2 x%", "e-[Unknown command: name2]"},
                    Refusal{"a\x01\xff]%", "e-[Unknown command: a??]]"},
                    Refusal{"db%", "e-[Command 'db' requires a subcommand]"},
                    Refusal{"db load%", "e-[Command 'db load' requires the # of bytes]"},
                    Refusal{"db load 0%", "e-[Command 'db load' must be >0 bytes]"},
                    Refusal{"db load -1%", "e-[Command 'db load' takes a number of bytes, not '-1']"},
                    Refusal{"db load 4294967297%", "e-[Command 'db load' takes a number of bytes, not '4294967297']"},
                    Refusal{"db load 101%", "e-[Supplied buffer size 101 exceeds maximum of 100]"},
                    Refusal{"db 012%", "e-[Insufficent number of hex digits]"},
                    Refusal{"db 01x2%", "e-[Invalid hex digit 'x']"},
                    Refusal{"db print x%", "e-[Command 'db print' takes a number of bytes and an offset]"},
                    Refusal{"db print 1 2%", "e-[Offset 2 is beyond the 2 bytes loaded]"},
                    Refusal{"infer 0%", "e-[Inference iterations must be >0]"},
                    Refusal{"infer x%", "e-[Inference iterations must be >0]"},
                    Refusal{"infer 1 -1%", "e-[Inference warmup must be >=0]"},
                    Refusal{"infer 1 0%", "e-[No input: 2 of 4 bytes loaded]"},
                    Refusal{"results%", "e-[No inference has been run]"}));

TEST_F(ServeTest, RefusesBytesNobodyExpects) {
  EXPECT_THAT(answer("db 01%"), ElementsAre("e-[No bytes are expected: use 'db load N' first]", "m-ready"));
  EXPECT_THAT(answer("db print%"), ElementsAre("e-[Nothing has been loaded]", "m-ready"));
  EXPECT_THAT(answer("infer 1%"), ElementsAre("e-[No input: 0 of 0 bytes loaded]", "m-ready"));
  answer("db load 1%");
  answer("db 01%");
  EXPECT_THAT(answer("db 02%"), ElementsAre("e-[No bytes are expected: use 'db load N' first]", "m-ready"));
  EXPECT_THAT(answer("db print%"), ElementsAre("m-buffer-01", "m-ready"));
}

TEST_F(ServeTest, WritesNothingBehindItsBuffer) {
  answer("db load 100%");
  for (int i = 0; i < 4; ++i) answer("db " + std::string(76, '5') + "%");
  EXPECT_EQ(buffer_[kBufferBytes - 1], 0x55);
  EXPECT_EQ(buffer_[kBufferBytes], 0xEE);
}

TEST_F(ServeTest, RefusesAnInputOfAnotherSize) {
  answer("db load 4%");
  answer("db 01020304%");
  EXPECT_THAT(answer("infer 1 1%"), ElementsAre("e-[Input db has 4 bytes, expected 5]", "m-ready"));
  EXPECT_EQ(inferences_, 0);
}

TEST_F(ServeTest, ReportsAFailedInferenceAndForgetsTheResults) {
  answer("db load 5%");
  answer("db 0102030405%");
  answer("infer 2 0%");
  failing_from_ = 3;
  EXPECT_THAT(answer("infer 2 0%"),
              ElementsAre("m-warmup-start-0", "m-warmup-done", "m-infer-start-2", "e-[Device error]", "m-ready"));
  EXPECT_THAT(answer("infer 2 5%"), ElementsAre("m-warmup-start-5", "e-[Device error]", "m-ready"));
  EXPECT_THAT(answer("results%"), ElementsAre("e-[No inference has been run]", "m-ready"));
}

TEST_F(ServeTest, IgnoresACommandWithLostCharacters) {
  type("db lo");
  slt_serve_overrun(&serve_);
  EXPECT_THAT(answer("ad 1%"), ElementsAre("e-[Characters were lost: the command is ignored]", "m-ready"));
  EXPECT_THAT(answer("name%"), ElementsAre("m-name-dut-[systolite]", "m-ready"));
}

TEST_F(ServeTest, SurvivesRandomCharacters) {
  std::uint32_t state = 1;
  std::size_t commands = 0;
  sent_.clear();
  for (int i = 0; i < 200000; ++i) {
    state = state * 1664525U + 1013904223U;
    const char c = static_cast<char>(state >> 24);
    commands += c == '%' ? 1 : 0;
    slt_serve_receive(&serve_, c);
  }
  std::size_t ready = 0;
  for (std::size_t at = 0; (at = sent_.find("m-ready\r\n", at)) != std::string::npos; ++at) ++ready;
  EXPECT_GT(commands, 500U);
  EXPECT_EQ(ready, commands);
  type("%");
  EXPECT_THAT(answer("name%"), ElementsAre("m-name-dut-[systolite]", "m-ready"));
}

TEST(ServeInitTest, RefusesAMissingFunction) {
  slt_serve_t serve;
  const slt_serve_port_t port = {};
  const slt_serve_identity_t identity = {"a", "b", 1};
  std::uint8_t buffer[1];
  EXPECT_FALSE(slt_serve_init(&serve, &port, &identity, buffer, 1));
  EXPECT_FALSE(slt_serve_init(nullptr, &port, &identity, buffer, 1));
}

}  // namespace
}  // namespace systolite::test

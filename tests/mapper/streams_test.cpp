// SPDX-License-Identifier: Apache-2.0
#include "mapper/program/streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "mapper/lower/map.h"
#include "mapper/program/text.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

// Two jobs: a convolution, SOFTMAX on the CPU, a convolution.
class StreamsTest : public testing::Test {
 protected:
  StreamsTest() {
    const int in = b.activation({1, 4, 4, 16});
    graph = b.finish(in, b.conv(b.softmax(b.conv(in, 16, 1)), 16, 1));
    program = map_network(graph, test::config());
  }

  [[nodiscard]] std::string refusal(const std::string& text) {
    try {
      replace_streams(program, text, graph.ops.size());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kData);
      return error.what();
    }
    return "";
  }

  [[nodiscard]] std::vector<JobStep> jobs() const {
    std::vector<JobStep> all;
    for (const Step& step : program.steps) {
      if (const auto* job = std::get_if<JobStep>(&step)) all.push_back(*job);
    }
    return all;
  }

  test::GraphBuilder b;
  Graph graph;
  Program program;
};

TEST_F(StreamsTest, ItsOwnStreamsChangeNothing) {
  const Program before = program;
  ASSERT_EQ(jobs().size(), 2U);
  replace_streams(program, jobs_to_text(before), graph.ops.size());
  EXPECT_EQ(program.flash, before.flash);
  EXPECT_EQ(program.flash_bytes, before.flash_bytes);
  EXPECT_EQ(jobs_to_text(program), jobs_to_text(before));
}

TEST_F(StreamsTest, ALongerStreamMovesTheNextOne) {
  const Program before = program;
  const std::vector<JobStep> old = jobs();
  std::string text = jobs_to_text(before);
  const std::size_t first = text.find('\n', text.find("job 0")) + 1;
  const std::string line = text.substr(first, text.find('\n', first) + 1 - first);
  replace_streams(program, text.insert(first, line), graph.ops.size());
  const std::vector<JobStep> now = jobs();
  EXPECT_EQ(now[0].stream_address, old[0].stream_address);
  EXPECT_EQ(now[0].commands.size(), old[0].commands.size() + 1);
  EXPECT_EQ(now[1].stream_address, old[1].stream_address + isa::kCommandBytes);
  EXPECT_EQ(now[1].commands, old[1].commands);
  EXPECT_EQ(program.flash.size(), before.flash.size() + isa::kCommandBytes);
  EXPECT_EQ(program.flash_bytes, program.flash.size());
  // The last command lies last.
  const std::size_t at = program.flash.size() - isa::kCommandBytes;
  EXPECT_EQ(program.flash[at], now[1].commands.back().w[0] & 0xFFU);
}

TEST_F(StreamsTest, RefusesWhatIsNoProgramOfThisNetwork) {
  const std::string text = jobs_to_text(program);
  EXPECT_THAT(refusal("job 0 stream_address=0x0\n  - end\n"),
              testing::HasSubstr("it has 1 jobs, but must have 2, as the program has"));
  EXPECT_THAT(refusal(text + "  - end\n"), testing::HasSubstr("job 1: must end with 'end', and have no other"));
  EXPECT_THAT(refusal("job 0 stream_address=0x0\njob 1 stream_address=0x0\n"),
              testing::HasSubstr("job 0: must end with 'end'"));
  EXPECT_THAT(refusal("job 0 stream_address=0x0\n  3 ld_cfg mem_stride=1 pitch=1 interleave=0\n  - end\njob 1 "
                      "stream_address=0x0\n  - end\n"),
              testing::HasSubstr("job 0: operator 3 must be one of 0 to 2, or '-'"));
  EXPECT_THAT(refusal(text + "  - fly\n"), testing::HasSubstr("command text, line "));
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/program/text.h"

#include <gtest/gtest.h>

#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

TEST(CommandTextTest, ReadsBackIdentically) {
  test::GraphBuilder b;
  const int in = b.activation({1, 8, 8, 8});
  const int softmax = b.softmax(b.depthwise(b.conv(in, 20, 3), 3));  // a CPU step between two jobs
  const Graph graph = b.finish(in, b.conv(softmax, 4, 1));
  const Program program = map_network(graph, test::config());
  const auto jobs = jobs_from_text(jobs_to_text(program));
  std::size_t at = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    ASSERT_LT(at, jobs.size());
    EXPECT_EQ(jobs[at].commands, job->commands);
    EXPECT_EQ(jobs[at].op_of_command, job->op_of_command);
    EXPECT_EQ(jobs[at].stream_address, job->stream_address);
    ++at;
  }
  EXPECT_EQ(at, 2U);
  EXPECT_EQ(jobs.size(), 2U);
}

TEST(CommandTextTest, NamesTheLineItCannotRead) {
  for (const auto& [text, message] : {std::pair{"0 end\n", "line 1: a command before the first 'job' line"},
                                      std::pair{"job 0\n", "line 1: expected 'job N stream_address=0x<hexadecimal>'"},
                                      std::pair{"job 0 stream_address=0x10\n\nx end\n",
                                                "line 3: expected an operator index or '-', then a command"}}) {
    try {
      (void)jobs_from_text(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kData);
      EXPECT_EQ(std::string(error.what()), std::string("command text, ") + message);
    }
  }
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Judges a whole run from the counts its parts have left: nothing may be missing.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/lockstep/coverage.h"

namespace systolite::lockstep {
namespace {

struct Options {
  std::vector<std::string> files;
  std::uint64_t streams = 1000;
  std::uint64_t hardware = 12;
};
Options options;

TEST(CoverageTest, TheRunHasMetEverything) {
  Coverage coverage;
  for (const std::string& file : options.files) coverage.merge(file);
  std::printf("%s", coverage.table().c_str());
  EXPECT_GE(coverage.count_of("run/streams"), options.streams);
  EXPECT_GE(coverage.count_of("run/configurations"), options.hardware);
  for (const std::string& bin : coverage.empty_bins()) ADD_FAILURE() << "never met: " << bin;
}

}  // namespace
}  // namespace systolite::lockstep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  using systolite::lockstep::options;
  CLI::App app("Checks the coverage of a lockstep run");
  app.add_option("--streams", options.streams, "Streams the run must have compared");
  app.add_option("--configurations", options.hardware, "Hardware configurations it must have compared them on");
  app.add_option("files", options.files, "Counts from lockstep_test --coverage")->required();
  CLI11_PARSE(app, argc, argv);
  return RUN_ALL_TESTS();
}

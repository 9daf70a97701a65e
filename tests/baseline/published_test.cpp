// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <tuple>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/baseline/published.h"
#include "sim/core/error.h"
#include "tests/core/temporary_folder.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using baseline::Published;

Published shipped() { return Published::load(fs::path(SYSTOLITE_SOURCE_DIR) / "configs/baselines/published.yaml"); }

TEST(PublishedTest, EveryRowHasASourceAndIsThereOnce) {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  const Published published = shipped();
  ASSERT_GE(published.results().size(), 40U);
  for (const auto& row : published.results()) {
    EXPECT_TRUE(seen.emplace(row.core, row.model, row.software).second) << row.core << " " << row.software;
    EXPECT_NE(row.source.find("results/"), std::string::npos) << row.source;
    EXPECT_NE(row.source.find("mlcommons/tiny_results_v"), std::string::npos) << row.source;
    EXPECT_GE(row.cycles(), 2e5) << row.source;
    EXPECT_LE(row.cycles(), 1e8) << row.source;
  }
}

TEST(PublishedTest, TheBestHasTheFewestCycles) {
  const Published published = shipped();
  const auto best = published.best("cortex-m4", "ic");
  ASSERT_TRUE(best);
  EXPECT_EQ(best->software, "X-CUBE-AI 9.0");
  EXPECT_DOUBLE_EQ(best->cycles(), 19'815'000);
  const auto cmsis_nn = published.best_with("cortex-m4", "ic", "CMSIS-NN");
  ASSERT_TRUE(cmsis_nn);
  EXPECT_GT(cmsis_nn->cycles(), best->cycles());
  EXPECT_FALSE(published.best("cortex-m0plus", "ic"));
}

TEST(PublishedTest, NetworksAreRecognisedByTheirShape) {
  const Published published = shipped();
  for (const std::string name : {"ic", "kws", "sww"}) {
    const Graph graph = import_tflite(embedded_model_dir() / (name + "_embedded.tflite"));
    EXPECT_EQ(published.model_of(graph), name);
  }
  // Smaller than the reference model.
  EXPECT_FALSE(published.model_of(import_tflite(embedded_model_dir() / "vww_embedded.tflite")));
  Graph graph = import_tflite(embedded_model_dir() / "kws_embedded.tflite");
  graph.ops.pop_back();
  EXPECT_FALSE(published.model_of(graph));
}

class BadPublishedTest : public testing::Test {
 protected:
  std::string refusal(const std::string& text) {
    const fs::path file = folder_.path() / "p.yaml";
    std::ofstream(file) << text;
    try {
      (void)Published::load(file);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kConfig);
      return error.what();
    }
    return "";
  }
  TemporaryFolder folder_;
};

TEST_F(BadPublishedTest, ComplaintsNameLineKeyAndRule) {
  const std::string head =
      "rounds:\n  - {round: v1.2, repository: r, commit: c}\nmodels:\n  - {model: ic, operators: 1, macs: "
      "1}\nresults:\n";
  const std::string row =
      "  - {core: m4, model: ic, software: s, board: b, clock_mhz: 1, latency_ms: 1, division: "
      "closed, round: v1.2, source: s}\n";
  EXPECT_EQ(refusal(head + row), "");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = row;
    text.replace(text.find(from), from.size(), to);
    return refusal(head + text);
  };
  EXPECT_NE(changed("model: ic", "model: xy").find("the name of a model in 'models'"), std::string::npos);
  EXPECT_NE(changed("round: v1.2", "round: v9").find("the name of a round in 'rounds'"), std::string::npos);
  EXPECT_NE(changed("latency_ms: 1", "latency_ms: -1").find("latency_ms"), std::string::npos);
  EXPECT_NE(changed("board: b", "bord: b").find("bord"), std::string::npos);
}

}  // namespace
}  // namespace systolite::test

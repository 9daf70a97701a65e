// SPDX-License-Identifier: Apache-2.0
#include "sim/session/session.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { options.backend = Backend::kFunctional; }
  Graph graph = import_tflite(find_model("kws_embedded"));
  HwConfig config = load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
  SessionOptions options;
  std::vector<std::vector<std::int8_t>> input{std::vector<std::int8_t>(490, 3)};
};

TEST_F(SessionTest, SessionsMadeBeforeTheFirstRunGiveTheSame) {
  Session first(graph, config, options);
  Session second(graph, config, options);
  const Tensors expected = first.run(input).tensors;
  EXPECT_EQ(second.run(input).tensors, expected);
  EXPECT_EQ(first.run(input).tensors, expected) << "a second inference";
}

TEST_F(SessionTest, EveryActivationCanBeKept) {
  Session session(graph, config, options);
  options.keep_all_tensors = true;
  Session keeping(graph, config, options);
  const Tensors few = session.run(input).tensors;
  const Tensors all = keeping.run(input).tensors;
  EXPECT_GT(all.size(), few.size());
  EXPECT_EQ(all.at(graph.outputs[0]), few.at(graph.outputs[0]));
}

TEST_F(SessionTest, InputsOfTheWrongNumberOrSizeAreRefused) {
  Session session(graph, config, options);
  EXPECT_THROW(static_cast<void>(session.run({})), Error);
  EXPECT_THROW(static_cast<void>(session.run({std::vector<std::int8_t>(489)})), Error);
}

}  // namespace
}  // namespace systolite

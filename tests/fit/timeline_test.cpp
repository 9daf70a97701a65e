// SPDX-License-Identifier: Apache-2.0
#include "sim/fit/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "driver/host/cpu_program.h"
#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"

namespace systolite::test {
namespace {

using fit::LiveTensor;
using fit::Timeline;

class TimelineTest : public ::testing::TestWithParam<std::string> {
 protected:
  Graph graph = import_tflite(embedded_model_dir() / (GetParam() + "_embedded.tflite"));
  HwConfig config = load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
};

bool overlap_in_time(const LiveTensor& a, const LiveTensor& b) {
  return a.first_op <= b.last_op && b.first_op <= a.last_op;
}

TEST_P(TimelineTest, TensorsAliveTogetherDoNotShareMemory) {
  const Program program = cpu_program(graph, {.flash_base = 0, .sram_base = 0x100, .keep_all_tensors = false});
  const Timeline timeline = fit::memory_timeline(graph, program);
  EXPECT_GE(timeline.tensors.size(), 2U);
  for (const LiveTensor& a : timeline.tensors) {
    EXPECT_GE(a.begin, 0x100U);
    EXPECT_LE(a.end, 0x100 + program.sram_bytes);
    for (const LiveTensor& b : timeline.tensors) {
      if (a.tensor == b.tensor || !overlap_in_time(a, b)) continue;
      EXPECT_TRUE(a.end <= b.begin || b.end <= a.begin) << a.name << " " << b.name;
    }
  }
  EXPECT_LE(timeline.peak().bytes, timeline.used_bytes());
  EXPECT_LE(timeline.used_bytes(), program.sram_bytes);
}

TEST_P(TimelineTest, EveryOperandIsAliveWhereItIsUsed) {
  const Timeline in_memory = fit::memory_timeline(graph, cpu_program(graph, {}));
  const auto alive = [](const Timeline& timeline, int tensor, int op) {
    for (const LiveTensor& live : timeline.tensors) {
      if (live.tensor == tensor && live.first_op <= op && op <= live.last_op) return true;
    }
    return false;
  };
  const Timeline on_chip = fit::scratchpad_timeline(graph, config);
  EXPECT_EQ(on_chip.memory_bytes, static_cast<std::uint64_t>(config.scratchpad_bytes));
  EXPECT_LE(on_chip.used_bytes(), on_chip.memory_bytes);
  int checked = 0;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const Op& op = graph.ops[i];
    const int output = op.outputs.at(0);
    if (std::holds_alternative<Reshape>(op.params)) continue;
    EXPECT_TRUE(alive(in_memory, output, static_cast<int>(i))) << op.type;
    // The array's output is in the scratchpad, SOFTMAX's is not.
    EXPECT_EQ(alive(on_chip, output, static_cast<int>(i)), !std::holds_alternative<Softmax>(op.params)) << op.type;
    ++checked;
  }
  EXPECT_GT(checked, 5);
}

TEST_P(TimelineTest, ThePictureHasALineATensorAndAColumnAnOperator) {
  const Timeline timeline = fit::scratchpad_timeline(graph, config);
  const std::string text = fit::picture(timeline);
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), timeline.tensors.size() + 2);
  std::size_t marks = 0;
  for (const LiveTensor& tensor : timeline.tensors)
    marks += static_cast<std::size_t>(tensor.last_op - tensor.first_op + 1);
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '#')), marks);
}

INSTANTIATE_TEST_SUITE_P(Models, TimelineTest, ::testing::Values("kws", "ic", "vww", "ad", "sww"));

// Largest sum of live activations of the reference models, counted by others (mlcommons/tiny models; the networks here
// have the same shapes, vww and ad excepted), as TensorFlow Lite Micro plans them too.
TEST(TimelinePeakTest, IsThatOfTheReferenceModels) {
  const auto peak = [](const std::string& name) {
    const Graph graph = import_tflite(embedded_model_dir() / (name + "_embedded.tflite"));
    return fit::memory_timeline(graph, cpu_program(graph, {})).peak();
  };
  EXPECT_EQ(peak("kws").bytes, 16'000U);
  EXPECT_EQ(peak("kws").op, 1);
  EXPECT_EQ(peak("ic").bytes, 49'152U);
  EXPECT_EQ(peak("ic").op, 2);
  EXPECT_EQ(peak("sww").bytes, 6'656U);
  EXPECT_EQ(peak("sww").op, 2);
}

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// Whole networks on the processor kernels against TensorFlow Lite Micro: every activation of one input, the outputs of
// all. Embedded models come with the repository. The official MLPerf Tiny models are compared if $SYSTOLITE_GOLDEN
// names a directory with models/, inputs/<name>/NN_*.npy, golden/<name>/outputs_tflm.npy and
// golden/<name>/intermediates_tflm_*.npz.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "driver/host/cpu_interpreter.h"
#include "mapper/models/catalogue.h"
#include "mapper/models/npz.h"
#include "mapper/tflite/import.h"
#include "sim/core/npy.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;

// Files in a directory by prefix and suffix of their names, sorted.
std::vector<fs::path> files_in(const fs::path& directory, const std::string& prefix, const std::string& suffix) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Compares every activation in the archive (keys "tTTT_..." name the tensor); returns how many there were.
int expect_activations(const Graph& graph, const fs::path& archive) {
  int compared = 0;
  const auto golden = read_npz(archive);
  for (const auto& [key, array] : golden) {
    if (key.ends_with("_input")) {
      const auto values = run_on_cpu(graph, {array.int8()});
      for (const auto& [name, expected] : golden) {
        const int tensor = std::stoi(name.substr(1));
        EXPECT_EQ(values.at(tensor), expected.int8()) << graph.name << " " << name;
        ++compared;
      }
    }
  }
  return compared;
}

void expect_outputs(const Graph& graph, const std::vector<fs::path>& inputs, const fs::path& outputs) {
  const std::vector<std::int8_t> golden = read_npy(outputs).int8();
  ASSERT_FALSE(inputs.empty());
  ASSERT_EQ(golden.size() % inputs.size(), 0U);
  const std::size_t row = golden.size() / inputs.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto values = run_on_cpu(graph, {read_npy(inputs[i]).int8()});
    const auto first = golden.begin() + static_cast<std::ptrdiff_t>(i * row);
    const std::vector<std::int8_t> expected(first, first + static_cast<std::ptrdiff_t>(row));
    EXPECT_EQ(values.at(graph.outputs.at(0)), expected) << graph.name << " " << inputs[i].filename();
  }
}

void expect_embedded(const fs::path& model) {
  const fs::path golden = embedded_model_dir() / "golden" / model.stem();
  const Graph graph = import_tflite(model);
  expect_outputs(graph, files_in(golden, "input_", ".npy"), golden / "outputs.npy");
  EXPECT_EQ(expect_activations(graph, golden / "intermediates_00.npz"), static_cast<int>(graph.ops.size()) + 1);
}

TEST(WholeModelTest, EmbeddedModelsEqualTensorFlowLiteMicro) {
  const auto models = files_in(embedded_model_dir(), "", ".tflite");
  ASSERT_GE(models.size(), 5U);
  for (const fs::path& model : models) expect_embedded(model);
}

TEST(WholeModelTest, CornerModelsEqualTensorFlowLiteMicro) {
  const auto models = files_in(embedded_model_dir() / "corners", "", ".tflite");
  ASSERT_GE(models.size(), 10U);
  for (const fs::path& model : models) expect_embedded(model);
}

class OfficialModelTest : public testing::TestWithParam<const char*> {};

TEST_P(OfficialModelTest, EqualsTensorFlowLiteMicro) {
  const char* root = std::getenv("SYSTOLITE_GOLDEN");
  if (root == nullptr) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set";
  const std::string name = GetParam();
  const auto models = official_models();
  const auto model = std::ranges::find(models, name, &OfficialModel::name);
  ASSERT_NE(model, models.end());
  const Graph graph = import_tflite(fs::path(root) / "models" / model->file);
  const fs::path golden = fs::path(root) / "golden" / name;
  expect_outputs(graph, files_in(fs::path(root) / "inputs" / name, "", ".npy"), golden / "outputs_tflm.npy");
  const auto archives = files_in(golden, "intermediates_tflm_", ".npz");
  ASSERT_FALSE(archives.empty());
  for (const fs::path& archive : archives) {
    EXPECT_EQ(expect_activations(graph, archive), static_cast<int>(graph.ops.size()) + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(MlperfTiny, OfficialModelTest, testing::Values("ic", "kws", "vww", "ad", "sww"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace systolite::test

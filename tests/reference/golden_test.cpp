// SPDX-License-Identifier: Apache-2.0
// The reference against outputs of TensorFlow Lite Micro, on the official models. Needs the folder with models, inputs
// and golden tensors in SYSTOLITE_GOLDEN; skipped without it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "mapper/tflite/import.h"
#include "sim/core/npy.h"
#include "tests/reference/reference_graph.h"

namespace systolite::reference {
namespace {

namespace fs = std::filesystem;

struct Benchmark {
  const char* name;
  const char* model;
};

class GoldenTest : public testing::TestWithParam<Benchmark> {};

TEST_P(GoldenTest, OutputsEqualTensorFlowLiteMicro) {
  const char* folder = std::getenv("SYSTOLITE_GOLDEN");
  if (folder == nullptr) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set";
  const fs::path root(folder);
  const Graph graph = import_tflite(root / "models" / GetParam().model);
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(root / "inputs" / GetParam().name)) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  const Bytes golden = read_npy(root / "golden" / GetParam().name / "outputs_tflm.npy").int8();
  const std::size_t row = golden.size() / inputs.size();
  ASSERT_GT(row, 0U);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<Bytes> image{read_npy(inputs[i]).int8()};
    const std::vector<Bytes> tensors = evaluate(graph, image);
    const auto expected = golden.begin() + static_cast<std::ptrdiff_t>(i * row);
    ASSERT_EQ(tensors[static_cast<std::size_t>(graph.outputs[0])],
              Bytes(expected, expected + static_cast<std::ptrdiff_t>(row)))
        << inputs[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenTest,
                         testing::Values(Benchmark{"ic", "pretrainedResnet_quant.tflite"},
                                         Benchmark{"kws", "kws_ref_model.tflite"},
                                         Benchmark{"vww", "vww_96_int8.tflite"}, Benchmark{"ad", "ad01_int8.tflite"},
                                         Benchmark{"sww", "str_ww_ref_model.tflite"}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace systolite::reference

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "mapper/models/npz.h"
#include "mapper/models/sha256.h"
#include "mapper/tflite/import.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

using test::models_dir;

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

std::vector<std::int64_t> wide(const std::vector<int>& shape) { return {shape.begin(), shape.end()}; }

std::int64_t total_macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Op& op : graph.ops) sum += macs(graph, op);
  return sum;
}

std::vector<std::string> op_types(const Graph& graph) {
  std::vector<std::string> types;
  for (const Op& op : graph.ops) types.push_back(op.type);
  return types;
}

Graph embedded(const std::string& name) { return import_tflite(models_dir() / (name + ".tflite")); }

TEST(EmbeddedModelsTest, FilesAreThoseOfTheManifest) {
  std::ifstream stream(models_dir() / "MANIFEST.json");
  const nlohmann::json manifest = nlohmann::json::parse(stream);
  ASSERT_GT(manifest["sha256"].size(), 5U);
  for (const auto& [path, hash] : manifest["sha256"].items()) {
    EXPECT_EQ(sha256_of_file(models_dir() / path), hash.get<std::string>()) << path;
  }
}

TEST(EmbeddedModelsTest, ShapesAreThoseOfTheGoldenTensors) {
  const auto files = test::all_model_files();
  ASSERT_GE(files.size(), 30U);
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename());
    const Graph graph = import_tflite(file);
    const auto golden = read_npz(models_dir() / "golden" / graph.name / "intermediates_00.npz");
    std::set<std::string> expected = {fmt::format("t{:03}_input", graph.inputs[0])};
    for (const Op& op : graph.ops) expected.insert(fmt::format("t{:03}_op{:02}_{}", op.outputs[0], op.index, op.type));
    std::set<std::string> found;
    for (const auto& [key, array] : golden) {
      found.insert(key);
      const int index = std::stoi(key.substr(1, 3));
      EXPECT_EQ(array.type, NpyType::kInt8) << key;
      EXPECT_EQ(array.shape, wide(tensor(graph, index).shape)) << key;
    }
    EXPECT_EQ(found, expected);
    // Row i of the outputs belongs to input i; row 0 is the last intermediate.
    const NpyArray outputs = read_npy(models_dir() / "golden" / graph.name / "outputs.npy");
    ASSERT_EQ(outputs.shape.at(0), 3);
    const NpyArray& last =
        golden.at(fmt::format("t{:03}_op{:02}_{}", graph.outputs[0], graph.ops.back().index, graph.ops.back().type));
    const auto row = static_cast<std::ptrdiff_t>(outputs.data.size() / 3);
    EXPECT_TRUE(std::equal(last.data.begin(), last.data.end(), outputs.data.begin(), outputs.data.begin() + row));
    for (int i = 0; i < 3; ++i) {
      const NpyArray input = read_npy(models_dir() / "golden" / graph.name / fmt::format("input_{:02}.npy", i));
      EXPECT_EQ(input.shape, wide(tensor(graph, graph.inputs[0]).shape));
    }
  }
}

TEST(EmbeddedModelsTest, HaveTheOperatorsOfTheOfficialOnes) {
  EXPECT_EQ(op_types(embedded("ic_embedded")),
            (std::vector<std::string>{"CONV_2D", "CONV_2D", "CONV_2D", "ADD", "CONV_2D", "CONV_2D", "CONV_2D", "ADD",
                                      "CONV_2D", "CONV_2D", "CONV_2D", "ADD", "AVERAGE_POOL_2D", "RESHAPE",
                                      "FULLY_CONNECTED", "SOFTMAX"}));
  EXPECT_EQ(embedded("kws_embedded").ops.size(), 13U);
  EXPECT_EQ(embedded("vww_embedded").ops.size(), 31U);
  EXPECT_EQ(op_types(embedded("ad_embedded")), std::vector<std::string>(10, "FULLY_CONNECTED"));
  EXPECT_EQ(embedded("sww_embedded").ops.size(), 11U);
}

TEST(EmbeddedModelsTest, FullSizeOnesHaveTheMacsOfTheOfficialOnes) {
  EXPECT_EQ(total_macs(embedded("ic_embedded")), 12'501'632);
  EXPECT_EQ(total_macs(embedded("kws_embedded")), 2'656'768);
  EXPECT_EQ(total_macs(embedded("sww_embedded")), 826'368);
}

TEST(EmbeddedModelsTest, StridedStemHasTheOddBorderBelow) {
  const auto conv = std::get<Conv2d>(embedded("kws_embedded").ops[0].params);
  EXPECT_EQ(conv.pad, (Padding{.top = 4, .bottom = 5, .left = 1, .right = 1}));
  EXPECT_EQ(conv.activation, Activation::kRelu);
}

TEST(EmbeddedModelsTest, BiasesThatShareABufferAreEqual) {
  const Graph graph = embedded("sww_embedded");
  const Tensor& a = tensor(graph, graph.ops[2].inputs[2]);
  const Tensor& b = tensor(graph, graph.ops[4].inputs[2]);
  EXPECT_EQ(a.bytes(), 512);
  EXPECT_EQ(a.data, b.data);
}

TEST(EmbeddedModelsTest, ReshapeKeepsOnlyItsActivation) {
  const Graph graph = embedded("kws_embedded");
  EXPECT_EQ(graph.ops[10].inputs.size(), 1U);
  EXPECT_EQ(tensor(graph, graph.ops[10].outputs[0]).shape, (std::vector<int>{1, 64}));
}

TEST(EmbeddedModelsTest, AbsentBiasIsMinusOne) {
  const Graph graph = import_tflite(models_dir() / "corners" / "conv_no_bias_relu_n1_to_1.tflite");
  EXPECT_EQ(graph.ops[0].inputs[2], -1);
  EXPECT_EQ(std::get<Conv2d>(graph.ops[0].params).activation, Activation::kReluN1To1);
}

TEST(EmbeddedModelsTest, ImportOfBytesAndOfTheFileAgree) {
  const auto file = models_dir() / "kws_embedded.tflite";
  const std::vector<std::uint8_t> bytes = test::read_bytes(file);
  EXPECT_EQ(import_tflite(bytes.data(), bytes.size(), "kws_embedded"), import_tflite(file));
}

}  // namespace
}  // namespace systolite

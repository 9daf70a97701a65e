// SPDX-License-Identifier: Apache-2.0
// The official MLPerf Tiny models against an operator table made by another parser.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <map>

#include "mapper/tflite/import.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

using test::CsvRow;

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

std::string joined(const std::vector<int>& values, const char* separator) {
  return fmt::format("{}", fmt::join(values, separator));
}

std::string activation_name(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "NONE";
    case Activation::kRelu:
      return "RELU";
    case Activation::kReluN1To1:
      return "RELU_N1_TO_1";
    case Activation::kRelu6:
      return "RELU6";
  }
  return "";
}

void expect_window(const CsvRow& row, const Padding& pad, int stride_h, int stride_w) {
  EXPECT_EQ(std::to_string(stride_h), row.at("stride_h"));
  EXPECT_EQ(std::to_string(stride_w), row.at("stride_w"));
  EXPECT_EQ(std::to_string(pad.top), row.at("pad_top"));
  EXPECT_EQ(std::to_string(pad.bottom), row.at("pad_bottom"));
  EXPECT_EQ(std::to_string(pad.left), row.at("pad_left"));
  EXPECT_EQ(std::to_string(pad.right), row.at("pad_right"));
}

void expect_params(const CsvRow& row, const Conv2d& c) {
  expect_window(row, c.pad, c.stride_h, c.stride_w);
  EXPECT_EQ(std::to_string(c.dilation_h), row.at("dilation_h"));
  EXPECT_EQ(std::to_string(c.dilation_w), row.at("dilation_w"));
  EXPECT_EQ(activation_name(c.activation), row.at("activation"));
}
void expect_params(const CsvRow& row, const DepthwiseConv2d& d) {
  expect_window(row, d.pad, d.stride_h, d.stride_w);
  EXPECT_EQ(std::to_string(d.dilation_h), row.at("dilation_h"));
  EXPECT_EQ(std::to_string(d.dilation_w), row.at("dilation_w"));
  EXPECT_EQ(std::to_string(d.depth_multiplier), row.at("depth_multiplier"));
  EXPECT_EQ(activation_name(d.activation), row.at("activation"));
}
void expect_params(const CsvRow& row, const Pool2d& p) {
  expect_window(row, p.pad, p.stride_h, p.stride_w);
  EXPECT_EQ(fmt::format("{}x{}", p.filter_h, p.filter_w), row.at("filter_shape"));
  EXPECT_EQ(p.average, row.at("op") == "AVERAGE_POOL_2D");
  EXPECT_EQ(activation_name(p.activation), row.at("activation"));
}
void expect_params(const CsvRow& row, const FullyConnected& f) {
  EXPECT_EQ(activation_name(f.activation), row.at("activation"));
}
void expect_params(const CsvRow& row, const Add& a) { EXPECT_EQ(activation_name(a.activation), row.at("activation")); }
void expect_params(const CsvRow&, const Reshape&) {}
void expect_params(const CsvRow& row, const Softmax& s) { EXPECT_EQ(fmt::format("beta={}", s.beta), row.at("notes")); }

void expect_quantization(const CsvRow& row, const std::string& column, const Tensor& t) {
  EXPECT_EQ(t.quant.scales.at(0), std::stof(row.at(column + "_scale")));
  EXPECT_EQ(std::to_string(t.quant.zero_points.at(0)), row.at(column + "_zp"));
}

void expect_operands(const CsvRow& row, const Graph& graph, const Op& op) {
  std::vector<int> activations;
  std::vector<int> constants;
  for (const int i : op.inputs) (tensor(graph, i).is_constant() ? constants : activations).push_back(i);
  EXPECT_EQ(joined(activations, " "), row.at("input_tensors"));
  if (op.type != "RESHAPE") {
    EXPECT_EQ(joined(constants, " "), row.at("const_tensors"));
  }
  EXPECT_EQ(joined(op.outputs, " "), row.at("output_tensor"));
  EXPECT_EQ(joined(tensor(graph, activations[0]).shape, "x"), row.at("input_shape"));
  EXPECT_EQ(joined(tensor(graph, op.outputs[0]).shape, "x"), row.at("output_shape"));
  expect_quantization(row, "input", tensor(graph, activations[0]));
  expect_quantization(row, "output", tensor(graph, op.outputs[0]));
  if (activations.size() > 1) expect_quantization(row, "input2", tensor(graph, activations[1]));
  if (!row.at("weight_bytes").empty()) {
    const Tensor& weights = tensor(graph, constants[0]);
    EXPECT_EQ(joined(weights.shape, "x"), row.at("filter_shape"));
    EXPECT_EQ(std::to_string(weights.bytes()), row.at("weight_bytes"));
    EXPECT_EQ(std::to_string(weights.quant.scales.size()), row.at("n_filter_scales"));
    if (weights.quant.scales.size() > 1) {
      EXPECT_EQ(std::to_string(weights.quant.dim), row.at("filter_quant_dim"));
    }
    EXPECT_EQ(std::to_string(tensor(graph, constants[1]).bytes()), row.at("bias_bytes"));
  }
}

TEST(OfficialModelsTest, OperatorTablesAreAsRecorded) {
  const auto directory = test::official_dir();
  if (!directory) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set: the official models were not compared";
  std::map<std::string, Graph> graphs;
  std::map<std::string, std::size_t> seen;
  for (const CsvRow& row : test::read_csv(*directory / "layers.csv")) {
    const std::string& file = row.at("model");
    SCOPED_TRACE(file + " operator " + row.at("index"));
    if (!graphs.contains(file)) graphs[file] = import_tflite(*directory / "models" / file);
    const Graph& graph = graphs[file];
    const Op& op = graph.ops.at(std::stoul(row.at("index")));
    EXPECT_EQ(op.type, row.at("op"));
    EXPECT_EQ(std::to_string(op.index), row.at("index"));
    expect_operands(row, graph, op);
    std::visit([&](const auto& params) { expect_params(row, params); }, op.params);
    EXPECT_EQ(std::to_string(macs(graph, op)), row.at("macs"));
    ++seen[file];
  }
  EXPECT_EQ(graphs.size(), 5U);
  for (const auto& [file, count] : seen) EXPECT_EQ(count, graphs[file].ops.size()) << file;
}

}  // namespace
}  // namespace systolite

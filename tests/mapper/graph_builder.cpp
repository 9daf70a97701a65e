// SPDX-License-Identifier: Apache-2.0
#include "tests/mapper/graph_builder.h"

#include <fmt/format.h>

namespace systolite::test {

int GraphBuilder::activation(const std::vector<int>& shape, float scale, int zero_point) {
  Tensor tensor;
  tensor.name = fmt::format("t{}", graph.tensors.size());
  tensor.shape = shape;
  tensor.quant = {{scale}, {zero_point}, 0};
  graph.tensors.push_back(tensor);
  return static_cast<int>(graph.tensors.size()) - 1;
}

int GraphBuilder::constant(const std::vector<int>& shape, DType dtype, int channels, int dim) {
  const int index = activation(shape);
  Tensor& tensor = graph.tensors.back();
  tensor.dtype = dtype;
  const auto n = static_cast<std::size_t>(channels);
  tensor.quant = {std::vector<float>(n, 0.01F), std::vector<std::int64_t>(n, 0), dim};
  tensor.data.resize(static_cast<std::size_t>(tensor.elements()) * (dtype == DType::kInt32 ? 4 : 1));
  for (std::size_t i = 0; i < tensor.data.size(); ++i) tensor.data[i] = static_cast<std::uint8_t>(i * 37 + 11);
  return index;
}

int GraphBuilder::op(const std::string& type, std::vector<int> inputs, const std::vector<int>& shape, OpParams params) {
  const int output = activation(shape);
  Op op;
  op.index = static_cast<int>(graph.ops.size());
  op.type = type;
  op.name = graph.tensors.back().name;
  op.inputs = std::move(inputs);
  op.outputs = {output};
  op.params = std::move(params);
  graph.ops.push_back(std::move(op));
  return output;
}

int GraphBuilder::conv(int input, int filters, int kernel, int stride, int dilation) {
  const auto in = graph.tensors[static_cast<std::size_t>(input)].shape;
  const int reach = (kernel - 1) * dilation / 2;
  const int weights = constant({filters, kernel, kernel, in[3]}, DType::kInt8, filters, 0);
  const int bias = constant({filters}, DType::kInt32, filters, 0);
  return op("CONV_2D", {input, weights, bias},
            {1, (in[1] + stride - 1) / stride, (in[2] + stride - 1) / stride, filters},
            Conv2d{stride, stride, dilation, dilation, {reach, reach, reach, reach}, Activation::kRelu});
}

int GraphBuilder::depthwise(int input, int kernel, int dilation) {
  const auto in = graph.tensors[static_cast<std::size_t>(input)].shape;
  const int reach = (kernel - 1) * dilation / 2;
  const int weights = constant({1, kernel, kernel, in[3]}, DType::kInt8, in[3], 3);
  const int bias = constant({in[3]}, DType::kInt32, in[3], 0);
  return op("DEPTHWISE_CONV_2D", {input, weights, bias}, in,
            DepthwiseConv2d{1, 1, dilation, dilation, 1, {reach, reach, reach, reach}, Activation::kNone});
}

int GraphBuilder::pool(int input, int filter, int stride, const Padding& pad, int out_h, int out_w) {
  const auto in = graph.tensors[static_cast<std::size_t>(input)].shape;
  return op("AVERAGE_POOL_2D", {input}, {1, out_h, out_w, in[3]},
            Pool2d{true, filter, filter, stride, stride, pad, Activation::kNone});
}

int GraphBuilder::add(int a, int b) {
  return op("ADD", {a, b}, graph.tensors[static_cast<std::size_t>(a)].shape, Add{Activation::kRelu});
}

int GraphBuilder::reshape(int input, const std::vector<int>& shape) { return op("RESHAPE", {input}, shape, Reshape{}); }

int GraphBuilder::fully_connected(int input, int outputs) {
  const int k = static_cast<int>(graph.tensors[static_cast<std::size_t>(input)].elements());
  const int weights = constant({outputs, k}, DType::kInt8, 1, 0);
  const int bias = constant({outputs}, DType::kInt32, 1, 0);
  return op("FULLY_CONNECTED", {input, weights, bias}, {1, outputs}, FullyConnected{});
}

int GraphBuilder::softmax(int input) {
  return op("SOFTMAX", {input}, graph.tensors[static_cast<std::size_t>(input)].shape, Softmax{});
}

Graph GraphBuilder::finish(int input, int output) {
  graph.name = "test";
  graph.inputs = {input};
  graph.outputs = {output};
  return graph;
}

HwConfig config(int rows, int cols, int scratchpad_bytes, int banks, bool depthwise_unit, const std::string& dataflow) {
  return parse_hw_config(
      fmt::format("name: test\nclock_mhz: 100\n"
                  "array: {{rows: {}, cols: {}, dataflow: {}, depthwise_unit: {}}}\n"
                  "requant_lanes: 4\nscratchpad: {{bytes: {}, banks: {}}}\nweight_buffer: {{bytes: 16384}}\n"
                  "accumulator: {{bytes: {}}}\nparam_channels: 512\nqueue_depth: 2\n"
                  "dma: {{bus_bits: 64, burst_beats: 16, outstanding_reads: 4}}\n"
                  "memory:\n"
                  "  flash: {{base: 0x08000000, bytes: 2097152, read_latency_cycles: 8, cycles_per_beat: 1}}\n"
                  "  sram: {{base: 0x20000000, bytes: 1048576, read_latency_cycles: 2, write_latency_cycles: 2, "
                  "cycles_per_beat: 1}}\n",
                  rows, cols, dataflow, depthwise_unit, scratchpad_bytes, banks, 2 * 64 * cols * 4),
      "test.yaml");
}

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/driver/tiny_network.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace systolite::test {
namespace {

class GraphBuilder {
 public:
  int activation(std::vector<int> shape, float scale, std::int64_t zero_point) {
    return add({.name = "t" + std::to_string(graph_.tensors.size()),
                .dtype = DType::kInt8,
                .shape = std::move(shape),
                .quant = {.scales = {scale}, .zero_points = {zero_point}, .dim = 0},
                .data = {}});
  }
  int weights(std::vector<int> shape, int channels, int dim) {
    Tensor tensor{.name = "w",
                  .dtype = DType::kInt8,
                  .shape = std::move(shape),
                  .quant = {.scales = std::vector<float>(static_cast<std::size_t>(channels), 0.01F),
                            .zero_points = std::vector<std::int64_t>(static_cast<std::size_t>(channels), 0),
                            .dim = dim},
                  .data = {}};
    for (int i = 0; i < tensor.elements(); ++i) tensor.data.push_back(static_cast<std::uint8_t>(i * 29 + 3));
    return add(std::move(tensor));
  }
  int bias(int channels) {
    Tensor tensor{.name = "b", .dtype = DType::kInt32, .shape = {channels}, .quant = {}, .data = {}};
    for (std::int32_t i = 0; i < channels; ++i) {
      const std::int32_t value = i * 50 - 60;
      tensor.data.resize(tensor.data.size() + sizeof(value));
      std::memcpy(tensor.data.data() + tensor.data.size() - sizeof(value), &value, sizeof(value));
    }
    return add(std::move(tensor));
  }
  void op(const std::string& type, OpParams params, std::vector<int> inputs, int output) {
    graph_.ops.push_back({.index = static_cast<int>(graph_.ops.size()),
                          .type = type,
                          .name = type,
                          .inputs = std::move(inputs),
                          .outputs = {output},
                          .params = params});
  }
  Graph take(int input, int output) {
    graph_.name = "tiny";
    graph_.inputs = {input};
    graph_.outputs = {output};
    return graph_;
  }

 private:
  int add(Tensor tensor) {
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<int>(graph_.tensors.size()) - 1;
  }
  Graph graph_;
};

}  // namespace

Graph tiny_graph() {
  GraphBuilder b;
  const int input = b.activation({1, 5, 4, 2}, 0.05F, -5);
  const int conv = b.activation({1, 5, 4, 3}, 0.06F, -128);
  const int depthwise = b.activation({1, 5, 4, 3}, 0.06F, 4);
  const int sum = b.activation({1, 5, 4, 3}, 0.1F, 0);
  const int peak = b.activation({1, 2, 2, 3}, 0.1F, 0);
  const int mean = b.activation({1, 1, 1, 3}, 0.1F, 0);
  const int flat = b.activation({1, 3}, 0.1F, 0);
  const int dense = b.activation({1, 4}, 0.2F, 10);
  const int output = b.activation({1, 4}, 1.0F / 256.0F, -128);
  const Padding same{.top = 1, .bottom = 1, .left = 1, .right = 1};
  b.op("CONV_2D", Conv2d{.pad = same, .activation = Activation::kRelu},
       {input, b.weights({3, 3, 3, 2}, 3, 0), b.bias(3)}, conv);
  b.op("DEPTHWISE_CONV_2D", DepthwiseConv2d{.pad = same}, {conv, b.weights({1, 3, 3, 3}, 3, 3), -1}, depthwise);
  b.op("ADD", Add{}, {conv, depthwise}, sum);
  b.op("MAX_POOL_2D", Pool2d{.average = false, .filter_h = 2, .filter_w = 2, .stride_h = 2, .stride_w = 2, .pad = {}},
       {sum}, peak);
  b.op("AVERAGE_POOL_2D", Pool2d{.average = true, .filter_h = 2, .filter_w = 2, .pad = {}}, {peak}, mean);
  b.op("RESHAPE", Reshape{}, {mean}, flat);
  b.op("FULLY_CONNECTED", FullyConnected{}, {flat, b.weights({4, 3}, 1, 0), b.bias(4)}, dense);
  b.op("SOFTMAX", Softmax{}, {dense}, output);
  return b.take(input, output);
}

Program processor_program(const Graph& graph, bool jobs) {
  Program program{.config_id = kConfigId,
                  .flash_base = kFlashBase,
                  .flash_bytes = 3 * SLT_COMMAND_BYTES,
                  .flash = std::vector<std::uint8_t>(3 * SLT_COMMAND_BYTES),
                  .sram_base = kSramBase,
                  .sram_bytes = 0,
                  .steps = {},
                  .places = {},
                  .layers = {},
                  .scratchpad = {}};
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].is_constant()) continue;
    const auto bytes = static_cast<std::uint32_t>(graph.tensors[i].bytes());
    program.places.push_back({static_cast<int>(i), kSramBase + program.sram_bytes, bytes});
    program.sram_bytes += bytes;
  }
  if (jobs) program.steps.emplace_back(JobStep{{isa::Command{}}, {0}, kFlashBase});
  for (std::size_t i = 0; i < graph.ops.size(); ++i) program.steps.emplace_back(CpuStep{static_cast<int>(i), "test"});
  if (jobs)
    program.steps.emplace_back(JobStep{{isa::Command{}, isa::Command{}}, {1, 2}, kFlashBase + SLT_COMMAND_BYTES});
  return program;
}

GuardedMemory::GuardedMemory(std::uint32_t bytes, const std::vector<std::uint8_t>& content)
    : size_(bytes), bytes_(bytes + 2 * kGuardBytes, kGuard) {
  std::fill_n(data(), bytes, std::uint8_t{0});
  std::copy_n(content.begin(), std::min<std::size_t>(content.size(), bytes), data());
}

bool GuardedMemory::guards_intact() const {
  const auto is_guard = [](std::uint8_t byte) { return byte == kGuard; };
  return std::all_of(bytes_.begin(), bytes_.begin() + kGuardBytes, is_guard) &&
         std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(kGuardBytes + size_), bytes_.end(), is_guard);
}

slt_network_header_t header_of(const std::vector<std::uint8_t>& image) {
  slt_network_header_t header;
  std::memcpy(&header, image.data(), sizeof(header));
  return header;
}

}  // namespace systolite::test

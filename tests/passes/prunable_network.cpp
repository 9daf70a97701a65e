// SPDX-License-Identifier: Apache-2.0
#include "tests/passes/prunable_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/reference/network_builder.h"
#include "tests/reference/random_source.h"

namespace systolite::test {
namespace {

using reference::NetworkBuilder;
using reference::RandomCase;
using reference::RandomSource;
using reference::WindowShape;

WindowShape window(RandomSource& random, const std::vector<int>& in, bool dilate) {
  WindowShape w;
  w.same = random.chance(50);
  w.height = random.one_of({1, 1, 2, 3});
  w.width = random.chance(80) ? w.height : random.one_of({1, 2, 3});
  w.stride_h = random.chance(75) ? 1 : 2;
  w.stride_w = random.chance(85) ? w.stride_h : 2;
  if (dilate && random.chance(15)) w.dilation_h = w.dilation_w = 2;
  if (!w.same) {
    w.height = std::min(w.height, (in[1] - 1) / w.dilation_h + 1);
    w.width = std::min(w.width, (in[2] - 1) / w.dilation_w + 1);
  }
  return w;
}

WindowShape keeping_size(RandomSource& random) {
  const int extent = random.one_of({1, 3});
  return {extent, extent, 1, 1, 1, 1, true};
}

int flattened(NetworkBuilder& net, int in) {
  int elements = 1;
  for (const int d : net.shape(in)) elements *= d;
  return net.reshape(in, {1, elements});
}

// Cuts the bytes into pixels of another number of channels.
int recut(RandomSource& random, NetworkBuilder& net, int in) {
  int elements = 1;
  for (const int d : net.shape(in)) elements *= d;
  int channels = random.number(1, 8);
  while (elements % channels != 0) --channels;
  return net.reshape(in, {1, elements / channels, 1, channels});
}

int random_step(RandomSource& random, NetworkBuilder& net, int in) {
  const std::vector<int> shape = net.shape(in);
  const int draw = random.number(0, 99);
  if (draw < 40) return net.conv(in, random.number(1, 8), window(random, shape, true));
  if (draw < 65) return net.depthwise(in, random.chance(8) ? 2 : 1, window(random, shape, true));
  if (draw < 70) return recut(random, net, in);
  if (draw < 80) return net.pool(in, random.chance(50), window(random, shape, false));
  if (draw < 85) return net.add(in, net.constant({1, 1, 1, random.chance(70) ? shape[3] : 1}));
  if (draw < 88) return net.add(in, in);
  if (draw < 94) return net.add(net.conv(in, shape[3], keeping_size(random)), in);
  return net.add(net.conv(in, shape[3], keeping_size(random)), net.depthwise(in, 1, keeping_size(random)));
}

int random_end(RandomSource& random, NetworkBuilder& net, int in) {
  const int draw = random.number(0, 9);
  if (draw < 3) return in;
  int out = random.chance(60) ? flattened(net, in) : in;
  if (random.chance(50)) out = net.fully_connected(out, random.number(1, 6));
  out = net.fully_connected(out, random.number(1, 6));
  return draw < 8 ? out : net.softmax(out);
}

// Where the weights of an operator lie: element = output * output_step + input * input_step + tap * tap_step.
struct Layout {
  std::size_t outputs, inputs, taps, output_step, input_step, tap_step;
};

Layout layout_of(const Graph& graph, const Op& op) {
  const Tensor& kernel = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
  const auto size = [&](std::size_t i) { return static_cast<std::size_t>(kernel.shape[i]); };
  if (std::holds_alternative<DepthwiseConv2d>(op.params))
    return {size(3), 1, size(1) * size(2), 1, kernel.data.size(), size(3)};
  const auto outputs = size(0);
  const auto inputs = static_cast<std::size_t>(
      std::min(graph.tensors[static_cast<std::size_t>(op.inputs[0])].shape.back(), kernel.shape.back()));
  const std::size_t per_output = kernel.data.size() / outputs;
  return {outputs, inputs, per_output / inputs, per_output, 1, inputs};
}

void set_bias(Tensor& bias, std::size_t channel, std::int64_t value) {
  const auto narrow = static_cast<std::int32_t>(value);
  std::memcpy(bias.data.data() + channel * sizeof(narrow), &narrow, sizeof(narrow));
}

void prune(RandomSource& random, Graph& graph, const Op& op) {
  const Layout layout = layout_of(graph, op);
  Tensor& kernel = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
  const auto clear = [&](std::size_t output, std::size_t input) {
    for (std::size_t tap = 0; tap < layout.taps; ++tap)
      kernel.data[output * layout.output_step + input * layout.input_step + tap * layout.tap_step] = 0;
  };
  const int dead = random.one_of({0, 20, 50, 90});
  const int unread = random.one_of({0, 0, 30, 70});
  const int small = random.one_of({0, 0, 40});
  for (std::size_t o = 0; o < layout.outputs; ++o) {
    if (random.chance(dead)) {
      for (std::size_t i = 0; i < layout.inputs; ++i) clear(o, i);
    }
    if (random.chance(small)) {  // a sum that moves by a few units only
      for (std::size_t e = 0; e < layout.inputs * layout.taps; ++e) {
        std::uint8_t& weight = kernel.data[o * layout.output_step + (e % layout.inputs) * layout.input_step +
                                           e / layout.inputs * layout.tap_step];
        weight = static_cast<std::uint8_t>(static_cast<std::int8_t>(weight) / 64);
      }
    }
    if (op.inputs[2] >= 0 && random.chance(30)) {
      const std::int64_t far = random.one_of({1 << 30, -(1 << 30), std::numeric_limits<std::int32_t>::max(),
                                              std::numeric_limits<std::int32_t>::min(), 0, 20000, -20000});
      set_bias(graph.tensors[static_cast<std::size_t>(op.inputs[2])], o, far);
    }
    if (kernel.quant.scales.size() > 1 && random.chance(25))
      kernel.quant.scales[o] = static_cast<float>(kernel.quant.scales[o] * random.power(-24, 3));
  }
  for (std::size_t i = 0; i < layout.inputs && layout.inputs > 1; ++i) {
    if (!random.chance(unread)) continue;
    for (std::size_t o = 0; o < layout.outputs; ++o) clear(o, i);
  }
}

}  // namespace

RandomCase prunable_network(std::uint64_t seed) {
  RandomSource random(seed);
  NetworkBuilder net(random);
  int tensor = net.input({1, random.number(1, 5), random.number(1, 5), random.number(1, 4)});
  for (int steps = random.number(1, 6); steps > 0; --steps) tensor = random_step(random, net, tensor);
  RandomCase drawn = net.finish(random_end(random, net, tensor), fmt::format("prunable seed={}: ", seed));
  for (const Op& op : drawn.graph.ops) {
    const bool has_kernel = std::holds_alternative<Conv2d>(op.params) ||
                            std::holds_alternative<DepthwiseConv2d>(op.params) ||
                            std::holds_alternative<FullyConnected>(op.params);
    if (has_kernel) prune(random, drawn.graph, op);
  }
  return drawn;
}

}  // namespace systolite::test

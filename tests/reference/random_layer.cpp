// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/random_layer.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/reference/network_builder.h"

namespace systolite::reference {
namespace {

constexpr int kMaxActivationBytes = 16384;
constexpr int kMaxWeightBytes = 40960;

int fit(int wanted, int bytes_each, int limit) {
  return std::max(1, std::min(wanted, limit / std::max(1, bytes_each)));
}

// Image with `channels` channels: square, ragged, one row, one column or one pixel.
std::vector<int> image(RandomSource& random, int channels) {
  int height = random.mostly_small(1, 33);
  int width = random.mostly_small(1, 33);
  switch (random.number(0, 7)) {
    case 0:
      height = 1;
      width = random.number(1, 200);
      break;
    case 1:
      width = 1;
      height = random.number(1, 200);
      break;
    case 2:
      height = width = 1;
      break;
    case 3:
      height = width = random.one_of({4, 8, 16, 24});
      break;
    default:
      break;
  }
  height = fit(height, channels, kMaxActivationBytes);
  width = fit(width, height * channels, kMaxActivationBytes);
  return {1, height, width, channels};
}

int channels(RandomSource& random) {
  switch (random.number(0, 5)) {
    case 0:
      return random.number(1, 4);
    case 1:
      return random.one_of({8, 16, 32, 64});
    case 2:
      return random.one_of({15, 17, 31, 33, 63, 65});
    case 3:
      return random.number(65, 320);
    default:
      return random.mostly_small(1, 64);
  }
}

// A window that fits the image; `max_taps` limits height * width.
WindowShape window(RandomSource& random, const std::vector<int>& in, int max_taps, bool dilate) {
  WindowShape w;
  w.same = random.chance(60);
  const auto extent = [&](int size) {
    return random.chance(20) ? 1 : random.chance(50) ? 3 : random.mostly_small(1, std::min(size + 3, 11));
  };
  w.height = extent(in[1]);
  w.width = extent(in[2]);
  w.stride_h = random.chance(60) ? 1 : random.mostly_small(1, 4);
  w.stride_w = random.chance(75) ? w.stride_h : random.mostly_small(1, 4);
  if (dilate && random.chance(20)) {
    w.dilation_h = random.number(1, 4);
    w.dilation_w = random.number(1, 4);
  }
  if (!w.same) {
    w.height = std::min(w.height, (in[1] - 1) / w.dilation_h + 1);
    w.width = std::min(w.width, (in[2] - 1) / w.dilation_w + 1);
  }
  w.height = fit(w.height, 1, max_taps);
  w.width = fit(w.width, w.height, max_taps);
  return w;
}

int output_pixels(const std::vector<int>& in, const WindowShape& w) {
  return ((in[1] + w.stride_h - 1) / w.stride_h) * ((in[2] + w.stride_w - 1) / w.stride_w);
}

int random_conv(RandomSource& random, NetworkBuilder& net, int in) {
  const std::vector<int> shape = net.shape(in);
  const WindowShape w = window(random, shape, std::max(1, kMaxWeightBytes / shape[3]), true);
  int filters = fit(channels(random), output_pixels(shape, w), kMaxActivationBytes);
  filters = fit(filters, w.height * w.width * shape[3], kMaxWeightBytes);
  return net.conv(in, filters, w);
}

int random_depthwise(RandomSource& random, NetworkBuilder& net, int in) {
  const std::vector<int> shape = net.shape(in);
  const WindowShape w = window(random, shape, 49, true);
  const int multiplier =
      random.chance(8) ? fit(random.number(2, 4), output_pixels(shape, w) * shape[3], kMaxActivationBytes) : 1;
  return net.depthwise(in, multiplier, w);
}

int random_pool(RandomSource& random, NetworkBuilder& net, int in) {
  const std::vector<int> shape = net.shape(in);
  WindowShape w = window(random, shape, 121, false);
  if (random.chance(25)) w = {shape[1], shape[2], 1, 1, 1, 1, false};  // global
  return net.pool(in, random.chance(60), w);
}

int random_fully_connected(RandomSource& random, NetworkBuilder& net, int in) {
  int inputs = 1;
  for (const int dimension : net.shape(in)) inputs *= dimension;
  return net.fully_connected(in, fit(random.mostly_small(1, 300), inputs, kMaxWeightBytes));
}

int random_add(RandomSource& random, NetworkBuilder& net) {
  const std::vector<int> shape = image(random, channels(random));
  const int a = net.input(shape);
  if (random.chance(8)) return net.add(a, net.constant({1, 1, 1, shape[3]}));
  if (random.chance(5)) return net.add(a, a);
  return net.add(a, net.input(shape));
}

// Padding and stride that keep the size of the image.
WindowShape keeping_size(RandomSource& random) {
  const int extent = random.one_of({1, 3, 3, 3, 5});
  return {extent, extent, 1, 1, 1, 1, true};
}

}  // namespace

RandomCase random_layer(std::uint64_t seed) {
  RandomSource random(seed);
  NetworkBuilder net(random);
  const std::string title = fmt::format("layer seed={}: ", seed);
  const int draw = random.number(0, 99);
  if (draw < 40) return net.finish(random_conv(random, net, net.input(image(random, channels(random)))), title);
  if (draw < 65) return net.finish(random_depthwise(random, net, net.input(image(random, channels(random)))), title);
  if (draw < 77)
    return net.finish(random_fully_connected(random, net, net.input({1, random.mostly_small(1, 1500)})), title);
  if (draw < 87) return net.finish(random_add(random, net), title);
  return net.finish(random_pool(random, net, net.input(image(random, channels(random)))), title);
}

RandomCase random_chain(std::uint64_t seed) {
  RandomSource random(seed);
  NetworkBuilder net(random);
  const std::string title = fmt::format("chain seed={}: ", seed);
  const int depth = random.one_of({3, 8, 16, 17, 32, 48});
  const int in = net.input(image(random, depth));
  switch (random.number(0, 5)) {
    case 0: {  // both operands of the ADD are computed
      const int left = net.conv(in, depth, keeping_size(random));
      return net.finish(net.add(net.conv(left, depth, keeping_size(random)), left), title);
    }
    case 1:
      return net.finish(net.add(in, net.conv(in, depth, keeping_size(random))), title);
    case 2:
      return net.finish(random_pool(random, net, random_conv(random, net, in)), title);
    case 3: {
      const int middle = net.depthwise(in, 1, keeping_size(random));
      return net.finish(
          net.conv(middle, fit(random.number(1, 64), output_pixels(net.shape(middle), {}), kMaxActivationBytes), {}),
          title);
    }
    case 4:
      return net.finish(random_fully_connected(random, net, random_pool(random, net, in)), title);
    default: {
      const int middle = random_conv(random, net, in);
      const std::vector<int> shape = net.shape(middle);
      const int flat = net.reshape(middle, {1, shape[1] * shape[2] * shape[3]});
      return net.finish(net.softmax(net.fully_connected(flat, random.number(2, 12))), title);
    }
  }
}

RandomCase random_narrow_chain(std::uint64_t seed) {
  RandomSource random(seed);
  NetworkBuilder net(random);
  const std::string title = fmt::format("narrow chain seed={}: ", seed);
  const int width = random.number(2, 12);
  const int in = net.input({1, random.number(width, 40), width, random.one_of({1, 1, 2, 3})});
  WindowShape first{random.number(1, 10), random.number(1, 5), 1, 1, 1, 1, random.chance(70)};
  first.stride_h = random.number(1, 2);
  first.stride_w = random.number(1, 2);
  if (random.chance(15)) first.dilation_h = 2;
  if (!first.same) {
    first.height = std::min(first.height, (net.shape(in)[1] - 1) / first.dilation_h + 1);
    first.width = std::min(first.width, width);
  }
  const int depth = random.one_of({3, 8, 16, 24});
  const int wide = net.conv(in, depth, first);
  WindowShape square = keeping_size(random);
  if (random.chance(30)) square.stride_h = 2;
  if (random.chance(30)) square.stride_w = 2;
  const int middle = net.depthwise(wide, 1, square);
  const std::vector<int> shape = net.shape(middle);
  switch (random.number(0, 5)) {
    case 0:
      return net.finish(net.add(net.conv(middle, depth, {}), middle), title);
    case 1:
      return net.finish(net.pool(middle, true, {shape[1], shape[2], 1, 1, 1, 1, false}), title);
    case 2: {
      const WindowShape window{std::min(3, shape[1]), std::min(2, shape[2]), 2, 1, 1, 1, random.chance(50)};
      return net.finish(net.pool(middle, random.chance(50), window), title);
    }
    case 3:
      return net.finish(net.reshape(net.conv(middle, 4, {}), {1, shape[1] * shape[2] * 4}), title);
    case 4: {  // to the CPU and back
      const int on_cpu = net.depthwise(middle, 2, {});
      return net.finish(net.conv(net.depthwise(on_cpu, 1, keeping_size(random)), 8, {}), title);
    }
    default:
      return net.finish(net.conv(middle, random.number(1, 40), keeping_size(random)), title);
  }
}

RandomCase random_thin_chain(std::uint64_t seed) {
  RandomSource random(seed);
  NetworkBuilder net(random);
  const std::string title = fmt::format("thin chain seed={}: ", seed);
  const int height = random.number(6, 26);
  const int width = random.number(2, 20);
  const int channels = random.one_of({1, 2, 3, 4, 4, 5, 8});
  const int size = random.one_of({1, 3});
  const int in = net.input({1, height, width, random.number(1, 8)});
  int image = net.conv(in, channels, {size, size, 1, 1, 1, 1, true});
  for (int layers = random.chance(25) ? 2 : 1; layers > 0; --layers) {
    const std::vector<int> shape = net.shape(image);
    WindowShape window{random.one_of({1, 2, 3, 3, 5}), random.one_of({1, 3, 3, 5}), 1, 1, 1, 1, random.chance(70)};
    window.stride_h = random.chance(25) ? 2 : 1;
    window.stride_w = random.chance(25) ? 2 : 1;
    if (random.chance(10)) window.dilation_h = 2;
    if (!window.same) {
      window.height = std::min(window.height, (shape[1] - 1) / window.dilation_h + 1);
      window.width = std::min(window.width, shape[2]);
    }
    image = net.conv(net.depthwise(image, 1, window), layers > 1 ? random.number(2, 6) : random.number(2, 40), {});
  }
  return net.finish(image, title);
}

}  // namespace systolite::reference

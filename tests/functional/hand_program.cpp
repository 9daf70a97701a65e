// SPDX-License-Identifier: Apache-2.0
#include "tests/functional/hand_program.h"

#include <algorithm>
#include <random>

#include "tests/reference/fixed_point.h"
#include "tests/reference/full_table.h"

namespace systolite::testing {
namespace {

using reference::Bytes;
using reference::RoundingMode;

// Weights in the order wl reads them: a row of output channels for every tap and input channel.
Bytes pack_weights(const ConvLayer& layer) {
  if (layer.depthwise) return layer.weights.values;
  const int taps = layer.window.height * layer.window.width * layer.in.channels;
  Bytes packed;
  for (int tap = 0; tap < taps; ++tap) {
    for (int o = 0; o < layer.out.channels; ++o)
      packed.push_back(layer.weights.values[static_cast<std::size_t>(o * taps + tap)]);
  }
  return packed;
}

// The device multiplies raw inputs, so the zero point's part of the sum goes into the bias.
std::vector<std::int32_t> device_bias(const ConvLayer& layer) {
  const Bytes packed = pack_weights(layer);
  std::vector<std::int32_t> bias = layer.weights.bias;
  for (std::size_t i = 0; i < packed.size(); ++i) bias[i % bias.size()] -= layer.input.quant.zero_point * packed[i];
  return bias;
}

// Returns the size of the table.
std::int64_t write_table(SmallDevice& device, const ConvLayer& layer, RoundingMode mode) {
  std::vector<std::int32_t> mult;
  std::vector<std::int8_t> shift;
  for (const float scale : layer.weights.scales) {
    const double real = static_cast<double>(layer.input.quant.scale) * static_cast<double>(scale) /
                        static_cast<double>(layer.quant.scale);
    const reference::Multiplier by = reference::to_multiplier(real, mode);
    mult.push_back(static_cast<std::int32_t>(by.mantissa));
    shift.push_back(static_cast<std::int8_t>(by.exponent));
  }
  const auto table =
      reference::full_table(device_bias(layer), mult, shift, static_cast<std::size_t>(device.hw.dma.bus_bytes()));
  device.write(kTable, table);
  return static_cast<std::int64_t>(table.size());
}

isa::Ld load(std::uint32_t address, isa::Space space, std::int64_t bytes, std::uint32_t signal) {
  return {.mem_addr = address, .space = static_cast<std::int64_t>(space), .row_bytes = bytes, .signal = signal};
}

}  // namespace

Bytes ConvLayer::expected(RoundingMode mode) const {
  const auto op = depthwise ? reference::depthwise_conv_2d : reference::conv_2d;
  return op(input, in, weights, window, out, quant, limit, mode);
}

ConvLayer make_layer(bool depthwise, reference::Size in, int channels, reference::Window window) {
  std::mt19937 random(static_cast<unsigned>(in.elements() * 31 + channels));
  const auto byte = [&random] { return static_cast<std::int8_t>(static_cast<int>(random() % 256) - 128); };
  ConvLayer layer{
      .depthwise = depthwise, .in = in, .out = {}, .window = window, .input = {}, .weights = {}, .quant = {0.11F, -7}};
  const auto out = [](int size, int stride) { return (size + stride - 1) / stride; };
  layer.out = {out(in.height, window.stride_y), out(in.width, window.stride_x), channels};
  const auto pad = [&out](int size, int kernel, int stride, int dilation) {
    return std::max((out(size, stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0) / 2;
  };
  layer.window.pad_top = pad(in.height, window.height, window.stride_y, window.dilation_y);
  layer.window.pad_left = pad(in.width, window.width, window.stride_x, window.dilation_x);
  layer.input.quant = {0.05F, 13};
  for (int i = 0; i < in.elements(); ++i) layer.input.values.push_back(byte());
  const int terms = window.height * window.width * (depthwise ? 1 : in.channels);
  for (int i = 0; i < terms * channels; ++i) layer.weights.values.push_back(byte());
  for (int c = 0; c < channels; ++c) {
    layer.weights.scales.push_back(0.02F / static_cast<float>(terms + c));
    layer.weights.bias.push_back(static_cast<std::int32_t>(random() % 20001) - 10000);
  }
  return layer;
}

std::vector<isa::Command> conv_program(SmallDevice& device, const ConvLayer& layer, const ConvOptions& options) {
  device.write(kInput, layer.input.values);
  device.write(kWeights, pack_weights(layer));
  const std::int64_t table_bytes = write_table(device, layer, options.mode);

  const reference::Size& in = layer.in;
  const reference::Size& out = layer.out;
  const reference::Window& w = layer.window;
  const std::int64_t row_bytes = std::int64_t{in.width} * in.channels;
  const std::int64_t nt = out.channels;
  const bool string = !layer.depthwise && w.dilation_x == 1;  // a whole kernel row is contiguous
  const std::int64_t columns = string || layer.depthwise ? 1 : w.width;
  const std::int64_t len =
      layer.depthwise ? std::int64_t{w.height} * w.width : std::int64_t{string ? w.width : 1} * in.channels;
  const std::int64_t tile_rows = layer.depthwise ? std::int64_t{options.buses} * w.width : device.hw.array.rows;
  const isa::Mm block{.nrows = out.height, .ncols = out.width, .nky = w.height, .len = layer.depthwise ? 0 : len};

  std::vector<isa::Command> program;
  const auto emit = [&program](const auto& command) { program.push_back(encode(command)); };
  emit(isa::LdCfg{.mem_stride = row_bytes, .pitch = row_bytes, .interleave = options.interleave});
  emit(isa::Ld{
      .mem_addr = kInput, .space = 0, .dst = kSpmInput, .row_bytes = row_bytes, .rows = in.height, .signal = kMm});
  emit(load(kWeights, isa::Space::kWbuf, static_cast<std::int64_t>(layer.weights.values.size()), kWl));
  isa::Ld table = load(kTable, isa::Space::kTable, table_bytes, kVec);
  table.scale = static_cast<std::int64_t>(isa::ScaleForm::kFull);
  table.bias = static_cast<std::int64_t>(isa::BiasForm::kBits32);
  emit(table);
  isa::Wl wl{.outer = layer.depthwise ? 1 : w.height * columns, .len = len, .tile_rows = tile_rows, .nt = nt};
  wl.wait = kLd;
  if (options.output) {
    wl.dataflow = 1;
    wl.again = (out.height * out.width - 1) / device.hw.array.rows;
  }
  isa::Wl rest = wl;  // for the second mm command
  rest.wait = 0;
  if (options.output && options.split_kernel) {
    wl.outer = columns;
    rest.outer -= wl.outer;
    rest.addr = wl.outer * len * nt;
  }
  emit(wl);
  emit(isa::MmCfgIn{.base = kSpmInput,
                    .pitch = row_bytes,
                    .interleave = options.interleave,
                    .row_bytes = row_bytes,
                    .height = in.height,
                    .pix_bytes = in.channels,
                    .zero_point = layer.input.quant.zero_point,
                    .depthwise = layer.depthwise ? 1 : 0,
                    .stride_y = w.stride_y,
                    .stride_x = w.stride_x,
                    .dataflow = options.output ? 1 : 0});
  emit(isa::MmCfgKernel{.pad_top = w.pad_top,
                        .pad_left = w.pad_left,
                        .dil_y = w.dilation_y,
                        .dil_x = w.dilation_x,
                        .nkx = columns,
                        .taps = w.width,
                        .buses = options.buses,
                        .overlap = options.overlap});
  isa::Mm mm = block;
  mm.wait = kLd;
  if (options.split_kernel) {
    mm.nky = 1;
    emit(mm);
    mm = block;
    mm.ky0 = 1;
    mm.nky = w.height - 1;
    mm.accumulate = 1;
    if (options.output) emit(rest);
  }
  mm.signal = kVec;
  emit(mm);
  emit(isa::VecCfgOut{.base = kSpmOutput,
                      .pitch = out.width * nt,
                      .interleave = 0,
                      .pix_bytes = nt,
                      .zero_point = layer.quant.zero_point,
                      .act_min = -128,
                      .act_max = 127,
                      .single_rounding = options.mode == RoundingMode::kOnce ? 1 : 0,
                      .per_tensor = options.per_tensor ? 1 : 0});
  emit(isa::Requant{.nrows = out.height, .ncols = out.width, .nch = nt, .wait = kLd | kMm, .signal = kSt});
  emit(isa::St{.mem_addr = kOutput, .src = kSpmOutput, .row_bytes = out.elements(), .rows = 1, .wait = kVec});
  emit(isa::End{});
  return program;
}

}  // namespace systolite::testing

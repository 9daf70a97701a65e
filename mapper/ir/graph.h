// SPDX-License-Identifier: Apache-2.0
// The network as plain data: tensors and operators by index, in execution order.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace systolite {

enum class DType { kInt8, kInt32 };

// Affine quantisation real = scale * (q - zero_point). One scale for the tensor, or one per channel along `dim`.
struct Quantization {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  int dim = 0;
  bool operator==(const Quantization&) const = default;
};

struct Tensor {
  std::string name;
  DType dtype = DType::kInt8;
  std::vector<int> shape;  // as in the file, batch (1) first for activations
  Quantization quant;
  std::vector<std::uint8_t> data;  // little-endian constant; empty for activations
  [[nodiscard]] std::int64_t elements() const noexcept;
  [[nodiscard]] std::int64_t bytes() const noexcept;
  [[nodiscard]] bool is_constant() const noexcept { return !data.empty(); }
  bool operator==(const Tensor&) const = default;
};

enum class Activation { kNone, kRelu, kReluN1To1, kRelu6 };

// Padding already resolved to bytes of border: rows above/below, columns left/right (TFLite SAME puts the odd one
// below/right).
struct Padding {
  int top = 0, bottom = 0, left = 0, right = 0;
  bool operator==(const Padding&) const = default;
};

struct Conv2d {  // inputs: activation NHWC, weights OHWI, bias int32 [O] (or -1)
  int stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Padding pad;
  Activation activation = Activation::kNone;
  bool operator==(const Conv2d&) const = default;
};
struct DepthwiseConv2d {  // inputs: activation NHWC, weights 1HWC, bias int32 [C] (or -1); C = input channels *
                          // depth_multiplier
  int stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, depth_multiplier = 1;
  Padding pad;
  Activation activation = Activation::kNone;
  bool operator==(const DepthwiseConv2d&) const = default;
};
struct FullyConnected {  // inputs: activation [.., K], weights [N, K], bias int32 [N] (or -1)
  Activation activation = Activation::kNone;
  bool operator==(const FullyConnected&) const = default;
};
struct Add {  // inputs: two activations (or one constant), broadcast allowed
  Activation activation = Activation::kNone;
  bool operator==(const Add&) const = default;
};
struct Pool2d {  // input NHWC
  bool average = true;
  int filter_h = 1, filter_w = 1, stride_h = 1, stride_w = 1;
  Padding pad;
  Activation activation = Activation::kNone;
  bool operator==(const Pool2d&) const = default;
};
struct Reshape {
  bool operator==(const Reshape&) const = default;
};
struct Softmax {  // over the last dimension
  float beta = 1.0F;
  bool operator==(const Softmax&) const = default;
};

using OpParams = std::variant<Conv2d, DepthwiseConv2d, FullyConnected, Add, Pool2d, Reshape, Softmax>;

struct Op {
  int index = 0;            // position in the file
  std::string type;         // TFLite name, e.g. "CONV_2D"
  std::string name;         // name of the output tensor
  std::vector<int> inputs;  // tensor indices; -1 = absent optional input
  std::vector<int> outputs;
  OpParams params;
  bool operator==(const Op&) const = default;
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;
  std::vector<int> inputs;
  std::vector<int> outputs;
  bool operator==(const Graph&) const = default;
};

// Multiply-accumulates of an operator, padded taps included.
[[nodiscard]] std::int64_t macs(const Graph& graph, const Op& op);
// Human-readable text of the whole graph, one line an operator.
[[nodiscard]] std::string dump(const Graph& graph);

}  // namespace systolite

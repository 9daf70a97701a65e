// SPDX-License-Identifier: Apache-2.0
// Appends random operators to a Graph: draws quantisation, weights and biases for the geometry the caller gives.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mapper/ir/graph.h"
#include "tests/reference/random_layer.h"
#include "tests/reference/random_source.h"

namespace systolite::reference {

// Geometry of a convolution or pool.
struct WindowShape {
  int height = 1, width = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  bool same = false;  // padding SAME, otherwise VALID
};

class NetworkBuilder {
 public:
  explicit NetworkBuilder(RandomSource& random) : random_(random) {}

  // An activation that the network gets from outside. All return the tensor's index.
  int input(std::vector<int> shape);
  int conv(int in, int channels, const WindowShape& window);
  int depthwise(int in, int depth_multiplier, const WindowShape& window);
  int fully_connected(int in, int outputs);
  int add(int a, int b);
  int pool(int in, bool average, const WindowShape& window);
  int reshape(int in, std::vector<int> shape);
  int softmax(int in);
  int constant(std::vector<int> shape);  // activation-like operand of ADD

  [[nodiscard]] const std::vector<int>& shape(int tensor) const {
    return graph_.tensors[static_cast<std::size_t>(tensor)].shape;
  }
  // Ends the network at `output` and draws the inputs.
  [[nodiscard]] RandomCase finish(int output, const std::string& title);

 private:
  // How the accumulator of a layer is scaled.
  enum class ScaleStyle { kUsual, kZeroChannels, kSmall, kLarge };

  int new_tensor(std::string name, DType dtype, std::vector<int> shape, Quantization quant);
  int activation(std::vector<int> shape);
  int weights(std::vector<int> shape, int dim, int channels, bool per_channel);
  int bias(int in, int weights, int channels, std::int64_t magnitude);
  int append(std::string type, std::vector<int> inputs, int output, OpParams params, const std::string& details);
  // Draws the scales of weights and output so that results of `terms` products fill a good part of int8, or some
  // extreme.
  void scale_layer(int in, int weights, int output, int terms, ScaleStyle style);
  int finish_layer(int in, int weights, int output, int channels, int terms);
  [[nodiscard]] Activation fused();
  [[nodiscard]] Tensor& tensor(int index) { return graph_.tensors[static_cast<std::size_t>(index)]; }

  RandomSource& random_;
  Graph graph_;
  std::string text_;    // description of the operators so far
  std::string scales_;  // what the scales of the last layer are like
};

}  // namespace systolite::reference

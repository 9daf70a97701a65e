// SPDX-License-Identifier: Apache-2.0
// Small graphs and configurations for the mapper's tests.
#pragma once

#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/hw_config.h"

namespace systolite::test {

class GraphBuilder {
 public:
  int activation(const std::vector<int>& shape, float scale = 0.05F, int zero_point = -3);
  int constant(const std::vector<int>& shape, DType dtype, int channels, int dim);
  // Each adds an operator and returns its output tensor.
  int conv(int input, int filters, int kernel, int stride = 1, int dilation = 1);
  int depthwise(int input, int kernel, int dilation = 1);
  int pool(int input, int filter, int stride, const Padding& pad, int out_h, int out_w);
  int add(int a, int b);
  int reshape(int input, const std::vector<int>& shape);
  int fully_connected(int input, int outputs);
  int softmax(int input);
  Graph finish(int input, int output);
  Graph graph;

 private:
  int op(const std::string& type, std::vector<int> inputs, const std::vector<int>& shape, OpParams params);
};

// The 16 x 16 configuration with other array, scratchpad or bank counts.
HwConfig config(int rows = 16, int cols = 16, int scratchpad_bytes = 131072, int banks = 8, bool depthwise_unit = true,
                const std::string& dataflow = "weight");

}  // namespace systolite::test

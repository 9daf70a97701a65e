// SPDX-License-Identifier: Apache-2.0
// Parameters of the processor kernels (driver/kernels) from the real scales of a graph, computed as TensorFlow Lite
// Micro does.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "driver/kernels/slt_kernels.h"
#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

// Multipliers and shifts in the form the kernels take, one per output channel or one in all.
struct ScaleTable {
  std::vector<std::int32_t> multipliers;
  std::vector<std::int32_t> shifts;
};

struct Conv2dKernel {
  slt_conv2d_params_t params;
  ScaleTable scales;
};
struct DepthwiseConv2dKernel {
  slt_depthwise_conv2d_params_t params;
  ScaleTable scales;
};
struct FullyConnectedKernel {
  slt_fully_connected_params_t params;
  ScaleTable scales;
};
struct AddKernel {
  slt_add_params_t params;
};
struct Pool2dKernel {
  bool average;
  slt_pool2d_params_t params;
};
struct SoftmaxKernel {
  slt_softmax_params_t params;
};
struct CopyKernel {
  slt_copy_params_t params;
};

using Kernel = std::variant<Conv2dKernel, DepthwiseConv2dKernel, FullyConnectedKernel, AddKernel, Pool2dKernel,
                            SoftmaxKernel, CopyKernel>;

// The kernel for an operator; its parameters pass slt_*_params_ok() and agree with the shapes in the graph. Throws
// Error(kModel), naming the operator, for geometry or scales outside the range of the kernel.
[[nodiscard]] Kernel make_kernel(const Graph& graph, const Op& op, Rounding rounding = Rounding::kDouble);

// The three numbers of SOFTMAX that depend on scales; formulas in slt_softmax.h.
struct SoftmaxScaling {
  QuantizedMultiplier input;
  std::int32_t diff_min;
};
[[nodiscard]] SoftmaxScaling softmax_scaling(float beta, float input_scale);

}  // namespace systolite

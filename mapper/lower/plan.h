// SPDX-License-Identifier: Apache-2.0
// What each operator becomes: which engine runs it and with what geometry. No addresses yet.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/row_bands.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Geometry of a layer on the matrix engine. Heights and widths are those the engine sees: a one-column image with a
// one-column kernel is turned on its side (`transposed`), which changes no byte of a dense NHWC tensor.
struct MatrixGeometry {
  int in_h = 1, in_w = 1, channels = 1;  // input
  int out_h = 1, out_w = 1, filters = 1;
  int kernel_h = 1, kernel_w = 1;
  int stride_y = 1, stride_x = 1, dil_y = 1, dil_x = 1;
  int pad_top = 0, pad_left = 0;
  bool transposed = false;
};

// CONV_2D, FULLY_CONNECTED; one kernel row is `nkx` strings of `string_bytes` bytes. With `unroll` u > 1 the geometry
// is that of a wider layer whose every pixel holds u neighbouring output pixels: u times the filters, kernels shifted
// by one stride from pixel to pixel and zero elsewhere. The output bytes are the same.
struct DensePlan {
  MatrixGeometry geometry;
  int nkx = 1;
  int string_bytes = 1;
  int unroll = 1;
  int shift_bytes = 0;  // from the string of an unrolled pixel to that of the next
};

// Depthwise, with `taps` taps from tap `tap0` of a kernel row on: how many positions at the right border of an output
// row and at the left border of the next one are padding both, so that they can be the same in the stream.
[[nodiscard]] int shared_positions(const MatrixGeometry& geometry, int tap0, int taps) noexcept;

struct DepthwisePlan {  // DEPTHWISE_CONV_2D in column mode, or as a diagonal dense layer when the unit is absent
  MatrixGeometry geometry;
  bool column_mode = true;
  int bus_rows = 1;  // kernel rows wanted per pass; what the placement allows may be fewer
  // Column mode: a kernel row of more taps than the array has rows takes `tap_parts` turns of `taps` each, the last
  // ones zero where they do not divide evenly: turns of different length would wait for the array to drain in between.
  int taps = 1;
  int tap_parts = 1;
};

struct AddPlan {};

// A rectangle of pool outputs whose windows, cut at the border of the image, all have the same shape.
struct PoolRegion {
  int oy0 = 0, ox0 = 0, rows = 1, cols = 1;
  int y_off = 0, x_off = 0;  // window start = output index * stride + offset
  int window_h = 1, window_w = 1;
};

struct PoolPlan {
  int in_h = 1, in_w = 1, channels = 1, out_h = 1, out_w = 1;
  int stride_y = 1, stride_x = 1;
  bool average = true;
  std::vector<PoolRegion> regions;
};

struct AliasPlan {};  // RESHAPE: output bytes are the input bytes
struct CpuPlan {
  std::string reason;
};  // runs on the CPU

using OpPlan = std::variant<DensePlan, DepthwisePlan, AddPlan, PoolPlan, AliasPlan, CpuPlan>;

// `bands`: by tensor, which images lie in bands of rows (their shapes are those of what is stored); empty: none.
[[nodiscard]] std::vector<OpPlan> plan_operators(const Graph& graph, const HwConfig& hw,
                                                 const std::vector<std::optional<RowBands>>& bands = {});
[[nodiscard]] Where where_of(const OpPlan& plan) noexcept;

// The dataflow in which an operator on the array takes fewer cycles by estimate, of those that the array is built for;
// weight stationary if there is no difference. A depthwise layer in column mode is weight stationary always.
[[nodiscard]] Dataflow choose_dataflow(const OpPlan& plan, const HwConfig& hw);
// Whether an operator can run in either.
[[nodiscard]] bool dataflow_is_free(const OpPlan& plan, const HwConfig& hw);

// Cycles in which the array takes positions, for comparing one geometry with another. `bus_rows`: kernel rows a pass.
struct ArrayCost {
  std::int64_t cycles = 0;
  int column_tiles = 1;  // each works through the whole image
};
[[nodiscard]] ArrayCost array_cost(const OpPlan& plan, int bus_rows, const HwConfig& hw);

// Reciprocal of `divisor` exact for every numerator up to `max_numerator`: floor(n / divisor) == (n * mult) >> shift.
struct Reciprocal {
  std::uint32_t mult;
  int shift;
};
[[nodiscard]] std::optional<Reciprocal> exact_reciprocal(std::uint32_t divisor, std::uint32_t max_numerator) noexcept;

}  // namespace systolite

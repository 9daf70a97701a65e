// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/hardware_size.h"

#include <algorithm>
#include <bit>

namespace systolite::energy {
namespace {

// hw/rtl/vector/slt_requant_lane.sv
constexpr double kLaneFlops = 390;
constexpr double kLaneGates = 13000;

// Fitted: command front end, queues, DMA, vector control, registers; what grows with the columns is routing and address
// logic.
constexpr double kFixedFlops = 8085;
constexpr double kFlopsOfColumn = 68;
constexpr double kFlopsOfQueueEntry = 777;  // of all five queues
constexpr double kFixedGates = 79071;
constexpr double kGatesOfColumn = 7742;
constexpr double kGatesOfRow = 3355;

double triangle(int lanes) { return lanes * (lanes - 1) / 2.0; }

double skew_flops(const HwConfig& hw) {
  const ArrayConfig& array = hw.array;
  const double rows = array.output_stationary ? 8.0 * array.rows * array.rows : 8 * triangle(array.rows);
  const double buses = array.depthwise_unit ? 3 * 8 * triangle(array.cols) : 0;
  const double drained = array.output_stationary ? 32.0 * array.cols : 0;
  return rows + 8 * triangle(array.cols) + buses + sum_bits(hw) * triangle(array.cols) + drained;
}

// Delay of the second and third depthwise bus (hw/rtl/compute/slt_matrix_address.sv).
double delay_flops(const HwConfig& hw) {
  if (!hw.array.depthwise_unit) return 0;
  constexpr int kMostBusTaps = 5;
  double flops = 0;
  for (const int bus : {1, 2}) {
    const int taps = std::min(hw.array.rows / (bus + 1), kMostBusTaps);
    flops += std::bit_ceil(static_cast<unsigned>(bus * taps)) * 8.0 * hw.array.cols;
  }
  return flops;
}

double pe_gates(const ArrayConfig& array) {
  if (!array.output_stationary) return 822;
  return array.weight_stationary ? 1050 : 933;
}

double pe_flops(const HwConfig& hw) {
  // Activation, weight, shadow weight; an array for one dataflow alone has what it needs.
  const int weights = hw.array.weight_stationary ? 2 : 1;
  return 8.0 * (1 + weights) + sum_bits(hw);
}

}  // namespace

int sum_bits(const HwConfig& hw) {
  if (hw.array.output_stationary) return 32;
  return 16 + std::bit_width(static_cast<unsigned>(hw.array.rows - 1));
}

HardwareSize hardware_size(const HwConfig& hw) {
  const double cells = static_cast<double>(hw.array.rows) * hw.array.cols;
  const double lanes = hw.requant_lanes;
  return {.pe_flops = pe_flops(hw),
          .other_flops = skew_flops(hw) + delay_flops(hw) + lanes * kLaneFlops + kFixedFlops +
                         hw.array.cols * kFlopsOfColumn + hw.queue_depth * kFlopsOfQueueEntry,
          .gates = cells * pe_gates(hw.array) + lanes * kLaneGates + kFixedGates + hw.array.cols * kGatesOfColumn +
                   hw.array.rows * kGatesOfRow};
}

}  // namespace systolite::energy

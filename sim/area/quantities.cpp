// SPDX-License-Identifier: Apache-2.0
#include "sim/area/quantities.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/ceil_div.h"

namespace systolite {
namespace {

// Words of the delay line of bus 1 or 2 of the column mode, as hw/rtl/compute/slt_matrix_address.sv has it.
unsigned delay_depth(int rows, int bus) {
  constexpr int kMostTaps = 5;
  return std::bit_ceil(static_cast<unsigned>(bus * std::min(rows / (bus + 1), kMostTaps)));
}

}  // namespace

int sum_bits(const HwConfig& config) {
  constexpr int kOutputStationary = 32;
  constexpr int kProduct = 16;
  if (config.array.output_stationary) return kOutputStationary;
  return kProduct + static_cast<int>(std::bit_width(static_cast<unsigned>(config.array.rows - 1)));
}

Quantities quantities_of(const HwConfig& config) {
  const ArrayConfig& array = config.array;
  const double rows = array.rows;
  const double cols = array.cols;
  const double groups = ceil_div(array.cols, config.requant_lanes);
  // Activations to the rows; weights, the buses of the column mode and sums at the columns.
  const double column_bits = 8 + (array.depthwise_unit ? 3 * 8 : 0) + sum_bits(config);
  const double skew_bits = 8 * rows * (rows - 1) / 2 + column_bits * cols * (cols - 1) / 2;
  const double delay_bytes =
      array.depthwise_unit ? cols * (delay_depth(array.rows, 1) + delay_depth(array.rows, 2)) : 0;
  const auto indicator = [](bool condition) { return condition ? 1.0 : 0.0; };
  return {1,
          rows,
          cols,
          rows * cols,
          static_cast<double>(config.requant_lanes),
          static_cast<double>(config.dma.bus_bytes()),
          static_cast<double>(config.dma.burst_beats),
          static_cast<double>(config.dma.outstanding_reads),
          static_cast<double>(config.queue_depth),
          static_cast<double>(config.scratchpad_banks),
          static_cast<double>(config.spm_word_bytes()),
          static_cast<double>(config.wbuf_word_bytes()),
          static_cast<double>(sum_bits(config)),
          groups,
          skew_bits,
          delay_bytes,
          indicator(!array.output_stationary),
          indicator(!array.weight_stationary),
          indicator(array.weight_stationary && array.output_stationary),
          indicator(array.output_stationary),
          indicator(array.depthwise_unit),
          std::log2(rows),
          std::log2(cols),
          std::log2(config.spm_word_bytes()),
          std::log2(config.wbuf_word_bytes()),
          std::log2(config.requant_lanes),
          std::log2(groups),
          std::log2(config.dma.bus_bytes())};
}

std::optional<std::size_t> find_quantity(std::string_view name) {
  const auto* const found = std::ranges::find(kQuantityNames, name);
  if (found == kQuantityNames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kQuantityNames.begin());
}

}  // namespace systolite

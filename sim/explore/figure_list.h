// SPDX-License-Identifier: Apache-2.0
// The figures of a design point and a model: everything that constraints and objectives can name and that the result
// files hold. One line a figure in figure_list.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "driver/host/network_image.h"
#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/area/area_model.h"
#include "sim/battery/life.h"
#include "sim/battery/power.h"
#include "sim/core/figure.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite::explore {

// A product with the accelerator in it (sim/explore/product.h).
struct ProductCost {
  battery::InferenceCost inference;
  battery::AveragePower power;
  battery::Life life;
};

// What is known of a model that was mapped to a configuration and timed.
struct MappedModel {
  const HwConfig& hw;
  const AreaEstimate& area;
  Figure energy_pj;    // of the accelerator and its memory accesses, see docs/energy.md
  const Graph& graph;  // as mapped, without channels that were dropped
  const Program& program;
  const NetworkImage& image;
  std::int64_t macs;  // of the graph
  Cycles cycles;      // sum of the jobs, each from doorbell to interrupt
  Cycles array_busy;  // of these, with the array at work
  BusTraffic traffic;
  std::uint64_t scratchpad_peak;  // most bytes of tensors in the window of one layer
  const ProductCost* product;     // nullptr: the sweep names no scenario
};

struct FigureInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view definition;
  double (*value)(const MappedModel& mapped);
};

// All of them; those of a product, whose values need MappedModel::product, are the last.
[[nodiscard]] std::span<const FigureInfo> figures();
[[nodiscard]] std::span<const FigureInfo> figures(bool with_product);
// In figures(). Throws Error(kConfig) naming the figures there are.
[[nodiscard]] std::size_t figure_index(std::string_view name);

}  // namespace systolite::explore

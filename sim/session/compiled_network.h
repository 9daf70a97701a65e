// SPDX-License-Identifier: Apache-2.0
// A network as memory images for one hardware description.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "driver/host/network_image.h"
#include "mapper/ir/graph.h"
#include "mapper/lower/map.h"
#include "mapper/passes/remove_constant_channels.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/session/session.h"

namespace systolite {

class CompiledNetwork {
 public:
  // Maps the network as the options say. Throws Error: kModel (does not fit), kConfig (cuts), kData (commands). The
  // arguments outlive the object.
  CompiledNetwork(const Graph& graph, const HwConfig& config, const SessionOptions& options);
  CompiledNetwork(const CompiledNetwork&) = delete;
  CompiledNetwork& operator=(const CompiledNetwork&) = delete;

  // What was mapped: the graph without removed channels.
  [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
  [[nodiscard]] const std::optional<ReducedGraph>& reduced() const noexcept { return reduced_; }
  // How it was mapped.
  [[nodiscard]] const MapOptions& map_options() const noexcept { return map_options_; }
  // The cut of every operator on the array, complete: with these for MapOptions::cuts it is mapped the same.
  [[nodiscard]] const std::map<int, LayerCut>& cuts() const noexcept { return cuts_; }
  // Whether the commands are the mapper's.
  [[nodiscard]] bool commands_are_mapped() const noexcept { return commands_are_mapped_; }
  [[nodiscard]] const Program& program() const noexcept { return program_; }
  [[nodiscard]] const NetworkImage& image() const noexcept { return image_; }
  // No job of a working device takes longer.
  [[nodiscard]] std::uint32_t timeout_cycles() const noexcept { return timeout_cycles_; }

 private:
  std::optional<ReducedGraph> reduced_;
  const Graph& graph_;
  MapOptions map_options_;
  std::map<int, LayerCut> cuts_;
  bool commands_are_mapped_;
  Program program_;
  NetworkImage image_;
  std::uint32_t timeout_cycles_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// A mapped network on any Device: memories, driver, runtime, as Session has them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/map.h"
#include "mapper/program/program.h"
#include "sim/device/device.h"
#include "sim/memory/bus_memory.h"
#include "sim/session/session.h"

namespace systolite::test {

class NetworkRun {
 public:
  // All arguments outlive it. `memory` is the one behind the device; several networks may use them one after the other.
  NetworkRun(const Graph& graph, const HwConfig& config, Device& device, BusMemory& memory, bool keep_all_tensors,
             Rounding rounding = Rounding::kDouble, const std::map<int, LayerCut>& cuts = {});
  ~NetworkRun();

  [[nodiscard]] RunResult run(const std::vector<std::vector<std::int8_t>>& inputs);
  [[nodiscard]] const Program& program() const noexcept { return program_; }

 private:
  struct Board;
  Program program_;
  std::unique_ptr<Board> board_;
};

// Pseudo-random input tensors.
[[nodiscard]] std::vector<std::vector<std::int8_t>> random_inputs(const Graph& graph, unsigned seed);

}  // namespace systolite::test

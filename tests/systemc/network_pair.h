// SPDX-License-Identifier: Apache-2.0
// A network on the SystemC model and on the RTL.
#pragma once

#include <cstddef>
#include <map>

#include "tests/systemc/device_pair.h"
#include "tests/systemc/network_run.h"

namespace systolite::test {

struct NetworkPairOptions {
  bool keep_all_tensors = false;
  Rounding rounding = Rounding::kDouble;
  std::map<int, LayerCut> cuts = {};
  int inferences = 1;
};

// Throws Mismatch where traces or tensors differ. Returns the number of jobs compared.
std::size_t compare_network(DevicePair& devices, const Graph& graph, const HwConfig& config,
                            const std::vector<std::vector<std::int8_t>>& inputs,
                            const NetworkPairOptions& options = {});

}  // namespace systolite::test

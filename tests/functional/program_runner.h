// SPDX-License-Identifier: Apache-2.0
// Runs a mapped network step by step: jobs on whatever executes command streams, operators of the CPU with the
// reference.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/memory/bus_memory.h"
#include "tests/reference/reference_graph.h"

namespace systolite::testing {

using RunJob = std::function<void(const JobStep&)>;

// Writes flash image and inputs, runs all steps, and returns the network's outputs in the order of Graph::outputs.
[[nodiscard]] std::vector<reference::Bytes> run_program(const Graph& graph, const Program& program,
                                                        std::span<const reference::Bytes> inputs, BusMemory& memory,
                                                        const RunJob& run_job,
                                                        reference::RoundingMode mode = reference::RoundingMode::kTwice);

// A tensor as it lies in memory; it must have a place.
[[nodiscard]] reference::Bytes read_tensor(const Program& program, int tensor, const BusMemory& memory);

}  // namespace systolite::testing

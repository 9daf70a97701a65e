// SPDX-License-Identifier: Apache-2.0
// Where two runs of one program on one input differ, whatever executed them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/session/session.h"

namespace systolite {

struct RunOf {
  std::string_view backend;
  const RunResult& result;
};

// Compares every tensor, and if both runs have traces everything in them: start and end of every command, the state of
// every unit in every cycle, beats, the figures of the report by layer and in total, and the activity that energy is
// computed from, by layer. Nothing if they are equal. Otherwise lines without a newline at the end: the first tensor
// that differs in the order of the operators, the first job that differs with its first command and cycle
// (sim/device/trace_diff.h), and the layers and buckets that differ.
[[nodiscard]] std::optional<std::string> run_difference(const Graph& graph, const Program& program,
                                                        const HwConfig& config, const RunOf& a, const RunOf& b);

// The part of the text above about one tensor: how many values differ, the first index and both values.
[[nodiscard]] std::optional<std::string> tensor_difference(std::span<const std::int8_t> a,
                                                           std::span<const std::int8_t> b, std::string_view name_a,
                                                           std::string_view name_b);

}  // namespace systolite

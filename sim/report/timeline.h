// SPDX-License-Identifier: Apache-2.0
// A run as a picture: what every engine and memory port did in every cycle, by command and layer.
//
// Cycles are those of the report: job after job from the first doorbell, without the time between jobs.
#pragma once

#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/report/layer_windows.h"
#include "sim/report/report.h"

namespace systolite {

// Where an operator's window lies in the run. The windows of all jobs, in order.
[[nodiscard]] std::vector<LayerWindow> run_windows(const Program& program, const std::vector<Trace>& traces,
                                                   const HwConfig& hw);

// The cycles [from, to) of the run in the Trace Event Format (sim/report/README.md, "Timeline"). `traces`: one per
// JobStep of the program. Throws Error(kDevice) as command_work() does.
[[nodiscard]] std::string timeline_json(const Graph& graph, const Program& program, const HwConfig& hw,
                                        const std::vector<Trace>& traces, const RunFacts& facts, Cycles from,
                                        Cycles to);

}  // namespace systolite

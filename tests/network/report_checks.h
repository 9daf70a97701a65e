// SPDX-License-Identifier: Apache-2.0
// What must hold for every report, whatever ran.
#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "sim/report/report.h"
#include "sim/session/session.h"

namespace systolite::test {

inline Cycles total_cycles(const RunResult& result) {
  return std::accumulate(result.traces.begin(), result.traces.end(), Cycles{0},
                         [](Cycles sum, const Trace& trace) { return sum + trace.cycles; });
}

inline void check_report(const Report& report, const RunResult& result) {
  ASSERT_EQ(report.cycles, total_cycles(result));
  for (const StateCycles& engine : report.engines) {
    EXPECT_EQ(engine.total(), report.cycles);
  }
  Cycles layers = 0;
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  for (const LayerReport& layer : report.layers) {
    layers += layer.cycles;
    read += layer.bytes_read;
    written += layer.bytes_written;
    if (layer.where != Where::kArray && layer.where != Where::kVector) continue;
    EXPECT_EQ(layer.states.total(), layer.cycles) << layer.op;
    EXPECT_GE(layer.cycles, static_cast<Cycles>(layer.bound.array_cycles)) << layer.op;
    EXPECT_EQ(layer.gap.total(), static_cast<std::int64_t>(layer.cycles) - layer.bound.cycles()) << layer.op;
    EXPECT_LE(layer.utilization, 1.0) << layer.op;
  }
  EXPECT_EQ(layers, report.cycles);
  EXPECT_GE(report.cycles, static_cast<Cycles>(report.overlapped_bound_cycles));
  EXPECT_EQ(report.gap.total(), static_cast<std::int64_t>(report.cycles) - report.bound_cycles);
  EXPECT_EQ(read, report.bytes_read);
  EXPECT_EQ(written, report.bytes_written);
}

}  // namespace systolite::test

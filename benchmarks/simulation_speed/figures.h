// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of one run say together: ratios between them, and figures against the bars they must reach.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace systolite::bench {

inline constexpr const char* kRtl = "rtl/ic";
inline constexpr const char* kSystemc = "systemc/ic";
inline constexpr const char* kFast = "fast/ic";
inline constexpr const char* kTiming = "fast_timing/kws";
inline constexpr const char* kPrepareAndTiming = "fast_prepare_and_timing/kws";

// Counter of every benchmark: device cycles of an inference.
inline constexpr const char* kCycles = "device_cycles";

// Prints as the console reporter does, of repetitions only what they have in common (mean, median, ...), and keeps the
// processor time of each.
class FigureReporter final : public benchmark::ConsoleReporter {
 public:
  FigureReporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override;

  // The table of the figures that were measured. False when one of them is short of its bar, or when the backends
  // disagree on the cycles.
  [[nodiscard]] bool print_figures() const;

 private:
  struct Samples {
    std::vector<double> seconds;  // of processor time for an inference; one per repetition
    double cycles = 0;
  };

  [[nodiscard]] const Samples* find(const char* name) const;

  std::map<std::string, Samples> samples_;  // by the name of the benchmark
};

}  // namespace systolite::bench

// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/simulation_speed/figures.h"

#include <fmt/format.h>

#include <algorithm>

namespace systolite::bench {
namespace {

constexpr double kRtlBar = 400e3;    // cycles/s
constexpr double kSystemcBar = 5.0;  // times the cycles/s of the RTL
constexpr double kTimingBar = 20e3;  // inferences/s
constexpr double kFastBar = 0.1;     // s

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Other load only ever adds time.
double least(const std::vector<double>& values) { return std::ranges::min(values); }

void print_row(const char* what, const std::string& middle, const std::string& best, const std::string& bar,
               const char* verdict) {
  fmt::print("{:<44} {:>14} {:>14} {:>12}  {}\n", what, middle, best, bar, verdict);
}

const char* verdict(bool reached) { return reached ? "pass" : "short"; }

}  // namespace

void FigureReporter::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> shown;
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred || run.repetitions == 1) shown.push_back(run);
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    Samples& samples = samples_[run.run_name.function_name];
    samples.seconds.push_back(run.cpu_accumulated_time / static_cast<double>(run.iterations));
    samples.cycles = run.counters.at(kCycles).value;
  }
  if (!shown.empty()) ConsoleReporter::ReportRuns(shown);
}

const FigureReporter::Samples* FigureReporter::find(const char* name) const {
  const auto found = samples_.find(name);
  return found == samples_.end() ? nullptr : &found->second;
}

bool FigureReporter::print_figures() const {
  bool all = true;
  fmt::print("\n");
  print_row("processor time on one core, repetitions:", "median", "best", "bar", "(by the median)");
  const Samples* rtl = find(kRtl);
  const Samples* systemc = find(kSystemc);
  const auto cycles_row = [](const char* what, const Samples& s, const std::string& bar, const char* text) {
    print_row(what, fmt::format("{:.0f}", s.cycles / median(s.seconds) / 1e3),
              fmt::format("{:.0f}", s.cycles / least(s.seconds) / 1e3), bar, text);
  };
  const auto rate_row = [](const char* what, const Samples& s, const std::string& bar, const char* text) {
    print_row(what, fmt::format("{:.0f}", 1 / median(s.seconds)), fmt::format("{:.0f}", 1 / least(s.seconds)), bar,
              text);
  };
  if (rtl != nullptr) {
    const bool reached = rtl->cycles / median(rtl->seconds) >= kRtlBar;
    cycles_row("Verilated RTL, k cycles/s", *rtl, fmt::format(">= {:.0f}", kRtlBar / 1e3), verdict(reached));
    all = all && reached;
  }
  for (const char* other : {kSystemc, kFast}) {
    const Samples* samples = find(other);
    if (rtl == nullptr || samples == nullptr || samples->cycles == rtl->cycles) continue;
    fmt::print("{} took {} device cycles, {} took {}: their speeds cannot be compared\n", other, samples->cycles, kRtl,
               rtl->cycles);
    all = false;
  }
  if (systemc != nullptr) cycles_row("SystemC, k cycles/s", *systemc, "", "");
  if (rtl != nullptr && systemc != nullptr) {
    const double ratio = median(rtl->seconds) / median(systemc->seconds);
    const bool reached = ratio >= kSystemcBar;
    print_row("SystemC / Verilated RTL, times", fmt::format("{:.1f}", ratio),
              fmt::format("{:.1f}", least(rtl->seconds) / least(systemc->seconds)),
              fmt::format(">= {:.0f}", kSystemcBar), verdict(reached));
    all = all && reached;
  }
  if (const Samples* timing = find(kTiming)) {
    const bool reached = 1 / median(timing->seconds) >= kTimingBar;
    rate_row("fast timing of prepared kws, inferences/s", *timing, fmt::format(">= {:.0f}", kTimingBar),
             verdict(reached));
    all = all && reached;
  }
  if (const Samples* both = find(kPrepareAndTiming))
    rate_row("fast preparation + timing of kws, inferences/s", *both, "", "");
  if (const Samples* fast = find(kFast)) {
    const bool reached = median(fast->seconds) < kFastBar;
    print_row("fast results + timing of ic, ms", fmt::format("{:.2f}", median(fast->seconds) * 1e3),
              fmt::format("{:.2f}", least(fast->seconds) * 1e3), fmt::format("< {:.0f}", kFastBar * 1e3),
              verdict(reached));
    all = all && reached;
  }
  return all;
}

}  // namespace systolite::bench

// SPDX-License-Identifier: Apache-2.0
#include "tests/systemc/network_pair.h"

#include <fmt/format.h>

namespace systolite::test {

std::size_t compare_network(DevicePair& devices, const Graph& graph, const HwConfig& config,
                            const std::vector<std::vector<std::int8_t>>& inputs, const NetworkPairOptions& options) {
  NetworkRun systemc(graph, config, devices.systemc(), devices.systemc_memory(), options.keep_all_tensors,
                     options.rounding, options.cuts);
  NetworkRun rtl(graph, config, devices.rtl(), devices.rtl_memory(), options.keep_all_tensors, options.rounding,
                 options.cuts);
  std::size_t jobs = 0;
  for (int inference = 0; inference < options.inferences; ++inference) {
    const RunResult expected = rtl.run(inputs);
    const RunResult actual = systemc.run(inputs);
    if (expected.traces.size() != actual.traces.size())
      throw Mismatch(fmt::format("{} jobs on rtl, {} on systemc", expected.traces.size(), actual.traces.size()));
    std::size_t job = 0;
    for (const Step& step : rtl.program().steps) {
      const auto* job_step = std::get_if<JobStep>(&step);
      if (job_step == nullptr) continue;
      compare(expected.traces.at(job), actual.traces.at(job), job_step->commands);
      ++job;
    }
    jobs += job;
    for (const auto& [tensor, values] : expected.tensors) {
      if (actual.tensors.at(tensor) != values) throw Mismatch(fmt::format("tensor {} differs", tensor));
    }
    if (devices.systemc().now() != devices.rtl().now())
      throw Mismatch(fmt::format("cycle {} on rtl, {} on systemc", devices.rtl().now(), devices.systemc().now()));
  }
  return jobs;
}

}  // namespace systolite::test

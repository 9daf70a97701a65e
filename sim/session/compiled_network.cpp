// SPDX-License-Identifier: Apache-2.0
#include "sim/session/compiled_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "driver/include/slt_driver.h"
#include "mapper/program/streams.h"
#include "sim/core/error.h"
#include "sim/memory/bank_traffic.h"
#include "sim/tuning/tune_cuts.h"

namespace systolite {
namespace {

// No job of a working device takes longer: every MAC and every pooled value on its own, every byte from memory on its
// own.
std::uint32_t longest_job_cycles(const Graph& graph, const Program& program, const HwConfig& config) {
  const auto slowest = [](const MemoryRegion& region) {
    const int lines = region.line ? region.line->access_cycles * std::max(1, region.line->prefetch_lines) : 0;
    return region.read_latency_cycles + region.write_latency_cycles + region.cycles_per_beat + lines;
  };
  const double per_byte =
      std::max(slowest(config.weights_region()), slowest(config.sram)) + 64 + longest_hold_cycles(config.cpu_traffic);
  double bytes = static_cast<double>(program.flash.size());
  for (const Tensor& tensor : graph.tensors)
    bytes += tensor.is_constant() ? 0 : 2.0 * static_cast<double>(tensor.bytes());
  double cycles = 1e6 + bytes * per_byte;
  for (const Op& op : graph.ops) cycles += static_cast<double>(macs(graph, op));
  return static_cast<std::uint32_t>(std::min<double>(cycles, SLT_WAIT_FOREVER - 1));
}

std::string removed_text(const RemovedWork& removed) {
  return fmt::format("removed: constant channels {}, unread channels {}, MACs {}, weights {}",
                     removed.constant_channels, removed.unread_channels, removed.macs, removed.weights);
}

std::string mapped_text(const Program& program) {
  std::size_t jobs = 0;
  std::size_t commands = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    ++jobs;
    commands += job->commands.size();
  }
  return fmt::format(
      "mapped: jobs {}, commands {}, steps on the CPU {}, bytes of constants and commands {}, of SRAM {}", jobs,
      commands, program.steps.size() - jobs, program.flash.size(), program.sram_bytes);
}

MapOptions choose_options(const Graph& graph, const HwConfig& config, const SessionOptions& options) {
  MapOptions map_options{.keep_all_tensors = options.keep_all_tensors, .rounding = options.rounding, .cuts = {}};
  if (options.cuts) {
    map_options.cuts = *options.cuts;
    map_options.exact_cuts = true;
  } else if (options.search) {
    TunedCuts tuned = tune_cuts(graph, config, map_options);
    options.detail(
        fmt::format("searched {} programs: {} cycles instead of {}", tuned.tried, tuned.cycles, tuned.before));
    map_options.cuts = std::move(tuned.cuts);
  }
  return map_options;
}

// The program, and how its layers are cut.
Program map_as(const Graph& graph, const HwConfig& config, const MapOptions& map_options,
               const std::optional<std::string>& commands, std::map<int, LayerCut>& cuts) {
  MappingSource source(graph);
  NetworkMapper mapper(source, config, map_options);
  Program program = mapper.map(map_options.cuts, map_options.prefetch);
  cuts = mapper.done_cuts();
  if (commands) replace_streams(program, *commands, graph.ops.size());
  return program;
}

}  // namespace

CompiledNetwork::CompiledNetwork(const Graph& graph, const HwConfig& config, const SessionOptions& options)
    : reduced_(options.drop_constant_channels ? std::optional(remove_constant_channels(graph, options.rounding))
                                              : std::nullopt),
      graph_(reduced_ ? reduced_->graph : graph),
      map_options_(choose_options(graph_, config, options)),
      commands_are_mapped_(!options.commands),
      program_(map_as(graph_, config, map_options_, options.commands, cuts_)),
      image_(build_network_image(graph_, program_, options.rounding)),
      timeout_cycles_(longest_job_cycles(graph_, program_, config)) {
  if (reduced_) options.detail(removed_text(total_removed(*reduced_)));
  options.detail(mapped_text(program_));
  check_fits(graph_, config, image_);
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "driver/host/network_image.h"
#include "driver/include/slt_runtime.h"
#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "sim/device/device.h"
#include "sim/memory/bank_traffic.h"
#include "sim/memory/bus_memory.h"
#include "sim/rtl/rtl_device.h"
#include "sim/session/driver_port.h"
#include "sim/session/fast_device.h"
#include "sim/soc/fast_accelerator.h"
#include "sim/soc/rtl_accelerator.h"
#include "sim/soc/soc_device.h"
#include "sim/soc/systemc_accelerator.h"
#include "sim/tuning/tune_cuts.h"

namespace systolite {
namespace {

// Fills the arena before a run, so that a tensor that was never written cannot look right by chance.
constexpr std::uint8_t kStale = 0xA5;

// The compiled RTL, with waveforms if they are asked for.
std::filesystem::path rtl_library(const HwConfig& config, const SessionOptions& options) {
  RtlBuildOptions build = options.rtl;
  build.waveforms = build.waveforms || options.waveforms.has_value();
  return build_rtl_library(config, build);
}

void record_waveforms(RtlModel& model, const SessionOptions& options) {
  if (options.waveforms) model.trace_waveforms(options.waveforms->file, options.waveforms->from, options.waveforms->to);
}

std::unique_ptr<Accelerator> make_accelerator(const sc_core::sc_module_name& name, const ClockDomain& clock,
                                              const HwConfig& config, BusMemory& memory,
                                              const SessionOptions& options) {
  switch (options.backend) {
    case Backend::kRtl: {
      auto accelerator = std::make_unique<RtlAccelerator>(name, clock, config, rtl_library(config, options));
      record_waveforms(accelerator->model(), options);
      return accelerator;
    }
    case Backend::kSystemc:
      return std::make_unique<SystemcAccelerator>(name, clock, config);
    case Backend::kFast:
    case Backend::kFunctional:
      break;
  }
  return std::make_unique<FastAccelerator>(name, clock, config, memory);
}

template <typename DeviceType, typename... Arguments>
std::unique_ptr<DeviceType> make_stalled(const SessionOptions& options, Arguments&&... arguments) {
  auto device = std::make_unique<DeviceType>(std::forward<Arguments>(arguments)...);
  device->memory().set_stalls(options.stalls);
  return device;
}

std::unique_ptr<Device> make_device(const HwConfig& config, BusMemory& memory, const SessionOptions& options) {
  if (options.soc || options.backend == Backend::kSystemc) {
    return make_stalled<SocDevice>(options, config, memory,
                                   [&](const sc_core::sc_module_name& name, const ClockDomain& clock) {
                                     return make_accelerator(name, clock, config, memory, options);
                                   });
  }
  if (options.backend != Backend::kRtl) return make_stalled<FastDevice>(options, config, memory);
  auto device = make_stalled<RtlDevice>(options, config, memory, rtl_library(config, options));
  record_waveforms(device->model(), options);
  return device;
}

// No job of a working device takes longer: every MAC and every pooled value on its own, every byte from memory on its
// own.
std::uint32_t timeout_cycles(const Graph& graph, const Program& program, const HwConfig& config) {
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

std::string command_text(const Program& program, std::size_t job_index, std::uint32_t command) {
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr || job_index-- != 0) continue;
    if (command >= job->commands.size()) break;
    return fmt::format("command {} ({}) of operator {}", command, isa::to_text(job->commands[command]),
                       job->op_of_command[command]);
  }
  return "no command";
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

// What went wrong in slt_network_run(), as the sentence for the user.
[[noreturn]] void refuse(slt_result_t result, const slt_run_report_t& report, const Program& program) {
  std::size_t job = 0;
  for (std::size_t i = 0; i < report.steps_done && i < program.steps.size(); ++i)
    job += std::holds_alternative<JobStep>(program.steps[i]) ? 1 : 0;
  if (result == kSltDeviceError) {
    throw Error(ExitCode::kDevice, fmt::format("The device stopped job {} at {}: {} (bus or register address 0x{:08X})",
                                               job, command_text(program, job, report.error.command_index),
                                               slt_cause_name(report.error.cause), report.error.address));
  }
  if (result == kSltTimeout) throw Error(ExitCode::kDevice, fmt::format("Job {} did not end: the device hangs.", job));
  throw Error(ExitCode::kInternal, fmt::format("The runtime refused to run the network: {}.", slt_result_name(result)));
}

// The device counts its own cycles; both clocks start with the doorbell and stop with the interrupt.
void check_cycle_counter(const std::vector<slt_step_report_t>& steps, const std::vector<Trace>& traces) {
  std::size_t job = 0;
  for (const slt_step_report_t& step : steps) {
    if (step.kind != kSltStepJob) continue;
    const Trace& trace = traces.at(job);
    if (step.device_cycles != trace.cycles) {
      throw Error(ExitCode::kDevice,
                  fmt::format("Job {}: the device's cycle counter says {}, the bus saw {} from doorbell to interrupt.",
                              job, step.device_cycles, trace.cycles));
    }
    ++job;
  }
}

void require(slt_result_t result, const char* what) {
  if (result != kSltOk) throw Error(ExitCode::kInternal, fmt::format("{} failed: {}.", what, slt_result_name(result)));
}

MapOptions map_options(const Graph& graph, const HwConfig& config, const SessionOptions& options) {
  MapOptions map_options{.keep_all_tensors = options.keep_all_tensors, .rounding = options.rounding, .cuts = {}};
  if (options.search) {
    TunedCuts tuned = tune_cuts(graph, config, map_options);
    options.detail(
        fmt::format("searched {} programs: {} cycles instead of {}", tuned.tried, tuned.cycles, tuned.before));
    map_options.cuts = std::move(tuned.cuts);
  }
  return map_options;
}

}  // namespace

const char* name(Backend backend) {
  switch (backend) {
    case Backend::kRtl:
      return "rtl";
    case Backend::kSystemc:
      return "systemc";
    case Backend::kFast:
      return "fast";
    case Backend::kFunctional:
      break;
  }
  return "functional";
}

// The simulated board: memories, device, driver, loaded network.
struct Session::Machine {
  Machine(const HwConfig& config, const SessionOptions& options)
      : memory(config), device(make_device(config, memory, options)), port(*device) {}

  BusMemory memory;
  std::unique_ptr<Device> device;
  DriverPort port;
  slt_t driver{};
  std::vector<std::uint32_t> image;  // words, for its alignment
  std::uint32_t image_bytes = 0;
  slt_network_t network{};
  std::uint32_t timeout = 0;
  bool started = false;
};

Session::Session(const Graph& graph, const HwConfig& config, const SessionOptions& options)
    : reduced_(options.drop_constant_channels ? std::optional(remove_constant_channels(graph, options.rounding))
                                              : std::nullopt),
      graph_(reduced_ ? reduced_->graph : graph),
      config_(config),
      backend_(options.backend),
      stalls_(options.stalls.has_value()),
      detail_(options.detail),
      map_options_(map_options(graph_, config, options)),
      program_(map_network(graph_, config, map_options_)) {
  if (reduced_) detail_(removed_text(total_removed(*reduced_)));
  detail_(mapped_text(program_));
  const NetworkImage network = build_network_image(graph_, program_, options.rounding);
  const MemoryRegion& weights = config.weights_region();
  if (network.flash.size() > weights.bytes) {
    throw Error(
        ExitCode::kModel,
        fmt::format("{} needs {} bytes for constants and commands, memory.{}.bytes of {} is {} ({} bytes missing).",
                    graph.name, network.flash.size(), name(config.weights), config.name, weights.bytes,
                    network.flash.size() - weights.bytes));
  }
  if (network.arena_bytes > config.sram.bytes) {
    throw Error(
        ExitCode::kModel,
        fmt::format("{} needs {} bytes of SRAM for its tensors in memory and {} for the kernels of operators on "
                    "the processor, memory.sram.bytes of {} is {} ({} bytes missing).",
                    graph.name, network.arena_bytes - network.scratch_bytes, network.scratch_bytes, config.name,
                    config.sram.bytes, network.arena_bytes - config.sram.bytes));
  }
  machine_ = std::make_unique<Machine>(config, options);
  Machine& m = *machine_;
  m.memory.write(program_.flash_base, network.flash);
  m.image_bytes = static_cast<std::uint32_t>(network.image.size());
  m.image.resize((network.image.size() + 3) / 4);
  std::memcpy(m.image.data(), network.image.data(), network.image.size());
  m.timeout = timeout_cycles(graph_, program_, config);
}

// Finds the device and loads the network.
void Session::start() {
  Machine& m = *machine_;
  if (m.started) return;
  const slt_port_t port = m.port.port();
  const slt_result_t found = slt_init(&m.driver, &port);
  m.port.rethrow();
  require(found, "Finding the device");
  const MemoryRegion& weights = config_.weights_region();
  const MemoryRegion& sram = config_.sram;
  const slt_memory_t memory = {m.memory.storage(weights.base).data(), weights.base, weights.bytes,
                               m.memory.storage(sram.base).data(),    sram.base,    sram.bytes};
  const slt_result_t loaded = slt_network_load(&m.network, m.image.data(), m.image_bytes, &memory, &m.driver);
  m.port.rethrow();
  require(loaded, "Loading the network");
  m.started = true;
}

Session::~Session() = default;

RunResult Session::run(const std::vector<std::vector<std::int8_t>>& inputs) {
  start();
  Machine& m = *machine_;
  m.memory.write(program_.sram_base, std::vector<std::uint8_t>(program_.sram_bytes, kStale));
  if (inputs.size() != slt_network_input_count(&m.network)) {
    throw Error(ExitCode::kData, fmt::format("{} has {} inputs, {} were given.", graph_.name,
                                             slt_network_input_count(&m.network), inputs.size()));
  }
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    slt_tensor_t tensor;
    require(slt_network_input(&m.network, i, &tensor), "Finding an input");
    if (inputs[i].size() != tensor.bytes) {
      throw Error(ExitCode::kData, fmt::format("Input {} of {} has {} values, {} were given.", i, graph_.name,
                                               tensor.bytes, inputs[i].size()));
    }
    std::ranges::copy(inputs[i], tensor.data);
  }

  std::vector<slt_step_report_t> steps(slt_network_step_count(&m.network));
  slt_run_report_t report{};
  report.steps = steps.data();
  report.step_capacity = static_cast<std::uint32_t>(steps.size());
  const slt_run_options_t options = {.sleep = true, .timeout_cycles = m.timeout};
  const slt_result_t result = slt_network_run(&m.network, &m.driver, &options, &report);
  m.port.rethrow();
  RunResult run;
  run.traces = m.port.take_traces();
  if (result != kSltOk) refuse(result, report, program_);
  for (std::size_t job = 0; job < run.traces.size(); ++job) {
    detail_(fmt::format("ran job {} on {}", job, name(backend_)) +
            (has_clock(backend_) ? fmt::format(": cycles {}", run.traces[job].cycles) : ""));
  }
  if (has_clock(backend_)) {
    check_cycle_counter(steps, run.traces);
  } else {
    run.traces.clear();
  }

  for (const TensorPlace& place : program_.places) {
    std::vector<std::int8_t>& values = run.tensors[place.tensor];
    values.resize(place.bytes);
    m.memory.read(place.address, {reinterpret_cast<std::uint8_t*>(values.data()), values.size()});
  }
  return run;
}

Report Session::report(const RunResult& result, const std::string& input) const {
  std::optional<Cycles> without_prefetch;
  if (has_clock(backend_) && !stalls_) {
    MapOptions options = map_options_;
    options.prefetch = false;
    without_prefetch = program_cycles(map_network(graph_, config_, options), config_);
  }
  return make_report(graph_, program_, config_, result.traces,
                     {.backend = name(backend_),
                      .input = input,
                      .has_timing = has_clock(backend_),
                      .reduced = reduced_ ? &*reduced_ : nullptr,
                      .cycles_without_prefetch = without_prefetch});
}

}  // namespace systolite

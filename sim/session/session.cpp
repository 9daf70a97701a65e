// SPDX-License-Identifier: Apache-2.0
#include "sim/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "driver/host/network_image.h"
#include "driver/include/slt_runtime.h"
#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "sim/device/device.h"
#include "sim/firmware/firmware_board.h"
#include "sim/memory/bus_memory.h"
#include "sim/session/backend_factory.h"
#include "sim/session/compiled_network.h"
#include "sim/session/driver_port.h"
#include "sim/tuning/tune_cuts.h"

namespace systolite {
namespace {

// Fills the arena before a run, so that a tensor that was never written cannot look right by chance.
constexpr std::uint8_t kStale = 0xA5;

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

// The device counts its own cycles; both clocks start with the doorbell and stop with the interrupt. `Step`: a struct
// with kind and device_cycles.
template <typename Step>
void check_cycle_counter(const std::vector<Step>& steps, const std::vector<Trace>& traces) {
  std::size_t job = 0;
  for (const Step& step : steps) {
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

// The driver runs here, natively, against the device.
class NativeMachine {
 public:
  NativeMachine(const HwConfig& config, BusMemory& memory, const CompiledNetwork& network,
                const SessionOptions& options)
      : config_(config),
        memory_(memory),
        network_(network),
        has_clock_(has_clock(options.backend)),
        device_(make_device(config, memory, options)),
        port_(*device_),
        image_((network.image().image.size() + 3) / 4) {
    memory.write(network.program().flash_base, network.image().flash);
    std::memcpy(image_.data(), network.image().image.data(), network.image().image.size());
  }

  // The input is in memory.
  void run(RunResult& run) {
    start();
    std::vector<slt_step_report_t> steps(slt_network_step_count(&loaded_));
    slt_run_report_t report{};
    report.steps = steps.data();
    report.step_capacity = static_cast<std::uint32_t>(steps.size());
    const slt_run_options_t options = {.sleep = true, .timeout_cycles = network_.timeout_cycles()};
    const slt_result_t result = slt_network_run(&loaded_, &driver_, &options, &report);
    port_.rethrow();
    run.traces = port_.take_traces();
    if (result != kSltOk) refuse(result, report, network_.program());
    if (has_clock_) check_cycle_counter(steps, run.traces);
  }

 private:
  // Finds the device and loads the network.
  void start() {
    if (started_) return;
    const slt_port_t port = port_.port();
    const slt_result_t found = slt_init(&driver_, &port);
    port_.rethrow();
    require(found, "Finding the device");
    const MemoryRegion& weights = config_.weights_region();
    const MemoryRegion& sram = config_.sram;
    const slt_memory_t memory = {memory_.storage(weights.base).data(), weights.base, weights.bytes,
                                 memory_.storage(sram.base).data(),    sram.base,    sram.bytes};
    const auto image_bytes = static_cast<std::uint32_t>(network_.image().image.size());
    const slt_result_t loaded = slt_network_load(&loaded_, image_.data(), image_bytes, &memory, &driver_);
    port_.rethrow();
    require(loaded, "Loading the network");
    started_ = true;
  }

  const HwConfig& config_;
  BusMemory& memory_;
  const CompiledNetwork& network_;
  bool has_clock_;
  std::unique_ptr<Device> device_;
  DriverPort port_;
  slt_t driver_{};
  std::vector<std::uint32_t> image_;  // words, for its alignment
  slt_network_t loaded_{};
  bool started_ = false;
};

// The driver runs as firmware on the simulated processor.
class FirmwareMachine {
 public:
  FirmwareMachine(const HwConfig& config, BusMemory& memory, const CompiledNetwork& network,
                  const SessionOptions& options)
      : network_(network),
        limit_(cycle_limit(network)),
        board_(config, memory, network.program(), network.image(), network.timeout_cycles(), *options.firmware,
               accelerator_factory(config, memory, options)) {
    board_.memory().set_stalls(options.stalls);
  }

  void run(RunResult& run) {
    FirmwareRun firmware = board_.run(limit_);
    if (firmware.result != kSltOk) {
      slt_run_report_t report{};
      report.steps_done = firmware.steps_done;
      report.error = {firmware.error_cause, firmware.error_command, firmware.error_address};
      refuse(static_cast<slt_result_t>(firmware.result), report, network_.program());
    }
    run.traces = std::move(firmware.traces);
    if (!firmware.steps.empty()) check_cycle_counter(firmware.steps, run.traces);
    run.firmware = std::move(firmware);
  }

 private:
  // Far more than any inference takes: the slowest kernels on the slowest core, every job at its time limit.
  static Cycles cycle_limit(const CompiledNetwork& network) {
    constexpr Cycles kStart = 100'000'000;
    constexpr Cycles kPerMac = 1000;
    Cycles limit = kStart;
    for (const Op& op : network.graph().ops)
      limit += kPerMac * static_cast<Cycles>(macs(network.graph(), op)) + kStart / 100;
    return limit + network.program().steps.size() * network.timeout_cycles();
  }

  const CompiledNetwork& network_;
  Cycles limit_;
  FirmwareBoard board_;
};

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

// Memories, and what runs the network on them.
struct Session::Machine {
  Machine(const HwConfig& config, const CompiledNetwork& network, const SessionOptions& options) : memory(config) {
    if (options.firmware) {
      firmware = std::make_unique<FirmwareMachine>(config, memory, network, options);
    } else {
      native = std::make_unique<NativeMachine>(config, memory, network, options);
    }
  }

  BusMemory memory;
  std::unique_ptr<NativeMachine> native;  // one of the two
  std::unique_ptr<FirmwareMachine> firmware;
};

Session::Session(const Graph& graph, const HwConfig& config, const SessionOptions& options)
    : Session(std::make_shared<const CompiledNetwork>(graph, config, options), config, options) {}

Session::Session(std::shared_ptr<const CompiledNetwork> network, const HwConfig& config, const SessionOptions& options)
    : config_(config),
      backend_(options.backend),
      stalls_(options.stalls.has_value()),
      firmware_(options.firmware),
      detail_(options.detail),
      network_(std::move(network)),
      machine_(std::make_unique<Machine>(config, *network_, options)) {}

Session::~Session() = default;

const Program& Session::program() const noexcept { return network_->program(); }

const Graph& Session::graph() const noexcept { return network_->graph(); }

const std::optional<ReducedGraph>& Session::reduced() const noexcept { return network_->reduced(); }

void Session::write_inputs(const std::vector<std::vector<std::int8_t>>& inputs) {
  const Program& program = network_->program();
  machine_->memory.write(program.sram_base, std::vector<std::uint8_t>(program.sram_bytes, kStale));
  const std::vector<int>& tensors = graph().inputs;
  if (inputs.size() != tensors.size()) {
    throw Error(ExitCode::kData,
                fmt::format("{} has {} inputs, {} were given.", graph().name, tensors.size(), inputs.size()));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto place = std::ranges::find(program.places, tensors[i], &TensorPlace::tensor);
    if (inputs[i].size() != place->bytes) {
      throw Error(ExitCode::kData, fmt::format("Input {} of {} has {} values, {} were given.", i, graph().name,
                                               place->bytes, inputs[i].size()));
    }
    machine_->memory.write(place->address, {reinterpret_cast<const std::uint8_t*>(inputs[i].data()), inputs[i].size()});
  }
}

RunResult Session::run(const std::vector<std::vector<std::int8_t>>& inputs) {
  write_inputs(inputs);
  RunResult run;
  if (machine_->firmware) {
    machine_->firmware->run(run);
  } else {
    machine_->native->run(run);
  }
  for (std::size_t job = 0; job < run.traces.size(); ++job) {
    detail_(fmt::format("ran job {} on {}", job, name(backend_)) +
            (has_clock(backend_) ? fmt::format(": cycles {}", run.traces[job].cycles) : ""));
  }
  if (!has_clock(backend_)) run.traces.clear();
  for (const TensorPlace& place : program().places) {
    std::vector<std::int8_t>& values = run.tensors[place.tensor];
    values.resize(place.bytes);
    machine_->memory.read(place.address, {reinterpret_cast<std::uint8_t*>(values.data()), values.size()});
  }
  return run;
}

Report Session::report(const RunResult& result, const std::string& input, const EnergyCosts* energy) const {
  std::optional<Cycles> without_prefetch;
  if (has_clock(backend_) && !stalls_ && network_->commands_are_mapped()) {
    MapOptions options = network_->map_options();
    options.prefetch = false;
    without_prefetch = program_cycles(map_network(graph(), config_, options), config_);
  }
  Report report = make_report(graph(), program(), config_, result.traces,
                              {.backend = name(backend_),
                               .input = input,
                               .has_timing = has_clock(backend_),
                               .reduced = reduced() ? &*reduced() : nullptr,
                               .cycles_without_prefetch = without_prefetch});
  if (result.firmware) add_firmware(report, *result.firmware);
  if (energy == nullptr || !has_clock(backend_)) return report;
  std::vector<Cycles> cpu_cycles;
  for (const LayerReport& layer : report.layers) cpu_cycles.push_back(layer.cpu_cycles.value_or(0));
  report.energy = make_energy_report(program(), config_, result.traces, *energy, report.firmware, cpu_cycles);
  return report;
}

// The steps of the firmware as bars, and the cycles of each operator on the processor.
void Session::add_firmware(Report& report, const FirmwareRun& run) const {
  FirmwareReport firmware = {.core = firmware_->core.name,
                             .profile = firmware_->profile.name,
                             .profile_status = cpu::name(firmware_->profile.status),
                             .wait = systolite::name(firmware_->wait),
                             .ready_cycles = run.ready_cycle,
                             .cycles = run.run_cycles,
                             .accelerator_cycles = report.cycles,
                             .instructions = run.counters.total_instructions(),
                             .sleep_cycles = run.counters.sleep_cycles};
  for (const slt_board_step_t& step : run.steps) {
    firmware.waiting_cycles += step.wait_cycles;
    if (step.kind == kSltStepJob) continue;
    firmware.fallback_cycles += step.elapsed_cycles;
    report.layers.at(step.op_index).cpu_cycles = step.elapsed_cycles;
  }
  report.firmware = firmware;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The subcommands. Each throws Error when it cannot do what was asked and prints to standard output only what the user
// asked for.
#pragma once

#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/serve/slt_serve_tensor.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/resolve.h"
#include "sim/firmware/firmware_options.h"
#include "sim/session/session.h"

namespace systolite::cli {

// What to run, and on what.
struct Inference {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kRtl;
  Rounding rounding = Rounding::kDouble;
  std::vector<std::filesystem::path> inputs;  // none: pseudo-random values
  std::uint32_t seed = kDefaultSeed;
  bool drop_constant_channels = false;
};

// The processor in front of the accelerator.
struct FirmwareArguments {
  bool enabled = false;
  std::string core = "cortex-m4";
  std::string profile = "ideal";  // of its flash
  FirmwareWait wait = FirmwareWait::kInterrupt;
};

struct RunArguments {
  Inference inference;
  FirmwareArguments firmware;
  std::string energy = kDefaultEnergyTable;
  bool soc = false;
  std::filesystem::path output;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path html;
  std::filesystem::path dump_commands;
};

struct TraceArguments {
  Inference inference;
  std::filesystem::path output = "trace.json";
  std::filesystem::path waves;                      // empty: no waveforms
  std::optional<std::pair<Cycles, Cycles>> cycles;  // [from, to) of the run; nothing: all
  std::optional<std::uint64_t> layer;               // its window
};

struct VerifyArguments {
  std::string model;
  std::string config = kDefaultConfig;
  std::vector<Backend> backends;  // compared with each other
  std::filesystem::path golden;
  std::optional<std::size_t> inputs;  // golden ones; kAllInputs: all; nothing: the first, if there are any
  std::filesystem::path input;        // only this one
  std::optional<std::uint32_t> seed;  // also a pseudo-random one
  bool drop_constant_channels = false;
};
struct ServeArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kFast;
  Rounding rounding = Rounding::kDouble;
  bool drop_constant_channels = false;
  FirmwareArguments firmware;
  std::string model_id;                            // empty: of the benchmark the model belongs to
  std::optional<slt_input_format_t> input_format;  // nothing: of the benchmark
  std::filesystem::path link;                      // to the serial port
};

inline constexpr std::size_t kAllInputs = std::numeric_limits<std::size_t>::max();

// A simulated processor: configs/cpu/cores and configs/cpu/profiles.
struct CoreTarget {
  std::string core;
  std::string profile;
};

struct CompareArguments {
  Inference inference;
  std::vector<CoreTarget> cores;
  CoreTarget host;  // runs what the accelerator does not take
  std::string energy = kDefaultEnergyTable;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path html;
};

struct ExploreArguments {
  std::string sweep;              // a file or the name of one in configs/sweeps
  std::filesystem::path output;   // of the files but for their endings; empty: the name of the sweep
  int jobs = 0;                   // worker processes; 0: one a core
  bool confirm = false;           // on the RTL
  std::size_t confirm_limit = 4;  // members of each front
  std::filesystem::path html;
};

struct FitArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Rounding rounding = Rounding::kDouble;
  bool drop_constant_channels = false;
  std::string mcu;             // empty: all there are
  std::filesystem::path json;  // "-": standard output, instead of the table
};

struct BatteryArguments {
  Inference inference;
  std::string scenario;
  std::string mcu;      // empty: the scenario's
  std::string battery;  // empty: the scenario's
  std::string standby = "gated";
  std::string energy = kDefaultEnergyTable;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path html;
};

struct DiffArguments {
  std::filesystem::path a;
  std::filesystem::path b;
  std::filesystem::path json;  // "-": standard output, instead of the table
};

void run_command(const RunArguments& arguments);
void compare_command(const CompareArguments& arguments);
void diff_command(const DiffArguments& arguments);
void trace_command(const TraceArguments& arguments);
void verify_command(const VerifyArguments& arguments);
void explore_command(const ExploreArguments& arguments);
void serve_command(const ServeArguments& arguments);  // does not return
void battery_command(const BatteryArguments& arguments);
void fit_command(const FitArguments& arguments);  // throws Error(kModel) after the report when a named MCU is too small
void doctor_command();

// Options of a session with its progress on standard error.
[[nodiscard]] SessionOptions session_options(Backend backend, Rounding rounding);
// The core and the profile that the arguments name. Throws Error(kConfig) with the names there are.
[[nodiscard]] FirmwareOptions firmware_options(const FirmwareArguments& arguments);
// The files or pseudo-random values that an inference asks for.
[[nodiscard]] InputSet inputs_of(const Graph& graph, const Inference& inference);

}  // namespace systolite::cli

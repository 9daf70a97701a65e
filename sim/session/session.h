// SPDX-License-Identifier: Apache-2.0
// A network on a simulated device: everything between a graph and a report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/cut.h"
#include "mapper/passes/remove_constant_channels.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"
#include "sim/device/trace.h"
#include "sim/firmware/firmware_options.h"
#include "sim/firmware/firmware_run.h"
#include "sim/memory/random_stalls.h"
#include "sim/report/report.h"
#include "sim/rtl/rtl_builder.h"

namespace systolite {

enum class Backend { kRtl, kSystemc, kFast, kFunctional };

[[nodiscard]] const char* name(Backend backend);
[[nodiscard]] constexpr bool has_clock(Backend backend) { return backend != Backend::kFunctional; }

// Waveforms of the cycles [from, to) since reset, to an FST file; rtl only. Recording them makes the simulation some
// twenty times slower.
struct WaveformWindow {
  std::filesystem::path file;
  Cycles from;
  Cycles to;
};

struct SessionOptions {
  Backend backend = Backend::kRtl;
  Rounding rounding = Rounding::kDouble;
  bool keep_all_tensors = false;        // every activation can be read back, at the price of storing it
  bool drop_constant_channels = false;  // channels that no output depends on are removed before mapping
  bool search = false;  // layers are cut by exact cycles (sim/tuning), which takes a second for a large network
  // Layers are cut so and the others by estimate, whatever `search` says; what cannot be so is refused, Error(kConfig).
  std::optional<std::map<int, LayerCut>> cuts;
  // Commands that are run instead of the mapper's (mapper/program/streams.h); none: the mapper's.
  std::optional<std::string> commands;
  // The driver runs as firmware on a simulated processor in the SoC, the kernels too; otherwise here, in no time.
  std::optional<FirmwareOptions> firmware;
  bool soc = false;     // the device sits in the SystemC SoC (sim/soc); systemc always does
  RtlBuildOptions rtl;  // rtl only
  // Told what was mapped and how a run went, in one line each.
  std::function<void(const std::string& line)> detail = [](const std::string&) {};
  std::optional<WaveformWindow> waveforms;
  std::optional<RandomStalls> stalls;  // back-pressure on the bus, for tests
};

using Tensors = std::map<int, std::vector<std::int8_t>>;  // by tensor index

struct RunResult {
  Tensors tensors;            // every tensor that has a place in memory after the run, outputs among them; without
                              // removed channels
  std::vector<Trace> traces;  // one per job; empty for a backend without a clock
  std::optional<FirmwareRun> firmware;
};

class CompiledNetwork;

class Session {
 public:
  // Maps the network, builds or loads the device, loads the program into its memory. The device runs from the first
  // run() on, which matters in the SoC: all its sessions must be made before the first one runs. Throws Error: kModel
  // (does not fit), kTool (no simulation), kConfig (address map of the SoC), kInternal. The arguments outlive the
  // session.
  Session(const Graph& graph, const HwConfig& config, const SessionOptions& options);
  // The same with a network that another session has mapped; what `options` say of mapping does not count. Throws as
  // the other, but for kModel.
  Session(std::shared_ptr<const CompiledNetwork> network, const HwConfig& config, const SessionOptions& options);
  ~Session();

  // One inference; `inputs` in the order of graph.inputs. May be called again. Throws Error(kData) for inputs of the
  // wrong number or size, Error(kDevice) when the device reports an error, an assertion of the RTL fires or a job does
  // not end.
  [[nodiscard]] RunResult run(const std::vector<std::vector<std::int8_t>>& inputs);

  [[nodiscard]] const std::shared_ptr<const CompiledNetwork>& network() const noexcept { return network_; }
  [[nodiscard]] const Program& program() const noexcept;
  // What was mapped: the graph without removed channels.
  [[nodiscard]] const Graph& graph() const noexcept;
  // What was removed; nothing unless it was asked for.
  [[nodiscard]] const std::optional<ReducedGraph>& reduced() const noexcept;
  // `input`: where the tensors came from, for the reader.
  // `energy`: what it is computed from; without it, or without a clock, the report has none.
  [[nodiscard]] Report report(const RunResult& result, const std::string& input,
                              const EnergyCosts* energy = nullptr) const;

 private:
  struct Machine;
  void write_inputs(const std::vector<std::vector<std::int8_t>>& inputs);
  void add_firmware(Report& report, const FirmwareRun& run) const;

  const HwConfig& config_;
  Backend backend_;
  bool stalls_;  // back-pressure that timing by the program does not know
  std::optional<FirmwareOptions> firmware_;
  std::function<void(const std::string& line)> detail_;
  std::shared_ptr<const CompiledNetwork> network_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace systolite

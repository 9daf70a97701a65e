// SPDX-License-Identifier: Apache-2.0
// The result of a run: what took how long, why, and how many bytes moved.
//
// Definitions. `cycles` are clock cycles of the accelerator from the doorbell write to the interrupt, summed over the
// jobs of a run; work of the CPU before, between and after jobs is not in them. `macs` counts every tap of convolutions
// and fully connected layers of the model file, padding included; `macs_executed` those that were left to compute after
// channels were removed. `utilization` is the MACs computed on the array divided by cycles x rows x columns. Windows of
// layers: layer_windows.h. `bytes_read` and `bytes_written` count whole bus words, beats x bus width, fetch of the
// command stream included: of a layer those that move in its window (also for layers after it), so that layers sum to
// the run. The bound of a layer (lower_bound.h) is of the layer alone: a window may be shorter than its transfer bound
// when weights came during the layers before, never shorter than its array bound; the gap (gap.h) says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/passes/remove_constant_channels.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/core/settings.h"
#include "sim/report/bound.h"
#include "sim/report/energy_report.h"
#include "sim/report/firmware_report.h"
#include "sim/report/gap.h"
#include "sim/report/lower_bound.h"
#include "sim/report/state_cycles.h"
#include "sim/report/weight_transfers.h"

namespace systolite {

inline constexpr int kReportSchema = 2;  // changes with the meaning or the name of a JSON key

struct LayerReport {
  int index = 0;     // position of the operator in the file
  std::string op;    // TFLite name
  std::string name;  // of the output tensor
  Where where = Where::kNone;
  std::string reason;                      // why the CPU runs it
  std::optional<Dataflow> dataflow;        // on the array
  std::optional<std::string> in_place_of;  // tensor whose bytes of the scratchpad the result takes
  std::int64_t macs = 0;
  std::int64_t macs_executed = 0;
  int removed_channels = 0;  // of the output
  int row_bands = 1;         // depthwise: bands of rows beside each other that its image is stored in
  LowerBound bound;
  Cycles cycles = 0;
  Gap gap;  // sums to cycles - bound.cycles()
  double utilization = 0;
  // The engine the operator lives on, matrix or vector, within the layer's window: busy + stalls = cycles.
  isa::Engine engine = isa::Engine::kMm;
  StateCycles states;
  std::optional<Bound> bound_by;  // nothing for no cycles
  WeightTransfer weights;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::optional<Cycles> cpu_cycles;  // of an operator that the simulated processor ran
};

// Bytes of the scratchpad that a tensor holds in the windows of some layers.
struct ScratchpadTensor {
  int tensor = 0;  // index in the file
  std::string name;
  int made_by = -1;  // operator; -1: an input of the network
  ScratchpadPlace place;
};

struct Report {
  std::string model;
  std::string config;
  std::string backend;
  std::string input;        // where the input tensor came from
  bool has_timing = false;  // false: a backend without a clock, every cycle figure is meaningless and not shown
  double clock_mhz = 0;
  int rows = 0;
  int cols = 0;
  int bus_bytes = 0;  // bytes of a beat, each for reading and writing
  int scratchpad_bytes = 0;
  int scratchpad_banks = 0;
  bool names_dataflow = false;  // the array is not weight stationary only
  Cycles cycles = 0;
  double latency_us = 0;
  std::int64_t macs = 0;
  std::int64_t macs_executed = 0;
  std::optional<RemovedWork> removed;  // nothing: the network ran as in the file
  double utilization = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t bytes_fetched = 0;  // command stream, part of bytes_read
  std::vector<LayerReport> layers;
  std::int64_t bound_cycles = 0;             // sum over the layers
  std::int64_t overlapped_bound_cycles = 0;  // if transfers and array work of all layers overlapped: the larger sum
  Gap gap;                                   // sums to cycles - bound_cycles
  WeightTransfer weights;
  std::optional<Cycles> cycles_without_prefetch;
  std::array<StateCycles, kUnitCount> engines;  // whole run; index: isa::Engine, front end last
  std::optional<FirmwareReport> firmware;       // nothing: no processor was simulated
  std::optional<EnergyReport> energy;           // nothing: it was not asked for, or the backend has no clock
  std::vector<ScratchpadTensor> scratchpad;     // by first layer
  std::uint64_t scratchpad_peak_bytes = 0;      // most bytes that hold tensors in the window of one layer
  std::vector<Setting> configuration;           // the hardware description
};

struct RunFacts {
  std::string backend;
  std::string input;
  bool has_timing = false;
  const ReducedGraph* reduced = nullptr;  // what the graph comes from, if channels were removed
  // Of the same network mapped without prefetch (MapOptions::prefetch), if known.
  std::optional<Cycles> cycles_without_prefetch = std::nullopt;
};

// `graph`: what was mapped. `traces`: one per JobStep of the program, in order; empty without timing. Throws
// Error(kDevice) when trace and program contradict each other: a count of completed commands or of beats that is not
// the one the stream asks for.
[[nodiscard]] Report make_report(const Graph& graph, const Program& program, const HwConfig& config,
                                 const std::vector<Trace>& traces, const RunFacts& facts);

[[nodiscard]] const char* name(Where where);

}  // namespace systolite

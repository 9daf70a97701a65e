// SPDX-License-Identifier: Apache-2.0
// The hardware description: read once from YAML, strictly, immutable afterwards. One struct drives RTL parameters,
// models and mapper. Keys, units and legal ranges: configs/PARAMETERS.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace systolite {

// What stays in the cells of the array while a layer runs.
enum class Dataflow : std::uint8_t { kWeight, kOutput };

[[nodiscard]] const char* name(Dataflow dataflow);

struct ArrayConfig {
  int rows;
  int cols;
  bool depthwise_unit;            // column mode for depthwise layers; needs the weight-stationary dataflow
  bool weight_stationary = true;  // dataflows that are built, at least one
  bool output_stationary = false;
  [[nodiscard]] bool has(Dataflow dataflow) const noexcept {
    return dataflow == Dataflow::kWeight ? weight_stationary : output_stationary;
  }
};

struct DmaConfig {
  int bus_bits;
  int burst_beats;
  int outstanding_reads;
  [[nodiscard]] int bus_bytes() const noexcept { return bus_bits / 8; }
};

// How a memory reads its array: a line at a time, ahead of what is asked for.
struct MemoryLine {
  int bytes;
  int access_cycles;   // reading one line
  int prefetch_lines;  // how far reading runs ahead of the line that is in use
};

// One region of the bus address map. A read burst's first beat comes read_latency_cycles after its address is taken,
// every further beat (and every beat written) takes cycles_per_beat; a write is acknowledged write_latency_cycles after
// its last beat. All of it at the earliest; the exact rules are in sim/memory/README.md.
struct MemoryRegion {
  std::uint32_t base;
  std::uint32_t bytes;
  int read_latency_cycles;
  int write_latency_cycles;  // unused for flash
  int cycles_per_beat;
  std::optional<MemoryLine> line = {};  // flash only; without it the latencies are all there is
  int banks = 1;                        // equal contiguous blocks
};

enum class RegionId : std::uint8_t { kFlash, kSram, kExternal };

[[nodiscard]] const char* name(RegionId region);

// Accesses of a CPU to a bank of a region: it holds the bank in every cycle c >= offset_cycles of a job in which
// (c - offset_cycles) mod period_cycles < busy_cycles.
struct CpuTraffic {
  RegionId region;
  int bank;
  int offset_cycles;
  int period_cycles;
  int busy_cycles;
};

inline constexpr int kAccBanksOfHalf = 2;  // of the accumulator; each with a read and a write port

struct HwConfig {
  std::string name;
  std::filesystem::path file;  // as given, for messages
  double clock_mhz;
  ArrayConfig array;
  int requant_lanes;
  int scratchpad_bytes;
  int scratchpad_banks;
  int weight_buffer_bytes;
  int accumulator_bytes;
  int param_channels;
  int queue_depth;
  DmaConfig dma;
  MemoryRegion flash;                         // nobody writes it
  MemoryRegion sram;                          // read-write window of the device: inputs, outputs, spilled tensors
  std::optional<MemoryRegion> external = {};  // another memory that can be written
  RegionId weights = RegionId::kFlash;        // read-only window of the device: command streams, weights, tables
  std::vector<CpuTraffic> cpu_traffic = {};

  // The regions there are, in the order of RegionId.
  [[nodiscard]] std::vector<RegionId> regions() const;
  // One of regions().
  [[nodiscard]] const MemoryRegion& region(RegionId id) const;
  [[nodiscard]] const MemoryRegion& weights_region() const { return region(weights); }
  [[nodiscard]] int bank_bytes() const noexcept { return scratchpad_bytes / scratchpad_banks; }
  [[nodiscard]] int acc_entries() const noexcept { return accumulator_bytes / (2 * 4 * array.cols); }  // per half
  [[nodiscard]] int acc_bank_entries() const noexcept { return acc_entries() / kAccBanksOfHalf; }      // per bank
  [[nodiscard]] int spm_word_bytes() const noexcept;   // smallest power of two >= max(rows, cols, bus bytes)
  [[nodiscard]] int wbuf_word_bytes() const noexcept;  // smallest power of two >= max(cols, bus bytes)
  // FNV-1a (32 bit) over every parameter that changes the RTL; register config_id.
  [[nodiscard]] std::uint32_t config_id() const;
  // The content of slt_params_pkg.sv for this configuration (names in configs/parameters.yaml).
  [[nodiscard]] std::string params_package() const;
};

// Throws Error(kConfig): "FILE:LINE: KEY = VALUE: legal range" for an unknown or missing key, a value of the wrong type
// or out of range, or an illegal combination.
[[nodiscard]] HwConfig load_hw_config(const std::filesystem::path& file);
// The same from text; `name` stands for the file in messages.
[[nodiscard]] HwConfig parse_hw_config(const std::string& yaml, const std::string& name);

}  // namespace systolite

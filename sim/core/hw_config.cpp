// SPDX-License-Identifier: Apache-2.0
#include "sim/core/hw_config.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/hw_description.h"
#include "sim/core/parameter_map.h"
#include "slt_parameters.hpp"

namespace systolite {
namespace {

constexpr std::int64_t kRegionAlign = 4096;  // bursts never cross a 4 KiB boundary

bool is_power_of_two(std::int64_t value) { return value > 0 && std::has_single_bit(static_cast<std::uint64_t>(value)); }

int power_of_two_at_least(int value) { return static_cast<int>(std::bit_ceil(static_cast<unsigned>(value))); }

int small(const ParameterMap& map, std::string_view key, const Narrower& narrower = {}) {
  return static_cast<int>(map.integer(key, narrower));
}

ArrayConfig parse_array(const ParameterMap& top) {
  const ParameterMap map = top.map("array");
  ArrayConfig array{};
  array.rows = small(map, "rows");
  array.cols = small(map, "cols");
  const std::string dataflow = map.choice("dataflow");
  array.weight_stationary = dataflow != "output";
  array.output_stationary = dataflow != "weight";
  array.depthwise_unit = map.flag("depthwise_unit");
  if (array.depthwise_unit && !array.weight_stationary)
    map.refuse("depthwise_unit", "false, since array.dataflow is output and the column mode is weight stationary");
  return array;
}

DmaConfig parse_dma(const ParameterMap& top) {
  const ParameterMap map = top.map("dma");
  return {.bus_bits = small(map, "bus_bits"),
          .burst_beats = small(map, "burst_beats"),
          .outstanding_reads = small(map, "outstanding_reads")};
}

void parse_scratchpad(const ParameterMap& top, HwConfig& config) {
  const ParameterMap map = top.map("scratchpad");
  config.scratchpad_banks = small(map, "banks");
  // Every bank is two sub-banks of at least one word each.
  const int word = config.spm_word_bytes();
  config.scratchpad_bytes = small(map, "bytes",
                                  {.min = std::int64_t{2} * word * config.scratchpad_banks,
                                   .reason = " (two words of " + std::to_string(word) + " bytes in each of " +
                                             std::to_string(config.scratchpad_banks) + " banks)"});
}

void parse_accumulator(const ParameterMap& top, HwConfig& config) {
  const ParameterMap map = top.map("accumulator");
  const std::int64_t entry_pair_bytes = std::int64_t{2} * 4 * config.array.cols;
  const std::int64_t least = 8 * entry_pair_bytes;
  const std::int64_t most = 2048 * entry_pair_bytes;
  const std::string rule = std::to_string(entry_pair_bytes) +
                           " (two halves of array.cols int32) times a power of two from 8 to 2048, so " +
                           std::to_string(least) + " to " + std::to_string(most);
  const std::int64_t bytes = map.integer("bytes", {.min = least, .max = most, .rule = rule});
  if (bytes % entry_pair_bytes != 0 || !is_power_of_two(bytes / entry_pair_bytes)) map.refuse("bytes", rule);
  config.accumulator_bytes = static_cast<int>(bytes);
}

// A region of the address map. Flash is never written, so it has no write latency.
MemoryRegion parse_region(const ParameterMap& map, bool writable) {
  constexpr std::int64_t kAddressSpace = std::int64_t{1} << 32;
  MemoryRegion region{};
  region.base = static_cast<std::uint32_t>(map.integer("base"));
  region.bytes = static_cast<std::uint32_t>(
      map.integer("bytes", {.max = kAddressSpace - region.base, .reason = ", the room above the base"}));
  region.read_latency_cycles = small(map, "read_latency_cycles");
  region.write_latency_cycles = writable ? small(map, "write_latency_cycles") : 1;
  region.cycles_per_beat = small(map, "cycles_per_beat");
  return region;
}

void refuse_overlap(const ParameterMap& map, const MemoryRegion& region, const MemoryRegion& other,
                    const std::string& other_key) {
  const auto end = [](const MemoryRegion& r) { return std::uint64_t{r.base} + r.bytes; };
  if (region.base < end(other) && other.base < end(region))
    map.refuse("base", "outside " + other_key + ", which overlaps it");
}

// Equal blocks, so large that no burst touches two.
int parse_banks(const ParameterMap& map, const MemoryRegion& region) {
  const Narrower blocks = {.reason = " that divides the region into blocks of a multiple of 4096 bytes"};
  const int banks = small(map, "banks", blocks);
  if (region.bytes % (banks * kRegionAlign) != 0) map.refuse("banks", map.rule("banks", blocks));
  return banks;
}

MemoryLine parse_line(const ParameterMap& flash, int bus_bytes) {
  const ParameterMap map = flash.map("line");
  return {.bytes = small(map, "bytes", {.min = bus_bytes, .reason = " (at least the width of the bus)"}),
          .access_cycles = small(map, "access_cycles"),
          .prefetch_lines = small(map, "prefetch_lines")};
}

RegionId region_id(std::string_view text) {
  for (const RegionId id : {RegionId::kFlash, RegionId::kSram, RegionId::kExternal}) {
    if (text == name(id)) return id;
  }
  throw Error(ExitCode::kInternal, "parameters.yaml names the region '" + std::string(text) + "', which there is not");
}

void parse_memory(const ParameterMap& top, HwConfig& config) {
  const ParameterMap memory = top.map("memory");
  const ParameterMap flash_map = memory.map("flash");
  config.flash = parse_region(flash_map, /*writable=*/false);
  if (flash_map.has("line")) config.flash.line = parse_line(flash_map, config.dma.bus_bytes());
  const ParameterMap sram_map = memory.map("sram");
  config.sram = parse_region(sram_map, /*writable=*/true);
  config.sram.banks = parse_banks(sram_map, config.sram);
  refuse_overlap(sram_map, config.sram, config.flash, "memory.flash");
  if (memory.has("external")) {
    const ParameterMap map = memory.map("external");
    config.external = parse_region(map, /*writable=*/true);
    refuse_overlap(map, *config.external, config.flash, "memory.flash");
    refuse_overlap(map, *config.external, config.sram, "memory.sram");
  }
  config.weights = region_id(memory.choice("weights"));
  if (config.weights == RegionId::kExternal && !config.external)
    memory.refuse("weights", "flash, since there is no memory.external");
}

void parse_cpu_traffic(const ParameterMap& top, HwConfig& config) {
  constexpr double kFull = 1.0 - 1e-9;  // sums of quotients are rounded
  std::vector<std::string_view> regions;
  for (const RegionId id : config.regions()) regions.emplace_back(name(id));
  for (const ParameterMap& map : top.list("cpu_traffic")) {
    CpuTraffic traffic{};
    traffic.region = region_id(map.choice("region", regions));
    traffic.bank = small(map, "bank", {.max = config.region(traffic.region).banks - 1});
    traffic.offset_cycles = small(map, "offset_cycles");
    traffic.period_cycles = small(map, "period_cycles");
    traffic.busy_cycles = small(map, "busy_cycles", {.max = traffic.period_cycles - 1});
    config.cpu_traffic.push_back(traffic);
    double share = 0;
    for (const CpuTraffic& entry : config.cpu_traffic) {
      if (entry.region == traffic.region && entry.bank == traffic.bank)
        share += static_cast<double>(entry.busy_cycles) / entry.period_cycles;
    }
    if (share >= kFull) {
      map.refuse("busy_cycles",
                 "so small that all entries for the bank leave it free in some cycles "
                 "(busy_cycles / period_cycles sum to less than 1)");
    }
  }
}

// The names and their order are those of configs/parameters.yaml.
std::int64_t value_of(parameters::Rtl parameter, const HwConfig& config) {
  using parameters::Rtl;
  switch (parameter) {
    case Rtl::kDepthwise:
      return config.array.depthwise_unit ? 1 : 0;
    case Rtl::kWeightStationary:
      return config.array.weight_stationary ? 1 : 0;
    case Rtl::kOutputStationary:
      return config.array.output_stationary ? 1 : 0;
    case Rtl::kRows:
      return config.array.rows;
    case Rtl::kCols:
      return config.array.cols;
    case Rtl::kLanes:
      return config.requant_lanes;
    case Rtl::kSpmBytes:
      return config.scratchpad_bytes;
    case Rtl::kSpmBanks:
      return config.scratchpad_banks;
    case Rtl::kWbufBytes:
      return config.weight_buffer_bytes;
    case Rtl::kAccEntries:
      return config.acc_entries();
    case Rtl::kParamChannels:
      return config.param_channels;
    case Rtl::kBusBytes:
      return config.dma.bus_bytes();
    case Rtl::kMaxReads:
      return config.dma.outstanding_reads;
    case Rtl::kMaxBurst:
      return config.dma.burst_beats;
    case Rtl::kQueueDepth:
      return config.queue_depth;
    case Rtl::kSpmWord:
      return config.spm_word_bytes();
    case Rtl::kWbufWord:
      return config.wbuf_word_bytes();
    case Rtl::kBankBytes:
      return config.bank_bytes();
  }
  throw Error(ExitCode::kInternal, "An RTL parameter without a value.");
}

}  // namespace

const char* name(Dataflow dataflow) { return dataflow == Dataflow::kWeight ? "weight" : "output"; }

const char* name(RegionId region) {
  switch (region) {
    case RegionId::kFlash:
      return "flash";
    case RegionId::kSram:
      return "sram";
    case RegionId::kExternal:
      return "external";
  }
  return "unknown";
}

std::vector<RegionId> HwConfig::regions() const {
  std::vector<RegionId> regions = {RegionId::kFlash, RegionId::kSram};
  if (external) regions.push_back(RegionId::kExternal);
  return regions;
}

const MemoryRegion& HwConfig::region(RegionId id) const {
  if (id == RegionId::kExternal) return external.value();
  return id == RegionId::kFlash ? flash : sram;
}

int HwConfig::spm_word_bytes() const noexcept {
  return power_of_two_at_least(std::max({array.rows, array.cols, dma.bus_bytes()}));
}

int HwConfig::wbuf_word_bytes() const noexcept { return power_of_two_at_least(std::max(array.cols, dma.bus_bytes())); }

std::uint32_t HwConfig::config_id() const {
  std::string text;
  for (const parameters::RtlParameter& parameter : parameters::kRtl)
    text += std::string(parameter.name) + '=' + std::to_string(value_of(parameter.id, *this)) + '\n';
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string HwConfig::params_package() const {
  // Without the name: descriptions of the same RTL share one simulation.
  std::string text =
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Generated from a hardware description (configs/hw). Do not edit.\n\n"
      "// A package offers more names than any one module takes.\n"
      "/* verilator lint_off UNUSEDPARAM */\n"
      "package slt_params_pkg;\n\n";
  for (const bool bits : {false, true}) {
    for (const parameters::RtlParameter& parameter : parameters::kRtl) {
      if (parameter.is_bit != bits) continue;
      text += (bits ? "  localparam bit " : "  localparam int unsigned ") + std::string(parameter.name) +
              (bits ? " = 1'b" : " = ") + std::to_string(value_of(parameter.id, *this)) + ";\n";
    }
  }
  text += "  localparam logic [31:0] CONFIG_ID = 32'd" + std::to_string(config_id()) + ";\n";
  return text + "\nendpackage\n/* verilator lint_on UNUSEDPARAM */\n";
}

namespace {

HwConfig read_top(const ParameterMap& top, const std::string& name) {
  HwConfig config{};
  config.file = name;
  config.name = top.name("name");
  config.clock_mhz = top.real("clock_mhz");
  config.array = parse_array(top);
  config.requant_lanes =
      small(top, "requant_lanes",
            {.max = std::bit_floor(static_cast<unsigned>(config.array.cols)), .reason = ", at most array.cols"});
  config.dma = parse_dma(top);
  parse_scratchpad(top, config);
  config.weight_buffer_bytes = small(
      top.map("weight_buffer"), "bytes",
      {.min = power_of_two_at_least(config.array.rows * config.array.cols), .reason = " (room for one weight tile)"});
  parse_accumulator(top, config);
  // Table words are addressed with 12 bits.
  config.param_channels = small(top, "param_channels", {.max = std::int64_t{4096} * config.requant_lanes});
  config.queue_depth = small(top, "queue_depth");
  parse_memory(top, config);
  parse_cpu_traffic(top, config);
  return config;
}

}  // namespace

HwConfig parse_hw_config(const std::string& yaml, const std::string& name) {
  return read_top(ParameterMap::parse(yaml, name), name);
}

HwConfig read_hw_config(const YAML::Node& document, const std::string& name) {
  return read_top(ParameterMap::of(document, name), name);
}

HwConfig load_hw_config(const std::filesystem::path& file) {
  HwConfig config = parse_hw_config(read_text(file, ExitCode::kConfig), file.string());
  config.file = file;
  return config;
}

}  // namespace systolite

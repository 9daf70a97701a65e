// SPDX-License-Identifier: Apache-2.0
#include "sim/core/hw_config.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite {
namespace {

constexpr std::int64_t kLocalBytesMax = std::int64_t{1} << 20;  // local addresses are 20 bits wide
constexpr std::int64_t kRegionAlign = 4096;                     // bursts never cross a 4 KiB boundary

bool is_power_of_two(std::int64_t value) { return value > 0 && std::has_single_bit(static_cast<std::uint64_t>(value)); }

int power_of_two_at_least(int value) { return static_cast<int>(std::bit_ceil(static_cast<unsigned>(value))); }

int power_of_two(const StrictMap& map, std::string_view key, std::int64_t low, std::int64_t high,
                 const std::string& reason = "") {
  const std::string rule = "a power of two from " + std::to_string(low) + " to " + std::to_string(high) + reason;
  const std::int64_t value = map.integer(key, rule);
  if (!is_power_of_two(value) || value < low || value > high) map.refuse(key, rule);
  return static_cast<int>(value);
}

int one_of(const StrictMap& map, std::string_view key, const std::vector<int>& legal, const std::string& rule) {
  const std::int64_t value = map.integer(key, rule);
  if (std::find(legal.begin(), legal.end(), value) == legal.end()) map.refuse(key, rule);
  return static_cast<int>(value);
}

int small(const StrictMap& map, std::string_view key, int low, int high) {
  return static_cast<int>(map.integer(key, low, high));
}

std::string parse_name(const StrictMap& top) {
  const std::string rule = "a name of letters, digits, '_', '-' and '.'";  // it becomes part of file names
  std::string name = top.text("name", rule);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (!std::all_of(name.begin(), name.end(), allowed) || name[0] == '.') top.refuse("name", rule);
  return name;
}

ArrayConfig parse_array(const StrictMap& top) {
  const StrictMap map = top.map("array", {"rows", "cols", "dataflow", "depthwise_unit"});
  ArrayConfig array{};
  array.rows = small(map, "rows", 4, 64);
  array.cols = small(map, "cols", 4, 64);
  if (map.text("dataflow", "weight") != "weight") map.refuse("dataflow", "weight");
  array.depthwise_unit = map.flag("depthwise_unit");
  return array;
}

DmaConfig parse_dma(const StrictMap& top) {
  const StrictMap map = top.map("dma", {"bus_bits", "burst_beats", "outstanding_reads"});
  DmaConfig dma{};
  dma.bus_bits = one_of(map, "bus_bits", {32, 64, 128}, "32, 64 or 128");
  dma.burst_beats = small(map, "burst_beats", 1, 16);
  dma.outstanding_reads = small(map, "outstanding_reads", 1, 8);
  return dma;
}

void parse_scratchpad(const StrictMap& top, HwConfig& config) {
  const StrictMap map = top.map("scratchpad", {"bytes", "banks"});
  config.scratchpad_banks = one_of(map, "banks", {2, 4, 8, 16}, "2, 4, 8 or 16");
  // Every bank is two sub-banks of at least one word each.
  const std::int64_t least = std::int64_t{2} * config.spm_word_bytes() * config.scratchpad_banks;
  config.scratchpad_bytes =
      power_of_two(map, "bytes", least, kLocalBytesMax,
                   " (two words of " + std::to_string(config.spm_word_bytes()) + " bytes in each of " +
                       std::to_string(config.scratchpad_banks) + " banks)");
}

void parse_accumulator(const StrictMap& top, HwConfig& config) {
  const StrictMap map = top.map("accumulator", {"bytes"});
  const std::int64_t entry_pair_bytes = std::int64_t{2} * 4 * config.array.cols;
  const std::string rule = std::to_string(entry_pair_bytes) +
                           " (two halves of array.cols int32) times a power of two from 8 to 2048, so " +
                           std::to_string(8 * entry_pair_bytes) + " to " + std::to_string(2048 * entry_pair_bytes);
  const std::int64_t bytes = map.integer("bytes", rule);
  const std::int64_t entries = bytes / entry_pair_bytes;
  if (bytes % entry_pair_bytes != 0 || !is_power_of_two(entries) || entries < 8 || entries > 2048) {
    map.refuse("bytes", rule);
  }
  config.accumulator_bytes = static_cast<int>(bytes);
}

// A region of the address map. Flash is never written, so it has no write latency.
MemoryRegion parse_region(const StrictMap& map, bool writable) {
  constexpr std::int64_t kAddressSpace = std::int64_t{1} << 32;
  MemoryRegion region{};
  const std::string base_rule = "a multiple of 4096 from 0 to 0xfffff000";
  const std::int64_t base = map.integer("base", base_rule);
  if (base < 0 || base >= kAddressSpace || base % kRegionAlign != 0) map.refuse("base", base_rule);
  const std::int64_t room = std::min(kAddressSpace - base, kAddressSpace - kRegionAlign);
  const std::string bytes_rule =
      "a multiple of 4096 from 4096 to " + std::to_string(room) + ", the room above the base";
  const std::int64_t bytes = map.integer("bytes", bytes_rule);
  if (bytes < kRegionAlign || bytes > room || bytes % kRegionAlign != 0) map.refuse("bytes", bytes_rule);
  region.base = static_cast<std::uint32_t>(base);
  region.bytes = static_cast<std::uint32_t>(bytes);
  region.read_latency_cycles = small(map, "read_latency_cycles", 1, 1000);
  region.write_latency_cycles = writable ? small(map, "write_latency_cycles", 1, 1000) : 1;
  region.cycles_per_beat = small(map, "cycles_per_beat", 1, 64);
  return region;
}

void refuse_overlap(const StrictMap& map, const MemoryRegion& region, const MemoryRegion& other,
                    const std::string& other_key) {
  const auto end = [](const MemoryRegion& r) { return std::uint64_t{r.base} + r.bytes; };
  if (region.base < end(other) && other.base < end(region))
    map.refuse("base", "outside " + other_key + ", which overlaps it");
}

// Equal blocks, so large that no burst touches two.
int parse_banks(const StrictMap& map, const MemoryRegion& region) {
  if (!map.has("banks")) return 1;
  const std::string rule =
      "a power of two from 1 to 64 that divides the region into blocks of a multiple of 4096 bytes";
  const std::int64_t banks = map.integer("banks", rule);
  if (!is_power_of_two(banks) || banks > 64 || region.bytes % (banks * kRegionAlign) != 0) map.refuse("banks", rule);
  return static_cast<int>(banks);
}

MemoryLine parse_line(const StrictMap& flash, int bus_bytes) {
  const StrictMap map = flash.map("line", {"bytes", "access_cycles", "prefetch_lines"});
  return {.bytes = power_of_two(map, "bytes", bus_bytes, kRegionAlign, " (at least the width of the bus)"),
          .access_cycles = small(map, "access_cycles", 1, 1000),
          .prefetch_lines = small(map, "prefetch_lines", 0, 16)};
}

RegionId parse_region_id(const StrictMap& map, std::string_view key, const std::vector<RegionId>& legal) {
  std::string rule;
  for (const RegionId id : legal) rule += (rule.empty() ? "" : " or ") + std::string(name(id));
  const std::string text = map.text(key, rule);
  for (const RegionId id : legal) {
    if (text == name(id)) return id;
  }
  map.refuse(key, rule);
}

void parse_memory(const StrictMap& top, HwConfig& config) {
  const StrictMap memory = top.map("memory", {"flash", "sram", "external", "weights"});
  const StrictMap flash_map = memory.map("flash", {"base", "bytes", "read_latency_cycles", "cycles_per_beat", "line"});
  config.flash = parse_region(flash_map, /*writable=*/false);
  if (flash_map.has("line")) config.flash.line = parse_line(flash_map, config.dma.bus_bytes());
  const StrictMap sram_map =
      memory.map("sram", {"base", "bytes", "read_latency_cycles", "write_latency_cycles", "cycles_per_beat", "banks"});
  config.sram = parse_region(sram_map, /*writable=*/true);
  config.sram.banks = parse_banks(sram_map, config.sram);
  refuse_overlap(sram_map, config.sram, config.flash, "memory.flash");
  if (memory.has("external")) {
    const StrictMap map =
        memory.map("external", {"base", "bytes", "read_latency_cycles", "write_latency_cycles", "cycles_per_beat"});
    config.external = parse_region(map, /*writable=*/true);
    refuse_overlap(map, *config.external, config.flash, "memory.flash");
    refuse_overlap(map, *config.external, config.sram, "memory.sram");
  }
  if (memory.has("weights")) {
    config.weights = parse_region_id(memory, "weights", {RegionId::kFlash, RegionId::kExternal});
    if (config.weights == RegionId::kExternal && !config.external)
      memory.refuse("weights", "flash, since there is no memory.external");
  }
}

void parse_cpu_traffic(const StrictMap& top, HwConfig& config) {
  constexpr int kLongest = 1'000'000;
  constexpr double kFull = 1.0 - 1e-9;  // sums of quotients are rounded
  for (const StrictMap& map :
       top.list("cpu_traffic", {"region", "bank", "offset_cycles", "period_cycles", "busy_cycles"})) {
    CpuTraffic traffic{};
    traffic.region = parse_region_id(map, "region", config.regions());
    traffic.bank = small(map, "bank", 0, config.region(traffic.region).banks - 1);
    traffic.offset_cycles = small(map, "offset_cycles", 0, kLongest);
    traffic.period_cycles = small(map, "period_cycles", 2, kLongest);
    traffic.busy_cycles = small(map, "busy_cycles", 1, traffic.period_cycles - 1);
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

using Parameter = std::pair<std::string, std::int64_t>;

// Everything that changes the RTL except the identification, in a fixed order.
std::vector<Parameter> rtl_parameters(const HwConfig& config) {
  return {
      {"ROWS", config.array.rows},
      {"COLS", config.array.cols},
      {"LANES", config.requant_lanes},
      {"SPM_BYTES", config.scratchpad_bytes},
      {"SPM_BANKS", config.scratchpad_banks},
      {"WBUF_BYTES", config.weight_buffer_bytes},
      {"ACC_ENTRIES", config.acc_entries()},
      {"PARAM_CHANNELS", config.param_channels},
      {"BUS_BYTES", config.dma.bus_bytes()},
      {"MAX_READS", config.dma.outstanding_reads},
      {"MAX_BURST", config.dma.burst_beats},
      {"QUEUE_DEPTH", config.queue_depth},
      {"SPM_WORD", config.spm_word_bytes()},
      {"WBUF_WORD", config.wbuf_word_bytes()},
      {"BANK_BYTES", config.bank_bytes()},
  };
}

}  // namespace

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
  std::string text = "DEPTHWISE=" + std::to_string(array.depthwise_unit ? 1 : 0) + '\n';
  for (const auto& [parameter, value] : rtl_parameters(*this)) text += parameter + '=' + std::to_string(value) + '\n';
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
  for (const auto& [parameter, value] : rtl_parameters(*this)) {
    text += "  localparam int unsigned " + parameter + " = " + std::to_string(value) + ";\n";
  }
  text += std::string("  localparam bit DEPTHWISE = 1'b") + (array.depthwise_unit ? "1" : "0") + ";\n";
  text += "  localparam logic [31:0] CONFIG_ID = 32'd" + std::to_string(config_id()) + ";\n";
  return text + "\nendpackage\n/* verilator lint_on UNUSEDPARAM */\n";
}

HwConfig parse_hw_config(const std::string& yaml, const std::string& name) {
  const StrictMap top =
      StrictMap::parse(yaml, name,
                       {"name", "clock_mhz", "array", "requant_lanes", "scratchpad", "weight_buffer", "accumulator",
                        "param_channels", "queue_depth", "dma", "memory", "cpu_traffic"});
  HwConfig config{};
  config.file = name;
  config.name = parse_name(top);
  config.clock_mhz = top.real("clock_mhz", 1, 2000);
  config.array = parse_array(top);
  config.requant_lanes = power_of_two(top, "requant_lanes", 1, std::bit_floor(static_cast<unsigned>(config.array.cols)),
                                      ", at most array.cols");
  config.dma = parse_dma(top);
  parse_scratchpad(top, config);
  const StrictMap weight_buffer = top.map("weight_buffer", {"bytes"});
  config.weight_buffer_bytes =
      power_of_two(weight_buffer, "bytes", power_of_two_at_least(config.array.rows * config.array.cols), kLocalBytesMax,
                   " (room for one weight tile)");
  parse_accumulator(top, config);
  // Table words are addressed with 12 bits, channels with 16.
  config.param_channels = power_of_two(top, "param_channels", 64, std::min(4096 * config.requant_lanes, 65536));
  config.queue_depth = small(top, "queue_depth", 1, 16);
  parse_memory(top, config);
  parse_cpu_traffic(top, config);
  return config;
}

HwConfig load_hw_config(const std::filesystem::path& file) {
  HwConfig config = parse_hw_config(read_text(file, ExitCode::kConfig), file.string());
  config.file = file;
  return config;
}

}  // namespace systolite

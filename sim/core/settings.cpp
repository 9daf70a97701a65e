// SPDX-License-Identifier: Apache-2.0
#include "sim/core/settings.h"

#include <fmt/format.h>

namespace systolite {
namespace {

class Settings {
 public:
  void add(std::string key, bool value) { all_.push_back({std::move(key), value}); }
  void add(std::string key, int value) { all_.push_back({std::move(key), std::int64_t{value}}); }
  void add(std::string key, double value) { all_.push_back({std::move(key), value}); }
  void add(std::string key, std::string value) { all_.push_back({std::move(key), std::move(value)}); }

  void add_region(const std::string& path, const MemoryRegion& region, bool writable) {
    add(path + ".base", fmt::format("0x{:08x}", region.base));
    all_.push_back({path + ".bytes", std::int64_t{region.bytes}});
    add(path + ".read_latency_cycles", region.read_latency_cycles);
    if (writable) add(path + ".write_latency_cycles", region.write_latency_cycles);
    add(path + ".cycles_per_beat", region.cycles_per_beat);
    if (!region.line) return;
    add(path + ".line.bytes", region.line->bytes);
    add(path + ".line.access_cycles", region.line->access_cycles);
    add(path + ".line.prefetch_lines", region.line->prefetch_lines);
  }

  std::vector<Setting> take() { return std::move(all_); }

 private:
  std::vector<Setting> all_;
};

std::string dataflow(const ArrayConfig& array) {
  if (array.weight_stationary && array.output_stationary) return "both";
  return array.output_stationary ? "output" : "weight";
}

}  // namespace

std::vector<Setting> settings(const HwConfig& config) {
  Settings all;
  all.add("name", config.name);
  all.add("clock_mhz", config.clock_mhz);
  all.add("array.rows", config.array.rows);
  all.add("array.cols", config.array.cols);
  all.add("array.dataflow", dataflow(config.array));
  all.add("array.depthwise_unit", config.array.depthwise_unit);
  all.add("requant_lanes", config.requant_lanes);
  all.add("scratchpad.bytes", config.scratchpad_bytes);
  all.add("scratchpad.banks", config.scratchpad_banks);
  all.add("weight_buffer.bytes", config.weight_buffer_bytes);
  all.add("accumulator.bytes", config.accumulator_bytes);
  all.add("param_channels", config.param_channels);
  all.add("queue_depth", config.queue_depth);
  all.add("dma.bus_bits", config.dma.bus_bits);
  all.add("dma.burst_beats", config.dma.burst_beats);
  all.add("dma.outstanding_reads", config.dma.outstanding_reads);
  all.add_region("memory.flash", config.flash, /*writable=*/false);
  all.add_region("memory.sram", config.sram, /*writable=*/true);
  all.add("memory.sram.banks", config.sram.banks);
  if (config.external) all.add_region("memory.external", *config.external, /*writable=*/true);
  all.add("memory.weights", std::string(name(config.weights)));
  for (std::size_t i = 0; i < config.cpu_traffic.size(); ++i) {
    const CpuTraffic& traffic = config.cpu_traffic[i];
    const std::string path = fmt::format("cpu_traffic[{}]", i);
    all.add(path + ".region", std::string(name(traffic.region)));
    all.add(path + ".bank", traffic.bank);
    all.add(path + ".offset_cycles", traffic.offset_cycles);
    all.add(path + ".period_cycles", traffic.period_cycles);
    all.add(path + ".busy_cycles", traffic.busy_cycles);
  }
  return all.take();
}

}  // namespace systolite

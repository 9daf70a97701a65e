// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sim/baseline/comparison.h"

namespace systolite::baseline {
namespace {

using Json = nlohmann::ordered_json;

Json published_json(const std::optional<PublishedResult>& p, const Comparison& c) {
  if (!p) return nullptr;
  return {{"software", p->software},
          {"board", p->board},
          {"clock_mhz", p->clock_mhz},
          {"cycles", p->cycles()},
          {"latency_us", p->latency_ms * 1000},
          {"division", p->division},
          {"source", p->source},
          {"speedup_cycles", p->cycles() / static_cast<double>(c.accelerator_cycles())},
          {"speedup_time", p->latency_ms * 1000 / c.accelerator_us()}};
}

Json figure_json(const std::optional<Figure>& figure) {
  if (!figure) return nullptr;
  return {{"value", figure->value}, {"low", figure->low}, {"high", figure->high}};
}

Json published_energy_json(const std::optional<PublishedEnergyResult>& p) {
  if (!p) return nullptr;
  return {{"software", p->software},
          {"board", p->board},
          {"supply", p->supply},
          {"clock_mhz", p->clock_mhz},
          {"latency_us", p->latency_ms * 1000},
          {"energy_uj", p->energy_uj},
          {"source", p->source}};
}

Json counters_json(const cpu::Counters& counters) {
  Json classes = Json::object();
  for (std::size_t i = 0; i < cpu::kInsnClassCount; ++i) {
    classes[std::string(cpu::kInsnClassNames[i])] = counters.instructions[i];
  }
  return {{"instructions", counters.total_instructions()},
          {"by_class", classes},
          {"fetch_stall_cycles", counters.fetch_stall_cycles},
          {"data_stall_cycles", counters.data_stall_cycles}};
}

Json core_json(const CoreComparison& core, const Comparison& c) {
  const CoreRun& run = core.run;
  return {{"core", run.core},
          {"profile", run.profile},
          {"board", run.board},
          {"profile_status", cpu::name(run.status)},
          {"software", run.kernels},
          {"clock_mhz", run.clock_mhz},
          {"cycles", run.cycles},
          {"latency_us", run.microseconds()},
          {"ram_bytes", run.ram_bytes},
          {"scratch_bytes", run.scratch_bytes},
          {"flash_bytes", run.flash_bytes},
          {"counters", counters_json(run.counters)},
          {"speedup_cycles", static_cast<double>(run.cycles) / static_cast<double>(c.accelerator_cycles())},
          {"speedup_time", run.microseconds() / c.accelerator_us()},
          {"published_best", published_json(core.best, c)},
          {"published_cmsis_nn", published_json(core.cmsis_nn, c)},
          {"pj_per_cycle", figure_json(core.energy ? std::optional(core.energy->active_pj) : std::nullopt)},
          {"energy_uj", figure_json(core.energy_uj())},
          {"published_energy", published_energy_json(core.least_energy)}};
}

Json accelerator_json(const Comparison& c) {
  Json host = Json::array();
  for (const HostOperator& op : c.host_operators) {
    host.push_back({{"index", op.op}, {"op", op.type}, {"reason", op.reason}, {"cycles", op.cycles}});
  }
  return {{"config", c.accelerator.config},
          {"backend", c.accelerator.backend},
          {"clock_mhz", c.accelerator.clock_mhz},
          {"device_cycles", c.accelerator.cycles},
          {"host_cycles", c.host_cycles()},
          {"cycles", c.accelerator_cycles()},
          {"latency_us", c.accelerator_us()},
          {"bytes_read", c.accelerator.bytes_read},
          {"bytes_written", c.accelerator.bytes_written},
          {"sram_bytes", c.accelerator_sram_bytes},
          {"scratchpad_bytes", c.scratchpad_bytes},
          {"flash_bytes", c.accelerator_flash_bytes},
          {"energy_table", c.accelerator.energy ? Json(c.accelerator.energy->table) : Json(nullptr)},
          {"device_energy_uj",
           figure_json(c.accelerator.energy ? std::optional(c.accelerator.energy->total_pj() / 1e6) : std::nullopt)},
          {"host_active_uj", figure_json(c.host_active_uj())},
          {"host_asleep_uj", figure_json(c.host_asleep_uj())},
          {"energy_uj", figure_json(c.accelerator_uj())},
          {"host",
           {{"core", c.host.core}, {"profile", c.host.profile}, {"clock_mhz", c.host.clock_mhz}, {"operators", host}}}};
}

Json layers_json(const Comparison& c) {
  Json layers = Json::array();
  for (const LayerReport& layer : c.accelerator.layers) {
    const auto index = static_cast<std::size_t>(layer.index);
    Json cores = Json::array();
    Json energies = Json::array();
    for (const CoreComparison& core : c.cores) {
      cores.push_back(core.run.operator_cycles.at(index));
      energies.push_back(figure_json(core.operator_uj(index)));
    }
    std::optional<Figure> device;
    if (c.accelerator.energy) device = c.accelerator.energy->layers.at(index).split.total() / 1e6;
    layers.push_back({{"index", layer.index},
                      {"op", layer.op},
                      {"name", layer.name},
                      {"where", name(layer.where)},
                      {"macs", layer.macs},
                      {"device_cycles", layer.cycles},
                      {"core_cycles", cores},
                      {"device_energy_uj", figure_json(device)},
                      {"core_energy_uj", energies}});
  }
  return layers;
}

}  // namespace

std::string to_json(const Comparison& comparison) {
  Json cores = Json::array();
  for (const CoreComparison& core : comparison.cores) cores.push_back(core_json(core, comparison));
  const Json json = {{"schema", kComparisonSchema},
                     {"model", comparison.accelerator.model},
                     {"input", comparison.accelerator.input},
                     {"macs", comparison.accelerator.macs},
                     {"reference_model", comparison.reference ? Json(*comparison.reference) : Json(nullptr)},
                     {"compiler", comparison.compiler},
                     {"accelerator", accelerator_json(comparison)},
                     {"cores", cores},
                     {"layers", layers_json(comparison)}};
  return json.dump(2) + "\n";
}

}  // namespace systolite::baseline

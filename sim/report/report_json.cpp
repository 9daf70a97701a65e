// SPDX-License-Identifier: Apache-2.0
#include "sim/report/report_json.h"

#include <nlohmann/json.hpp>

namespace systolite {
namespace {

using Json = nlohmann::ordered_json;

// Buckets that are not zero, `busy` apart when asked for.
Json buckets(const StateCycles& states, bool with_busy) {
  Json result = Json::object();
  for (std::size_t i = 0; i < kStateCount; ++i) {
    const auto state = static_cast<isa::State>(i);
    if (states.cycles[i] == 0 || (state == isa::State::kBusy && !with_busy)) continue;
    result[std::string(isa::name(state))] = states.cycles[i];
  }
  return result;
}

Json bound_json(const LowerBound& bound) {
  return {{"array_cycles", bound.array_cycles},
          {"transfer_cycles", bound.transfer_cycles},
          {"read_bytes", bound.read_bytes},
          {"written_bytes", bound.written_bytes}};
}

// Causes that count.
Json gap_json(const Gap& gap) {
  Json result = Json::object();
  for (std::size_t i = 0; i < kGapCauses; ++i) {
    if (gap.cycles[i] != 0) result[name(static_cast<GapCause>(i))] = gap.cycles[i];
  }
  return result;
}

Json weights_json(const WeightTransfer& weights) { return {{"hidden", weights.hidden}, {"exposed", weights.exposed}}; }

Json figure_json(const Figure& figure) { return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}}; }

// Components and events that count.
Json energy_json(const EnergyPart& part) {
  Json components = Json::object();
  for (std::size_t i = 0; i < energy::kComponents; ++i) {
    const Figure& figure = part.split.pj[i];
    if (figure.high != 0) components[energy::name(static_cast<energy::Component>(i))] = figure_json(figure);
  }
  Json events = Json::object();
  for (std::size_t i = 0; i < energy::kEvents; ++i) {
    if (part.activity.counts[i] != 0) events[energy::name(static_cast<energy::Event>(i))] = part.activity.counts[i];
  }
  return {{"total_pj", figure_json(part.split.total())}, {"components_pj", components}, {"events", events}};
}

Json energy_json(const std::optional<EnergyReport>& energy, std::int64_t macs) {
  if (!energy) return nullptr;
  Json json = {{"table", energy->table}, {"node_nm", energy->node_nm}};
  json.update(energy_json(energy->run));
  json["pj_per_mac"] = macs == 0 ? Json(nullptr) : figure_json(energy->total_pj() / static_cast<double>(macs));
  json["time_us"] = energy->time_us;
  json["average_mw"] = figure_json(energy->average_mw());
  json["has_cpu"] = energy->has_cpu;
  json["cpu"] = energy->cpu;
  json["driver"] = energy_json(energy->driver);
  return json;
}

template <typename Value>
Json known(bool is_known, const Value& value) {
  return is_known ? Json(value) : Json(nullptr);
}

Json removed_json(const std::optional<RemovedWork>& removed) {
  if (!removed) return nullptr;
  return {{"constant_channels", removed->constant_channels},
          {"unread_channels", removed->unread_channels},
          {"macs", removed->macs},
          {"weights", removed->weights}};
}

Json scratchpad_json(const Report& report) {
  Json tensors = Json::array();
  for (const ScratchpadTensor& tensor : report.scratchpad) {
    Json ranges = Json::array();
    for (const auto& [begin, end] : tensor.place.ranges) ranges.push_back({begin, end});
    tensors.push_back({{"tensor", tensor.tensor},
                       {"name", tensor.name},
                       {"made_by", tensor.made_by < 0 ? Json(nullptr) : Json(tensor.made_by)},
                       {"first_layer", tensor.place.first_op},
                       {"last_layer", tensor.place.last_op},
                       {"ranges", ranges}});
  }
  return {{"bytes", report.scratchpad_bytes},
          {"banks", report.scratchpad_banks},
          {"peak_bytes", report.scratchpad_peak_bytes},
          {"tensors", tensors}};
}

Json configuration_json(const std::vector<Setting>& settings) {
  Json json = Json::object();
  for (const Setting& setting : settings)
    std::visit([&](const auto& value) { json[setting.key] = value; }, setting.value);
  return json;
}

Json layer_json(const LayerReport& layer, const Report& report) {
  const bool timing = report.has_timing;
  return {{"index", layer.index},
          {"op", layer.op},
          {"name", layer.name},
          {"where", name(layer.where)},
          {"dataflow", layer.dataflow ? Json(name(*layer.dataflow)) : Json(nullptr)},
          {"in_place_of", layer.in_place_of ? Json(*layer.in_place_of) : Json(nullptr)},
          {"row_bands", layer.row_bands},
          {"macs", layer.macs},
          {"macs_executed", layer.macs_executed},
          {"removed_channels", layer.removed_channels},
          {"cycles", known(timing, layer.cycles)},
          {"lower_bound_cycles", layer.bound.cycles()},
          {"bound", bound_json(layer.bound)},
          {"gap", known(timing, gap_json(layer.gap))},
          {"utilization", known(timing, layer.utilization)},
          {"busy", known(timing, layer.states.busy())},
          {"stalls", known(timing, buckets(layer.states, false))},
          {"bound_by", layer.bound_by ? Json(name(*layer.bound_by)) : Json(nullptr)},
          {"weight_load_cycles", known(timing, weights_json(layer.weights))},
          {"bytes_read", known(timing, layer.bytes_read)},
          {"bytes_written", known(timing, layer.bytes_written)},
          {"cpu_cycles", layer.cpu_cycles ? Json(*layer.cpu_cycles) : Json(nullptr)},
          {"energy", report.energy ? energy_json(report.energy->layers.at(static_cast<std::size_t>(layer.index)))
                                   : Json(nullptr)}};
}

Json firmware_json(const std::optional<FirmwareReport>& firmware, double clock_mhz) {
  if (!firmware) return nullptr;
  return {{"core", firmware->core},
          {"profile", firmware->profile},
          {"profile_status", firmware->profile_status},
          {"wait", firmware->wait},
          {"ready_cycles", firmware->ready_cycles},
          {"cycles", firmware->cycles},
          {"latency_us", static_cast<double>(firmware->cycles) / clock_mhz},
          {"driver_cycles", firmware->driver_cycles()},
          {"waiting_cycles", firmware->waiting_cycles},
          {"fallback_cycles", firmware->fallback_cycles},
          {"accelerator_cycles", firmware->accelerator_cycles},
          {"overhead_cycles", firmware->overhead_cycles()},
          {"instructions", firmware->instructions},
          {"sleep_cycles", firmware->sleep_cycles}};
}

}  // namespace

std::string to_json(const Report& report) {
  const bool timing = report.has_timing;
  Json json = {{"schema", kReportSchema},
               {"model", report.model},
               {"config", report.config},
               {"backend", report.backend},
               {"input", report.input},
               {"clock_mhz", report.clock_mhz},
               {"rows", report.rows},
               {"cols", report.cols},
               {"bus_bytes", report.bus_bytes},
               {"cycles", known(timing, report.cycles)},
               {"latency_us", known(timing, report.latency_us)},
               {"macs", report.macs},
               {"macs_executed", report.macs_executed},
               {"drop_constant_channels", report.removed.has_value()},
               {"removed", removed_json(report.removed)},
               {"utilization", known(timing, report.utilization)},
               {"bytes_read", known(timing, report.bytes_read)},
               {"bytes_written", known(timing, report.bytes_written)},
               {"bytes_fetched", known(timing, report.bytes_fetched)},
               {"lower_bound_cycles", report.bound_cycles},
               {"overlapped_bound_cycles", report.overlapped_bound_cycles},
               {"gap", known(timing, gap_json(report.gap))},
               {"weight_load_cycles", known(timing, weights_json(report.weights))},
               {"cycles_without_prefetch",
                report.cycles_without_prefetch ? Json(*report.cycles_without_prefetch) : Json(nullptr)}};
  json["cpu_operators"] = Json::array();
  for (const LayerReport& layer : report.layers) {
    if (layer.where != Where::kCpu) continue;
    json["cpu_operators"].push_back(
        {{"index", layer.index}, {"op", layer.op}, {"name", layer.name}, {"reason", layer.reason}});
  }
  json["layers"] = Json::array();
  for (const LayerReport& layer : report.layers) json["layers"].push_back(layer_json(layer, report));
  json["engines"] = Json::object();
  if (timing) {
    for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
      json["engines"][std::string(isa::name(static_cast<isa::Engine>(unit)))] = buckets(report.engines[unit], true);
    }
  }
  json["firmware"] = firmware_json(report.firmware, report.clock_mhz);
  json["energy"] = energy_json(report.energy, report.macs_executed);
  json["scratchpad"] = scratchpad_json(report);
  json["configuration"] = configuration_json(report.configuration);
  // Names come from the model file, which may hold anything.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace systolite

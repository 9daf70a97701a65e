// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/evaluator.h"

#include <exception>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "driver/host/network_image.h"
#include "mapper/lower/map.h"
#include "mapper/passes/remove_constant_channels.h"
#include "sim/area/area_model.h"
#include "sim/core/error.h"
#include "sim/energy/energy.h"
#include "sim/explore/figure_list.h"
#include "sim/fast/timing.h"
#include "sim/memory/bus_timing.h"
#include "sim/tuning/tune_cuts.h"

namespace systolite::explore {
namespace {

std::int64_t all_macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Op& op : graph.ops) sum += macs(graph, op);
  return sum;
}

// What a point has whatever the model.
struct Hardware {
  const HwConfig& config;
  AreaEstimate area;
  energy::EnergyModel costs;
};

// A graph with what mapping finds out about it only once.
struct Source {
  explicit Source(const Graph& original) : graph(original), mapping(graph), macs(all_macs(graph)) {}

  const Graph& graph;
  MappingSource mapping;
  std::int64_t macs;
};

}  // namespace

const char* name(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kIllegal:
      return "illegal";
    case Status::kDoesNotFit:
      return "does_not_fit";
    case Status::kFailed:
      return "failed";
  }
  return "unknown";
}

class Evaluator::Model {
 public:
  explicit Model(const Graph& graph) : whole_(graph) {}

  std::vector<double> figures(const Hardware& hardware, const Mapping& mapping) {
    const HwConfig& hw = hardware.config;
    Source& source = source_of(mapping);
    MapOptions options{.cuts = {}, .contents = FlashContents::kAddresses};
    if (mapping.search) options.cuts = tune_cuts(source.graph, hw, options).cuts;
    const Program program = NetworkMapper(source.mapping, hw, options).map(options.cuts);
    const NetworkImage image = build_network_image(source.graph, program);
    check_fits(source.graph, hw, image);
    MappedModel mapped{.hw = hw,
                       .area = hardware.area,
                       .energy_pj = {},
                       .graph = source.graph,
                       .program = program,
                       .image = image,
                       .macs = source.macs,
                       .cycles = 0,
                       .traffic = {}};
    add_timing(mapped, hardware.costs);
    std::vector<double> figures;
    for (const FigureInfo& figure : explore::figures()) figures.push_back(figure.value(mapped));
    return figures;
  }

 private:
  Source& source_of(const Mapping& mapping) {
    if (!mapping.drop_constant_channels) return whole_;
    if (!reduced_) {
      reduced_graph_ = std::make_unique<Graph>(remove_constant_channels(whole_.graph, Rounding::kDouble).graph);
      reduced_.emplace(*reduced_graph_);
    }
    return *reduced_;
  }

  static void add_timing(MappedModel& mapped, const energy::EnergyModel& costs) {
    const fast::TimingModel model(mapped.hw);
    BusTiming memory(mapped.hw);
    std::vector<energy::JobClock> clocks;
    for (const Step& step : mapped.program.steps) {
      const auto* job = std::get_if<JobStep>(&step);
      if (job == nullptr) continue;
      const fast::JobTiming timing = model.time(model.prepare(job->commands), job->stream_address, memory);
      mapped.cycles += timing.cycles;
      mapped.traffic.fetch_beats += timing.traffic.fetch_beats;
      mapped.traffic.load_beats += timing.traffic.load_beats;
      mapped.traffic.write_beats += timing.traffic.write_beats;
      const auto matrix = static_cast<std::size_t>(isa::Engine::kMm);
      clocks.push_back({.cycles = timing.cycles,
                        .matrix_busy = timing.states[matrix][static_cast<std::size_t>(isa::State::kBusy)],
                        .fetch_beats = timing.traffic.fetch_beats});
    }
    mapped.energy_pj = costs.split(energy::program_activity(mapped.program, mapped.hw, clocks)).total();
  }

  Source whole_;
  std::unique_ptr<Graph> reduced_graph_;  // made when first asked for
  std::optional<Source> reduced_;
};

// Where the value of a dimension goes.
struct Evaluator::Setter {
  std::vector<HwDescription::Parameter> hardware;
};

Evaluator::Evaluator(const Sweep& sweep, const std::vector<Graph>& graphs)
    : sweep_(sweep),
      description_(HwDescription::load(sweep.base)),
      library_(AreaTable::load(sweep.library)),
      energy_(energy::load_energy_table(sweep.energy)) {
  const auto is_mapping = [](const std::string& key) { return key == kDropConstantChannels || key == kSearchCuts; };
  for (const Dimension& dimension : sweep.space.dimensions()) {
    Setter& setter = setters_.emplace_back();
    if (!is_mapping(dimension.key)) setter.hardware.push_back(description_.parameter(dimension.key));
    for (const std::string& key : dimension.followers) {
      if (!is_mapping(key)) setter.hardware.push_back(description_.parameter(key));
    }
  }
  for (const Graph& graph : graphs) models_.push_back(std::make_unique<Model>(graph));
}

Evaluator::~Evaluator() = default;

void Evaluator::set(PointId point) {
  const std::vector<std::size_t> choices = sweep_.space.choices(point);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    for (HwDescription::Parameter& parameter : setters_[i].hardware)
      parameter.set(sweep_.space.dimensions()[i].values[choices[i]]);
  }
}

HwConfig Evaluator::config(PointId point) {
  set(point);
  return description_.config(sweep_.base.string() + " as swept");
}

Mapping Evaluator::mapping(PointId point) const {
  const std::vector<std::size_t> choices = sweep_.space.choices(point);
  Mapping mapping;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Dimension& dimension = sweep_.space.dimensions()[i];
    const bool value = dimension.values[choices[i]] == "true";
    const auto take = [&](const std::string& key) {
      if (key == kDropConstantChannels) mapping.drop_constant_channels = value;
      if (key == kSearchCuts) mapping.search = value;
    };
    take(dimension.key);
    for (const std::string& key : dimension.followers) take(key);
  }
  return mapping;
}

std::vector<std::pair<std::string, std::string>> Evaluator::values(PointId point) {
  set(point);
  return description_.values();
}

PointResult Evaluator::evaluate(PointId point) {
  PointResult result{.point = point, .models = std::vector<ModelResult>(models_.size())};
  std::optional<HwConfig> hw;
  try {
    hw = config(point);
  } catch (const Error& error) {
    for (ModelResult& model : result.models)
      model = {.status = Status::kIllegal, .reason = error.what(), .figures = {}};
    return result;
  }
  const Mapping how = mapping(point);
  const AreaEstimate area = estimate_area(*hw, library_);
  const Hardware hardware{*hw, area, energy::EnergyModel(energy_, *hw, logic_size(*hw, area))};
  for (std::size_t i = 0; i < models_.size(); ++i) {
    ModelResult& model = result.models[i];
    try {
      model.figures = models_[i]->figures(hardware, how);
    } catch (const Error& error) {
      model = {.status = error.code() == ExitCode::kModel ? Status::kDoesNotFit : Status::kFailed,
               .reason = error.what(),
               .figures = {}};
    } catch (const std::exception& error) {
      model = {.status = Status::kFailed, .reason = error.what(), .figures = {}};
    }
  }
  return result;
}

}  // namespace systolite::explore

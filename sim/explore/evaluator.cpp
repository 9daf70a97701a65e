// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/evaluator.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "driver/host/network_image.h"
#include "mapper/lower/map.h"
#include "mapper/passes/remove_constant_channels.h"
#include "mapper/program/scratchpad.h"
#include "sim/area/area_model.h"
#include "sim/core/error.h"
#include "sim/core/stop_request.h"
#include "sim/energy/energy.h"
#include "sim/energy/static_power.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/processor_time.h"
#include "sim/explore/product_cost.h"
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
  energy::StaticPower leakage;
};

// A graph with what mapping finds out about it only once.
struct Source {
  explicit Source(const Graph& original) : graph(original), mapping(graph), macs(all_macs(graph)) {}

  const Graph& graph;
  MappingSource mapping;
  std::int64_t macs;
};

// What the processor does in an inference: the index of each operator that is left to it, kJob for a job.
using ProcessorSteps = std::vector<int>;

ProcessorSteps steps_of(const Program& program) {
  constexpr int kJob = -1;
  ProcessorSteps steps;
  for (const Step& step : program.steps) {
    const auto* cpu = std::get_if<CpuStep>(&step);
    steps.push_back(cpu != nullptr ? cpu->op : kJob);
  }
  return steps;
}

}  // namespace

const char* name(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kIllegal:
      return "illegal";
    case Status::kDoesNotFit:
      return "does_not_fit";
    case Status::kTooSlow:
      return "too_slow";
    case Status::kFailed:
      return "failed";
  }
  return "unknown";
}

class Evaluator::Model {
 public:
  Model(const Graph& graph, const std::optional<Product>& product) : whole_(graph), product_(product) {}

  // The processor's part, on a configuration that stands for all.
  void prepare(const HwConfig& hw, bool drop_constant_channels) {
    Source& source = source_of({.drop_constant_channels = drop_constant_channels, .search = false});
    const MapOptions options{.cuts = {}, .contents = FlashContents::kAddresses};
    const Program program = NetworkMapper(source.mapping, hw, options).map(options.cuts);
    processor_.insert_or_assign(drop_constant_channels,
                                Processor{.steps = steps_of(program),
                                          .awake = awake_cycles(whole_.graph, hw, *product_, drop_constant_channels)});
  }

  // Throws TooSlow, and Error.
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
                       .array_busy = 0,
                       .traffic = {},
                       .scratchpad_peak = scratchpad_peak_bytes(program, source.graph.ops.size()),
                       .product = nullptr};
    add_timing(mapped, hardware.costs);
    std::optional<ProductCost> cost;
    if (product_) {
      cost = product_cost(*product_, {.hw = hw,
                                      .cycles = mapped.cycles,
                                      .awake_cycles = awake(program, hw, mapping.drop_constant_channels),
                                      .energy_pj = mapped.energy_pj,
                                      .leakage = hardware.leakage});
      mapped.product = &*cost;
    }
    std::vector<double> figures;
    for (const FigureInfo& figure : explore::figures(product_.has_value())) figures.push_back(figure.value(mapped));
    figures.resize(explore::figures().size(), std::numeric_limits<double>::quiet_NaN());
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

  // What the processor does depends on its steps alone, which are nearly always those of `base`.
  [[nodiscard]] std::uint64_t awake(const Program& program, const HwConfig& hw, bool drop_constant_channels) const {
    const Processor& known = processor_.at(drop_constant_channels);
    if (known.steps == steps_of(program)) return known.awake;
    return awake_cycles(whole_.graph, hw, *product_, drop_constant_channels);
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
      const Cycles matrix_busy =
          timing.states[static_cast<std::size_t>(isa::Engine::kMm)][static_cast<std::size_t>(isa::State::kBusy)];
      mapped.array_busy += matrix_busy;
      clocks.push_back(
          {.cycles = timing.cycles, .matrix_busy = matrix_busy, .fetch_beats = timing.traffic.fetch_beats});
    }
    mapped.energy_pj = costs.split(energy::program_activity(mapped.program, mapped.hw, clocks)).total();
  }

  struct Processor {
    ProcessorSteps steps;
    std::uint64_t awake = 0;  // cycles
  };

  Source whole_;
  const std::optional<Product>& product_;
  std::map<bool, Processor> processor_;   // by Mapping::drop_constant_channels
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
  for (const Graph& graph : graphs) models_.push_back(std::make_unique<Model>(graph, sweep.product));
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

std::vector<bool> Evaluator::drop_constant_channels() const {
  for (const Dimension& dimension : sweep_.space.dimensions()) {
    const bool swept =
        dimension.key == kDropConstantChannels || std::ranges::count(dimension.followers, kDropConstantChannels) != 0;
    if (!swept) continue;
    std::vector<bool> values;
    for (const std::string& value : dimension.values) values.push_back(value == "true");
    return values;
  }
  return {false};
}

void Evaluator::prepare() {
  if (prepared_ || !sweep_.product) return;
  const HwConfig base = HwDescription::load(sweep_.base).config(sweep_.base.string());
  for (std::size_t i = 0; i < models_.size(); ++i) {
    try {
      for (const bool drop : drop_constant_channels()) models_[i]->prepare(base, drop);
    } catch (const Error& error) {
      if (error.code() != ExitCode::kModel) throw;
      throw Error(ExitCode::kConfig, sweep_.file.string() + ": key 'base' is " + base.name +
                                         ": must be a description that the model " + sweep_.models[i] +
                                         " fits, because the cycles of the product's processor are measured on it; " +
                                         error.what());
    }
  }
  prepared_ = true;
}

PointResult Evaluator::evaluate(PointId point) {
  prepare();
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
  const LogicSize size = logic_size(*hw, area);
  const energy::EnergyModel costs(energy_, *hw, size);
  const Hardware hardware{
      .config = *hw,
      .area = area,
      .costs = costs,
      .leakage = sweep_.product ? energy::static_power(costs, energy_, *hw, size) : energy::StaticPower{}};
  for (std::size_t i = 0; i < models_.size(); ++i) {
    ModelResult& model = result.models[i];
    try {
      model.figures = models_[i]->figures(hardware, how);
    } catch (const TooSlow& error) {
      model = {.status = Status::kTooSlow, .reason = error.what(), .figures = {}};
    } catch (const Error& error) {
      model = {.status = error.code() == ExitCode::kModel ? Status::kDoesNotFit : Status::kFailed,
               .reason = error.what(),
               .figures = {}};
    } catch (const Stopped&) {
      throw;  // says nothing about the point
    } catch (const std::exception& error) {
      model = {.status = Status::kFailed, .reason = error.what(), .figures = {}};
    }
  }
  return result;
}

}  // namespace systolite::explore

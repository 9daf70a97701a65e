// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/map.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "mapper/lower/band_commands.h"
#include "mapper/lower/band_layout.h"
#include "mapper/lower/cut_check.h"
#include "mapper/lower/lower_vector.h"
#include "mapper/lower/place.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/schedule.h"
#include "mapper/lower/transfers.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

std::vector<std::uint8_t> bytes_of(const std::vector<isa::Command>& commands) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(commands.size() * sizeof(isa::Command::w));
  for (const isa::Command& command : commands) {
    for (const std::uint32_t word : command.w) {
      for (int b = 0; b < 4; ++b) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * b)));
    }
  }
  return bytes;
}

}  // namespace

// What the cuts do not change is done once; then it walks the operators in order, collecting device work into jobs and
// closing a job at every CPU operator.
class NetworkMapper::Impl {
 public:
  // `layout` outlives the object.
  Impl(MappingSource& source, const Layout& layout, const HwConfig& hw, const MapOptions& options)
      : in_memory_(source.graph()),
        layout_(layout),
        graph_(layout_.graph),
        hw_(hw),
        options_(options),
        plans_(plan_operators(graph_, hw, layout_.bands)),
        placement_(place_tensors(graph_, plans_, hw, options.keep_all_tensors, in_memory_)),
        constants_(hw.weights_region().base, options.contents),
        flash_(constants_) {
    const auto& folded = source.folded(options.rounding);
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) packed_.push_back(pack(graph_.ops[i], plans_[i], folded[i]));
  }

  Program run(const std::map<int, LayerCut>& cuts, bool prefetch) {
    if (options_.exact_cuts) check_cuts(graph_, plans_, hw_, cuts);
    cuts_ = &cuts;
    done_cuts_.clear();
    prefetch_ = prefetch;
    flash_ = constants_;
    buffers_ = LocalBuffers(hw_);
    units_.clear();
    on_chip_.assign(graph_.tensors.size(), false);
    schedule_.emplace(hw_, prefetch_);
    program_ = {};
    for (int i = 0; i < static_cast<int>(graph_.ops.size()); ++i) {
      std::visit([&](const auto& plan) { lower(i, plan); }, plans_[static_cast<std::size_t>(i)]);
    }
    close_job();
    return finish();
  }

  [[nodiscard]] const std::map<int, LayerCut>& done_cuts() const noexcept { return done_cuts_; }

 private:
  PackedLayer pack(const Op& op, const OpPlan& plan, const std::optional<FoldedLayer>& folded) {
    if (const auto* dense = std::get_if<DensePlan>(&plan))
      return pack_dense(graph_, op, *dense, folded.value(), hw_, constants_);
    if (const auto* depthwise = std::get_if<DepthwisePlan>(&plan))
      return pack_depthwise(graph_, op, *depthwise, folded.value(), hw_, constants_);
    return {};
  }

  // The stores of an operator depend on units of the same job, so units are turned into commands as soon as a store
  // comes.
  void lower(int i, const DensePlan& plan) {
    MatrixLayer layer = matrix_layer(i, plan.geometry);
    layer.nkx = plan.nkx;
    layer.string_bytes = plan.string_bytes;
    lower_layer(i, layer);
  }
  void lower(int i, const DepthwisePlan& plan) {
    MatrixLayer layer = matrix_layer(i, plan.geometry);
    layer.column_mode = plan.column_mode;
    layer.taps = plan.taps;
    layer.tap_parts = plan.tap_parts;
    layer.bus_rows = usable_bus_rows(plan, layer.input);
    layer.nkx = plan.geometry.kernel_w;
    layer.string_bytes = 0;
    lower_layer(i, layer);
  }
  void lower(int i, const AddPlan&) {
    need_inputs(i);
    lower_add(graph_, i, placement_, options_.rounding, hw_, units_);
    made(i);
  }
  void lower(int i, const PoolPlan& plan) {
    need_inputs(i);
    lower_pool(graph_, i, plan, placement_, hw_, units_);
    made(i);
  }
  void lower(int, const AliasPlan&) {}
  void lower(int i, const CpuPlan& plan) {
    close_job();
    program_.steps.emplace_back(CpuStep{i, plan.reason});
  }

  void lower_layer(int i, const MatrixLayer& layer) {
    need_inputs(i);
    const std::size_t before = units_.size();
    LayerCut done = lower_matrix(layer, hw_, buffers_, units_);
    if (layer.output_bands != nullptr) fill_beside(op(i).outputs[0], before);
    done.dataflow = layer.dataflow;
    if (options_.exact_cuts) check_cut_done(layer, done, hw_);
    done_cuts_[i] = done;
    made(i);
  }

  // The convolution whose units begin with `first` writes images in bands, what is beside them is written here: in the
  // first band before the first result, so that the array is at work meanwhile; in the others before the last result,
  // as what the convolution writes to a band may spoil the ones behind it.
  void fill_beside(int tensor, std::size_t first) {
    const auto root = static_cast<std::size_t>(tensor);
    const RowBands& bands = *bands_of(tensor);
    const std::int64_t zero_point = graph_.tensors[root].quant.zero_points.front();
    const auto is_result = [](const Planned& planned) { return std::holds_alternative<isa::Requant>(planned.command); };
    const auto insert = [&](Unit& unit, std::ptrdiff_t at, bool first_band) {
      auto fill = fill_rows_beside_image(placement_.view_of(tensor), bands, first_band, zero_point, hw_);
      // A result stands behind its configuration.
      while (at > 0 && std::holds_alternative<isa::VecCfgOut>(unit.commands[static_cast<std::size_t>(at) - 1].command))
        --at;
      unit.commands.insert(unit.commands.begin() + at, std::make_move_iterator(fill.begin()),
                           std::make_move_iterator(fill.end()));
    };
    for (std::size_t u = units_.size(); u-- > first;) {
      const auto& commands = units_[u].commands;
      const auto last = std::find_if(commands.rbegin(), commands.rend(), is_result);
      if (last == commands.rend()) continue;
      insert(units_[u], std::distance(last, commands.rend()) - 1, /*first_band=*/false);
      break;
    }
    for (std::size_t u = first; u < units_.size(); ++u) {
      const auto& commands = units_[u].commands;
      const auto at = std::ranges::find_if(commands, is_result);
      if (at == commands.end()) continue;
      insert(units_[u], at - commands.begin(), /*first_band=*/true);
      break;
    }
  }

  [[nodiscard]] const RowBands* bands_of(int tensor) const {
    if (layout_.bands.empty()) return nullptr;
    const auto& bands = layout_.bands[static_cast<std::size_t>(tensor)];
    return bands ? &*bands : nullptr;
  }

  MatrixLayer matrix_layer(int i, const MatrixGeometry& geometry) const {
    MatrixLayer layer{.graph = &graph_,
                      .op = &op(i),
                      .op_index = i,
                      .geometry = &geometry,
                      .packed = &packed_[static_cast<std::size_t>(i)],
                      .input = placement_.view_of(op(i).inputs[0]),
                      .output = placement_.view_of(op(i).outputs[0])};
    layer.input_bands = bands_of(op(i).inputs[0]);
    // A depthwise layer makes all bands at once.
    if (std::holds_alternative<Conv2d>(op(i).params)) layer.output_bands = bands_of(op(i).outputs[0]);
    if (layer.input_bands == nullptr) layer.input = layer.input.with_rows(geometry.in_h);
    if (layer.output_bands == nullptr) layer.output = layer.output.with_rows(geometry.out_h);
    layer.first = std::none_of(plans_.begin(), plans_.begin() + i,
                               [](const OpPlan& plan) { return where_of(plan) == Where::kArray; });
    layer.last = std::none_of(plans_.begin() + i + 1, plans_.end(),
                              [](const OpPlan& plan) { return where_of(plan) == Where::kArray; });
    layer.in_place = placement_.over[static_cast<std::size_t>(i)] >= 0;
    layer.dataflow = dataflow_of(i);
    layer.rounding = options_.rounding;
    if (const auto cut = cuts_->find(i); cut != cuts_->end()) layer.cut = cut->second;
    return layer;
  }

  [[nodiscard]] Dataflow dataflow_of(int i) const {
    const OpPlan& plan = plans_[static_cast<std::size_t>(i)];
    const auto cut = cuts_->find(i);
    if (cut == cuts_->end() || !dataflow_is_free(plan, hw_)) return choose_dataflow(plan, hw_);
    return cut->second.dataflow.value_or(choose_dataflow(plan, hw_));
  }

  void need_inputs(int i) {
    for (int tensor : op(i).inputs) {
      if (tensor < 0 || graph_.tensors[static_cast<std::size_t>(tensor)].is_constant()) continue;
      const std::size_t root = placement_.root_of(tensor);
      if (on_chip_[root]) continue;
      flush_units();
      schedule_->defer_loads(load(root), i);
      on_chip_[root] = true;
    }
  }

  std::vector<Planned> load(std::size_t root) {
    const View& view = *placement_.view[root];
    const std::uint32_t sram = *placement_.sram[root];
    const auto& columns = layout_.columns[root];
    if (!columns) return load_tensor(view, sram, hw_);
    std::uint32_t zero_points = 0;
    if (needs_zero_points(view, *columns)) {
      const auto zero_point = static_cast<std::uint8_t>(graph_.tensors[root].quant.zero_points.front());
      zero_points =
          flash_.append(view.row_bytes, [&] { return std::vector<std::uint8_t>(view.row_bytes, zero_point); });
    }
    return load_columns(view, *columns, sram, zero_points, hw_);
  }

  void made(int i) {
    const std::size_t root = placement_.root_of(op(i).outputs[0]);
    on_chip_[root] = true;
    if (!placement_.sram[root]) return;
    Unit store;
    store.op = i;
    const View& view = *placement_.view[root];
    const std::uint32_t sram = *placement_.sram[root];
    const auto& columns = layout_.columns[root];
    if (const RowBands* bands = bands_of(static_cast<int>(root))) {
      store.commands = store_bands(view, *bands, columns, sram, hw_);
      units_.push_back(std::move(store));
      return;
    }
    store.commands = columns ? store_columns(view, *columns, sram, hw_)
                             : store_tensor(view, graph_.tensors[root].shape.back(), sram, hw_);
    units_.push_back(std::move(store));
  }

  void flush_units() { schedule_->run(std::exchange(units_, {})); }

  void close_job() {
    flush_units();
    if (schedule_->empty()) return;
    program_.steps.emplace_back(schedule_->finish());
    schedule_.emplace(hw_, prefetch_);
  }

  Program finish() {
    for (Step& step : program_.steps) {
      auto* job = std::get_if<JobStep>(&step);
      if (job == nullptr) continue;
      job->stream_address =
          flash_.append(job->commands.size() * sizeof(isa::Command::w), [&] { return bytes_of(job->commands); });
    }
    if (flash_.size() > hw_.weights_region().bytes) {
      throw Error(ExitCode::kModel,
                  fmt::format("{}: does not fit: weights and command streams need {} bytes, memory.{}.bytes of {} is "
                              "{} ({} bytes missing)",
                              graph_.name, flash_.size(), systolite::name(hw_.weights), hw_.name,
                              hw_.weights_region().bytes, flash_.size() - hw_.weights_region().bytes));
    }
    program_.config_id = hw_.config_id();
    program_.flash_base = flash_.base();
    program_.flash_bytes = static_cast<std::uint32_t>(flash_.size());
    program_.flash = flash_.take();
    program_.sram_base = hw_.sram.base;
    program_.sram_bytes = placement_.sram_bytes;
    for (std::size_t t = 0; t < in_memory_.tensors.size(); ++t) {
      const std::size_t root = placement_.root_of(static_cast<int>(t));
      if (!placement_.sram[root]) continue;
      program_.places.push_back(
          {static_cast<int>(t), *placement_.sram[root], static_cast<std::uint32_t>(in_memory_.tensors[t].bytes())});
    }
    program_.scratchpad = placement_.scratchpad;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const auto* cpu = std::get_if<CpuPlan>(&plans_[i]);
      LayerInfo layer{.where = where_of(plans_[i]), .reason = cpu != nullptr ? cpu->reason : std::string{}};
      if (layer.where == Where::kArray) layer.dataflow = dataflow_of(static_cast<int>(i));
      layer.either_dataflow = dataflow_is_free(plans_[i], hw_);
      if (placement_.over[i] >= 0) layer.in_place_of = placement_.over[i];
      if (std::holds_alternative<DepthwisePlan>(plans_[i])) {
        if (const RowBands* bands = bands_of(graph_.ops[i].inputs[0])) layer.row_bands = bands->count;
      }
      program_.layers.push_back(std::move(layer));
    }
    return std::move(program_);
  }

  const Op& op(int i) const { return graph_.ops[static_cast<std::size_t>(i)]; }

  const Graph& in_memory_;
  const Layout& layout_;
  const Graph& graph_;  // as the array sees it
  const HwConfig& hw_;
  const MapOptions options_;
  std::vector<OpPlan> plans_;
  Placement placement_;
  FlashImage constants_;             // of all layers
  std::vector<PackedLayer> packed_;  // by operator
  // Of one program.
  const std::map<int, LayerCut>* cuts_ = nullptr;
  std::map<int, LayerCut> done_cuts_;
  bool prefetch_ = true;
  FlashImage flash_;
  LocalBuffers buffers_{hw_};
  std::vector<Unit> units_;
  std::vector<bool> on_chip_;  // per tensor root
  std::optional<Schedule> schedule_;
  Program program_;
};

const std::vector<std::optional<FoldedLayer>>& MappingSource::folded(Rounding rounding) {
  auto& layers = folded_[rounding];
  if (layers.empty()) layers = fold_layers(graph_, rounding);
  return layers;
}

NetworkMapper::NetworkMapper(MappingSource& source, const HwConfig& hw, const MapOptions& options)
    : source_(source), hw_(hw), options_(options) {}
NetworkMapper::~NetworkMapper() = default;

Program NetworkMapper::map(const std::map<int, LayerCut>& cuts, bool prefetch) {
  BandChoices wanted;
  for (const auto& [op, cut] : cuts) {
    if (cut.row_bands != 0) wanted[op] = {cut.row_bands, cut.row_bands > 1 && cut.bands_unrolled};
  }
  const Layout& plain = source_.layout(hw_);
  if (most_bands_.empty()) most_bands_ = most_row_bands(plain, hw_);
  auto chosen = chosen_.find(wanted);
  if (chosen == chosen_.end()) {
    BandChoices counts = choose_row_bands(plain, hw_, most_bands_, wanted, options_.keep_all_tensors, source_.graph());
    chosen = chosen_.emplace(wanted, std::move(counts)).first;
  }
  if (options_.exact_cuts) check_bands(source_.graph(), wanted, chosen->second, most_bands_, hw_);
  const BandChoices& counts = chosen->second;
  std::unique_ptr<Impl>& impl = impls_[counts];
  if (!impl) {
    if (!counts.empty()) banded_.emplace(counts, with_row_bands(plain, plan_operators(plain.graph, hw_), counts));
    impl = std::make_unique<Impl>(source_, counts.empty() ? plain : banded_.at(counts), hw_, options_);
  }
  Program program = impl->run(cuts, prefetch);
  done_cuts_ = impl->done_cuts();
  for (auto& [op, cut] : done_cuts_) {
    if (most_bands_[static_cast<std::size_t>(op)] < 2) continue;
    const auto bands = counts.find(op);
    cut.row_bands = bands == counts.end() ? 1 : bands->second.count;
    cut.bands_unrolled = bands != counts.end() && bands->second.unrolled;
  }
  for (std::size_t i = 0; i < program.layers.size(); ++i) program.layers[i].most_row_bands = most_bands_[i];
  return program;
}

const std::map<int, LayerCut>& NetworkMapper::done_cuts() const noexcept { return done_cuts_; }

Program map_network(const Graph& graph, const HwConfig& hw, const MapOptions& options) {
  MappingSource source(graph);
  return NetworkMapper(source, hw, options).map(options.cuts, options.prefetch);
}

}  // namespace systolite

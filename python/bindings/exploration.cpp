// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/models/sha256.h"
#include "mapper/tflite/import.h"
#include "python/bindings/errors.h"
#include "python/bindings/types.h"
#include "sim/core/error.h"
#include "sim/descriptions/find.h"
#include "sim/explore/assessment.h"
#include "sim/explore/confirm.h"
#include "sim/explore/evaluator.h"
#include "sim/explore/evolution.h"
#include "sim/explore/explore.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/journal.h"
#include "sim/explore/record.h"
#include "sim/explore/result_files.h"
#include "sim/explore/sweep.h"

namespace systolite::python {
namespace {

namespace py = pybind11;
using namespace explore;

std::vector<Graph> read_graphs(const Sweep& sweep) {
  std::vector<Graph> graphs;
  for (const std::string& name : sweep.models) graphs.push_back(import_tflite(find_model(name)));
  return graphs;
}

// The shared library that this code is in: what evaluates.
std::filesystem::path this_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&read_graphs), &info) == 0 || info.dli_fname == nullptr)
    throw Error(ExitCode::kInternal, "the module systolite._native does not find its own file");
  return info.dli_fname;
}

// A sweep, what evaluates its points, and the results that are known. Evaluation may happen elsewhere: results travel
// as records. One thread at a time.
class Exploration {
 public:
  Exploration(const std::string& yaml, const std::string& file)
      : sweep_(parse_sweep(yaml, file)), graphs_(read_graphs(sweep_)), evaluator_(sweep_, graphs_) {}

  [[nodiscard]] const Sweep& sweep() const noexcept { return sweep_; }

  std::vector<std::string> evaluate(const std::vector<PointId>& points) {
    std::vector<std::string> records;
    for (const PointId point : points) {
      if (point >= sweep_.space.size()) throw py::index_error("the sweep has no point " + std::to_string(point));
      records.push_back(without_lock([&] { return to_record(evaluator_.evaluate(point)); }));
    }
    return records;
  }

  // Takes the results that are in the file, and from now on puts all others there.
  void open_journal(const std::string& file) {
    std::vector<SweepModel> models;
    for (std::size_t i = 0; i < graphs_.size(); ++i)
      models.push_back({sha256_of_file(find_model(sweep_.models[i])), graphs_[i]});
    const std::string identity = journal_identity(sweep_, models, sha256_of_file(this_library()));
    journal_.emplace(file, identity, [this](std::string_view record) { return take(record); });
  }

  // Everything is on the disk afterwards; the file can be opened again.
  void close_journal() {
    if (journal_) journal_->sync();
    journal_.reset();
  }

  void add(const std::vector<std::string>& records) {
    for (const std::string& record : records) {
      if (!take(record)) throw Error(ExitCode::kInternal, "an evaluation answered with something else than a result");
      if (journal_) journal_->append(record);
    }
    if (!journal_) return;
    journal_->write();
    constexpr std::chrono::milliseconds kSyncInterval{500};
    if (std::chrono::steady_clock::now() - synced_ < kSyncInterval) return;
    journal_->sync();
    synced_ = std::chrono::steady_clock::now();
  }

  [[nodiscard]] bool knows(PointId point) const { return results_.contains(point); }

  // `ask` evaluates and adds the points of its argument.
  void evolve(const py::function& ask) {
    asked_ = explore::evolve(sweep_, [&](const std::vector<PointId>& points) {
      std::vector<PointId> missing;
      for (const PointId point : points) {
        if (!results_.contains(point) && std::ranges::count(missing, point) == 0) missing.push_back(point);
      }
      if (!missing.empty()) ask(missing);
      std::vector<const PointResult*> found;
      for (const PointId point : points) {
        const auto known = results_.find(point);
        if (known == results_.end()) throw py::index_error("a point that was asked for has not been added");
        found.push_back(&known->second);
      }
      return found;
    });
    std::ranges::sort(*asked_);
  }

  // Runs members of the fronts on the RTL (confirm.h). Returns what was confirmed: position, model.
  std::vector<std::pair<std::size_t, std::size_t>> confirm(std::size_t limit,
                                                           const std::optional<py::function>& progress) {
    const std::vector<PointResult> points = all();
    const std::vector<Confirmation> cases = choose_confirmations(sweep_, points, assess(sweep_, points), limit);
    const RtlBuildOptions rtl{.home = find_rtl_home(), .cache = default_rtl_cache()};
    const auto tell = [&](const std::string& line) {
      const py::gil_scoped_acquire lock;
      if (progress) (*progress)(line);
    };
    without_lock([&] {
      confirm_on_rtl(evaluator_, graphs_, points, sweep_, cases, rtl, tell);
      return true;
    });
    confirmed_ = cases;
    std::vector<std::pair<std::size_t, std::size_t>> confirmed;
    confirmed.reserve(cases.size());
    for (const Confirmation& one : cases) confirmed.emplace_back(one.position, one.model);
    return confirmed;
  }

  [[nodiscard]] std::size_t known() const noexcept { return results_.size(); }

  // The results as arrays, points ascending.
  py::dict results() {
    const std::vector<PointResult> points = all();
    const auto rows = static_cast<py::ssize_t>(points.size());
    const auto models = static_cast<py::ssize_t>(sweep_.models.size());
    const auto columns = static_cast<py::ssize_t>(figures().size());
    py::array_t<std::uint64_t> ids(rows);
    py::array_t<double> values({models, rows, columns});
    py::list status;
    py::list reasons;
    auto value = values.mutable_unchecked<3>();
    for (py::ssize_t m = 0; m < models; ++m) {
      py::list model_status;
      py::list model_reasons;
      for (py::ssize_t p = 0; p < rows; ++p) {
        const ModelResult& result = points[static_cast<std::size_t>(p)].models[static_cast<std::size_t>(m)];
        model_status.append(name(result.status));
        model_reasons.append(result.reason);
        for (py::ssize_t f = 0; f < columns; ++f) {
          value(m, p, f) = result.status == Status::kOk ? result.figures[static_cast<std::size_t>(f)]
                                                        : std::numeric_limits<double>::quiet_NaN();
        }
      }
      status.append(model_status);
      reasons.append(model_reasons);
    }
    for (py::ssize_t p = 0; p < rows; ++p) ids.mutable_at(p) = points[static_cast<std::size_t>(p)].point;
    py::dict all;
    all["points"] = ids;
    all["figures"] = values;
    all["status"] = status;
    all["reasons"] = reasons;
    all["parameters"] = parameters(points);
    all["views"] = views(points);
    return all;
  }

  // result_files.h
  void write(const std::string& csv, const std::string& json) {
    const std::vector<PointResult> points = all();
    const std::vector<View> views = assess(sweep_, points);
    const SweepResult result{sweep_, points, views, confirmed_};
    write_csv(csv, result, evaluator_);
    write_json(json, result, evaluator_);
  }

 private:
  bool take(std::string_view record) {
    std::optional<PointResult> result = from_record(record);
    if (!result || result->models.size() != sweep_.models.size() || result->point >= sweep_.space.size()) return false;
    for (const ModelResult& model : result->models) {
      if (model.status == Status::kOk && model.figures.size() != figures().size()) return false;
    }
    const PointId point = result->point;
    results_.insert_or_assign(point, std::move(*result));
    return true;
  }

  // A journal may know points that an evolutionary search has not asked for.
  [[nodiscard]] std::vector<PointResult> all() const {
    std::vector<PointResult> points;
    for (const auto& [point, result] : results_) {
      if (!asked_ || std::ranges::binary_search(*asked_, point)) points.push_back(result);
    }
    return points;
  }

  // Texts of the swept parameters by key.
  [[nodiscard]] py::dict parameters(const std::vector<PointResult>& points) const {
    const std::vector<Dimension>& dimensions = sweep_.space.dimensions();
    std::vector<py::list> texts(dimensions.size());
    for (const PointResult& point : points) {
      const std::vector<std::size_t> choices = sweep_.space.choices(point.point);
      for (std::size_t d = 0; d < dimensions.size(); ++d) texts[d].append(dimensions[d].values[choices[d]]);
    }
    py::dict all;
    for (std::size_t d = 0; d < dimensions.size(); ++d) all[py::str(dimensions[d].key)] = texts[d];
    return all;
  }

  // By name: whether a point is feasible, positions on the front, and why nothing is feasible.
  [[nodiscard]] py::dict views(const std::vector<PointResult>& points) const {
    const std::vector<View> views = assess(sweep_, points);
    py::dict all;
    for (std::size_t v = 0; v < views.size(); ++v) {
      const std::string reason = views[v].front.empty() ? empty_reason(sweep_, points, v) : "";
      all[py::str(view_name(sweep_, v))] = py::make_tuple(views[v].feasible, views[v].front, reason);
    }
    return all;
  }

  Sweep sweep_;
  std::vector<Graph> graphs_;
  Evaluator evaluator_;
  std::map<PointId, PointResult> results_;
  std::optional<std::vector<PointId>> asked_;  // ascending
  std::optional<Journal> journal_;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
  std::vector<Confirmation> confirmed_;
};

py::list figure_list() {
  py::list list;
  for (const FigureInfo& figure : figures())
    list.append(py::make_tuple(std::string(figure.name), std::string(figure.unit), std::string(figure.definition)));
  return list;
}

}  // namespace

void add_exploration(py::module_& module) {
  py::class_<Exploration, std::shared_ptr<Exploration>>(module, "Exploration")
      .def(py::init<const std::string&, const std::string&>(), py::arg("yaml"), py::arg("file"))
      .def_property_readonly("name", [](const Exploration& self) { return self.sweep().name; })
      .def_property_readonly("models", [](const Exploration& self) { return self.sweep().models; })
      .def_property_readonly("size", [](const Exploration& self) { return self.sweep().space.size(); })
      .def_property_readonly("exhaustive",
                             [](const Exploration& self) { return self.sweep().method == Method::kExhaustive; })
      .def_property_readonly("known", &Exploration::known)
      .def("evaluate", &Exploration::evaluate, py::arg("points"))
      .def("open_journal", &Exploration::open_journal, py::arg("file"))
      .def("close_journal", &Exploration::close_journal)
      .def("knows", &Exploration::knows, py::arg("point"))
      .def("add", &Exploration::add, py::arg("records"))
      .def("evolve", &Exploration::evolve, py::arg("ask"))
      .def("confirm", &Exploration::confirm, py::arg("limit"), py::arg("progress"))
      .def("results", &Exploration::results)
      .def("write", &Exploration::write, py::arg("csv"), py::arg("json"));
  module.def("figure_list", &figure_list);
  module.def("find_sweep", [](const std::string& path_or_name) { return find_sweep(path_or_name).string(); });
}

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "python/bindings/errors.h"
#include "python/bindings/program.h"
#include "sim/core/error.h"
#include "sim/descriptions/find.h"
#include "sim/report/report_json.h"
#include "sim/session/inputs.h"
#include "sim/session/session.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

// What a run left behind: the report and the tensors, which arrays refer to.
class Run {
 public:
  // `graph`: of the model, or of the network when channels were removed.
  Run(std::shared_ptr<const Model> model, std::shared_ptr<const CompiledNetwork> network, const Graph& graph,
      std::string report, Tensors tensors)
      : model_(std::move(model)),
        network_(std::move(network)),
        graph_(graph),
        report_(std::move(report)),
        tensors_(std::move(tensors)) {}

  [[nodiscard]] const std::string& report() const noexcept { return report_; }
  [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
  [[nodiscard]] const Tensors& tensors() const noexcept { return tensors_; }

 private:
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const CompiledNetwork> network_;
  const Graph& graph_;
  std::string report_;
  Tensors tensors_;
};

// Index, name and read-only array of every tensor. The arrays are the simulation's own memory, which lives as long as
// one of them.
py::list arrays_of(const std::shared_ptr<Run>& run) {
  const py::object owner = py::cast(run);
  py::list list;
  for (const auto& [index, values] : run->tensors()) {
    const Tensor& tensor = run->graph().tensors[static_cast<std::size_t>(index)];
    const std::vector<py::ssize_t> shape(tensor.shape.begin(), tensor.shape.end());
    py::array_t<std::int8_t> array(shape, values.data(), owner);
    array.attr("setflags")(py::arg("write") = false);
    list.append(py::make_tuple(index, tensor.name, array));
  }
  return list;
}

class PythonSession {
 public:
  PythonSession(std::shared_ptr<const MappedProgram> program, SessionOptions options,
                const std::optional<std::string>& energy)
      : program_(std::move(program)), options_(std::move(options)) {
    if (energy) {
      energy_ = EnergyCosts{.table = energy::load_energy_table(find_energy_table(*energy)),
                            .library = AreaTable::load(find_area_table(kDefaultAreaTable)),
                            .cpu = {},
                            .cpu_missing = {}};
    }
    session_.emplace(program_->network, program_->config->hw, options_);
    options_.rtl.progress = [](const std::string&) {};  // belongs to the caller
  }

  [[nodiscard]] const Graph& model_graph() const noexcept { return program_->model->graph; }

  std::shared_ptr<Run> run(const InputSet& inputs) {
    const std::lock_guard<std::mutex> lock(mutex_);  // of several threads, one after the other
    if (!session_) session_.emplace(program_->network, program_->config->hw, options_);
    try {
      RunResult result = session_->run(inputs.tensors);
      const Report report = session_->report(result, inputs.origin, energy_ ? &*energy_ : nullptr);
      return std::make_shared<Run>(program_->model, session_->network(), session_->graph(), to_json(report),
                                   std::move(result.tensors));
    } catch (...) {
      session_.reset();  // its device may have stopped in the middle of a job
      throw;
    }
  }

 private:
  std::shared_ptr<const MappedProgram> program_;
  SessionOptions options_;
  std::optional<EnergyCosts> energy_;
  std::optional<Session> session_;
  std::mutex mutex_;
};

InputSet inputs_from(const Graph& graph, const std::vector<py::array>& arrays) {
  if (arrays.size() != graph.inputs.size()) {
    throw Error(ExitCode::kData,
                fmt::format("{} has {} inputs, {} arrays were given", graph.name, graph.inputs.size(), arrays.size()));
  }
  InputSet set;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::string origin = fmt::format("input {}", i);
    const bool is_int8 = arrays[i].dtype().equal(py::dtype::of<std::int8_t>());
    check_input(graph, i, is_int8, {arrays[i].shape(), arrays[i].shape() + arrays[i].ndim()}, origin);
    const auto dense = py::array_t<std::int8_t, py::array::c_style>::ensure(arrays[i]);
    set.tensors.emplace_back(dense.data(), dense.data() + dense.size());
  }
  set.origin = "array";
  return set;
}

std::shared_ptr<PythonSession> make_session(const std::shared_ptr<MappedProgram>& program, const std::string& backend,
                                            const std::optional<std::string>& energy,
                                            const std::optional<py::function>& progress) {
  SessionOptions options;
  options.backend = chosen<Backend>({{"rtl", Backend::kRtl},
                                     {"systemc", Backend::kSystemc},
                                     {"fast", Backend::kFast},
                                     {"functional", Backend::kFunctional}},
                                    "backend", backend);
  if (options.backend == Backend::kRtl) {
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
  }
  if (progress) {
    options.rtl.progress = [&progress](const std::string& line) {
      const py::gil_scoped_acquire lock;
      (*progress)(line);
    };
  }
  return without_lock([&] { return std::make_shared<PythonSession>(program, options, energy); });
}

}  // namespace

void add_run(py::module_& module) {
  py::class_<Run, std::shared_ptr<Run>>(module, "Run")
      .def_property_readonly("report", &Run::report)
      .def_property_readonly("outputs", [](const Run& run) { return run.graph().outputs; })
      .def("arrays", &arrays_of);
  py::class_<PythonSession, std::shared_ptr<PythonSession>>(module, "Session")
      .def(py::init(&make_session), py::arg("program"), py::arg("backend"), py::arg("energy"), py::arg("progress"))
      .def(
          "run",
          [](PythonSession& session, const std::optional<std::vector<py::array>>& inputs, std::uint32_t seed) {
            const InputSet set =
                inputs ? inputs_from(session.model_graph(), *inputs) : random_inputs(session.model_graph(), seed);
            return without_lock([&] { return session.run(set); });
          },
          py::arg("inputs"), py::arg("seed"));
}

}  // namespace systolite::python

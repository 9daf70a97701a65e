// SPDX-License-Identifier: Apache-2.0
#include <pybind11/stl.h>

#include <memory>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "python/bindings/errors.h"
#include "python/bindings/types.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

// Name, shape, scale and zero point of the network's inputs or outputs.
py::list described(const Graph& graph, const std::vector<int>& indices) {
  py::list list;
  for (const int index : indices) {
    const Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
    const bool quantized = !tensor.quant.scales.empty();
    list.append(py::make_tuple(tensor.name, py::tuple(py::cast(tensor.shape)),
                               quantized ? py::object(py::float_(tensor.quant.scales.front())) : py::none(),
                               quantized ? py::object(py::int_(tensor.quant.zero_points.front())) : py::none()));
  }
  return list;
}

}  // namespace

void add_model(py::module_& module) {
  py::class_<Model, std::shared_ptr<Model>>(module, "Model")
      .def(py::init([](const std::string& path_or_name) {
             return without_lock([&] {
               const std::filesystem::path file = find_model(path_or_name);
               return std::make_shared<Model>(Model{file, import_tflite(file)});
             });
           }),
           py::arg("path_or_name"))
      .def_property_readonly("name", [](const Model& model) { return model.graph.name; })
      .def_property_readonly("file", [](const Model& model) { return model.file.string(); })
      .def_property_readonly("operators", [](const Model& model) { return model.graph.ops.size(); })
      .def_property_readonly("macs",
                             [](const Model& model) {
                               std::int64_t sum = 0;
                               for (const Op& op : model.graph.ops) sum += macs(model.graph, op);
                               return sum;
                             })
      .def_property_readonly("inputs", [](const Model& model) { return described(model.graph, model.graph.inputs); })
      .def_property_readonly("outputs", [](const Model& model) { return described(model.graph, model.graph.outputs); })
      .def("__str__", [](const Model& model) { return dump(model.graph); });
  module.def("embedded_model_names", &embedded_model_names);
}

}  // namespace systolite::python

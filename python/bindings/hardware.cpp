// SPDX-License-Identifier: Apache-2.0
#include <pybind11/stl.h>

#include <memory>

#include "python/bindings/errors.h"
#include "python/bindings/types.h"
#include "sim/area/area_model.h"
#include "sim/core/hw_description.h"
#include "sim/core/settings.h"
#include "sim/descriptions/find.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

std::shared_ptr<Config> load_config(const std::string& path_or_name, const Overrides& overrides) {
  const std::filesystem::path file = find_config(path_or_name);
  if (overrides.empty()) return std::make_shared<Config>(Config{file, overrides, load_hw_config(file)});
  HwDescription description = HwDescription::load(file);
  for (const auto& [key, text] : overrides) description.parameter(key).set(text);
  return std::make_shared<Config>(Config{file, overrides, description.config(file.string() + " with overrides")});
}

py::tuple tuple_of(const Figure& figure) { return py::make_tuple(figure.value, figure.low, figure.high); }

py::dict area(const Config& config, const std::string& library) {
  const AreaTable table = AreaTable::load(find_area_table(library));
  const AreaEstimate estimate = estimate_area(config.hw, table);
  py::list blocks;
  for (const BlockArea& block : estimate.blocks)
    blocks.append(py::make_tuple(block.block, tuple_of(block.kge), tuple_of(block.mm2), tuple_of(block.period_ns)));
  py::list memories;
  for (const MemoryArea& memory : estimate.memories)
    memories.append(
        py::make_tuple(memory.memory, memory.instances, memory.words, memory.word_bits, tuple_of(memory.mm2)));
  py::dict all;
  all["library"] = table.library;
  all["process"] = table.process;
  all["logic_kge"] = tuple_of(estimate.logic_kge);
  all["logic_mm2"] = tuple_of(estimate.logic_mm2);
  all["memory_bits"] = estimate.memory_bits;
  all["memory_mm2"] = tuple_of(estimate.memory_mm2);
  all["total_mm2"] = tuple_of(estimate.total_mm2);
  all["fmax_mhz"] = tuple_of(estimate.fmax_mhz);
  all["slowest_block"] = estimate.slowest_block;
  all["blocks"] = blocks;
  all["memories"] = memories;
  return all;
}

}  // namespace

void add_hardware(py::module_& module) {
  py::class_<Config, std::shared_ptr<Config>>(module, "Config")
      .def(py::init(&load_config), py::arg("path_or_name"), py::arg("overrides"))
      .def_property_readonly("name", [](const Config& config) { return config.hw.name; })
      .def_property_readonly("file", [](const Config& config) { return config.file.string(); })
      .def_property_readonly("overrides", [](const Config& config) { return config.overrides; })
      .def_property_readonly("config_id", [](const Config& config) { return config.hw.config_id(); })
      .def_property_readonly("settings", [](const Config& config) {
        py::dict values;
        for (const Setting& setting : settings(config.hw)) values[py::str(setting.key)] = py::cast(setting.value);
        return values;
      });
  module.def("config_names", &config_names);
  module.def("area", &area, py::arg("config"), py::arg("library"));
}

}  // namespace systolite::python

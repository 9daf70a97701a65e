// SPDX-License-Identifier: Apache-2.0
// What Python holds of a model and a configuration.
#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/hw_config.h"

namespace systolite::python {

struct Model {
  std::filesystem::path file;
  Graph graph;
};

using Overrides = std::vector<std::pair<std::string, std::string>>;  // key, text as in a YAML file

struct Config {
  std::filesystem::path file;
  Overrides overrides;
  HwConfig hw;
};

void add_model(pybind11::module_& module);
void add_hardware(pybind11::module_& module);
void add_program(pybind11::module_& module);
void add_run(pybind11::module_& module);
void add_exploration(pybind11::module_& module);

}  // namespace systolite::python

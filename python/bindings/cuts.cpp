// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/cuts.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sim/core/hw_config.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

using Number = std::pair<const char*, int LayerCut::*>;
constexpr std::array kNumbers = {Number{"blocks", &LayerCut::blocks},
                                 Number{"tiles", &LayerCut::tiles},
                                 Number{"first_blocks", &LayerCut::first_blocks},
                                 Number{"first_rows", &LayerCut::first_rows},
                                 Number{"first_tiles", &LayerCut::first_tiles},
                                 Number{"last_blocks", &LayerCut::last_blocks},
                                 Number{"first_parts", &LayerCut::first_parts},
                                 Number{"row_bands", &LayerCut::row_bands}};

// The mapper knows the range.
int number_from(const char* key, const py::object& value) {
  const auto number = value.cast<std::int64_t>();
  if (number != static_cast<int>(number)) throw py::value_error(fmt::format("{} is {}: that is too much", key, number));
  return static_cast<int>(number);
}

std::optional<Dataflow> dataflow_from(const py::object& value) {
  if (value.is_none()) return std::nullopt;
  const auto text = value.cast<std::string>();
  for (const Dataflow dataflow : {Dataflow::kWeight, Dataflow::kOutput}) {
    if (text == name(dataflow)) return dataflow;
  }
  throw py::value_error("dataflow is '" + text + "', but must be one of output, weight");
}

}  // namespace

Cuts cuts_from(const std::map<int, py::dict>& dicts) {
  Cuts cuts;
  for (const auto& [op, values] : dicts) {
    LayerCut cut;
    for (const auto& [key, member] : kNumbers) cut.*member = number_from(key, values[key]);
    cut.joint = values["joint"].cast<bool>();
    cut.bands_unrolled = values["bands_unrolled"].cast<bool>();
    cut.dataflow = dataflow_from(values["dataflow"]);
    cuts[op] = cut;
  }
  return cuts;
}

std::map<int, py::dict> to_dicts(const Cuts& cuts) {
  std::map<int, py::dict> dicts;
  for (const auto& [op, cut] : cuts) {
    py::dict values;
    for (const auto& [key, member] : kNumbers) values[key] = cut.*member;
    values["joint"] = cut.joint;
    values["bands_unrolled"] = cut.bands_unrolled;
    values["dataflow"] = cut.dataflow ? py::object(py::str(name(*cut.dataflow))) : py::none();
    dicts[op] = values;
  }
  return dicts;
}

}  // namespace systolite::python

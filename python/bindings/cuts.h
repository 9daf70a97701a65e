// SPDX-License-Identifier: Apache-2.0
// Cuts of layers as dicts by the names of their members.
#pragma once

#include <pybind11/pybind11.h>

#include <map>

#include "mapper/lower/cut.h"

namespace systolite::python {

using Cuts = std::map<int, LayerCut>;  // by operator

// Throws as pybind11 does for values of other types; ValueError for a dataflow and KeyError for a name there is not.
[[nodiscard]] Cuts cuts_from(const std::map<int, pybind11::dict>& dicts);
[[nodiscard]] std::map<int, pybind11::dict> to_dicts(const Cuts& cuts);

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
// The module systolite._native. Its functions are the libraries' own; what is convenient is in the package around it.
#include <pybind11/pybind11.h>

#include "python/bindings/errors.h"
#include "python/bindings/types.h"

PYBIND11_MODULE(_native, module) {
  using namespace systolite::python;
  module.doc() = "Systolite's libraries; use the package systolite.";
  module.attr("__version__") = SYSTOLITE_VERSION;
  add_errors(module);
  add_model(module);
  add_hardware(module);
  add_program(module);
  add_run(module);
  add_exploration(module);
}

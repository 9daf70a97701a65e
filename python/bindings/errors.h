// SPDX-License-Identifier: Apache-2.0
// Errors of the libraries as Python exceptions.
#pragma once

#include <pybind11/pybind11.h>

#include <utility>

namespace systolite::python {

// Adds SystoliteError and its subclasses to the module; from then on an Error becomes the one of its exit code, with
// the same text.
void add_errors(pybind11::module_& module);

// Does work without the lock of the interpreter. A signal that came meanwhile (Ctrl-C) is raised instead of the result
// or the error of the work.
template <typename Work>
auto without_lock(Work&& work) {
  const auto raise_signals = [] {
    if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
  };
  try {
    auto result = [&work] {
      const pybind11::gil_scoped_release release;
      return std::forward<Work>(work)();
    }();
    raise_signals();
    return result;
  } catch (const std::exception&) {
    raise_signals();
    throw;
  }
}

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
// Errors of the libraries as Python exceptions.
#pragma once

#include <pybind11/pybind11.h>

#include <map>
#include <string>
#include <utility>

#include "python/bindings/interrupt.h"

namespace systolite::python {

// Adds SystoliteError and its subclasses to the module; from then on an Error becomes the one of its exit code, with
// the same text.
void add_errors(pybind11::module_& module);

// Of the choices the one with this name. Throws ValueError, saying what they are.
template <typename Value>
Value chosen(const std::map<std::string, Value>& choices, const char* what, const std::string& name) {
  const auto found = choices.find(name);
  if (found != choices.end()) return found->second;
  std::string names;
  for (const auto& [choice, value] : choices) names += (names.empty() ? "" : ", ") + choice;
  throw pybind11::value_error(std::string(what) + " is '" + name + "', but must be one of " + names);
}

// Raises a signal that came (Ctrl-C), in the thread that Python gives them to; with or without the lock of the
// interpreter.
inline void raise_signals() {
  const pybind11::gil_scoped_acquire lock;
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
}

// Does work without the lock of the interpreter. A signal that came meanwhile is raised instead of the result or the
// error of the work; SIGINT also ends the work.
template <typename Work>
auto without_lock(Work&& work) {
  try {
    auto result = [&work] {
      const pybind11::gil_scoped_release release;
      const InterruptScope interrupt;
      return std::forward<Work>(work)();
    }();
    raise_signals();
    return result;
  } catch (const pybind11::error_already_set&) {
    throw;
  } catch (const std::exception&) {
    raise_signals();
    throw;
  }
}

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/errors.h"

#include <array>
#include <exception>
#include <string>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/stop_request.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

struct Class {
  ExitCode code;
  const char* name;
  const char* doc;
  PyObject* type;  // lives as long as the interpreter
};

PyObject* base_class = nullptr;
std::array<Class, 7> classes{{
    {ExitCode::kModel, "ModelError", "Model file: damaged, unsupported, or too large for the device.", nullptr},
    {ExitCode::kConfig, "ConfigError", "Hardware description, table, sweep or cut of a layer that is not legal.",
     nullptr},
    {ExitCode::kMismatch, "MismatchError", "A comparison found a difference.", nullptr},
    {ExitCode::kData, "DataError", "Input or output data or file, or a text of commands.", nullptr},
    {ExitCode::kDevice, "DeviceError", "The simulated device reported an error or did not finish.", nullptr},
    {ExitCode::kTool, "ToolError", "A needed tool (Verilator, compiler) is missing or failed.", nullptr},
    {ExitCode::kProgram, "ProgramError", "A program on the simulated processor failed.", nullptr},
}};

PyObject* make_class(py::module_& module, const char* name, const char* doc, PyObject* base, ExitCode code) {
  const std::string full = std::string("systolite.") + name;
  PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), doc, base, nullptr);
  if (type == nullptr) throw py::error_already_set();
  py::setattr(type, "exit_code", py::int_(static_cast<int>(code)));
  module.attr(name) = py::reinterpret_borrow<py::object>(type);
  return type;
}

PyObject* class_of(ExitCode code) {
  for (const Class& entry : classes) {
    if (entry.code == code) return entry.type;
  }
  return base_class;
}

}  // namespace

void add_errors(py::module_& module) {
  base_class = make_class(module, "SystoliteError",
                          "A refused request: one sentence that names the file, key or operator, the value, and what "
                          "would be right. `exit_code` is that of the command line for the same error.",
                          PyExc_Exception, ExitCode::kInternal);
  for (Class& entry : classes) entry.type = make_class(module, entry.name, entry.doc, base_class, entry.code);
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(std::move(pointer));
    } catch (const Error& error) {
      PyErr_SetString(class_of(error.code()), error.what());
    } catch (const Stopped& stopped) {  // in a thread that gets no signals, or with a handler that raises nothing
      PyErr_SetString(PyExc_KeyboardInterrupt, stopped.what());
    }
  });
}

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/program.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mapper/program/text.h"
#include "python/bindings/cuts.h"
#include "python/bindings/errors.h"
#include "sim/fast/timing.h"
#include "sim/memory/bus_timing.h"
#include "sim/session/session.h"

namespace systolite::python {
namespace {

namespace py = pybind11;

Rounding rounding_of(const std::string& text) {
  return chosen<Rounding>({{"double", Rounding::kDouble}, {"single", Rounding::kSingle}}, "rounding", text);
}

std::shared_ptr<MappedProgram> map_program(const std::shared_ptr<Model>& model, const std::shared_ptr<Config>& config,
                                           const std::string& rounding, bool drop_constant_channels, bool search,
                                           bool keep_all_tensors, const std::optional<std::map<int, py::dict>>& cuts,
                                           const std::optional<std::string>& commands) {
  SessionOptions options;
  options.rounding = rounding_of(rounding);
  options.drop_constant_channels = drop_constant_channels;
  options.search = search;
  options.keep_all_tensors = keep_all_tensors;
  if (cuts) options.cuts = cuts_from(*cuts);
  options.commands = commands;
  return without_lock([&] {
    return std::make_shared<MappedProgram>(
        MappedProgram{model, config, std::make_shared<const CompiledNetwork>(model->graph, config->hw, options)});
  });
}

std::vector<const JobStep*> jobs_of(const Program& program) {
  std::vector<const JobStep*> jobs;
  for (const Step& step : program.steps) {
    if (const auto* job = std::get_if<JobStep>(&step)) jobs.push_back(job);
  }
  return jobs;
}

// One trace a job.
std::vector<Trace> timed(const MappedProgram& self) {
  const fast::TimingModel model(self.config->hw);
  BusTiming memory(self.config->hw);
  std::vector<Trace> traces;
  for (const JobStep* job : jobs_of(self.network->program()))
    traces.push_back(model.trace(model.prepare(job->commands), job->stream_address, memory));
  return traces;
}

Cycles cycles_of(const MappedProgram& self) {
  Cycles sum = 0;
  for (const Trace& trace : timed(self)) sum += trace.cycles;
  return sum;
}

// Columns of equal length, one row a command.
struct CommandColumns {
  std::vector<std::int64_t> job, op, start, end;
  std::vector<std::string> engine, name, text;
};

CommandColumns columns(const MappedProgram& self, const std::vector<Trace>& traces) {
  CommandColumns all;
  const std::vector<const JobStep*> jobs = jobs_of(self.network->program());
  for (std::size_t j = 0; j < jobs.size(); ++j) {
    std::array<std::size_t, kEngineCount> next{};
    for (std::size_t i = 0; i < jobs[j]->commands.size(); ++i) {
      const isa::Command& command = jobs[j]->commands[i];
      const isa::Opcode opcode = isa::opcode_of(command).value();
      const isa::Engine engine = isa::engine_of(opcode);
      all.job.push_back(static_cast<std::int64_t>(j));
      all.op.push_back(jobs[j]->op_of_command[i]);
      all.engine.emplace_back(isa::name(engine));
      all.name.emplace_back(isa::name(opcode));
      all.text.push_back(isa::to_text(command));
      const Trace& trace = traces[j];
      const auto unit = static_cast<std::size_t>(engine);
      // The front end itself executes END, the last one.
      const std::size_t number = engine == isa::Engine::kFe ? 0 : next[unit]++;
      const bool front_end = engine == isa::Engine::kFe;
      all.start.push_back(static_cast<std::int64_t>(front_end ? trace.cycles : trace.pop_cycles[unit].at(number)));
      all.end.push_back(static_cast<std::int64_t>(front_end ? trace.cycles : trace.done_cycles[unit].at(number)));
    }
  }
  return all;
}

template <typename Value>
py::array_t<Value> array_of(const std::vector<Value>& values) {
  return py::array_t<Value>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::dict commands_of(const MappedProgram& self) {
  const CommandColumns all = without_lock([&] { return columns(self, timed(self)); });
  py::dict result;
  result["job"] = array_of(all.job);
  result["op"] = array_of(all.op);
  result["engine"] = all.engine;
  result["name"] = all.name;
  result["text"] = all.text;
  result["start"] = array_of(all.start);
  result["end"] = array_of(all.end);
  return result;
}

py::list scratchpad_of(const MappedProgram& self) {
  py::list places;
  for (const ScratchpadPlace& place : self.network->program().scratchpad) {
    py::list ranges;
    for (const ScratchpadRange& range : place.ranges) ranges.append(py::make_tuple(range.begin, range.end));
    places.append(py::make_tuple(self.network->graph().tensors[static_cast<std::size_t>(place.tensor)].name,
                                 place.first_op, place.last_op, py::tuple(ranges)));
  }
  return places;
}

}  // namespace

void add_program(py::module_& module) {
  py::class_<MappedProgram, std::shared_ptr<MappedProgram>>(module, "Program")
      .def(py::init(&map_program), py::arg("model"), py::arg("config"), py::arg("rounding"),
           py::arg("drop_constant_channels"), py::arg("search"), py::arg("keep_all_tensors"), py::arg("cuts"),
           py::arg("commands"))
      .def_property_readonly("cuts", [](const MappedProgram& self) { return to_dicts(self.network->cuts()); })
      .def_property_readonly("text", [](const MappedProgram& self) { return jobs_to_text(self.network->program()); })
      .def_property_readonly("cycles",
                             [](const MappedProgram& self) { return without_lock([&] { return cycles_of(self); }); })
      .def_property_readonly("flash_bytes", [](const MappedProgram& self) { return self.network->image().flash_bytes; })
      .def_property_readonly("sram_bytes", [](const MappedProgram& self) { return self.network->image().arena_bytes; })
      .def_property_readonly("scratchpad", &scratchpad_of)
      .def("commands", &commands_of);
}

}  // namespace systolite::python

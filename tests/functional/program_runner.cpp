// SPDX-License-Identifier: Apache-2.0
#include "tests/functional/program_runner.h"

#include <algorithm>
#include <stdexcept>

namespace systolite::testing {
namespace {

using reference::Bytes;

const TensorPlace& place_of(const Program& program, int tensor) {
  const auto place = std::find_if(program.places.begin(), program.places.end(),
                                  [tensor](const TensorPlace& p) { return p.tensor == tensor; });
  if (place == program.places.end())
    throw std::logic_error("tensor " + std::to_string(tensor) + " has no place in memory");
  return *place;
}

std::span<const std::uint8_t> as_unsigned(const Bytes& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

// The operator alone, as a graph whose inputs are the operator's activations.
Bytes run_operator(const Graph& graph, const Op& op, const Program& program, const BusMemory& memory,
                   reference::RoundingMode mode) {
  Graph single = graph;
  single.ops = {op};
  single.outputs = op.outputs;
  single.inputs.clear();
  std::vector<Bytes> inputs;
  for (const int input : op.inputs) {
    const bool known = input < 0 || graph.tensors[static_cast<std::size_t>(input)].is_constant();
    if (known || std::find(single.inputs.begin(), single.inputs.end(), input) != single.inputs.end()) continue;
    single.inputs.push_back(input);
    inputs.push_back(read_tensor(program, input, memory));
  }
  return reference::evaluate(single, inputs, mode)[static_cast<std::size_t>(op.outputs[0])];
}

}  // namespace

Bytes read_tensor(const Program& program, int tensor, const BusMemory& memory) {
  const TensorPlace& place = place_of(program, tensor);
  const std::vector<std::uint8_t> bytes = memory.read(place.address, place.bytes);
  return {bytes.begin(), bytes.end()};
}

std::vector<Bytes> run_program(const Graph& graph, const Program& program, std::span<const Bytes> inputs,
                               BusMemory& memory, const RunJob& run_job, reference::RoundingMode mode) {
  memory.write(program.flash_base, program.flash);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    memory.write(place_of(program, graph.inputs[i]).address, as_unsigned(inputs[i]));
  for (const Step& step : program.steps) {
    if (const auto* job = std::get_if<JobStep>(&step)) {
      run_job(*job);
    } else {
      const Op& op = graph.ops[static_cast<std::size_t>(std::get<CpuStep>(step).op)];
      const Bytes result = run_operator(graph, op, program, memory, mode);
      memory.write(place_of(program, op.outputs[0]).address, as_unsigned(result));
    }
  }
  std::vector<Bytes> outputs;
  for (const int output : graph.outputs) outputs.push_back(read_tensor(program, output, memory));
  return outputs;
}

}  // namespace systolite::testing

// SPDX-License-Identifier: Apache-2.0
// Compares a model on a backend with golden tensors. Two programs are run: one that stores every activation, against
// the golden activations, and the one that `run` executes, against the golden outputs.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "mapper/models/catalogue.h"
#include "sim/cli/commands.h"
#include "sim/cli/compare.h"
#include "sim/cli/golden.h"
#include "sim/core/error.h"

namespace systolite::cli {
namespace {

struct Compared {
  std::size_t inputs = 0;
  std::size_t tensors = 0;
  std::size_t values = 0;
  std::size_t outputs = 0;
};

const std::vector<std::int8_t>& stored(const RunResult& result, int tensor, const std::string& what) {
  const auto found = result.tensors.find(tensor);
  if (found == result.tensors.end()) throw Error(ExitCode::kInternal, what + " is not in memory after the run");
  return found->second;
}

void compare_activations(const Graph& graph, Session& session, const GoldenCase& golden, Compared& compared) {
  const RunResult result = session.run(read_inputs(graph, {golden.input}).tensors);
  for (const GoldenTensor& tensor : read_activations(graph, *golden.activations)) {
    const Op& op = graph.ops[static_cast<std::size_t>(tensor.op)];
    const std::string what = fmt::format("{}, input {}: tensor {} of operator {} {} ({})", graph.name, golden.name,
                                         tensor.tensor, tensor.op, op.type, op.name);
    expect_equal(tensor.values, stored(result, tensor.tensor, what), what);
    ++compared.tensors;
    compared.values += tensor.values.size();
  }
}

void compare_output(const Graph& graph, Session& session, const GoldenCase& golden, Compared& compared) {
  const RunResult result = session.run(read_inputs(graph, {golden.input}).tensors);
  const std::string what =
      fmt::format("{}, input {}: output tensor {}", graph.name, golden.name, graph.outputs.front());
  expect_equal(golden.output, stored(result, graph.outputs.front(), what), what);
  ++compared.inputs;
  compared.outputs += golden.output.size();
}

}  // namespace

void verify_command(const VerifyArguments& arguments) {
  const HwConfig config = read_config(arguments.config);
  const std::filesystem::path file = find_model(arguments.model);
  const Graph graph = read_model(file);
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    throw Error(ExitCode::kData, fmt::format("verify needs a model with one input and one output; {} has {} and {}",
                                             graph.name, graph.inputs.size(), graph.outputs.size()));
  }
  const GoldenSet golden = find_golden(arguments.model, file, arguments.golden);
  const std::size_t count = std::min(golden.cases.size(), arguments.inputs.value_or(golden.cases.size()));
  const std::span<const GoldenCase> cases = std::span(golden.cases).first(count);

  Compared compared;
  SessionOptions options = session_options(arguments.backend, Rounding::kDouble);
  if (std::ranges::any_of(cases, [](const GoldenCase& c) { return c.activations.has_value(); })) {
    options.keep_all_tensors = true;
    Session session(graph, config, options);
    for (const GoldenCase& c : cases) {
      if (c.activations) compare_activations(graph, session, c, compared);
    }
    options.keep_all_tensors = false;
  }
  Session session(graph, config, options);
  for (const GoldenCase& c : cases) compare_output(graph, session, c, compared);

  if (compared.outputs == 0)
    throw Error(ExitCode::kData, fmt::format("{}: nothing was compared", golden.folder.string()));
  fmt::print("{} on {}, backend {}: equal to {}\n", graph.name, config.name, name(arguments.backend),
             golden.folder.string());
  fmt::print("  activations: {} tensors, {} values\n  outputs: {} of {} inputs, {} values\n", compared.tensors,
             compared.values, compared.inputs, golden.cases.size(), compared.outputs);
}

}  // namespace systolite::cli

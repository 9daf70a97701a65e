// SPDX-License-Identifier: Apache-2.0
// Compares a model on a backend with golden tensors. Two programs are run: one that stores every activation, against
// the golden activations, and the one that `run` executes, against the golden outputs. Channels that were removed are
// not in memory: the golden values of those proven constant are compared with the constant.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
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
  std::size_t constants = 0;  // golden values that equal the constant of a removed channel
  std::size_t outputs = 0;
};

const std::vector<std::int8_t>& stored(const RunResult& result, int tensor, const std::string& what) {
  const auto found = result.tensors.find(tensor);
  if (found == result.tensors.end()) throw Error(ExitCode::kInternal, what + " is not in memory after the run");
  return found->second;
}

// Splits a golden tensor as the network was split.
struct GoldenChannels {
  std::vector<std::int8_t> kept;
  std::vector<std::int8_t> constant;  // of removed channels that have a value
  std::vector<std::int8_t> proven;    // what `constant` must be
};

GoldenChannels split(const std::vector<std::int8_t>& golden, const TensorChannels& channels) {
  GoldenChannels result;
  const std::size_t width = channels.kept.size() + channels.removed.size();
  for (std::size_t pixel = 0; pixel < golden.size(); pixel += width) {
    for (const int c : channels.kept) result.kept.push_back(golden[pixel + static_cast<std::size_t>(c)]);
    for (const RemovedChannel& removed : channels.removed) {
      if (!removed.value) continue;
      result.constant.push_back(golden[pixel + static_cast<std::size_t>(removed.channel)]);
      result.proven.push_back(*removed.value);
    }
  }
  return result;
}

void compare_reduced(const TensorChannels& channels, const GoldenTensor& golden, std::span<const std::int8_t> got,
                     const std::string& what, Compared& compared) {
  const GoldenChannels expected = split(golden.values, channels);
  expect_equal(expected.kept, got, channels.removed.empty() ? what : what + ", channels that were kept");
  expect_equal(expected.constant, expected.proven, what + ", channels that were removed as constant");
  compared.values += expected.kept.size();
  compared.constants += expected.constant.size();
}

void compare_activations(const Graph& graph, Session& session, const GoldenCase& golden, Compared& compared) {
  const RunResult result = session.run(read_inputs(graph, {golden.input}).tensors);
  for (const GoldenTensor& tensor : read_activations(graph, *golden.activations)) {
    const Op& op = graph.ops[static_cast<std::size_t>(tensor.op)];
    const std::string what = fmt::format("{}, input {}: tensor {} of operator {} {} ({})", graph.name, golden.name,
                                         tensor.tensor, tensor.op, op.type, op.name);
    const std::vector<std::int8_t>& got = stored(result, tensor.tensor, what);
    ++compared.tensors;
    if (session.reduced()) {
      compare_reduced(session.reduced()->channels.at(static_cast<std::size_t>(tensor.tensor)), tensor, got, what,
                      compared);
    } else {
      expect_equal(tensor.values, got, what);
      compared.values += tensor.values.size();
    }
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
  const HwConfig config = load_hw_config(find_config(arguments.config));
  const std::filesystem::path file = find_model(arguments.model);
  const Graph graph = import_tflite(file);
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    throw Error(ExitCode::kData, fmt::format("verify needs a model with one input and one output; {} has {} and {}",
                                             graph.name, graph.inputs.size(), graph.outputs.size()));
  }
  const GoldenSet golden = find_golden(arguments.model, file, arguments.golden);
  const std::size_t count = std::min(golden.cases.size(), arguments.inputs.value_or(golden.cases.size()));
  const std::span<const GoldenCase> cases = std::span(golden.cases).first(count);

  Compared compared;
  SessionOptions options = session_options(arguments.backend, Rounding::kDouble);
  options.drop_constant_channels = arguments.drop_constant_channels;
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
  if (session.reduced()) {
    const RemovedWork removed = total_removed(*session.reduced());
    fmt::print("  removed: {} constant channels, {} golden values equal to the constants; {} unread channels\n",
               removed.constant_channels, compared.constants, removed.unread_channels);
  }
}

}  // namespace systolite::cli

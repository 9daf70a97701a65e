// SPDX-License-Identifier: Apache-2.0
// Compares backends with golden tensors and with each other. Two programs are run on each: one that stores every
// activation, and the one that `run` executes. Channels that were removed are not in memory: the golden values of those
// proven constant are compared with the constant.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "mapper/models/catalogue.h"
#include "sim/cli/commands.h"
#include "sim/cli/golden.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/session/run_diff.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAllInputs = std::numeric_limits<std::size_t>::max();
// What is compared, the one that the others are compared with first.
constexpr Backend kVerifiedBackends[] = {Backend::kRtl, Backend::kSystemc, Backend::kFast};

struct VerifyArguments {
  std::string model;
  std::string config = kDefaultConfig;
  std::vector<Backend> backends;  // compared with each other
  std::filesystem::path golden;
  std::optional<std::size_t> inputs;  // golden ones; kAllInputs: all; nothing: the first, if there are any
  std::filesystem::path input;        // only this one
  std::optional<std::uint32_t> seed;  // also a pseudo-random one
  bool drop_constant_channels = false;
};

// One input and what is known of it.
struct Case {
  std::string name;
  std::string option;  // asks for it on the command line
  std::vector<std::vector<std::int8_t>> inputs;
  std::optional<GoldenCase> golden;
};

// What a shell takes for one word.
std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

Case golden_case(const Graph& graph, const GoldenCase& golden) {
  return {golden.name, "--input " + quoted(golden.input.string()), read_inputs(graph, {golden.input}).tensors, golden};
}

Case random_case(const Graph& graph, std::uint32_t seed) {
  return {fmt::format("pseudo-random, seed {}", seed), fmt::format("--seed {}", seed),
          random_inputs(graph, seed).tensors, std::nullopt};
}

Case case_of_file(const Graph& graph, const fs::path& file, const std::optional<GoldenSet>& golden) {
  Case result{file.string(), "--input " + quoted(file.string()), read_inputs(graph, {file}).tensors, std::nullopt};
  if (!golden) return result;
  std::error_code ignored;
  for (const GoldenCase& each : golden->cases) {
    if (fs::equivalent(each.input, file, ignored)) result.golden = each;
  }
  return result;
}

std::vector<Case> choose_cases(const VerifyArguments& arguments, const Graph& graph,
                               const std::optional<GoldenSet>& golden) {
  std::vector<Case> cases;
  if (!arguments.input.empty()) {
    cases.push_back(case_of_file(graph, arguments.input, golden));
  } else if (golden) {
    const std::size_t count = std::min(golden->cases.size(), arguments.inputs.value_or(1));
    for (std::size_t i = 0; i < count; ++i) cases.push_back(golden_case(graph, golden->cases[i]));
  }
  if (arguments.seed || cases.empty()) cases.push_back(random_case(graph, arguments.seed.value_or(kDefaultSeed)));
  return cases;
}

// A golden tensor as the network that ran was split.
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

// The sessions of one program, one a backend. All sessions are made before the first one runs. All run the same
// network, reduced or not.
struct Machines {
  const char* program;
  std::vector<std::unique_ptr<Session>> sessions;
};

class Verification {
 public:
  Verification(const VerifyArguments& arguments, const Graph& graph, const HwConfig& config,
               const std::optional<GoldenSet>& golden, bool stores_activations)
      : arguments_(arguments), graph_(graph), config_(config) {
    if (golden) golden_folder_ = golden->folder;
    if (stores_activations) stored_ = make_machines("the program that stores every activation", true);
    plain_ = make_machines("the program that run executes", false);
  }

  void check(const Case& each) {
    if (!stored_.sessions.empty() && (!each.golden || each.golden->activations)) {
      const std::vector<RunResult> results = run(stored_, each);
      if (each.golden) check_activations(each, results);
      check_backends(each, stored_, results);
    }
    const std::vector<RunResult> results = run(plain_, each);
    if (each.golden) check_output(each, results);
    check_backends(each, plain_, results);
    ++inputs_;
  }

  void print(std::size_t golden_inputs) const {
    std::vector<std::string> names;
    for (const Backend backend : arguments_.backends) names.emplace_back(name(backend));
    fmt::print("{} on {}, {} {}: no difference\n", graph_.name, config_.name,
               names.size() == 1 ? "backend" : "backends", fmt::join(names, ", "));
    if (output_values_ != 0) {
      fmt::print(
          "  golden tensors: {}\n    activations: {} tensors, {} values\n    outputs: {} of {} inputs, {} values\n",
          golden_folder_.string(), activations_, activation_values_, outputs_, golden_inputs, output_values_);
    }
    print_removed();
    if (names.size() > 1)
      fmt::print("  {} with {}, {} inputs: {} tensors, {} values\n", names[0],
                 fmt::join(names.begin() + 1, names.end(), ", "), inputs_, tensors_, values_);
    if (commands_ != 0) {
      fmt::print(
          "    start and end of {} commands, every unit and every beat in {} cycles, every bucket and the activity of "
          "{} layers\n",
          commands_, cycles_, layers_);
    }
  }

 private:
  Machines make_machines(const char* program, bool keep_all_tensors) const {
    Machines machines{program, {}};
    for (const Backend backend : arguments_.backends) {
      SessionOptions options = session_options(backend, Rounding::kDouble);
      options.keep_all_tensors = keep_all_tensors;
      options.drop_constant_channels = arguments_.drop_constant_channels;
      machines.sessions.push_back(
          machines.sessions.empty()
              ? std::make_unique<Session>(graph_, config_, options)
              : std::make_unique<Session>(machines.sessions.front()->network(), config_, options));
    }
    return machines;
  }

  void print_removed() const {
    const std::optional<ReducedGraph>& reduced = plain_.sessions.front()->reduced();
    if (!reduced) return;
    const RemovedWork removed = total_removed(*reduced);
    fmt::print("  removed: {} constant channels", removed.constant_channels);
    if (output_values_ != 0) fmt::print(", {} golden values equal to the constants", constant_values_);
    fmt::print("; {} unread channels\n", removed.unread_channels);
  }

  [[nodiscard]] const char* backend(std::size_t i) const { return name(arguments_.backends[i]); }

  // The command line that shows a difference again.
  [[nodiscard]] std::string replay(const Case& each) const {
    std::string backends;
    for (const Backend b : arguments_.backends) backends += (backends.empty() ? "" : ",") + std::string(name(b));
    std::string text = fmt::format("replay: systolite verify {} --config {} --backend {} {}", quoted(arguments_.model),
                                   quoted(arguments_.config), backends, each.option);
    if (arguments_.drop_constant_channels) text += " --drop-constant-channels";
    if (!arguments_.golden.empty()) text += " --golden " + quoted(arguments_.golden.string());
    return text;
  }

  [[nodiscard]] std::string where(const Case& each) const {
    return fmt::format("{} on {}, input {}", graph_.name, config_.name, each.name);
  }

  [[noreturn]] void differ(const Case& each, const std::string& text) const {
    throw Error(ExitCode::kMismatch, fmt::format("{}: {}\n{}", where(each), text, replay(each)));
  }

  std::vector<RunResult> run(Machines& machines, const Case& each) const {
    std::vector<RunResult> results;
    for (std::size_t i = 0; i < machines.sessions.size(); ++i) {
      try {
        results.push_back(machines.sessions[i]->run(each.inputs));
      } catch (const Error& error) {
        throw Error(error.code(), fmt::format("{}, {}, backend {}: {}\n{}", where(each), machines.program, backend(i),
                                              error.what(), replay(each)));
      }
    }
    return results;
  }

  // Compares values in memory with golden ones on every backend. How the backends compare with each other helps to tell
  // whose a difference is.
  void check_values(const Case& each, const Machines& machines, const std::vector<RunResult>& results, int tensor,
                    const std::string& what, const std::vector<std::int8_t>& expected) const {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto stored = results[i].tensors.find(tensor);
      if (stored == results[i].tensors.end())
        throw Error(ExitCode::kInternal, fmt::format("{}: {} is not in memory after the run", where(each), what));
      const auto difference = tensor_difference(expected, stored->second, "expected", "got");
      if (!difference) continue;
      std::string text = fmt::format("{}, backend {}: {}", what, backend(i), *difference);
      if (const auto between = difference_of_backends(machines, results)) text += "\n" + *between;
      differ(each, text);
    }
  }

  // Returns how many values were compared with what is in memory.
  std::size_t check_golden(const Case& each, const Machines& machines, const std::vector<RunResult>& results,
                           int tensor, const std::string& what, const std::vector<std::int8_t>& golden) {
    const std::optional<ReducedGraph>& reduced = machines.sessions.front()->reduced();
    const TensorChannels* channels = reduced ? &reduced->channels.at(static_cast<std::size_t>(tensor)) : nullptr;
    if (channels == nullptr || channels->removed.empty()) {
      check_values(each, machines, results, tensor, what, golden);
      return golden.size();
    }
    const GoldenChannels expected = split(golden, *channels);
    check_values(each, machines, results, tensor, what + ", channels that were kept", expected.kept);
    if (const auto difference = tensor_difference(expected.constant, expected.proven, "golden", "proven")) {
      differ(each, fmt::format("{}, channels that were removed as constant: {}", what, *difference));
    }
    constant_values_ += expected.constant.size();
    return expected.kept.size();
  }

  void check_activations(const Case& each, const std::vector<RunResult>& results) {
    for (const GoldenTensor& tensor : read_activations(graph_, *each.golden->activations)) {
      const Op& op = graph_.ops[static_cast<std::size_t>(tensor.op)];
      const std::string what =
          fmt::format("tensor {} of operator {} {} ({})", tensor.tensor, tensor.op, op.type, op.name);
      activation_values_ += check_golden(each, stored_, results, tensor.tensor, what, tensor.values);
      ++activations_;
    }
  }

  void check_output(const Case& each, const std::vector<RunResult>& results) {
    const int tensor = graph_.outputs.front();
    output_values_ +=
        check_golden(each, plain_, results, tensor, fmt::format("output tensor {}", tensor), each.golden->output);
    ++outputs_;
  }

  [[nodiscard]] std::optional<std::string> difference_of_backends(const Machines& machines,
                                                                  const std::vector<RunResult>& results) const {
    for (std::size_t i = 1; i < results.size(); ++i) {
      const Session& session = *machines.sessions[0];
      const auto text = run_difference(session.graph(), session.program(), config_, {backend(0), results[0]},
                                       {backend(i), results[i]});
      if (text) return fmt::format("{} and {} differ in {}\n{}", backend(0), backend(i), machines.program, *text);
    }
    return std::nullopt;
  }

  void check_backends(const Case& each, const Machines& machines, const std::vector<RunResult>& results) {
    if (results.size() < 2) return;
    if (const auto text = difference_of_backends(machines, results)) differ(each, *text);
    for (const auto& [tensor, values] : results[0].tensors) {
      ++tensors_;
      values_ += values.size();
    }
    const auto timed = std::ranges::count_if(arguments_.backends, has_clock);
    if (timed < 2) return;
    for (const Trace& trace : results[0].traces) {
      cycles_ += trace.cycles;
      for (const auto& pops : trace.pop_cycles) commands_ += pops.size();
    }
    layers_ += graph_.ops.size();
  }

  const VerifyArguments& arguments_;
  const Graph& graph_;
  const HwConfig& config_;
  fs::path golden_folder_;
  Machines stored_{};
  Machines plain_{};
  std::size_t inputs_ = 0;
  std::size_t activations_ = 0, activation_values_ = 0;  // compared with golden ones
  std::size_t constant_values_ = 0;                      // golden ones that equal the constant of a removed channel
  std::size_t outputs_ = 0, output_values_ = 0;
  std::size_t tensors_ = 0, values_ = 0;  // compared between backends
  std::size_t commands_ = 0, layers_ = 0;
  Cycles cycles_ = 0;
};

void verify_command(const VerifyArguments& arguments) {
  const HwConfig config = read_config(arguments.config);
  const fs::path file = find_model(arguments.model);
  const Graph graph = read_model(file);
  const GoldenSearch search = find_golden(arguments.model, file, arguments.golden);
  const std::string none = fmt::format("no golden tensors for {} in {}", arguments.model, search.searched);
  if (!search.set) {
    if (!arguments.golden.empty() || arguments.inputs) {
      throw Error(ExitCode::kData, none + "; name their folder with --golden or SYSTOLITE_GOLDEN");
    }
    if (arguments.backends.size() < 2) {
      throw Error(ExitCode::kData, none + ", and one backend has nothing to be compared with");
    }
  } else if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    throw Error(ExitCode::kData, fmt::format("golden tensors are of models with one input and one output; {} has {} "
                                             "and {}",
                                             graph.name, graph.inputs.size(), graph.outputs.size()));
  }
  const std::vector<Case> cases = choose_cases(arguments, graph, search.set);
  for (const Case& each : cases) {
    if (each.golden || arguments.backends.size() > 1) continue;
    throw Error(ExitCode::kData, fmt::format("input {} has no golden tensors, and one backend has nothing to be "
                                             "compared with",
                                             each.name));
  }
  const bool stores = std::ranges::any_of(
      cases, [](const Case& c) { return !c.golden.has_value() || c.golden->activations.has_value(); });

  Verification verification(arguments, graph, config, search.set, stores);
  for (const Case& each : cases) verification.check(each);
  verification.print(search.set ? search.set->cases.size() : 0);
  for (const Case& each : cases) {
    if (!each.golden) fmt::print("  input {}: no golden tensors, backends compared with each other only\n", each.name);
  }
}

std::size_t input_count(const std::string& text) {
  if (text == "all") return kAllInputs;
  const auto count = number(text);
  if (!count || *count == 0)
    throw CLI::ValidationError("--inputs", fmt::format("'{}' is neither a positive number nor all", text));
  return *count;
}

// "all", or names with commas between them.
std::vector<Backend> backend_list(const std::string& text) {
  if (text == "all") return {std::begin(kVerifiedBackends), std::end(kVerifiedBackends)};
  std::vector<Backend> backends;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const auto found = kBackends.find(word);
    if (found == kBackends.end()) {
      throw CLI::ValidationError("--backend", fmt::format("'{}' is not one of {}|all", word, names_of(kBackends)));
    }
    if (std::ranges::count(backends, found->second) != 0)
      throw CLI::ValidationError("--backend", fmt::format("'{}' names {} twice", text, word));
    backends.push_back(found->second);
  }
  if (backends.empty()) throw CLI::ValidationError("--backend", "no backend is named");
  return backends;
}

}  // namespace

void add_verify_command(CLI::App& app) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App& command = *app.add_subcommand(
      "verify", "Compare backends with each other, cycle by cycle, and with golden tensors, byte by byte");
  add_verbose(command);
  add_model(command, arguments->model);
  add_config(command, arguments->config);
  arguments->backends.assign(std::begin(kVerifiedBackends), std::end(kVerifiedBackends));
  command
      .add_option_function<std::string>(
          "--backend", [arguments](const std::string& text) { arguments->backends = backend_list(text); },
          fmt::format("What to compare: some of {}, with commas between, or all", names_of(kBackends)))
      ->type_name("LIST")
      ->default_str("all");
  command
      .add_option(
          "--golden", arguments->golden,
          "Folder of golden tensors. Default: $SYSTOLITE_GOLDEN, then golden/ beside the model, if there are any")
      ->type_name("DIR");
  CLI::Option* inputs =
      command
          .add_option_function<std::string>(
              "--inputs", [arguments](const std::string& text) { arguments->inputs = input_count(text); },
              "How many of the inputs that have golden tensors. Default: 1")
          ->type_name("N|all");
  CLI::Option* input =
      command.add_option("--input", arguments->input, "Only this int8 array")->type_name("X.npy")->excludes(inputs);
  command
      .add_option("--seed", arguments->seed, "Also a pseudo-random input; the only one if there are no golden tensors")
      ->type_name("N")
      ->excludes(input);
  add_drop_constant_channels(command, arguments->drop_constant_channels);
  command.callback([arguments] { verify_command(*arguments); });
}

}  // namespace systolite::cli

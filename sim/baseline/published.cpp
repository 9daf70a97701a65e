// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/published.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite::baseline {
namespace {

constexpr std::array<std::string_view, 3> kTopKeys = {"rounds", "models", "results"};
constexpr std::array<std::string_view, 3> kRoundKeys = {"round", "repository", "commit"};
constexpr std::array<std::string_view, 3> kModelKeys = {"model", "operators", "macs"};
constexpr std::array<std::string_view, 9> kResultKeys = {"core",       "model",    "software", "board", "clock_mhz",
                                                         "latency_ms", "division", "round",    "source"};
constexpr double kMostMhz = 10000;
constexpr double kMostMs = 1e6;

}  // namespace

Published Published::load(const std::filesystem::path& file) {
  const StrictMap top = StrictMap::parse(read_text(file, ExitCode::kConfig), file.string(), kTopKeys);
  std::map<std::string, std::string> rounds;  // where a round's files are
  for (const StrictMap& round : top.list("rounds", kRoundKeys)) {
    rounds[round.text("round", "the name of a round")] =
        round.text("repository", "the name of a repository") + " @ " + round.text("commit", "a commit");
  }
  Published published;
  for (const StrictMap& model : top.list("models", kModelKeys)) {
    published.models_.push_back({.name = model.text("model", "the name of a model"),
                                 .operators = model.integer("operators", "a number of operators"),
                                 .macs = model.integer("macs", "a number of multiply-accumulates")});
  }
  for (const StrictMap& row : top.list("results", kResultKeys)) {
    PublishedResult result{.core = row.text("core", "a core such as cortex-m4"),
                           .model = row.text("model", "the name of a model in 'models'"),
                           .software = row.text("software", "the name of the software"),
                           .board = row.text("board", "the name of the board"),
                           .clock_mhz = row.real("clock_mhz", 1, kMostMhz),
                           .latency_ms = row.real("latency_ms", 0, kMostMs),
                           .division = row.text("division", "closed or open"),
                           .source = {}};
    if (std::ranges::find(published.models_, result.model, &PublishedModel::name) == published.models_.end())
      row.refuse("model", "the name of a model in 'models'");
    const auto round = rounds.find(row.text("round", "the name of a round in 'rounds'"));
    if (round == rounds.end()) row.refuse("round", "the name of a round in 'rounds'");
    result.source = round->second + " " + row.text("source", "a path in the repository of the round");
    published.results_.push_back(result);
  }
  return published;
}

std::optional<std::string> Published::model_of(const Graph& graph) const {
  std::int64_t work = 0;
  for (const Op& op : graph.ops) work += macs(graph, op);
  for (const PublishedModel& model : models_) {
    if (model.macs == work && model.operators == static_cast<std::int64_t>(graph.ops.size())) return model.name;
  }
  return std::nullopt;
}

std::optional<PublishedResult> Published::best_with(const std::string& core, const std::string& model,
                                                    const std::string& software) const {
  std::optional<PublishedResult> best;
  for (const PublishedResult& result : results_) {
    if (result.core != core || result.model != model || result.software.find(software) == std::string::npos) continue;
    if (!best || result.cycles() < best->cycles()) best = result;
  }
  return best;
}

std::optional<PublishedResult> Published::best(const std::string& core, const std::string& model) const {
  return best_with(core, model, "");
}

}  // namespace systolite::baseline

// SPDX-License-Identifier: Apache-2.0
// A sweep from the first point to the last, on all cores, with a journal to go on from.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/explore/evaluator.h"
#include "sim/explore/sweep.h"

namespace systolite::explore {

struct Progress {
  PointId known = 0;             // points with a result
  PointId resumed = 0;           // of these, from the journal
  std::optional<PointId> total;  // not known to an evolutionary search
  double seconds = 0;            // since the start
};

struct ExploreOptions {
  int workers = 1;
  std::filesystem::path journal;
  std::string version;  // of the program that evaluates: results of another one are not mixed in
  std::function<void(const Progress&)> progress = [](const Progress&) {};  // some times a second
};

struct Exploration {
  std::vector<PointResult> points;  // ascending; of an evolutionary search those it asked for
  std::vector<PointId> abandoned;   // killed one worker after the other; not among the points
  Progress progress;
};

// A model of the sweep.
struct SweepModel {
  std::string digest;  // of the file
  Graph graph;
};

// `models`: in the order of the sweep. Throws Error as Journal, WorkerPool and Evaluator::prepare() do, and Stopped
// (sim/core/stop_request.h); every result that was known before is in the journal then.
[[nodiscard]] Exploration explore(const Sweep& sweep, const std::vector<SweepModel>& models,
                                  const ExploreOptions& options);

// What the journal of a sweep is called for (journal.h): a hash of everything that its results depend on. What the
// sweep makes of the results is not in it.
[[nodiscard]] std::string journal_identity(const Sweep& sweep, const std::vector<SweepModel>& models,
                                           const std::string& version);

}  // namespace systolite::explore

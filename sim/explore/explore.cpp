// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/explore.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "mapper/models/sha256.h"
#include "sim/core/error.h"
#include "sim/core/stop_request.h"
#include "sim/explore/evolution.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/journal.h"
#include "sim/explore/record.h"
#include "sim/explore/worker_pool.h"

namespace systolite::explore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSyncInterval{500};

std::vector<Graph> graphs_of(const std::vector<SweepModel>& models) {
  std::vector<Graph> graphs;
  for (const SweepModel& model : models) graphs.push_back(model.graph);
  return graphs;
}

// Everything that a result depends on. What the sweep makes of the results is not in it: constraints and objectives may
// change without a point being evaluated again.
std::string identity(const Sweep& sweep, const std::vector<SweepModel>& models, const std::string& version) {
  std::string text = version + '\n';
  for (const auto& [key, value] : HwDescription::load(sweep.base).values()) text += key + '=' + value + '\n';
  for (const Dimension& dimension : sweep.space.dimensions()) {
    text += dimension.key;
    for (const std::string& key : dimension.followers) text += ',' + key;
    for (const std::string& value : dimension.values) text += ' ' + value;
    text += '\n';
  }
  text += sha256_of_file(sweep.library) + '\n' + sha256_of_file(sweep.energy) + '\n';
  if (sweep.product) {
    for (const std::filesystem::path& file : sweep.product->files()) text += sha256_of_file(file) + '\n';
  }
  for (const SweepModel& model : models) text += model.digest + '\n';
  for (const FigureInfo& figure : sweep.figures()) text += std::string(figure.name) + ' ';
  return sha256_of_text(text);
}

class Campaign {
 public:
  Campaign(const Sweep& sweep, const std::vector<SweepModel>& models, const ExploreOptions& options)
      : sweep_(sweep),
        options_(options),
        graphs_(graphs_of(models)),
        evaluator_(sweep, graphs_),
        journal_(options.journal, identity(sweep, models, options.version),
                 [this](std::string_view record) { return take(record); }),
        pool_(options.workers, [this](PointId point) { return to_record(evaluator_.evaluate(point)); }) {
    progress_.known = progress_.resumed = results_.size();
  }

  Exploration run() {
    Exploration exploration;
    if (sweep_.method == Method::kExhaustive) {
      progress_.total = sweep_.space.size();
      PointId next = 0;
      evaluate([&]() -> std::optional<PointId> {
        while (next < sweep_.space.size() && results_.contains(next)) ++next;
        return next < sweep_.space.size() ? std::optional(next++) : std::nullopt;
      });
      for (PointId point = 0; point < sweep_.space.size(); ++point) take_result(point, exploration);
    } else {
      std::vector<PointId> asked =
          evolve(sweep_, [this](const std::vector<PointId>& points) { return results(points); });
      std::ranges::sort(asked);
      for (const PointId point : asked) take_result(point, exploration);
    }
    journal_.sync();
    exploration.abandoned = std::move(abandoned_);
    report();
    exploration.progress = progress_;
    return exploration;
  }

 private:
  bool take(std::string_view record) {
    std::optional<PointResult> result = from_record(record);
    if (!result || result->models.size() != sweep_.models.size() || result->point >= sweep_.space.size()) return false;
    for (const ModelResult& model : result->models) {
      if (model.status == Status::kOk && std::isnan(model.figures[sweep_.figures().size() - 1])) return false;
    }
    const PointId point = result->point;
    results_.insert_or_assign(point, std::move(*result));
    return true;
  }

  void evaluate(const std::function<std::optional<PointId>()>& next) {
    evaluator_.prepare();  // once, before there are workers
    const std::vector<PointId> abandoned = pool_.run({
        .next = next,
        .done =
            [this](PointId, const std::string& record) {
              if (!take(record))
                throw Error(ExitCode::kInternal, "a worker process answered with something else than a result");
              journal_.append(record);
              progress_.known = results_.size();
            },
        .pause =
            [this] {
              journal_.write();
              if (Clock::now() - synced_ > kSyncInterval) {
                journal_.sync();
                synced_ = Clock::now();
              }
              report();
              if (!stop_requested()) return;
              journal_.sync();
              check_stop();
            },
    });
    abandoned_.insert(abandoned_.end(), abandoned.begin(), abandoned.end());
  }

  std::vector<const PointResult*> results(const std::vector<PointId>& points) {
    std::vector<PointId> missing;
    for (const PointId point : points) {
      if (!results_.contains(point) && std::ranges::count(missing, point) == 0) missing.push_back(point);
    }
    std::size_t next = 0;
    if (!missing.empty()) {
      evaluate([&]() -> std::optional<PointId> {
        return next < missing.size() ? std::optional(missing[next++]) : std::nullopt;
      });
    }
    std::vector<const PointResult*> results;
    for (const PointId point : points) {
      const auto found = results_.find(point);
      if (found == results_.end()) {
        throw Error(ExitCode::kInternal, "point " + std::to_string(point) + " (" + sweep_.space.text(point) +
                                             ") killed one worker process after the other, and an evolutionary search "
                                             "cannot go on without it");
      }
      results.push_back(&found->second);
    }
    return results;
  }

  void take_result(PointId point, Exploration& exploration) {
    const auto found = results_.find(point);
    if (found != results_.end()) exploration.points.push_back(std::move(found->second));
  }

  void report() {
    progress_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    options_.progress(progress_);
  }

  const Sweep& sweep_;
  const ExploreOptions& options_;
  std::vector<Graph> graphs_;
  Evaluator evaluator_;
  std::unordered_map<PointId, PointResult> results_;
  Journal journal_;
  WorkerPool pool_;
  Progress progress_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point synced_ = Clock::now();
  std::vector<PointId> abandoned_;
};

}  // namespace

Exploration explore(const Sweep& sweep, const std::vector<SweepModel>& models, const ExploreOptions& options) {
  return Campaign(sweep, models, options).run();
}

std::string journal_identity(const Sweep& sweep, const std::vector<SweepModel>& models, const std::string& version) {
  return identity(sweep, models, version);
}

}  // namespace systolite::explore

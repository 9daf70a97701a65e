// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/explore/figure_list.h"
#include "sim/explore/pareto.h"

namespace systolite::explore {
namespace {

constexpr double kNoFigures = 1e6;

// Models [first, end) of a view.
std::pair<std::size_t, std::size_t> models_of(const Sweep& sweep, std::size_t view) {
  if (sweep.front == Front::kAllModels) return {0, sweep.models.size()};
  return {view, view + 1};
}

bool concerns(const Constraint& constraint, std::size_t model) {
  return !constraint.model || constraint.model == model;
}

double distance(const Constraint& constraint, double figure) {
  const auto relative = [](double excess, double bound) { return excess / std::max(std::abs(bound), 1.0); };
  double sum = 0;
  if (constraint.at_most && figure > *constraint.at_most)
    sum += relative(figure - *constraint.at_most, *constraint.at_most);
  if (constraint.at_least && figure < *constraint.at_least)
    sum += relative(*constraint.at_least - figure, *constraint.at_least);
  return sum;
}

std::string text_of(const Sweep& sweep, const Constraint& constraint) {
  std::string text(figures()[constraint.figure].name);
  if (constraint.at_least) text += fmt::format(" at least {}", *constraint.at_least);
  if (constraint.at_most) text += fmt::format(" at most {}", *constraint.at_most);
  if (constraint.model) text += " for " + sweep.models[*constraint.model];
  return text;
}

}  // namespace

std::size_t view_count(const Sweep& sweep) { return sweep.front == Front::kAllModels ? 1 : sweep.models.size(); }

std::string view_name(const Sweep& sweep, std::size_t view) {
  return sweep.front == Front::kAllModels ? "all" : sweep.models[view];
}

std::vector<double> objective_values(const Sweep& sweep, const PointResult& point, std::size_t view) {
  const auto [first, end] = models_of(sweep, view);
  std::vector<double> values;
  for (const Objective& objective : sweep.objectives) {
    const auto minimised = [&](std::size_t model) {
      const double figure = point.models[model].figures[objective.figure];
      return objective.maximize ? -figure : figure;
    };
    double worst = minimised(first);
    for (std::size_t model = first + 1; model < end; ++model) worst = std::max(worst, minimised(model));
    values.push_back(worst);
  }
  return values;
}

double violation(const Sweep& sweep, const PointResult& point, std::size_t view) {
  const auto [first, end] = models_of(sweep, view);
  double sum = 0;
  for (std::size_t model = first; model < end; ++model) {
    if (point.models[model].status != Status::kOk) {
      sum += kNoFigures;
      continue;
    }
    for (const Constraint& constraint : sweep.constraints) {
      if (concerns(constraint, model)) sum += distance(constraint, point.models[model].figures[constraint.figure]);
    }
  }
  return sum;
}

std::vector<View> assess(const Sweep& sweep, const std::vector<PointResult>& points) {
  std::vector<View> views(view_count(sweep));
  for (std::size_t v = 0; v < views.size(); ++v) {
    std::vector<std::vector<double>> values;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool feasible = violation(sweep, points[i], v) == 0;
      views[v].feasible.push_back(feasible);
      if (!feasible) continue;
      values.push_back(objective_values(sweep, points[i], v));
      positions.push_back(i);
    }
    for (const std::size_t i : pareto_front(values)) views[v].front.push_back(positions[i]);
  }
  return views;
}

std::string empty_reason(const Sweep& sweep, const std::vector<PointResult>& points, std::size_t view) {
  const auto [first, end] = models_of(sweep, view);
  std::size_t mapped = 0;
  std::vector<std::size_t> met(sweep.constraints.size(), 0);
  for (const PointResult& point : points) {
    const auto ok = [&](std::size_t model) { return point.models[model].status == Status::kOk; };
    bool all = true;
    for (std::size_t model = first; model < end; ++model) all = all && ok(model);
    if (!all) continue;
    ++mapped;
    for (std::size_t c = 0; c < met.size(); ++c) {
      bool meets = true;
      for (std::size_t model = first; model < end; ++model) {
        const Constraint& constraint = sweep.constraints[c];
        if (concerns(constraint, model))
          meets = meets && distance(constraint, point.models[model].figures[constraint.figure]) == 0;
      }
      met[c] += meets ? 1 : 0;
    }
  }
  std::string text =
      fmt::format("no point of the sweep {} is feasible for {}: of {} points {} are {}", sweep.name,
                  view_name(sweep, view), points.size(), mapped,
                  sweep.product ? "legal, large enough and quick enough for the scenario" : "legal and large enough");
  for (std::size_t c = 0; c < met.size() && mapped > 0; ++c)
    text += fmt::format("{} {} have {}", c == 0 ? ", of these" : ",", met[c], text_of(sweep, sweep.constraints[c]));
  return text;
}

}  // namespace systolite::explore

// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/evolution.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <pagmo/types.hpp>

#include "sim/explore/assessment.h"

namespace systolite::explore {
namespace {

using Evaluate = std::function<std::vector<const PointResult*>(const std::vector<PointId>&)>;

// Infeasible points are worse than all feasible ones, and the worse the further they are from the constraints.
constexpr double kInfeasible = 1e15;

// What the problem, which pagmo copies, looks at.
struct Context {
  const Sweep& sweep;
  const Evaluate& evaluate;
  std::vector<std::size_t> variables;  // dimensions with a choice
  std::set<PointId> seen;
  std::vector<PointId> asked;

  [[nodiscard]] PointId point(const double* values) const {
    std::vector<std::size_t> choices(sweep.space.dimensions().size(), 0);
    for (std::size_t i = 0; i < variables.size(); ++i)
      choices[variables[i]] = static_cast<std::size_t>(std::llround(values[i]));
    return sweep.space.point(choices);
  }

  // NSGA-II wants two objectives at least: a single one counts twice.
  [[nodiscard]] std::size_t objectives() const { return std::max<std::size_t>(sweep.objectives.size(), 2); }

  std::vector<double> fitness(const std::vector<PointId>& points) {
    for (const PointId point : points) {
      if (seen.insert(point).second) asked.push_back(point);
    }
    std::vector<double> all;
    for (const PointResult* result : evaluate(points)) {
      const double excess = violation(sweep, *result, 0);
      std::vector<double> values = excess > 0 ? std::vector<double>(sweep.objectives.size(), kInfeasible * (1 + excess))
                                              : objective_values(sweep, *result, 0);
      if (values.size() == 1) values.push_back(values.front());
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }
};

struct Problem {
  Context* context = nullptr;

  [[nodiscard]] pagmo::vector_double fitness(const pagmo::vector_double& values) const {
    return context->fitness({context->point(values.data())});
  }
  [[nodiscard]] pagmo::vector_double batch_fitness(const pagmo::vector_double& values) const {
    std::vector<PointId> points;
    for (std::size_t i = 0; i < values.size(); i += context->variables.size())
      points.push_back(context->point(values.data() + i));
    return context->fitness(points);
  }
  [[nodiscard]] pagmo::vector_double::size_type get_nobj() const { return context->objectives(); }
  [[nodiscard]] pagmo::vector_double::size_type get_nix() const { return context->variables.size(); }
  [[nodiscard]] std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    std::pair<pagmo::vector_double, pagmo::vector_double> bounds;
    for (const std::size_t i : context->variables) {
      bounds.first.push_back(0);
      bounds.second.push_back(static_cast<double>(context->sweep.space.dimensions()[i].values.size() - 1));
    }
    return bounds;
  }
};

}  // namespace

std::vector<PointId> evolve(const Sweep& sweep, const Evaluate& evaluate) {
  Context context{.sweep = sweep, .evaluate = evaluate, .variables = {}, .seen = {}, .asked = {}};
  for (std::size_t i = 0; i < sweep.space.dimensions().size(); ++i) {
    if (sweep.space.dimensions()[i].values.size() > 1) context.variables.push_back(i);
  }
  if (context.variables.empty()) {
    static_cast<void>(context.fitness({0}));
    return context.asked;
  }
  const pagmo::bfe together{pagmo::member_bfe{}};
  pagmo::population population{pagmo::problem{Problem{&context}}, together,
                               static_cast<pagmo::population::size_type>(sweep.evolution.population),
                               sweep.evolution.seed};
  constexpr double kCrossover = 0.95;
  constexpr double kCrossoverIndex = 10;
  constexpr double kMutationIndex = 20;
  // One new value for each child on average.
  const double mutation = 1.0 / static_cast<double>(context.variables.size());
  pagmo::nsga2 algorithm(static_cast<unsigned>(sweep.evolution.generations), kCrossover, kCrossoverIndex, mutation,
                         kMutationIndex, sweep.evolution.seed);
  algorithm.set_bfe(together);
  static_cast<void>(algorithm.evolve(population));
  return context.asked;
}

}  // namespace systolite::explore

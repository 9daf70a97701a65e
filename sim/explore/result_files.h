// SPDX-License-Identifier: Apache-2.0
// The results of a sweep as CSV and JSON (docs/exploring.md). Neither holds anything that depends on when, where or in
// how many pieces the sweep ran.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "sim/explore/assessment.h"
#include "sim/explore/confirm.h"
#include "sim/explore/evaluator.h"
#include "sim/explore/sweep.h"

namespace systolite::explore {

inline constexpr int kResultSchema = 1;  // changes with the meaning or the name of a key or column

struct SweepResult {
  const Sweep& sweep;
  const std::vector<PointResult>& points;
  const std::vector<View>& views;
  const std::vector<Confirmation>& confirmed;  // on the RTL
};

// Both are written beside the target and renamed. Throw Error(kData).
void write_csv(const std::filesystem::path& file, const SweepResult& result, Evaluator& evaluator);
void write_json(const std::filesystem::path& file, const SweepResult& result, Evaluator& evaluator);

}  // namespace systolite::explore

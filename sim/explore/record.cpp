// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/explore/figure_list.h"

namespace systolite::explore {

using nlohmann::json;

// [point, [status, figures or reason], ...], a pair for each model. Figures that the sweep has not, which are the last,
// are left out.
std::string to_record(const PointResult& result) {
  json record = json::array({result.point});
  for (const ModelResult& model : result.models) {
    json pair = json::array({static_cast<int>(model.status)});
    if (model.status == Status::kOk) {
      const auto last = std::ranges::find_if(model.figures.rbegin(), model.figures.rend(),
                                             [](double figure) { return !std::isnan(figure); });
      pair.push_back(std::vector<double>(model.figures.begin(), last.base()));
    } else {
      pair.push_back(model.reason);
    }
    record.push_back(std::move(pair));
  }
  return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<PointResult> from_record(std::string_view text) {
  const json record = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!record.is_array() || record.empty() || !record[0].is_number_unsigned()) return std::nullopt;
  PointResult result;
  result.point = record[0].get<PointId>();
  for (std::size_t i = 1; i < record.size(); ++i) {
    const json& pair = record[i];
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned()) return std::nullopt;
    const auto status = pair[0].get<unsigned>();
    if (status > static_cast<unsigned>(Status::kFailed)) return std::nullopt;
    ModelResult& model = result.models.emplace_back();
    model.status = static_cast<Status>(status);
    if (model.status != Status::kOk) {
      if (!pair[1].is_string()) return std::nullopt;
      model.reason = pair[1].get<std::string>();
      continue;
    }
    if (!pair[1].is_array()) return std::nullopt;
    for (const json& figure : pair[1]) {
      if (!figure.is_number()) return std::nullopt;
      model.figures.push_back(figure.get<double>());
    }
    if (model.figures.size() > figures().size()) return std::nullopt;
    model.figures.resize(figures().size(), std::numeric_limits<double>::quiet_NaN());
  }
  return result;
}

}  // namespace systolite::explore

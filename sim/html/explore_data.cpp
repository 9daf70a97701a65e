// SPDX-License-Identifier: Apache-2.0
#include "sim/html/explore_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace systolite::html {
namespace {

using Json = nlohmann::ordered_json;

Json objectives_of(const Json& results) {
  Json objectives = results["objectives"];
  for (Json& objective : objectives) {
    const auto figure =
        std::ranges::find_if(results["figures"], [&](const Json& each) { return each["name"] == objective["figure"]; });
    objective["unit"] = (*figure)["unit"];
  }
  return objectives;
}

// Models of a view, by position: one or all.
struct Models {
  std::size_t begin;
  std::size_t end;
};

// A point as one view sees it: its rows of the models of the view.
struct Seen {
  std::vector<const Json*> rows;
  bool feasible = true;
  bool front = true;
};

Seen seen(const Json& point, const Models& models) {
  Seen result;
  for (std::size_t i = models.begin; i < models.end; ++i) {
    const Json& row = point["results"][i];
    const bool ok = row["status"] == "ok";
    result.rows.push_back(&row);
    result.feasible = result.feasible && ok && row["feasible"] == true;
    result.front = result.front && ok && row["front"] == true;
  }
  return result;
}

// Of several models the worst.
Json values_of(const Seen& point, const Json& objectives) {
  Json values = Json::array();
  for (const Json& objective : objectives) {
    const std::string figure = objective["figure"];
    const bool more_is_better = objective["goal"] == "maximize";
    const auto value = [&](const Json* row) -> const Json& { return (*row)["figures"][figure]; };
    const auto less = [&](const Json* x, const Json* y) { return value(x).get<double>() < value(y).get<double>(); };
    const auto worst =
        more_is_better ? std::ranges::min_element(point.rows, less) : std::ranges::max_element(point.rows, less);
    values.push_back(value(*worst));
  }
  return values;
}

Json front_point(const Json& point, const Seen& seen, const Json& objectives) {
  Json models = Json::array();
  bool confirmed = true;
  for (const Json* row : seen.rows) {
    models.push_back({{"model", (*row)["model"]}, {"figures", (*row)["figures"]}});
    confirmed = confirmed && !(*row)["confirmed"].is_null();
  }
  return {{"point", point["point"]},
          {"parameters", point["parameters"]},
          {"objectives", values_of(seen, objectives)},
          {"confirmed", confirmed ? Json("rtl") : Json(nullptr)},
          {"config", point["config"]},
          {"models", models}};
}

Json view_json(const Json& results, const std::string& name, const Models& models, const Json& objectives) {
  std::vector<Json> front;
  std::vector<std::pair<const Json*, Seen>> others;
  for (const Json& point : results["points"]) {
    Seen as = seen(point, models);
    if (!as.feasible) continue;
    if (as.front) {
      front.push_back(front_point(point, as, objectives));
    } else {
      others.emplace_back(&point, std::move(as));
    }
  }
  std::ranges::stable_sort(front, {}, [](const Json& point) { return point["objectives"][0].get<double>(); });
  Json drawn = Json::array();
  const std::size_t count = std::min(others.size(), kMostOthers);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [point, as] = others[i * others.size() / count];
    Json row = {(*point)["point"]};
    for (const Json& value : values_of(as, objectives)) row.push_back(value);
    drawn.push_back(std::move(row));
  }
  return {{"name", name}, {"front", front}, {"others", drawn}, {"others_total", others.size()}};
}

}  // namespace

std::string explore_data(std::string_view text) {
  const Json results = Json::parse(text);
  const Json objectives = objectives_of(results);
  Json data;
  for (const char* key :
       {"sweep", "method", "space_points", "evaluated_points", "models", "parameters", "constraints"}) {
    data[key] = results[key];
  }
  if (results.contains("product")) data["product"] = results["product"];
  data["objectives"] = objectives;
  data["figures"] = Json::object();
  for (const Json& figure : results["figures"])
    data["figures"][figure["name"].get<std::string>()] = {{"unit", figure["unit"]},
                                                          {"definition", figure["definition"]}};
  data["views"] = Json::array();
  for (const auto& [name, front] : results["fronts"].items()) {
    // One view a model, in their order, or one of all of them.
    const std::size_t view = data["views"].size();
    const bool each = results["fronts"].size() == results["models"].size();
    const Models models = each ? Models{view, view + 1} : Models{0, results["models"].size()};
    data["views"].push_back(view_json(results, name, models, objectives));
  }
  return data.dump();
}

}  // namespace systolite::html

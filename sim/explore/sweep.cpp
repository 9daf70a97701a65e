// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/sweep.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/strict_yaml.h"
#include "sim/descriptions/find.h"
#include "sim/explore/figure_list.h"

namespace systolite::explore {
namespace {

constexpr std::array<std::string_view, 14> kTopKeys = {"name",        "models",     "base",    "library", "energy",
                                                       "scenario",    "mcu",        "battery", "standby", "parameters",
                                                       "constraints", "objectives", "front",   "search"};
constexpr std::array<std::string_view, 3> kProductKeys = {"mcu", "battery", "standby"};  // only with a scenario
constexpr std::array<std::string_view, 5> kValueKeys = {"from", "to", "step", "factor", "same_as"};
constexpr std::array<std::string_view, 4> kConstraintKeys = {"figure", "at_most", "at_least", "model"};
constexpr std::array<std::string_view, 2> kObjectiveKeys = {"minimize", "maximize"};
constexpr std::array<std::string_view, 4> kSearchKeys = {"method", "population", "generations", "seed"};
constexpr std::array<std::string_view, 2> kMappingKeys = {kDropConstantChannels, kSearchCuts};

constexpr double kLargest = 1e15;  // of a bound
constexpr std::size_t kMostValues = 100'000;
constexpr const char* kValuesRule =
    "a list of values, a range {from: N, to: N, step: N} or {from: N, to: N, factor: N}, or {same_as: KEY}";

std::int64_t whole(const StrictMap& map, std::string_view key, std::int64_t low, std::int64_t high) {
  const std::string rule = std::to_string(low) + " to " + std::to_string(high);
  const std::int64_t value = map.integer(key, rule);
  if (value < low || value > high) map.refuse(key, rule);
  return value;
}

std::size_t read_figure(const StrictMap& map, std::string_view key, const Sweep& sweep) {
  const std::string name = map.text(key, "the name of a figure");
  const auto has = [&](std::span<const FigureInfo> list) {
    return std::ranges::find(list, name, &FigureInfo::name) != list.end();
  };
  if (has(sweep.figures())) return figure_index(name);
  if (has(figures())) map.refuse(key, "a figure that needs no product, unless the sweep names a 'scenario'");
  std::string names;
  for (const FigureInfo& figure : sweep.figures()) names += (names.empty() ? "" : ", ") + std::string(figure.name);
  map.refuse(key, "one of the figures " + names);
}

class SweepReader {
 public:
  SweepReader(const std::string& yaml, const std::string& file)
      : file_(file), top_(StrictMap::parse(yaml, file, kTopKeys)) {}

  Sweep read() {
    const std::string name = read_name();
    std::vector<std::string> models = top_.texts("models", "a list of models, each once");
    const std::filesystem::path base = find_config(top_.text("base", "a hardware description"));
    const std::filesystem::path library =
        find_area_table(top_.has("library") ? top_.text("library", "a cell library") : kDefaultLibrary);
    const std::filesystem::path energy =
        find_energy_table(top_.has("energy") ? top_.text("energy", "an energy table") : kDefaultEnergy);
    Sweep sweep{.name = name,
                .file = file_,
                .models = std::move(models),
                .base = base,
                .library = library,
                .energy = energy,
                .space = read_space(base),
                .product = read_product()};
    if (top_.has("constraints")) read_constraints(sweep);
    read_objectives(sweep);
    read_front(sweep);
    read_search(sweep);
    return sweep;
  }

 private:
  [[nodiscard]] std::string read_name() const {
    const std::string rule = "a name of letters, digits, '_' and '-'";
    std::string name = top_.text("name", rule);
    const auto legal = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (!std::ranges::all_of(name, legal) || name[0] == '-') top_.refuse("name", rule);
    return name;
  }

  [[nodiscard]] std::optional<Product> read_product() const {
    if (!top_.has("scenario")) {
      for (const std::string_view key : kProductKeys) {
        if (top_.has(key)) top_.refuse(key, "left out, unless there is a 'scenario'");
      }
      return std::nullopt;
    }
    const auto text = [&](std::string_view key, const char* preset) {
      return top_.has(key) ? top_.text(key, "a name or a file") : preset;
    };
    return load_product(top_.text("scenario", "a name of configs/scenarios or a file"), text("mcu", ""),
                        text("battery", ""), text("standby", kDefaultStandby));
  }

  [[nodiscard]] DesignSpace read_space(const std::filesystem::path& base) const {
    HwDescription description = HwDescription::load(base);
    const auto values = description.values();
    std::vector<std::string_view> keys(kMappingKeys.begin(), kMappingKeys.end());
    for (const auto& [key, text] : values) {
      if (key != "name") keys.push_back(key);
    }
    const StrictMap map = top_.map("parameters", keys);
    std::vector<Dimension> dimensions;
    std::vector<std::pair<std::string, std::string>> followers;  // key, key it follows
    for (const std::string& key : map.names()) {
      if (map.is_list(key)) {
        dimensions.push_back({key, map.texts(key, kValuesRule), {}});
        continue;
      }
      if (!map.is_map(key)) map.refuse(key, kValuesRule);
      const StrictMap range = map.map(key, kValueKeys);
      if (range.has("same_as")) {
        if (range.names().size() != 1) map.refuse(key, kValuesRule);
        followers.emplace_back(key, range.text("same_as", "the key of another parameter of the sweep"));
      } else {
        dimensions.push_back({key, read_range(map, key, range), {}});
      }
    }
    for (const auto& [key, leader] : followers) {
      const auto found = std::ranges::find(dimensions, leader, &Dimension::key);
      if (found == dimensions.end())
        map.refuse(key, "{same_as: KEY} with a KEY that has values of its own in this sweep");
      found->followers.push_back(key);
    }
    if (dimensions.empty()) top_.refuse("parameters", "a mapping with at least one parameter");
    check_mapping(map, dimensions);
    return DesignSpace(std::move(dimensions));
  }

  static std::vector<std::string> read_range(const StrictMap& map, const std::string& key, const StrictMap& range) {
    constexpr std::int64_t kMost = std::int64_t{1} << 40;
    if (range.has("step") == range.has("factor")) map.refuse(key, kValuesRule);
    const std::int64_t from = whole(range, "from", 0, kMost);
    const std::int64_t to = whole(range, "to", from, kMost);
    std::vector<std::string> values;
    if (range.has("step")) {
      const std::int64_t step = whole(range, "step", 1, kMost);
      for (std::int64_t value = from; value <= to && values.size() <= kMostValues; value += step)
        values.push_back(std::to_string(value));
    } else {
      if (from == 0) range.refuse("from", "at least 1 with a factor");
      const std::int64_t factor = whole(range, "factor", 2, kMost);
      for (std::int64_t value = from; value <= to; value *= factor) {
        values.push_back(std::to_string(value));
        if (value > kMost / factor) break;
      }
    }
    if (values.size() > kMostValues) map.refuse(key, "at most " + std::to_string(kMostValues) + " values");
    return values;
  }

  static void check_mapping(const StrictMap& map, const std::vector<Dimension>& dimensions) {
    for (const Dimension& dimension : dimensions) {
      const bool mapping = std::ranges::count(kMappingKeys, dimension.key) != 0;
      const bool flags = std::ranges::all_of(
          dimension.values, [](const std::string& value) { return value == "true" || value == "false"; });
      if (mapping && !flags) map.refuse(dimension.key, "a list of true and false");
      for (const std::string& follower : dimension.followers) {
        if (std::ranges::count(kMappingKeys, follower) != 0 && !flags)
          map.refuse(follower, "{same_as: KEY} with a KEY whose values are true and false");
      }
    }
  }

  void read_constraints(Sweep& sweep) const {
    for (const StrictMap& map : top_.list("constraints", kConstraintKeys)) {
      Constraint constraint{.figure = read_figure(map, "figure", sweep), .at_most = {}, .at_least = {}, .model = {}};
      if (map.has("at_most")) constraint.at_most = map.real("at_most", -kLargest, kLargest);
      if (map.has("at_least")) constraint.at_least = map.real("at_least", -kLargest, kLargest);
      if (!constraint.at_most && !constraint.at_least) map.refuse("at_most", "a number, unless there is at_least");
      if (map.has("model")) constraint.model = read_model(map, sweep);
      sweep.constraints.push_back(constraint);
      refuse_contradiction(map, sweep.constraints);
    }
  }

  [[nodiscard]] static std::size_t read_model(const StrictMap& map, const Sweep& sweep) {
    const std::string name = map.text("model", "one of the models");
    const auto found = std::ranges::find(sweep.models, name);
    if (found == sweep.models.end()) map.refuse("model", "one of the models of the sweep");
    return static_cast<std::size_t>(found - sweep.models.begin());
  }

  // The last of the constraints against those before.
  static void refuse_contradiction(const StrictMap& map, const std::vector<Constraint>& constraints) {
    double low = -kLargest;
    double high = kLargest;
    const Constraint& last = constraints.back();
    for (const Constraint& c : constraints) {
      const bool together = !c.model || !last.model || c.model == last.model;
      if (c.figure != last.figure || !together) continue;
      low = std::max(low, c.at_least.value_or(low));
      high = std::min(high, c.at_most.value_or(high));
    }
    if (low > high) {
      map.refuse("figure", "possible to constrain as it is: no " + std::string(figures()[last.figure].name) +
                               " is at least " + number(low) + " and at most " + number(high));
    }
  }

  static std::string number(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  }

  void read_objectives(Sweep& sweep) const {
    const std::string rule = "a list with at least one of {minimize: FIGURE} and {maximize: FIGURE}";
    for (const StrictMap& map : top_.list("objectives", kObjectiveKeys)) {
      if (map.names().size() != 1) top_.refuse("objectives", rule);
      const bool maximize = map.has("maximize");
      const Objective objective{.figure = read_figure(map, maximize ? "maximize" : "minimize", sweep),
                                .maximize = maximize};
      for (const Objective& other : sweep.objectives) {
        if (other.figure == objective.figure)
          map.refuse(maximize ? "maximize" : "minimize", "a figure that is no objective yet");
      }
      sweep.objectives.push_back(objective);
    }
    if (sweep.objectives.empty()) top_.refuse("objectives", rule);
  }

  void read_front(Sweep& sweep) const {
    if (!top_.has("front")) return;
    const std::string rule = "each_model or all_models";
    const std::string text = top_.text("front", rule);
    if (text != "each_model" && text != "all_models") top_.refuse("front", rule);
    sweep.front = text == "all_models" ? Front::kAllModels : Front::kEachModel;
  }

  void read_search(Sweep& sweep) const {
    const bool large = sweep.space.size() > kMostExhaustivePoints;
    sweep.method = large ? Method::kEvolutionary : Method::kExhaustive;
    if (top_.has("search")) {
      const StrictMap map = top_.map("search", kSearchKeys);
      if (map.has("method")) {
        const std::string rule = "exhaustive or evolutionary";
        const std::string method = map.text("method", rule);
        if (method != "exhaustive" && method != "evolutionary") map.refuse("method", rule);
        sweep.method = method == "exhaustive" ? Method::kExhaustive : Method::kEvolutionary;
      }
      if (map.has("population")) {
        sweep.evolution.population = static_cast<int>(whole(map, "population", 8, 100'000));
        if (sweep.evolution.population % 4 != 0) map.refuse("population", "a multiple of 4 from 8 to 100000");
      }
      if (map.has("generations"))
        sweep.evolution.generations = static_cast<int>(whole(map, "generations", 1, 1'000'000));
      if (map.has("seed"))
        sweep.evolution.seed =
            static_cast<std::uint32_t>(whole(map, "seed", 0, std::numeric_limits<std::uint32_t>::max()));
    }
    if (sweep.method == Method::kEvolutionary && sweep.front == Front::kEachModel && sweep.models.size() > 1) {
      top_.refuse("front", "all_models for an evolutionary search with several models, which follows one front (" +
                               std::to_string(sweep.space.size()) + " points; up to " +
                               std::to_string(kMostExhaustivePoints) + " are searched exhaustively by default)");
    }
  }

  std::string file_;
  StrictMap top_;
};

}  // namespace

Sweep parse_sweep(const std::string& yaml, const std::string& file) { return SweepReader(yaml, file).read(); }

}  // namespace systolite::explore

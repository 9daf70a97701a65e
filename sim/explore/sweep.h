// SPDX-License-Identifier: Apache-2.0
// What to explore: a sweep file (docs/exploring.md), read strictly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/hw_description.h"
#include "sim/explore/design_space.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/product.h"

namespace systolite::explore {

// Keys beside those of the hardware.
inline constexpr const char* kDropConstantChannels = "mapping.drop_constant_channels";
inline constexpr const char* kSearchCuts = "mapping.search";

// A point meets it when the figure of the model, without one of every model, lies within the bounds.
struct Constraint {
  std::size_t figure;  // of figures()
  std::optional<double> at_most;
  std::optional<double> at_least;
  std::optional<std::size_t> model;  // of Sweep::models
};

struct Objective {
  std::size_t figure;
  bool maximize = false;
};

// What a front is made of: the points as each model sees them, one front a model; or the points with the worst figure
// of all models, one front.
enum class Front : std::uint8_t { kEachModel, kAllModels };

enum class Method : std::uint8_t { kExhaustive, kEvolutionary };

struct Evolution {
  int population = 64;
  int generations = 50;
  std::uint32_t seed = 1;
};

struct Sweep {
  std::string name;
  std::filesystem::path file;       // as given, for messages
  std::vector<std::string> models;  // as given: names or files
  std::filesystem::path base;       // hardware description
  std::filesystem::path library;    // cell library of the area figures
  std::filesystem::path energy;     // table of the energy figures
  DesignSpace space;
  std::optional<Product> product = {};  // without one there are no figures of a product
  std::vector<Constraint> constraints = {};
  std::vector<Objective> objectives = {};  // at least one
  Front front = Front::kEachModel;
  Method method = Method::kExhaustive;
  Evolution evolution = {};

  // Those that the results of this sweep have; their numbers are those of all figures().
  [[nodiscard]] std::span<const FigureInfo> figures() const { return explore::figures(product.has_value()); }
};

// Sweeps up to this many points are exhaustive unless their file says otherwise.
inline constexpr PointId kMostExhaustivePoints = 1'000'000;

inline constexpr const char* kDefaultLibrary = "osu018";
inline constexpr const char* kDefaultEnergy = "45nm";

// `file` stands for the text in messages; names of other files are looked for as sim/descriptions/find.h says. Throws
// Error(kConfig): "FILE:LINE: KEY ..." for what is not legal, constraints that contradict each other included.
[[nodiscard]] Sweep parse_sweep(const std::string& yaml, const std::string& file);

}  // namespace systolite::explore

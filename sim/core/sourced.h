// SPDX-License-Identifier: Apache-2.0
// Constants that say where they come from, read strictly from YAML:
//
//   active: {value: 24.1, low: 22.7, high: 25.2, unit: mW, source: "who measured it, where"}
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sim/core/figure.h"
#include "sim/core/strict_yaml.h"

namespace systolite {

struct Sourced {
  Figure figure;
  std::string unit;
  std::string source;
};

// What a reader expects of a constant: its unit, and the range in which value, low and high must lie.
struct SourcedRule {
  std::string_view unit;
  double least = 0;
  double most = 0;
};

// The keys of a sourced constant; all of them are required.
inline constexpr std::array<std::string_view, 5> kSourcedKeys = {"value", "low", "high", "unit", "source"};

// The constant under a key. Throws Error(kConfig) "FILE:LINE: key 'KEY.PART' is VALUE: must be RULE" for a missing or
// unknown part, another unit, a number out of range, low above value, high below value, or a source without words.
[[nodiscard]] Sourced read_sourced(const StrictMap& parent, std::string_view key, const SourcedRule& rule);

// The same from a mapping that holds the five keys among others, e.g. an entry of a list.
[[nodiscard]] Sourced read_sourced(const StrictMap& entry, const SourcedRule& rule);

}  // namespace systolite

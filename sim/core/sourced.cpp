// SPDX-License-Identifier: Apache-2.0
#include "sim/core/sourced.h"

#include <algorithm>
#include <cctype>

namespace systolite {
namespace {

constexpr int kLeastLetters = 5;  // no shorter text leads anyone to a figure

bool names_something(const std::string& source) {
  return std::ranges::count_if(source, [](unsigned char c) { return std::isalnum(c) != 0; }) >= kLeastLetters;
}

}  // namespace

Sourced read_sourced(const StrictMap& parent, std::string_view key, const SourcedRule& rule) {
  return read_sourced(parent.map(key, kSourcedKeys), rule);
}

Sourced read_sourced(const StrictMap& entry, const SourcedRule& rule) {
  Sourced constant{.figure = {.value = entry.real("value", rule.least, rule.most),
                              .low = entry.real("low", rule.least, rule.most),
                              .high = entry.real("high", rule.least, rule.most)},
                   .unit = entry.text("unit", std::string(rule.unit)),
                   .source = entry.text("source", "a text that says where the figure comes from")};
  if (constant.figure.low > constant.figure.value) entry.refuse("low", "at most 'value'");
  if (constant.figure.high < constant.figure.value) entry.refuse("high", "at least 'value'");
  if (constant.unit != rule.unit) entry.refuse("unit", std::string(rule.unit));
  if (!names_something(constant.source)) entry.refuse("source", "a text that says where the figure comes from");
  return constant;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/sourced.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr SourcedRule kRule{.unit = "mW", .least = 0, .most = 100};
constexpr std::array<std::string_view, 1> kTop = {"active"};

Sourced read(const std::string& constant) {
  return read_sourced(StrictMap::parse("active: " + constant + "\n", "part.yaml", kTop), "active", kRule);
}

std::string complaint(const std::string& constant) {
  try {
    (void)read(constant);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "accepted";
}

TEST(SourcedTest, ReadsAllFiveParts) {
  const Sourced constant = read(R"({value: 2.5, low: 2, high: 4, unit: mW, source: "data sheet, table 3"})");
  EXPECT_EQ(constant.figure, (Figure{.value = 2.5, .low = 2, .high = 4}));
  EXPECT_EQ(constant.unit, "mW");
  EXPECT_EQ(constant.source, "data sheet, table 3");
}

TEST(SourcedTest, ReadsAnEntryThatHasOtherKeysToo) {
  constexpr std::array<std::string_view, 6> kKeys = {"bytes", "value", "low", "high", "unit", "source"};
  const std::string yaml = "{bytes: 64, value: 1, low: 1, high: 1, unit: mW, source: measured}";
  EXPECT_EQ(read_sourced(StrictMap::parse(yaml, "part.yaml", kKeys), kRule).figure, Figure::exact(1));
}

TEST(SourcedTest, RefusesWhatIsNotASourcedConstant) {
  const std::pair<const char*, const char*> cases[] = {
      {"{value: 2, low: 1, high: 3, unit: mW}",
       "part.yaml:1: key 'active.source' is missing: must be a text that says where the figure comes from"},
      {"{value: 2, low: 1, high: 3, unit: mW, source: \"\"}",
       "part.yaml:1: key 'active.source' is \"\": must be a text that says where the figure comes from"},
      {"{value: 2, low: 1, high: 3, unit: mW, source: \"-- ? --\"}",
       "part.yaml:1: key 'active.source' is \"-- ? --\": must be a text that says where the figure comes from"},
      {"{value: 2, low: 2.1, high: 3, unit: mW, source: measured}",
       "part.yaml:1: key 'active.low' is 2.1: must be at most 'value'"},
      {"{value: 2, low: 1, high: 1.9, unit: mW, source: measured}",
       "part.yaml:1: key 'active.high' is 1.9: must be at least 'value'"},
      {"{value: 2, low: 1, high: 3, unit: uW, source: measured}", "part.yaml:1: key 'active.unit' is uW: must be mW"},
      {"{value: 2, low: 1, high: 101, unit: mW, source: measured}",
       "part.yaml:1: key 'active.high' is 101: must be 0 to 100"},
      {"{value: 2, low: -1, high: 3, unit: mW, source: measured}",
       "part.yaml:1: key 'active.low' is -1: must be 0 to 100"},
      {"{value: 2, high: 3, unit: mW, source: measured}", "part.yaml:1: key 'active.low' is missing: must be 0 to 100"},
      {"{value: 2, low: 1, high: 3, unit: mW, source: measured, from: me}",
       "part.yaml:1: key 'active.from' is unknown: allowed are value, low, high, unit, source"},
      {"2", "part.yaml:1: key 'active' is 2: must be a mapping with the keys value, low, high, unit, source"},
  };
  for (const auto& [constant, sentence] : cases) EXPECT_EQ(complaint(constant), sentence);
}

}  // namespace
}  // namespace systolite

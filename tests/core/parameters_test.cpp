// SPDX-License-Identifier: Apache-2.0
// Every key that configs/parameters.yaml describes, against what the reader of hardware descriptions does: the limits
// are legal, what lies just outside is refused, and exactly the optional keys may be missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/hw_config.h"
#include "sim/core/settings.h"
#include "slt_parameters.hpp"

namespace systolite::parameters {

void PrintTo(const Parameter& parameter, std::ostream* out) { *out << parameter.key; }

namespace {

using Values = std::map<std::string, std::string, std::less<>>;  // by path

bool is_container(const Parameter& parameter) {
  return parameter.type == Type::kMapping || parameter.type == Type::kList;
}

bool is_number(const Parameter& parameter) {
  return parameter.type == Type::kReal || parameter.type == Type::kInteger || parameter.type == Type::kPowerOfTwo ||
         parameter.type == Type::kAddress;
}

const Parameter& described(const std::string& path) {
  for (const Parameter& parameter : kAll) {
    if (parameter.key == path) return parameter;
  }
  throw std::out_of_range(path);
}

std::string mapping(const std::string& prefix, std::span<const std::string_view> names, const Values& values,
                    const std::string& left_out, const std::string& added_to) {
  std::string text;
  const auto add = [&text](const std::string& entry) { text += (text.empty() ? "" : ", ") + entry; };
  for (const std::string_view name : names) {
    const std::string path = prefix + std::string(name);
    if (path == left_out) continue;
    const Parameter& parameter = described(path);
    std::string value;
    if (parameter.type == Type::kMapping) {
      value = mapping(path + ".", parameter.names, values, left_out, added_to);
    } else if (parameter.type == Type::kList) {
      value = "[" + mapping(path + "[].", parameter.names, values, left_out, added_to) + "]";
    } else {
      value = values.at(path);
    }
    add(std::string(name) + ": " + value);
  }
  if (added_to == prefix) add("stranger: 1");
  return "{" + text + "}";
}

// A hardware description on one line.
std::string description(const Values& values, const std::string& left_out = "", const std::string& added_to = "-") {
  return mapping("", kTopNames, values, left_out, added_to);
}

Values values(const std::function<std::string(const Parameter&)>& number, bool first) {
  Values values;
  for (const Parameter& parameter : kAll) {
    if (is_container(parameter)) continue;
    std::string& value = values[std::string(parameter.key)];
    if (is_number(parameter)) value = number(parameter);
    if (parameter.type == Type::kName) value = "x";
    if (parameter.type == Type::kFlag) value = "true";
    if (parameter.type == Type::kChoice) value = first ? parameter.names.front() : parameter.names.back();
  }
  return values;
}

// Only where the regions lie does not follow from the limits.
Values lowest() {
  Values lowest = values([](const Parameter& parameter) { return std::to_string(parameter.min); }, /*first=*/true);
  lowest["memory.sram.base"] = "0x1000";
  lowest["memory.external.base"] = "0x2000";
  return lowest;
}

Values highest() {
  Values highest = values([](const Parameter& parameter) { return std::to_string(parameter.max); }, /*first=*/false);
  highest["memory.flash.base"] = "0";
  highest["memory.flash.bytes"] = "0x40000000";
  highest["memory.sram.base"] = "0x80000000";
  highest["memory.sram.bytes"] = "0x40000000";
  highest["memory.external.bytes"] = "4096";
  highest["cpu_traffic[].region"] = "sram";  // the one with banks
  return highest;
}

std::string outcome(const std::string& yaml) {
  try {
    (void)parse_hw_config(yaml, "hw.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "no error";
}

// As messages name it.
std::string full_name(std::string_view path) {
  std::string name(path);
  if (const std::size_t at = name.find("[]"); at != std::string::npos) name.replace(at, 2, "[0]");
  return name;
}

TEST(ParametersTest, AllLowestValuesTogetherAreLegal) { EXPECT_EQ(outcome(description(lowest())), "no error"); }

TEST(ParametersTest, AllHighestValuesTogetherAreLegal) { EXPECT_EQ(outcome(description(highest())), "no error"); }

TEST(ParametersTest, ARegionMayTakeAllButTheOthersPage) {
  for (const auto& [large, small] : {std::pair{"memory.flash", "memory.sram"}, {"memory.sram", "memory.flash"}}) {
    Values values = lowest();
    values[std::string(large) + ".base"] = "0";
    values[std::string(large) + ".bytes"] = std::to_string(described(std::string(large) + ".bytes").max);
    values[std::string(small) + ".base"] = std::to_string(described(std::string(small) + ".base").max);
    EXPECT_EQ(outcome(description(values, "memory.external")), "no error") << large;
  }
}

TEST(ParametersTest, EveryMappingRefusesAKeyThatIsNotDescribed) {
  EXPECT_THAT(outcome(description(lowest(), "", "")), testing::StartsWith("hw.yaml:1: key 'stranger' is unknown: "));
  for (const Parameter& parameter : kAll) {
    if (!is_container(parameter)) continue;
    const std::string prefix = std::string(parameter.key) + (parameter.type == Type::kList ? "[]." : ".");
    EXPECT_THAT(outcome(description(lowest(), "", prefix)),
                testing::StartsWith("hw.yaml:1: key '" + full_name(prefix) + "stranger' is unknown: allowed are " +
                                    std::string(parameter.names.front())))
        << parameter.key;
  }
}

class EveryParameterTest : public testing::TestWithParam<Parameter> {
 protected:
  // Refuses the value of the parameter in a description that is legal otherwise.
  void refuse(Values values, const std::string& value) {
    const std::string key(GetParam().key);
    values.at(key) = value;
    EXPECT_THAT(outcome(description(values)),
                testing::StartsWith("hw.yaml:1: key '" + full_name(key) + "' is " + value + ": must be "));
  }
};

TEST_P(EveryParameterTest, MayBeMissingExactlyIfItIsOptional) {
  const std::string key(GetParam().key);
  const std::string said = outcome(description(lowest(), key));
  if (GetParam().may_be_missing) {
    EXPECT_EQ(said, "no error");
  } else {
    EXPECT_THAT(said, testing::StartsWith("hw.yaml:1: key '" + full_name(key) + "' is missing: must be "));
  }
}

std::vector<Parameter> those(const std::function<bool(const Parameter&)>& wanted) {
  std::vector<Parameter> parameters;
  std::copy_if(kAll.begin(), kAll.end(), std::back_inserter(parameters), wanted);
  return parameters;
}

class EveryValueTest : public EveryParameterTest {};

TEST_P(EveryValueTest, RefusesAnotherType) { refuse(lowest(), "a/b"); }

class EveryNumberTest : public EveryParameterTest {};

TEST_P(EveryNumberTest, RefusesWhatIsJustOutside) {
  const Parameter& parameter = GetParam();
  if (parameter.type == Type::kReal) {
    refuse(lowest(), std::to_string(static_cast<double>(parameter.min) - 0.001));
    refuse(highest(), std::to_string(static_cast<double>(parameter.max) + 0.001));
    return;
  }
  const bool choice = parameter.type == Type::kChoice;
  const std::int64_t min = choice ? std::stoll(std::string(parameter.names.front())) : parameter.min;
  const std::int64_t max = choice ? std::stoll(std::string(parameter.names.back())) : parameter.max;
  refuse(lowest(), std::to_string(min - 1));
  refuse(highest(), std::to_string(max + 1));
  // The next one of the same form.
  refuse(highest(),
         std::to_string(choice || parameter.type == Type::kPowerOfTwo ? 2 * max : max + parameter.multiple_of));
}

class EveryStepTest : public EveryParameterTest {};

TEST_P(EveryStepTest, RefusesWhatIsBetweenLegalValues) {
  const Parameter& parameter = GetParam();
  if (parameter.multiple_of > 1) {
    refuse(lowest(), std::to_string(parameter.min + parameter.multiple_of - 1));
  } else {
    refuse(highest(), std::to_string(parameter.max - 1));
  }
}

const auto kTestName = [](const auto& row) {
  std::string name;
  for (const char c : full_name(row.param.key)) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
};

INSTANTIATE_TEST_SUITE_P(Described, EveryParameterTest, testing::ValuesIn(kAll), kTestName);
INSTANTIATE_TEST_SUITE_P(Described, EveryValueTest,
                         testing::ValuesIn(those([](const Parameter& p) { return !is_container(p); })), kTestName);
INSTANTIATE_TEST_SUITE_P(Described, EveryNumberTest, testing::ValuesIn(those([](const Parameter& p) {
                           return is_number(p) || (p.type == Type::kChoice && p.names[0][0] <= '9');
                         })),
                         kTestName);
INSTANTIATE_TEST_SUITE_P(Described, EveryStepTest, testing::ValuesIn(those([](const Parameter& p) {
                           return p.multiple_of > 1 || p.type == Type::kPowerOfTwo;
                         })),
                         kTestName);

std::string text_of(const Setting& setting) {
  if (const auto* flag = std::get_if<bool>(&setting.value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&setting.value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&setting.value)) return std::to_string(*integer);
  return std::to_string(std::get<double>(setting.value));
}

TEST(SettingsTest, EveryDescribedKeyIsThereWithItsValue) {
  for (const Values& values : {lowest(), highest()}) {
    const std::vector<Setting> all = settings(parse_hw_config(description(values), "hw.yaml"));
    std::size_t keys = 0;
    Values found;
    for (const Parameter& parameter : kAll) {
      if (is_container(parameter)) continue;
      ++keys;
      const auto setting = std::ranges::find(all, full_name(parameter.key), &Setting::key);
      ASSERT_NE(setting, all.end()) << parameter.key;
      found[std::string(parameter.key)] = text_of(*setting);
    }
    EXPECT_EQ(all.size(), keys);
    EXPECT_EQ(settings(parse_hw_config(description(found), "hw.yaml")), all);
    EXPECT_EQ(found["array.rows"], values.at("array.rows"));
    EXPECT_EQ(found["memory.weights"], values.at("memory.weights"));
    EXPECT_EQ(found["cpu_traffic[].busy_cycles"], values.at("cpu_traffic[].busy_cycles"));
  }
}

TEST(SettingsTest, KeysThatWereLeftOutHaveTheirDefaults) {
  const Values values = lowest();
  const std::vector<Setting> all = settings(parse_hw_config(description(values, "memory.weights"), "hw.yaml"));
  EXPECT_EQ(all, settings(parse_hw_config(description(values), "hw.yaml")));
}

// A hash that changes makes every cached RTL simulation and every stored command stream useless.
TEST(RtlParametersTest, TheNamedConfigurationsKeepTheirIds) {
  for (const auto& [name, id] : {std::pair{"base_16x16", 2659300414U},
                                 {"large_32x32", 3175932490U},
                                 {"rect_8x16", 987310647U},
                                 {"small_8x8", 2913789309U},
                                 {"tiny_4x4", 1896181418U},
                                 {"output_16x16", 589558207U},
                                 {"both_16x16", 515998811U}}) {
    EXPECT_EQ(load_hw_config(SYSTOLITE_SOURCE_DIR "/configs/hw/" + std::string(name) + ".yaml").config_id(), id)
        << name;
  }
}

TEST(RtlParametersTest, EveryNameIsAConstantOfThePackage) {
  const std::string package = parse_hw_config(description(highest()), "hw.yaml").params_package();
  for (const RtlParameter& parameter : kRtl) {
    const std::string start = parameter.is_bit ? "  localparam bit " : "  localparam int unsigned ";
    EXPECT_THAT(package, testing::HasSubstr(start + std::string(parameter.name) + " = "));
  }
}

}  // namespace
}  // namespace systolite::parameters

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/parameter_map.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <span>

#include "sim/core/error.h"
#include "slt_parameters.hpp"

namespace systolite {
namespace {

using parameters::Parameter;
using parameters::Type;

// The description of a key. Code that asks for a key which is not described, or for one of another type, is wrong.
const Parameter& described(const std::string& path, std::initializer_list<Type> types) {
  for (const Parameter& parameter : parameters::kAll) {
    if (parameter.key == path && std::find(types.begin(), types.end(), parameter.type) != types.end()) return parameter;
  }
  throw Error(ExitCode::kInternal, "parameters.yaml describes no key '" + path + "' of the type that is read");
}

const Parameter& described_integer(const std::string& path) {
  return described(path, {Type::kInteger, Type::kPowerOfTwo, Type::kAddress, Type::kChoice});
}

std::string either(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string shown(const Parameter& parameter, std::int64_t value) {
  if (parameter.type != Type::kAddress) return std::to_string(value);
  std::array<char, 24> text{};
  const int length = std::snprintf(text.data(), text.size(), "%#llx", static_cast<unsigned long long>(value));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::int64_t lowest(const Parameter& parameter, const Narrower& narrower) {
  return std::max(parameter.min, narrower.min.value_or(parameter.min));
}

std::int64_t highest(const Parameter& parameter, const Narrower& narrower) {
  return std::min(parameter.max, narrower.max.value_or(parameter.max));
}

std::string rule_of(const Parameter& parameter, const Narrower& narrower) {
  if (!narrower.rule.empty()) return narrower.rule;
  if (parameter.type == Type::kChoice) return either(parameter.names) + narrower.reason;
  std::string text = shown(parameter, lowest(parameter, narrower)) + " to " +
                     shown(parameter, highest(parameter, narrower)) + narrower.reason;
  if (parameter.type == Type::kPowerOfTwo) return "a power of two from " + text;
  if (parameter.multiple_of > 1) return "a multiple of " + std::to_string(parameter.multiple_of) + " from " + text;
  return text;
}

bool legal(const Parameter& parameter, const Narrower& narrower, std::int64_t value) {
  if (parameter.type == Type::kChoice)
    return std::find(parameter.names.begin(), parameter.names.end(), std::to_string(value)) != parameter.names.end();
  return value >= lowest(parameter, narrower) && value <= highest(parameter, narrower) &&
         value % parameter.multiple_of == 0 &&
         (parameter.type != Type::kPowerOfTwo || std::has_single_bit(static_cast<std::uint64_t>(value)));
}

}  // namespace

ParameterMap ParameterMap::parse(const std::string& yaml, const std::string& file) {
  return {StrictMap::parse(yaml, file, parameters::kTopNames), ""};
}

ParameterMap ParameterMap::of(const YAML::Node& node, const std::string& file) {
  return {StrictMap::of(node, file, parameters::kTopNames), ""};
}

ParameterMap ParameterMap::map(std::string_view key) const {
  const std::string path = path_ + std::string(key);
  return {map_.map(key, described(path, {Type::kMapping}).names), path + '.'};
}

std::vector<ParameterMap> ParameterMap::list(std::string_view key) const {
  const std::string path = path_ + std::string(key);
  std::vector<ParameterMap> entries;
  for (const StrictMap& entry : map_.list(key, described(path, {Type::kList}).names))
    entries.push_back({entry, path + "[]."});
  return entries;
}

std::int64_t ParameterMap::integer(std::string_view key, const Narrower& narrower) const {
  const Parameter& parameter = described_integer(path_ + std::string(key));
  if (parameter.preset && !has(key)) return *parameter.preset;
  const std::string rule = rule_of(parameter, narrower);
  const std::int64_t value = map_.integer(key, rule);
  if (!legal(parameter, narrower, value)) refuse(key, rule);
  return value;
}

double ParameterMap::real(std::string_view key) const {
  const Parameter& parameter = described(path_ + std::string(key), {Type::kReal});
  return map_.real(key, static_cast<double>(parameter.min), static_cast<double>(parameter.max));
}

bool ParameterMap::flag(std::string_view key) const {
  static_cast<void>(described(path_ + std::string(key), {Type::kFlag}));
  return map_.flag(key);
}

std::string ParameterMap::name(std::string_view key) const {
  static_cast<void>(described(path_ + std::string(key), {Type::kName}));
  const std::string rule = "a name of letters, digits, '_', '-' and '.'";
  std::string name = map_.text(key, rule);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (!std::all_of(name.begin(), name.end(), allowed) || name[0] == '.') refuse(key, rule);
  return name;
}

std::string ParameterMap::choice(std::string_view key) const {
  const Parameter& parameter = described(path_ + std::string(key), {Type::kChoice});
  return choice(key, {parameter.names.begin(), parameter.names.end()});
}

std::string ParameterMap::choice(std::string_view key, const std::vector<std::string_view>& legal) const {
  const Parameter& parameter = described(path_ + std::string(key), {Type::kChoice});
  if (parameter.preset && !has(key)) return std::string(parameter.names[static_cast<std::size_t>(*parameter.preset)]);
  const std::string rule = either(legal);
  std::string text = map_.text(key, rule);
  const auto holds = [&text](const auto& words) { return std::find(words.begin(), words.end(), text) != words.end(); };
  if (!holds(legal) || !holds(parameter.names)) refuse(key, rule);
  return text;
}

std::string ParameterMap::rule(std::string_view key, const Narrower& narrower) const {
  return rule_of(described_integer(path_ + std::string(key)), narrower);
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/strict_yaml.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/error.h"

namespace systolite {
namespace {

std::string place(const std::string& file, const YAML::Mark& mark) {
  return file + ":" + std::to_string(mark.is_null() ? 1 : mark.line + 1) + ": ";
}

[[noreturn]] void fail(const std::string& file, const YAML::Node& node, const std::string& sentence) {
  throw Error(ExitCode::kConfig, place(file, node.Mark()) + sentence);
}

// A quoted scalar is a text, even if it looks like a number.
bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }

std::string shown(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      return "empty";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a mapping";
    case YAML::NodeType::Scalar:
      return is_quoted(node) ? '"' + node.Scalar() + '"' : node.Scalar();
  }
  return "unreadable";
}

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

bool parse_integer(std::string_view digits, std::int64_t& value) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  int base = 10;
  if (digits.starts_with("0x")) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    return false;  // octal for some readers of YAML, decimal for others
  }
  if (digits.empty() || digits[0] == '-') return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (negative) value = -value;
  return error == std::errc{} && end == digits.data() + digits.size();
}

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

StrictMap StrictMap::parse(const std::string& yaml, const std::string& file, std::span<const std::string_view> keys) {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(yaml);
  } catch (const YAML::Exception& error) {
    throw Error(ExitCode::kConfig, place(file, error.mark) + "is not valid YAML: " + error.msg);
  }
  if (documents.size() != 1) {
    throw Error(ExitCode::kConfig,
                file + ":1: holds " + std::to_string(documents.size()) + " YAML documents: must hold one");
  }
  return {documents[0], file, "", keys};
}

StrictMap::StrictMap(const YAML::Node& node, std::string file, std::string path, std::span<const std::string_view> keys)
    : node_(node), file_(std::move(file)), path_(std::move(path)) {
  if (!node.IsMap())
    fail(file_, node, "the file is " + shown(node) + ": must be a mapping with the keys " + join(keys));
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) fail(file_, entry.first, "a key is " + shown(entry.first) + ": must be a name");
    const std::string& key = entry.first.Scalar();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      fail(file_, entry.first, "key '" + full_name(key) + "' is unknown: allowed are " + join(keys));
    }
    if (!seen.insert(key).second) fail(file_, entry.first, "key '" + full_name(key) + "' appears twice");
  }
}

std::string StrictMap::full_name(std::string_view key) const { return path_ + std::string(key); }

YAML::Node StrictMap::present(std::string_view key, const std::string& rule) const {
  const YAML::Node value = node_[std::string(key)];
  if (!value) refuse(key, rule);
  return value;
}

YAML::Node StrictMap::scalar(std::string_view key, const std::string& rule) const {
  const YAML::Node value = present(key, rule);
  if (!value.IsScalar()) refuse(key, rule);
  return value;
}

void StrictMap::refuse(std::string_view key, const std::string& rule) const {
  for (const auto& entry : node_) {
    // The line of the key: an empty value stands wherever the next token does.
    if (entry.first.Scalar() != key) continue;
    fail(file_, entry.first, "key '" + full_name(key) + "' is " + shown(entry.second) + ": must be " + rule);
  }
  fail(file_, node_, "key '" + full_name(key) + "' is missing: must be " + rule);
}

StrictMap StrictMap::map(std::string_view key, std::span<const std::string_view> keys) const {
  const std::string rule = "a mapping with the keys " + join(keys);
  const YAML::Node value = present(key, rule);
  if (!value.IsMap()) refuse(key, rule);
  return {value, file_, full_name(key) + ".", keys};
}

std::vector<StrictMap> StrictMap::list(std::string_view key, std::span<const std::string_view> keys) const {
  std::vector<StrictMap> entries;
  if (!has(key)) return entries;
  const std::string rule = "a list of mappings with the keys " + join(keys);
  const YAML::Node value = node_[std::string(key)];
  if (!value.IsSequence()) refuse(key, rule);
  for (const auto& entry : value) {
    if (!entry.IsMap()) refuse(key, rule);
    entries.push_back({entry, file_, full_name(key) + '[' + std::to_string(entries.size()) + "].", keys});
  }
  return entries;
}

bool StrictMap::has(std::string_view key) const { return static_cast<bool>(node_[std::string(key)]); }

std::vector<std::string> StrictMap::names() const {
  std::vector<std::string> names;
  for (const auto& entry : node_) names.push_back(entry.first.Scalar());
  return names;
}

bool StrictMap::is_list(std::string_view key) const { return node_[std::string(key)].IsSequence(); }

bool StrictMap::is_map(std::string_view key) const { return node_[std::string(key)].IsMap(); }

std::int64_t StrictMap::integer(std::string_view key, const std::string& rule) const {
  const YAML::Node value = scalar(key, rule);
  std::int64_t result = 0;
  if (is_quoted(value) || !parse_integer(value.Scalar(), result)) refuse(key, rule);
  return result;
}

double StrictMap::real(std::string_view key, double low, double high) const {
  const std::string rule = number(low) + " to " + number(high);
  const YAML::Node node = scalar(key, rule);
  const std::string& digits = node.Scalar();
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  // Written so that not-a-number is refused.
  if (is_quoted(node) || !whole || !(value >= low && value <= high)) refuse(key, rule);
  return value;
}

bool StrictMap::flag(std::string_view key) const {
  const std::string rule = "true or false";
  const YAML::Node value = scalar(key, rule);
  if (is_quoted(value) || (value.Scalar() != "true" && value.Scalar() != "false")) refuse(key, rule);
  return value.Scalar() == "true";
}

std::string StrictMap::text(std::string_view key, const std::string& rule) const {
  const YAML::Node value = scalar(key, rule);
  if (value.Scalar().empty()) refuse(key, rule);
  return value.Scalar();
}

std::vector<std::string> StrictMap::texts(std::string_view key, const std::string& rule) const {
  const YAML::Node list = present(key, rule);
  if (!list.IsSequence() || list.size() == 0) refuse(key, rule);
  std::vector<std::string> texts;
  for (const auto& entry : list) {
    if (!entry.IsScalar() || entry.Scalar().empty())
      fail(file_, entry, "key '" + full_name(key) + "' lists " + shown(entry) + ": must be " + rule);
    if (std::ranges::count(texts, entry.Scalar()) != 0)
      fail(file_, entry, "key '" + full_name(key) + "' lists " + entry.Scalar() + " twice: must be " + rule);
    texts.push_back(entry.Scalar());
  }
  return texts;
}

}  // namespace systolite

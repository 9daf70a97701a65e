// SPDX-License-Identifier: Apache-2.0
// A mapping of a hardware description, read by what configs/parameters.yaml says of its keys: types, ranges, defaults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/strict_yaml.h"

namespace systolite {

// What other keys demand of a number beyond its own range.
struct Narrower {
  std::optional<std::int64_t> min = {};
  std::optional<std::int64_t> max = {};
  std::string reason = {};  // follows the range in messages
  std::string rule = {};    // stands for range and reason in messages
};

class ParameterMap {
 public:
  // Reads text that must hold exactly one mapping with the described keys; `file` stands for its source in messages.
  static ParameterMap parse(const std::string& yaml, const std::string& file);
  // The same from a document that has been read.
  static ParameterMap of(const YAML::Node& node, const std::string& file);

  [[nodiscard]] ParameterMap map(std::string_view key) const;
  [[nodiscard]] std::vector<ParameterMap> list(std::string_view key) const;  // empty when the key is missing
  [[nodiscard]] bool has(std::string_view key) const { return map_.has(key); }

  // The value, or the default of a key that may be missing. Throws Error(kConfig) for anything that is not legal.
  [[nodiscard]] std::int64_t integer(std::string_view key, const Narrower& narrower = {}) const;
  [[nodiscard]] double real(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::string name(std::string_view key) const;  // a text that can be part of a file name
  [[nodiscard]] std::string choice(std::string_view key) const;
  // The same when not every choice is one.
  [[nodiscard]] std::string choice(std::string_view key, const std::vector<std::string_view>& legal) const;

  // What `integer` demands, as the end of a sentence "must be ...".
  [[nodiscard]] std::string rule(std::string_view key, const Narrower& narrower = {}) const;
  // Throws Error(kConfig) "FILE:LINE: key 'KEY' is VALUE: must be RULE".
  [[noreturn]] void refuse(std::string_view key, const std::string& rule) const { map_.refuse(key, rule); }

 private:
  ParameterMap(StrictMap map, std::string path) : map_(std::move(map)), path_(std::move(path)) {}

  StrictMap map_;
  std::string path_;  // in the description, with a trailing dot; empty at the top
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Strict access to a YAML mapping: every complaint names file, line, key, value and what would be right.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace systolite {

class StrictMap {
 public:
  // Reads text that must hold exactly one mapping with no keys but these; `file` stands for its source in messages.
  static StrictMap parse(const std::string& yaml, const std::string& file, std::span<const std::string_view> keys);
  // The same from a document that has been read.
  static StrictMap of(const YAML::Node& node, const std::string& file, std::span<const std::string_view> keys) {
    return {node, file, "", keys};
  }

  // The mapping under a key, in turn with no keys but these.
  [[nodiscard]] StrictMap map(std::string_view key, std::span<const std::string_view> keys) const;

  // The list of mappings under a key, each with no keys but these. Empty when the key is missing.
  [[nodiscard]] std::vector<StrictMap> list(std::string_view key, std::span<const std::string_view> keys) const;

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> names() const;  // the keys there are, in the order of the file
  [[nodiscard]] bool is_list(std::string_view key) const;
  [[nodiscard]] bool is_map(std::string_view key) const;

  // Values; `rule` completes the sentence "must be ..." when the key is missing or its value is of another type.
  [[nodiscard]] std::int64_t integer(std::string_view key, const std::string& rule) const;  // decimal or 0x
  [[nodiscard]] double real(std::string_view key, double low, double high) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key, const std::string& rule) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, const std::string& rule) const;  // each once

  // Throws Error(kConfig) "FILE:LINE: key 'KEY' is VALUE: must be RULE" or "... is missing: must be RULE".
  [[noreturn]] void refuse(std::string_view key, const std::string& rule) const;

 private:
  StrictMap(const YAML::Node& node, std::string file, std::string path, std::span<const std::string_view> keys);

  [[nodiscard]] YAML::Node present(std::string_view key, const std::string& rule) const;
  [[nodiscard]] YAML::Node scalar(std::string_view key, const std::string& rule) const;
  [[nodiscard]] std::string full_name(std::string_view key) const;

  YAML::Node node_;
  std::string file_;
  std::string path_;  // of this mapping with a trailing dot, empty at the top
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// A hardware description whose values can be replaced before it is read: one text, many configurations.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/hw_config.h"

namespace systolite {

class HwDescription {
 public:
  // Takes over a description that is legal as it is; keys that may be missing are added with their defaults. Throws
  // Error(kConfig) as load_hw_config() does.
  static HwDescription load(const std::filesystem::path& file);
  static HwDescription parse(const std::string& yaml, const std::string& name);
  // A copy would share its values with the original.
  HwDescription(const HwDescription&) = delete;
  HwDescription& operator=(const HwDescription&) = delete;
  HwDescription(HwDescription&&) = default;
  HwDescription& operator=(HwDescription&&) = default;

  // A parameter of configs/parameters.yaml by its key with dots ("array.rows", "memory.flash.line.bytes"), an entry of
  // a list with its number ("cpu_traffic[0].period_cycles").
  class Parameter {
   public:
    // `text` as it would stand in the file; whether it is legal shows when the description is read.
    void set(const std::string& text) { value_ = text; }
    [[nodiscard]] std::string text() const { return value_.Scalar(); }

   private:
    friend class HwDescription;
    explicit Parameter(const YAML::Node& value) : value_(value) {}
    YAML::Node value_;
  };
  // Valid as long as the description. Throws Error(kConfig) for a key that the description does not have, saying which
  // it has.
  [[nodiscard]] Parameter parameter(std::string_view key);

  // Keys and texts of all parameters, in the order of the file.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> values() const;

  // Reads the description as it is now, strictly. `label` stands for the file in messages.
  [[nodiscard]] HwConfig config(const std::string& label) const;

 private:
  explicit HwDescription(const YAML::Node& root) : root_(root) {}

  YAML::Node root_;
};

// parse_hw_config() of a document that has been read.
[[nodiscard]] HwConfig read_hw_config(const YAML::Node& document, const std::string& name);

}  // namespace systolite

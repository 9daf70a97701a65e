// SPDX-License-Identifier: Apache-2.0
// A hardware description as keys and values, for reports and for telling two apart.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/hw_config.h"

namespace systolite {

struct Setting {
  std::string key;  // its path in the file: "array.rows", "cpu_traffic[0].bank"
  std::variant<bool, std::int64_t, double, std::string> value;  // addresses as text, hexadecimal
  bool operator==(const Setting&) const = default;
};

// Every key of configs/PARAMETERS.md that this description has, in the order of that page; keys that were left out with
// their defaults. Written as YAML they make the same description.
[[nodiscard]] std::vector<Setting> settings(const HwConfig& config);

}  // namespace systolite

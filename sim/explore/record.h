// SPDX-License-Identifier: Apache-2.0
// The result of a point as one line of text that reads back to the same result.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/explore/evaluator.h"

namespace systolite::explore {

[[nodiscard]] std::string to_record(const PointResult& result);  // without a line break
// Nothing for a text that is none.
[[nodiscard]] std::optional<PointResult> from_record(std::string_view record);

}  // namespace systolite::explore

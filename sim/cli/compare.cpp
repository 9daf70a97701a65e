// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/compare.h"

#include <fmt/format.h>

#include "sim/core/error.h"

namespace systolite::cli {

void expect_equal(std::span<const std::int8_t> expected, std::span<const std::int8_t> got, const std::string& what) {
  if (expected.size() != got.size()) {
    throw Error(ExitCode::kInternal,
                fmt::format("{}: {} values where {} are expected", what, got.size(), expected.size()));
  }
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = expected.size(); i-- > 0;) {
    if (expected[i] == got[i]) continue;
    ++count;
    first = i;
  }
  if (count == 0) return;
  throw Error(ExitCode::kMismatch, fmt::format("{}: {} of {} values differ, the first at index {}: expected {}, got {}",
                                               what, count, expected.size(), first, expected[first], got[first]));
}

}  // namespace systolite::cli

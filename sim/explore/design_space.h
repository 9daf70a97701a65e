// SPDX-License-Identifier: Apache-2.0
// The points of a sweep: every combination of the values of its parameters, numbered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace systolite::explore {

struct Dimension {
  std::string key;                     // "array.rows", "mapping.search"
  std::vector<std::string> values;     // as they would stand in a description; at least one, each once
  std::vector<std::string> followers;  // keys that always have the same value
};

// Number of a point: its choices as digits, the last dimension changing fastest.
using PointId = std::uint64_t;

class DesignSpace {
 public:
  // Throws Error(kConfig) when the points cannot be numbered.
  explicit DesignSpace(std::vector<Dimension> dimensions);

  [[nodiscard]] PointId size() const noexcept { return size_; }
  [[nodiscard]] const std::vector<Dimension>& dimensions() const noexcept { return dimensions_; }
  // For each dimension the index of the point's value.
  [[nodiscard]] std::vector<std::size_t> choices(PointId point) const;
  [[nodiscard]] PointId point(std::span<const std::size_t> choices) const;
  // "array.rows 8, array.cols 16": dimensions with one value left out.
  [[nodiscard]] std::string text(PointId point) const;

 private:
  std::vector<Dimension> dimensions_;
  PointId size_ = 1;
};

}  // namespace systolite::explore

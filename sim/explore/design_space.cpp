// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/design_space.h"

#include <limits>
#include <utility>

#include "sim/core/error.h"

namespace systolite::explore {

DesignSpace::DesignSpace(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {
  for (const Dimension& dimension : dimensions_) {
    const PointId values = dimension.values.size();
    if (values > std::numeric_limits<PointId>::max() / size_) {
      throw Error(ExitCode::kConfig, "the sweep has more than 2^64 points: fewer parameters or fewer values of " +
                                         dimension.key + " are needed");
    }
    size_ *= values;
  }
}

std::vector<std::size_t> DesignSpace::choices(PointId point) const {
  std::vector<std::size_t> choices(dimensions_.size());
  for (std::size_t i = dimensions_.size(); i-- > 0;) {
    const PointId values = dimensions_[i].values.size();
    choices[i] = static_cast<std::size_t>(point % values);
    point /= values;
  }
  return choices;
}

PointId DesignSpace::point(std::span<const std::size_t> choices) const {
  PointId point = 0;
  for (std::size_t i = 0; i < dimensions_.size(); ++i) point = point * dimensions_[i].values.size() + choices[i];
  return point;
}

std::string DesignSpace::text(PointId point) const {
  const std::vector<std::size_t> chosen = choices(point);
  std::string text;
  for (std::size_t i = 0; i < dimensions_.size(); ++i) {
    if (dimensions_[i].values.size() < 2) continue;
    text += (text.empty() ? "" : ", ") + dimensions_[i].key + ' ' + dimensions_[i].values[chosen[i]];
  }
  return text.empty() ? "the only point" : text;
}

}  // namespace systolite::explore

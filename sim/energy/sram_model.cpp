// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/sram_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/ceil_div.h"

namespace systolite::energy {
namespace {

Figure mix(const Figure& a, const Figure& b, double part_of_b) { return a * (1 - part_of_b) + b * part_of_b; }

SramFigures mix(const SramFigures& a, const SramFigures& b, double part_of_b) {
  return {.read_pj = mix(a.read_pj, b.read_pj, part_of_b),
          .write_pj = mix(a.write_pj, b.write_pj, part_of_b),
          .leakage_uw = mix(a.leakage_uw, b.leakage_uw, part_of_b)};
}

SramFigures scaled(const SramFigures& figures, double access, double leakage) {
  return {.read_pj = figures.read_pj * access,
          .write_pj = figures.write_pj * access,
          .leakage_uw = figures.leakage_uw * leakage};
}

}  // namespace

SramModel::SramModel(std::vector<SramPoint> points) {
  for (SramPoint& point : points) {
    if (widths_.empty() || widths_.back().word_bits != point.word_bits) widths_.push_back({point.word_bits, {}});
    widths_.back().points.push_back(std::move(point));
  }
}

SramFigures SramModel::of_width(const Width& width, double bytes) {
  const std::vector<SramPoint>& points = width.points;
  const auto size = [](const SramPoint& point) { return static_cast<double>(point.bytes); };
  if (bytes <= size(points.front())) return points.front().figures;
  if (bytes >= size(points.back())) {
    const double ratio = bytes / size(points.back());
    return scaled(points.back().figures, std::sqrt(ratio), ratio);
  }
  const auto above = std::ranges::find_if(points, [&](const SramPoint& point) { return size(point) > bytes; });
  const SramPoint& below = *std::prev(above);
  return mix(below.figures, above->figures, (bytes - size(below)) / (size(*above) - size(below)));
}

SramFigures SramModel::at(std::int64_t bytes, std::int64_t word_bits) const {
  const std::int64_t macros = ceil_div(word_bits, widths_.back().word_bits);
  const double share = static_cast<double>(bytes) / static_cast<double>(macros);
  const auto copies = static_cast<double>(macros);
  const double bits = static_cast<double>(word_bits) / copies;
  const auto wide =
      std::ranges::find_if(widths_, [&](const Width& width) { return static_cast<double>(width.word_bits) >= bits; });
  if (wide == widths_.begin()) return scaled(of_width(*wide, share), copies, copies);
  const Width& narrow = *std::prev(wide);
  const auto low = static_cast<double>(narrow.word_bits);
  const double part = (bits - low) / (static_cast<double>(wide->word_bits) - low);
  return scaled(mix(of_width(narrow, share), of_width(*wide, share), part), copies, copies);
}

}  // namespace systolite::energy

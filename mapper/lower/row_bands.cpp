// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/row_bands.h"

#include <algorithm>

namespace systolite {

int RowBands::rows() const noexcept {
  const int seen = (band_outputs - 1) * stride + reach;
  const int own = (count > 1 ? band_outputs * stride : 0) + above;
  const int last = height - first_row(count - 1);
  return std::max({seen, own, last});
}

std::vector<BandRows> all_copies(const RowBands& bands, int y0, int y1) {
  std::vector<BandRows> copies;
  for (int band = 0; band < bands.count; ++band) {
    const int first = bands.first_row(band);
    const int from = std::max({y0, first, 0});
    const int to = std::min({y1, first + bands.rows(), bands.height});
    if (from < to) copies.push_back({band, from - first, from, to - from});
  }
  return copies;
}

std::vector<BandRows> one_copy(const RowBands& bands, int y0, int y1) {
  std::vector<BandRows> copies;
  const int step = bands.band_outputs * bands.stride;
  for (int y = y0; y < y1;) {
    const int band = std::min(y / step, bands.count - 1);
    const int to = band == bands.count - 1 ? y1 : std::min(y1, (band + 1) * step);
    copies.push_back({band, y - bands.first_row(band), y, to - y});
    y = to;
  }
  return copies;
}

std::vector<BandRows> rows_beside_image(const RowBands& bands) {
  std::vector<BandRows> beside;
  for (int band = 0; band < bands.count; ++band) {
    const int first = bands.first_row(band);
    const int outputs = std::min(bands.band_outputs, bands.outputs - band * bands.band_outputs);
    const int end = first + (outputs - 1) * bands.stride + bands.reach;
    const int above = std::min(end, 0);
    if (first < above) beside.push_back({band, 0, first, above - first});
    const int below = std::max(first, bands.height);
    if (below < end) beside.push_back({band, below - first, below, end - below});
  }
  return beside;
}

}  // namespace systolite

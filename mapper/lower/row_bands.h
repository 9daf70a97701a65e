// SPDX-License-Identifier: Apache-2.0
// Images of few channels stored as bands of rows beside each other, so that a depthwise layer fills the columns of the
// array: pixel x of stored row r holds pixel x of row r of every band, C bytes each.
//
// A convolution that computes u neighbouring pixels as one has them in neighbouring columns, and requantisation begins
// with the first column. So it takes u turns: turn j writes pixels 0 to j as (j + 1) x C neighbouring bytes, the last C
// of which come to lie where pixel j belongs. The j x C bytes in front spoil bands behind this one, whose rows in the
// same stored row are lower down in the image and written later, or the gap in front of the last band.
#pragma once

#include <compare>
#include <vector>

namespace systolite {

// How the rows of an image that is read by windows of `reach` rows, `stride` apart, lie in bands. Band k has the rows
// that outputs k * band_outputs onwards see, so neighbouring bands share rows, and the first and last ones have rows
// beside the image.
struct RowBands {
  int count = 1;         // bands
  int channels = 1;      // C of the image
  int height = 1;        // rows of the image
  int outputs = 1;       // rows of outputs, of all bands
  int band_outputs = 1;  // of each band; of the last one fewer, if they do not divide evenly
  int stride = 1;
  int reach = 1;
  int above = 0;   // rows above the image that the first output sees
  int unroll = 1;  // neighbouring pixels that the layer before computes as one

  // From a pixel to the next.
  [[nodiscard]] int pixel_bytes() const noexcept { return gap() + band_bytes(); }
  // Bytes in front of the bands of a pixel that nobody reads.
  [[nodiscard]] int gap() const noexcept { return (unroll - 1) * channels; }
  // Of all bands in a pixel.
  [[nodiscard]] int band_bytes() const noexcept { return count * channels; }
  // First byte of the band in a pixel: the last band comes first.
  [[nodiscard]] int offset(int band) const noexcept { return gap() + (count - 1 - band) * channels; }
  // Image row of the band's stored row 0; negative: above the image.
  [[nodiscard]] int first_row(int band) const noexcept { return band * band_outputs * stride - above; }
  // Stored rows: what the outputs of a band see, and at least so many that every image row is in some band.
  [[nodiscard]] int rows() const noexcept;
  bool operator==(const RowBands&) const = default;
};

// How the image of a layer is put into bands.
struct BandChoice {
  int count = 1;          // bands; 1: none
  bool unrolled = false;  // the convolution that makes it goes on computing neighbouring pixels as one
  auto operator<=>(const BandChoice&) const = default;  // NOLINT(modernize-use-nullptr): sees a 0 in what is generated
};

// Rows of one band that follow each other.
struct BandRows {
  int band;
  int row;        // first stored row
  int image_row;  // first row in the image
  int rows;
  bool operator==(const BandRows&) const = default;
};

// Where rows y0 .. y1-1 of the image are stored: everywhere, so some more than once.
[[nodiscard]] std::vector<BandRows> all_copies(const RowBands& bands, int y0, int y1);
// The same rows, each once, in their order.
[[nodiscard]] std::vector<BandRows> one_copy(const RowBands& bands, int y0, int y1);
// Stored rows that lie beside the image and are seen by an output.
[[nodiscard]] std::vector<BandRows> rows_beside_image(const RowBands& bands);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/band_commands.h"

namespace systolite {
namespace {

ChannelWindow window(const View& view, const RowBands& bands, int band) {
  return {view.base, view.interleave, bands.pixel_bytes(), bands.offset(band), bands.offset(band) + bands.channels};
}

int width(const View& view, const RowBands& bands) { return static_cast<int>(view.row_bytes) / bands.pixel_bytes(); }

}  // namespace

std::vector<Planned> fill_rows_beside_image(const View& view, const RowBands& bands, bool first_band,
                                            std::int64_t zero_point, const HwConfig& hw) {
  std::vector<Planned> plan;
  // A pool of one pixel, of whatever is there in another band, clamped to a range of one value.
  isa::VecCfgOut out;
  out.pitch = view.pitch;
  out.interleave = view.interleave;
  out.pix_bytes = bands.pixel_bytes();
  out.act_min = out.act_max = zero_point;
  isa::VecCfgIn in;
  in.pitch = view.pitch;
  in.interleave = view.interleave;
  in.pix_bytes = bands.pixel_bytes();
  in.kh = in.kw = 1;
  in.stride_y = in.stride_x = 1;
  for (const BandRows& rows : rows_beside_image(bands)) {
    if ((rows.band == 0) != first_band) continue;
    const int other = rows.band == 0 ? 1 : 0;
    out.base = view.base + bands.offset(rows.band);
    in.base = view.base + bands.offset(other);
    isa::Pool pool;
    pool.oy0 = rows.row;
    pool.nrows = rows.rows;
    pool.ncols = width(view, bands);
    pool.nch = bands.channels;
    Footprint footprint;
    const auto ranges = view.rows(rows.row, rows.row + rows.rows, hw);
    footprint.read(Memory::kScratchpad, ranges, window(view, bands, other));
    footprint.write(Memory::kScratchpad, ranges, window(view, bands, rows.band));
    plan.push_back({out, {}});
    plan.push_back({in, {}});
    plan.push_back({pool, footprint});
  }
  return plan;
}

std::vector<Planned> store_bands(const View& view, const RowBands& bands, const std::optional<ColumnLayout>& columns,
                                 std::uint32_t sram_address, const HwConfig& hw) {
  std::vector<Planned> plan;
  const int pixels = width(view, bands);
  isa::StCfg cfg;
  cfg.mem_stride = columns ? columns->memory_row_bytes : bands.channels;
  cfg.pitch = bands.pixel_bytes();
  plan.push_back({cfg, {}});
  const int row_step = columns ? columns->step_bytes : pixels * bands.channels;
  for (const BandRows& rows : one_copy(bands, 0, bands.height)) {
    for (int i = 0; i < rows.rows; ++i) {
      isa::St st;
      st.mem_addr = sram_address + static_cast<std::uint32_t>((rows.image_row + i) * row_step);
      st.src = view.address(rows.row + i, hw) + static_cast<std::uint32_t>(bands.offset(rows.band));
      st.row_bytes = bands.channels;
      st.rows = pixels;
      Footprint footprint;
      footprint.read(Memory::kScratchpad, view.rows(rows.row + i, rows.row + i + 1, hw),
                     window(view, bands, rows.band));
      plan.push_back({st, footprint});
    }
  }
  return plan;
}

}  // namespace systolite

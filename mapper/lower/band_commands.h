// SPDX-License-Identifier: Apache-2.0
// What images in bands of rows (row_bands.h) need besides the layers that write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/lower/layout.h"
#include "mapper/lower/row_bands.h"
#include "mapper/lower/unit.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Commands of the vector engine that write the zero point to the rows beside the image, in the first band or in the
// others.
[[nodiscard]] std::vector<Planned> fill_rows_beside_image(const View& view, const RowBands& bands, bool first_band,
                                                          std::int64_t zero_point, const HwConfig& hw);

// Stores of the image in its order in memory, a row at a time. `columns`: that of an image whose rows are columns
// there.
[[nodiscard]] std::vector<Planned> store_bands(const View& view, const RowBands& bands,
                                               const std::optional<ColumnLayout>& columns, std::uint32_t sram_address,
                                               const HwConfig& hw);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/firmware_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite::baseline {

const FirmwareData& firmware_for(std::string_view core) {
  const auto all = firmware_data();
  if (all.empty()) {
    throw Error(ExitCode::kTool,
                "this program was built without arm-none-eabi-gcc (Debian: gcc-arm-none-eabi), so it has no firmware "
                "for a Cortex-M");
  }
  const auto found = std::ranges::find(all, core, &FirmwareData::core);
  if (found == all.end()) {
    std::string names;
    for (const FirmwareData& data : all) names += (names.empty() ? "" : ", ") + std::string(data.core);
    throw Error(ExitCode::kTool, fmt::format("there is no firmware for core '{}'; there is for {}", core, names));
  }
  return *found;
}

}  // namespace systolite::baseline

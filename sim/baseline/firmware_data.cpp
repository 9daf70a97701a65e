// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/firmware_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite::baseline {

std::vector<std::string> firmware_kernels() {
  std::vector<std::string> names;
  for (const FirmwareData& data : firmware_data()) {
    if (std::ranges::find(names, data.kernels) == names.end()) names.emplace_back(data.kernels);
  }
  return names;
}

const FirmwareData& firmware_for(std::string_view core, std::string_view kernels) {
  const auto all = firmware_data();
  if (all.empty()) {
    throw Error(ExitCode::kTool,
                "this program was built without arm-none-eabi-gcc (Debian: gcc-arm-none-eabi), so it has no firmware "
                "for a Cortex-M");
  }
  std::string names;
  for (const FirmwareData& data : all) {
    if (data.kernels != kernels) continue;
    if (data.core == core) return data;
    names += (names.empty() ? "" : ", ") + std::string(data.core);
  }
  throw Error(ExitCode::kTool,
              fmt::format("there is no firmware with {} for core '{}'; there is for {}", kernels, core, names));
}

}  // namespace systolite::baseline

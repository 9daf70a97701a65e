// SPDX-License-Identifier: Apache-2.0
// `systolite area`.
#pragma once

#include <filesystem>
#include <string>

#include "sim/cli/resolve.h"

namespace systolite::cli {

struct AreaArguments {
  std::string config = kDefaultConfig;
  std::string library = "osu018";  // a file, or a name from configs/area
  std::filesystem::path json;      // "-": standard output, instead of the table
};

void area_command(const AreaArguments& arguments);

}  // namespace systolite::cli

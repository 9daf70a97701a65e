// SPDX-License-Identifier: Apache-2.0
// Where the data files of an installed Systolite lie.
#pragma once

#include <filesystem>
#include <optional>

namespace systolite {

// The folder share/ beside the program or shared library that this code is in, with configs/, driver/firmware/common/,
// hw/, sim/rtl/, benchmarks/models/ and generated/ as in a source folder, and firmware/ as in a build folder. Nothing
// in a build folder, which has none.
[[nodiscard]] std::optional<std::filesystem::path> installed_home();

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// NumPy archives (.npz): a zip of .npy files, stored or deflated.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "sim/core/npy.h"

namespace systolite {

// Arrays by name, without the ".npy". Throws Error(kData) for an unreadable or damaged archive or member.
[[nodiscard]] std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Where the tests find models and golden tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace systolite::test {

// benchmarks/models of the source tree.
[[nodiscard]] std::filesystem::path models_dir();
// The five embedded models, then the corner cases; sorted within each.
[[nodiscard]] std::vector<std::filesystem::path> all_model_files();
// $SYSTOLITE_GOLDEN: the MLPerf Tiny collection.
[[nodiscard]] std::optional<std::filesystem::path> official_dir();
[[nodiscard]] std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file);

// A CSV file with a header; fields may be quoted.
using CsvRow = std::map<std::string, std::string>;
[[nodiscard]] std::vector<CsvRow> read_csv(const std::filesystem::path& file);

}  // namespace systolite::test

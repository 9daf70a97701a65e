// SPDX-License-Identifier: Apache-2.0
#include "tests/import/test_files.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace systolite::test {
namespace {

std::vector<std::filesystem::path> model_files(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".tflite") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> split_csv(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::filesystem::path models_dir() { return std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "benchmarks" / "models"; }

std::vector<std::filesystem::path> all_model_files() {
  std::vector<std::filesystem::path> files = model_files(models_dir());
  const std::vector<std::filesystem::path> corners = model_files(models_dir() / "corners");
  files.insert(files.end(), corners.begin(), corners.end());
  return files;
}

std::optional<std::filesystem::path> official_dir() {
  const char* directory = std::getenv("SYSTOLITE_GOLDEN");
  if (directory == nullptr || *directory == '\0') return std::nullopt;
  return directory;
}

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<CsvRow> read_csv(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = split_csv(line);
  std::vector<CsvRow> rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> fields = split_csv(line);
    CsvRow row;
    for (std::size_t i = 0; i < names.size() && i < fields.size(); ++i) row[names[i]] = fields[i];
    rows.push_back(row);
  }
  return rows;
}

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
#include "mapper/models/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "mapper/models/sha256.h"
#include "sim/core/error.h"
#include "sim/core/installation.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEmbeddedSuffix = "_embedded";
constexpr std::string_view kExtension = ".tflite";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

OfficialModel parse_row(const std::string& line, const fs::path& csv, int line_number) {
  const std::vector<std::string> f = split(line);
  std::uintmax_t bytes = 0;
  const bool numeric = f.size() == 5 && !f[3].empty() && f[3].size() < 16 &&
                       std::ranges::all_of(f[3], [](char c) { return c >= '0' && c <= '9'; });
  if (numeric) bytes = std::stoull(f[3]);
  if (!numeric || f[1].find('/') == std::string::npos || f[2].size() != 64) {
    throw Error(ExitCode::kModel, fmt::format("{}:{}: a row is name,url,sha256,bytes,licence, found '{}'", csv.string(),
                                              line_number, line));
  }
  return {.name = f[0],
          .file = f[1].substr(f[1].rfind('/') + 1),
          .url = f[1],
          .sha256 = f[2],
          .bytes = bytes,
          .licence = f[4]};
}

// The file of an official model that is present and intact; nothing if it is in neither place.
std::optional<fs::path> fetched_file(const OfficialModel& model) {
  for (const fs::path& directory : {fs::path(environment("SYSTOLITE_MODELS")), model_cache_dir()}) {
    if (directory.empty() || !is_file(directory / model.file)) continue;
    fs::path file = directory / model.file;
    if (const std::string found = sha256_of_file(file); found != model.sha256) {
      throw Error(ExitCode::kModel,
                  fmt::format("{}: this is not the official model '{}': SHA-256 is {}, expected {}; delete it "
                              "and run scripts/fetch_models.sh {}",
                              file.string(), model.name, found, model.sha256, model.name));
    }
    return file;
  }
  return std::nullopt;
}

}  // namespace

std::filesystem::path embedded_model_dir() {
  const fs::path below = fs::path("benchmarks") / "models";
  if (const auto installed = installed_home()) return *installed / below;
  const fs::path built_from = fs::path(SYSTOLITE_SOURCE_DIR) / below;
  std::error_code error;
  if (fs::is_directory(built_from, error)) return built_from;
  const std::string home = environment("SYSTOLITE_HOME");
  if (!home.empty() && fs::is_directory(home / below, error)) return home / below;
  throw Error(ExitCode::kModel,
              fmt::format("the model directory {} does not exist; set SYSTOLITE_HOME to a checkout of Systolite",
                          built_from.string()));
}

std::filesystem::path model_cache_dir() {
  const fs::path below = fs::path("systolite") / "models";
  const fs::path cache = environment("XDG_CACHE_HOME");
  if (cache.is_absolute()) return cache / below;
  const fs::path home = environment("HOME");
  return home.is_absolute() ? home / ".cache" / below : fs::path();
}

std::vector<OfficialModel> official_models() {
  const fs::path csv = embedded_model_dir() / "official.csv";
  std::ifstream stream(csv);
  std::string line;
  if (!std::getline(stream, line)) throw Error(ExitCode::kModel, csv.string() + ": cannot be read");
  std::vector<OfficialModel> models;
  for (int number = 2; std::getline(stream, line); ++number) models.push_back(parse_row(line, csv, number));
  return models;
}

std::vector<std::string> embedded_model_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(embedded_model_dir())) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() == kExtension && stem.ends_with(kEmbeddedSuffix)) names.push_back(stem);
  }
  std::ranges::sort(names);
  return names;
}

std::filesystem::path find_model(const std::string& path_or_name) {
  if (is_file(path_or_name)) return path_or_name;

  std::vector<std::string> names;
  for (const OfficialModel& model : official_models()) {
    names.push_back(model.name);
    if (model.name != path_or_name) continue;
    if (const auto file = fetched_file(model)) return *file;
    throw Error(
        ExitCode::kModel,
        fmt::format(
            "the official model '{0}' is not on this machine: run scripts/fetch_models.sh {0} (downloads it to "
            "{1}), or set SYSTOLITE_MODELS to a directory that has {2}, or use {0}{3}, a generated model of the "
            "same structure that needs no download",
            model.name, model_cache_dir().string(), model.file, kEmbeddedSuffix));
  }
  for (const std::string& name : embedded_model_names()) {
    names.push_back(name);
    if (name == path_or_name) return embedded_model_dir() / (name + std::string(kExtension));
  }
  throw Error(ExitCode::kModel, fmt::format("'{}' is neither a file nor the name of a model; names are: {}",
                                            path_or_name, fmt::join(names, ", ")));
}

}  // namespace systolite

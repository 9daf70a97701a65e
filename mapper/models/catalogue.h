// SPDX-License-Identifier: Apache-2.0
// Names for models. Official MLPerf Tiny models (ic, kws, vww, ad, sww) are not part of this repository: they are
// looked for in $SYSTOLITE_MODELS, then in the download cache, and taken only with the expected SHA-256. Embedded
// models (kws_embedded, ...) have the same structure and come with the repository.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace systolite {

// A row of benchmarks/models/official.csv.
struct OfficialModel {
  std::string name;  // "kws"
  std::string file;  // "kws_ref_model.tflite"
  std::string url;   // pinned to a commit
  std::string sha256;
  std::uintmax_t bytes;
  std::string licence;
};

// The file for a path or a catalogue name; an existing file wins over a name. Throws Error(kModel): neither a file nor
// a known name, an official model that has not been fetched (the text says how), or one with other content.
[[nodiscard]] std::filesystem::path find_model(const std::string& path_or_name);

[[nodiscard]] std::vector<OfficialModel> official_models();
[[nodiscard]] std::vector<std::string> embedded_model_names();  // sorted

// benchmarks/models of an installation, else of the source tree this was built from, or else of $SYSTOLITE_HOME. Throws
// Error(kModel) if neither exists.
[[nodiscard]] std::filesystem::path embedded_model_dir();
// Where scripts/fetch_models.sh puts official models: $XDG_CACHE_HOME/systolite/models, by default below ~/.cache.
// Empty if there is no home directory.
[[nodiscard]] std::filesystem::path model_cache_dir();

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// A report that `run --json` wrote, read back for comparing: figures by the path of their key, whatever they are.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace systolite::diff {

// By path below a report or layer: "cycles", "stalls.wait_vec", "energy.total_pj.value". Units as in
// sim/report/README.md.
using Figures = std::map<std::string, double>;
using Texts = std::map<std::string, std::string>;

struct LayerRecord {
  int index = 0;
  std::string op;
  std::string name;  // of the output tensor
  Texts texts;       // "where", "dataflow", "bound_by"; "-" for null
  Figures figures;
};

struct Setting {
  std::string key;
  std::string value;
  bool operator==(const Setting&) const = default;
};

struct RunRecord {
  std::filesystem::path file;
  std::string model;
  std::string config;
  std::string backend;
  std::string input;
  bool drop_constant_channels = false;
  std::vector<Setting> configuration;  // empty: a report that does not have it
  Figures figures;                     // of the run; of engines and firmware too
  std::vector<LayerRecord> layers;
};

// Throws Error(kData): the file cannot be read; is not JSON; is another kind of file, or of another schema; lacks a key
// or has one of the wrong type, which is named; has no cycles, as its backend had no clock.
[[nodiscard]] RunRecord read_run(const std::filesystem::path& file);

}  // namespace systolite::diff

// SPDX-License-Identifier: Apache-2.0
// What changed from one run to another.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/diff/run_record.h"

namespace systolite::diff {

inline constexpr int kDifferenceSchema = 1;  // changes with the meaning or the name of a JSON key

// A figure of both; 0 where a report does not have it, which is how reports write buckets without cycles.
struct Change {
  std::string key;  // path in the report
  double a = 0;
  double b = 0;
  [[nodiscard]] double change() const noexcept { return b - a; }
};

struct TextChange {
  std::string key;
  std::string a;  // "-": not there
  std::string b;
};

// A layer of one run and the same layer, by operator and name of its output, of the other.
struct LayerDifference {
  int index = 0;  // in the first run that has it
  std::string op;
  std::string name;
  const LayerRecord* a = nullptr;  // nothing: only in the other
  const LayerRecord* b = nullptr;
  std::vector<Change> figures;          // those that differ, most first; none for a layer of one run only
  std::vector<TextChange> texts;        // those that differ
  [[nodiscard]] double cycles() const;  // change; of a layer of one run only all of them
};

struct Difference {
  RunRecord a;
  RunRecord b;
  std::vector<TextChange> facts;          // model, config, backend, input, ...
  std::vector<TextChange> configuration;  // keys that differ
  bool knows_configuration = false;       // both reports have it
  bool same_network = false;              // every layer has its match
  std::vector<Change> figures;            // of the runs, those that differ, most first
  std::vector<LayerDifference> layers;    // that differ: change of cycles, most first, then as in the network
  std::size_t equal_layers = 0;
};

[[nodiscard]] Difference compare(RunRecord a, RunRecord b);

// The value of a figure of a run or layer; nothing if it does not have it.
[[nodiscard]] std::optional<double> figure(const Figures& figures, const std::string& key);

[[nodiscard]] std::string to_table(const Difference& difference);
// Keys: sim/diff/README.md.
[[nodiscard]] std::string to_json(const Difference& difference);

}  // namespace systolite::diff

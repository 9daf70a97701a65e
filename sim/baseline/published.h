// SPDX-License-Identifier: Apache-2.0
// Published results of Cortex-M without an accelerator: configs/baselines/published.yaml, read once, strictly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"

namespace systolite::baseline {

struct PublishedResult {
  std::string core;      // "cortex-m4"
  std::string model;     // "kws"
  std::string software;  // "X-CUBE-AI 9.0"
  std::string board;
  double clock_mhz = 0;
  double latency_ms = 0;
  std::string division;
  std::string source;  // repository, commit and path

  [[nodiscard]] double cycles() const { return latency_ms * clock_mhz * 1000; }
};

struct PublishedModel {
  std::string name;
  std::int64_t operators = 0;
  std::int64_t macs = 0;
};

class Published {
 public:
  // Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
  static Published load(const std::filesystem::path& file);

  // The reference model that a network is, or has the shape of: as many operators and multiply-accumulates.
  [[nodiscard]] std::optional<std::string> model_of(const Graph& graph) const;
  // Fewest cycles of a core on a model; nothing if no one has published any.
  [[nodiscard]] std::optional<PublishedResult> best(const std::string& core, const std::string& model) const;
  // The same among results whose software says so, e.g. "CMSIS-NN".
  [[nodiscard]] std::optional<PublishedResult> best_with(const std::string& core, const std::string& model,
                                                         const std::string& software) const;
  [[nodiscard]] const std::vector<PublishedResult>& results() const { return results_; }

 private:
  std::vector<PublishedModel> models_;
  std::vector<PublishedResult> results_;
};

}  // namespace systolite::baseline

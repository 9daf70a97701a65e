// SPDX-License-Identifier: Apache-2.0
// A .tflite file whose FlatBuffer structure has been verified, and the one way its readers refuse it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tflite_subset_generated.h"

namespace systolite {

class ModelFile {
 public:
  // `label` begins every message. Throws Error(kModel) unless the bytes are a structurally sound model with one
  // subgraph.
  ModelFile(std::vector<std::uint8_t> bytes, std::string label);
  // The tables point into the bytes.
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;

  [[nodiscard]] const tflite_file::Model& model() const noexcept { return *model_; }
  [[nodiscard]] const tflite_file::SubGraph& subgraph() const noexcept { return *subgraph_; }

  // Throws Error(kModel) "LABEL: sentence".
  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> sentence, Args&&... args) const {
    fail_with(fmt::format(sentence, std::forward<Args>(args)...));
  }
  template <class... Args>
  void require(bool condition, fmt::format_string<Args...> sentence, Args&&... args) const {
    if (!condition) fail_with(fmt::format(sentence, std::forward<Args>(args)...));
  }

 private:
  [[noreturn]] void fail_with(const std::string& sentence) const;

  std::vector<std::uint8_t> bytes_;
  std::string label_;
  const tflite_file::Model* model_ = nullptr;
  const tflite_file::SubGraph* subgraph_ = nullptr;
};

// Text from the file, safe to print: bytes outside printable ASCII become '?'.
[[nodiscard]] std::string printable(const flatbuffers::String* text);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// .tflite to Graph. The file is never trusted: FlatBuffers verifier first, then every index, shape, type and size.
#pragma once

#include <filesystem>

#include "mapper/ir/graph.h"

namespace systolite {

// Throws Error(kModel): unreadable, truncated or corrupted file, wrong identifier, float or other types, dynamic
// shapes, batch other than 1, unsupported operator ("operator #12 (LSTM)"), unsupported attribute, missing
// quantisation.
[[nodiscard]] Graph import_tflite(const std::filesystem::path& file);
[[nodiscard]] Graph import_tflite(const std::uint8_t* bytes, std::size_t size, const std::string& name);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// NumPy array files (.npy 1.0 to 3.0): little-endian int8, int32, float32 in C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace systolite {

enum class NpyType { kInt8, kInt32, kFloat32 };

struct NpyArray {
  NpyType type = NpyType::kInt8;
  std::vector<std::int64_t> shape;  // empty: a scalar
  std::vector<std::uint8_t> data;   // little-endian elements, last dimension fastest
  bool operator==(const NpyArray&) const = default;

  [[nodiscard]] std::int64_t elements() const noexcept;
  // The elements as numbers. Throws Error(kData) if the array is of another type.
  [[nodiscard]] std::vector<std::int8_t> int8() const;
  [[nodiscard]] std::vector<std::int32_t> int32() const;
  [[nodiscard]] std::vector<float> float32() const;
};

[[nodiscard]] NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const std::int8_t> values);
[[nodiscard]] NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const std::int32_t> values);
[[nodiscard]] NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const float> values);

// Throws Error(kData), naming the file, for anything but a whole, supported array.
[[nodiscard]] NpyArray read_npy(const std::filesystem::path& file);
[[nodiscard]] NpyArray parse_npy(std::span<const std::uint8_t> bytes, const std::string& name);

// Writes version 1.0, through a temporary file.
void write_npy(const std::filesystem::path& file, const NpyArray& array);
[[nodiscard]] std::vector<std::uint8_t> format_npy(const NpyArray& array);

}  // namespace systolite

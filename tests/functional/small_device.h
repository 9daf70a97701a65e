// SPDX-License-Identifier: Apache-2.0
// The 8 x 8 configuration with an executor, and short ways to write to its memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/functional/executor.h"
#include "sim/memory/bus_memory.h"
#include "tests/reference/reference_ops.h"

namespace systolite::testing {

inline HwConfig configuration(const std::string& name) {
  return load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw" / (name + ".yaml"));
}

struct SmallDevice {
  HwConfig hw = configuration("small_8x8");
  BusMemory memory{hw};
  Executor executor{hw, memory};

  explicit SmallDevice(bool output_stationary = false) {
    hw.array.output_stationary = output_stationary;
    executor.fill_local(1);
  }

  template <typename T>
  void write(std::uint32_t address, const std::vector<T>& values) {
    memory.write(address, {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)});
  }
  [[nodiscard]] reference::Bytes read(std::uint32_t address, std::size_t bytes) const {
    const std::vector<std::uint8_t> values = memory.read(address, bytes);
    return {values.begin(), values.end()};
  }
};

constexpr std::uint32_t kLd = 1, kWl = 2, kMm = 4, kVec = 8, kSt = 16;  // bits of wait and signal

}  // namespace systolite::testing

// SPDX-License-Identifier: Apache-2.0
// Requantisation tables in the form that holds every value: scale full, bias bits32 (hw/MICROARCHITECTURE.md, "Tables
// in memory").
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace systolite::reference {

// One value a slot in each of the three; missing slots of the last group are zero.
inline std::vector<std::uint8_t> full_table(std::vector<std::int32_t> bias, std::vector<std::int32_t> mult,
                                            std::vector<std::int8_t> shift, std::size_t bus_bytes) {
  const std::size_t slots = (bias.size() + bus_bytes - 1) / bus_bytes * bus_bytes;
  bias.resize(slots);
  mult.resize(slots);
  shift.resize(slots);
  std::vector<std::uint8_t> image;
  const auto put = [&image](std::int32_t value) {
    for (int byte = 0; byte < 4; ++byte)
      image.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> (8 * byte)));
  };
  for (std::size_t group = 0; group < slots; group += bus_bytes) {
    for (std::size_t i = group; i < group + bus_bytes; ++i) put(mult[i]);
    for (std::size_t i = group; i < group + bus_bytes; ++i) image.push_back(static_cast<std::uint8_t>(shift[i]));
    for (std::size_t i = group; i < group + bus_bytes; ++i) put(bias[i]);
  }
  return image;
}

}  // namespace systolite::reference

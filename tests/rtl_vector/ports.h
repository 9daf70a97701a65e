// SPDX-License-Identifier: Apache-2.0
// Verilated ports as bytes and bit fields, whatever C++ type their width has (scalar or VlWide). Little-endian hosts.
#pragma once

#include <cstdint>
#include <cstring>

namespace systolite {

// Bits [at, at + bits) of a port, bits <= 32.
template <typename Port>
void set_bits(Port& port, std::uint32_t at, std::uint32_t bits, std::uint32_t value) {
  auto* bytes = reinterpret_cast<std::uint8_t*>(&port);
  for (std::uint32_t i = 0; i < bits;) {
    const std::uint32_t offset = (at + i) % 8;
    const std::uint32_t take = bits - i < 8 - offset ? bits - i : 8 - offset;
    const auto mask = static_cast<std::uint8_t>(((1U << take) - 1U) << offset);
    std::uint8_t& byte = bytes[(at + i) / 8];
    byte = static_cast<std::uint8_t>((byte & ~mask) | (((value >> i) << offset) & mask));
    i += take;
  }
}

template <typename Port>
void set_bytes(Port& port, const void* source, std::size_t bytes) {
  std::memcpy(&port, source, bytes);
}

template <typename Port>
void get_bytes(const Port& port, void* target, std::size_t bytes) {
  std::memcpy(target, &port, bytes);
}

}  // namespace systolite

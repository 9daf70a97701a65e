// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/arm_attributes.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kTagFile = 1;
constexpr std::uint32_t kTagRawName = 4;
constexpr std::uint32_t kTagName = 5;
constexpr std::uint32_t kTagArchitecture = 6;
constexpr std::uint32_t kTagProfile = 7;
constexpr std::uint32_t kTagCompatibility = 32;

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  std::uint32_t word() {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= std::uint32_t{byte()} << shift;
    return value;
  }
  std::uint32_t uleb() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 7) {
      const std::uint8_t part = byte();
      value |= (part & 0x7FU) << shift;
      if ((part & 0x80U) == 0) break;
    }
    return value;
  }
  std::string_view string() {
    const auto end = std::find(bytes_.begin(), bytes_.end(), std::uint8_t{0});
    const auto length = static_cast<std::size_t>(end - bytes_.begin());
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), length);
    bytes_ = bytes_.subspan(std::min(length + 1, bytes_.size()));
    return text;
  }
  Reader part(std::size_t length) {
    const std::size_t taken = std::min(length, bytes_.size());
    Reader reader(bytes_.first(taken));
    bytes_ = bytes_.subspan(taken);
    return reader;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

Architecture architecture_of(std::uint32_t value) {
  switch (value) {
    case 10:  // v7, of the M profile
      return Architecture::kV7M;
    case 13:
      return Architecture::kV7EM;
    case 17:
    case 21:
      return Architecture::kV8MMain;
    default:  // v6-M, v6S-M, v4T to v6K
      return Architecture::kV6M;
  }
}

void read_file_attributes(Reader reader, ArmAttributes& attributes) {
  while (!reader.at_end()) {
    const std::uint32_t tag = reader.uleb();
    if (tag == kTagRawName || tag == kTagName || (tag > kTagCompatibility && tag % 2 != 0)) {
      static_cast<void>(reader.string());
      continue;
    }
    const std::uint32_t value = reader.uleb();
    if (tag == kTagCompatibility) static_cast<void>(reader.string());
    if (tag == kTagArchitecture) attributes.architecture = architecture_of(value);
    if (tag == kTagProfile) attributes.profile = static_cast<int>(value);
  }
}

}  // namespace

ArmAttributes read_arm_attributes(std::span<const std::uint8_t> section) {
  ArmAttributes attributes;
  Reader reader(section);
  if (reader.byte() != 'A') return attributes;
  while (!reader.at_end()) {
    const std::uint32_t length = reader.word();
    if (length < 4) break;
    Reader vendor = reader.part(length - 4);
    if (vendor.string() != "aeabi") continue;
    while (!vendor.at_end()) {
      const std::uint32_t tag = vendor.uleb();
      const std::uint32_t part_length = vendor.word();
      if (part_length < 5) break;
      const Reader part = vendor.part(part_length - 5);
      if (tag == kTagFile) read_file_attributes(part, attributes);
    }
  }
  return attributes;
}

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/elf_file.h"

#include <cstring>
#include <stdexcept>

#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr std::uint32_t kHeaderBytes = 52;
constexpr std::uint32_t kSegmentHeaderBytes = 32;

void append(std::vector<std::uint8_t>& bytes, std::uint32_t word) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
}

std::uint32_t number(const std::vector<std::uint8_t>& file, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  if (at + bytes > file.size()) throw std::runtime_error("an ELF file is cut off");
  std::memcpy(&value, file.data() + at, bytes);
  return value;
}

}  // namespace

void write_elf(const std::filesystem::path& file, const Segment& program) {
  const auto size = static_cast<std::uint32_t>(program.bytes.size());
  std::uint32_t reset = 0;
  std::memcpy(&reset, program.bytes.data() + 4, 4);
  std::vector<std::uint8_t> bytes = {0x7F, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  append(bytes, 0x00280002);    // executable, Arm
  append(bytes, 1);             // version
  append(bytes, reset);         // entry
  append(bytes, kHeaderBytes);  // segment headers
  append(bytes, 0);             // no sections
  append(bytes, 0x05000000);    // EABI 5
  append(bytes, kSegmentHeaderBytes << 16U | kHeaderBytes);
  append(bytes, 1);  // one segment
  append(bytes, 0);
  append(bytes, 1);  // to load
  append(bytes, kHeaderBytes + kSegmentHeaderBytes);
  append(bytes, program.address);
  append(bytes, program.address);
  append(bytes, size);
  append(bytes, size);
  append(bytes, 7);
  append(bytes, 4);
  bytes.insert(bytes.end(), program.bytes.begin(), program.bytes.end());
  write_file(file, bytes);
}

std::vector<Segment> read_elf(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> file = read_file(path);
  constexpr std::uint32_t kArm = 40;
  if (file.size() < kHeaderBytes || std::memcmp(file.data(), "\177ELF\1\1", 6) != 0 || number(file, 18, 2) != kArm)
    throw std::runtime_error(path.string() + " is no ELF file for Arm");
  std::vector<Segment> segments;
  const std::size_t headers = number(file, 28, 4);
  for (std::size_t i = 0; i < number(file, 44, 2); ++i) {
    const std::size_t header = headers + i * number(file, 42, 2);
    constexpr std::uint32_t kLoad = 1;
    if (number(file, header, 4) != kLoad) continue;
    const std::size_t offset = number(file, header + 4, 4);
    const std::size_t file_bytes = number(file, header + 16, 4);
    const std::size_t memory_bytes = number(file, header + 20, 4);
    if (offset + file_bytes > file.size()) throw std::runtime_error("an ELF file is cut off");
    Segment segment{.address = number(file, header + 12, 4), .bytes = {}};
    segment.bytes.assign(file.begin() + static_cast<std::ptrdiff_t>(offset),
                         file.begin() + static_cast<std::ptrdiff_t>(offset + file_bytes));
    segment.bytes.resize(memory_bytes);
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
// The memories around a core: configs/cpu/profiles/*.yaml, read once, strictly. Keys: configs/cpu/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/cpu/core_config.h"
#include "sim/cpu/memory_region.h"

namespace systolite::cpu {

// A cache in front of the flash.
struct CacheShape {
  int lines = 0;
  int line_bytes = 0;
  int ways = 0;
};

struct FlashInterface {
  int wait_states = 0;    // cycles beyond one that reading the array takes
  int read_bytes = 4;     // that one reading delivers
  bool prefetch = false;  // reads the next `read_bytes` after those in use
  std::optional<CacheShape> instruction_cache = {};
  std::optional<CacheShape> data_cache = {};
  bool unified_cache = false;  // the instruction cache holds data too
};

// A memory of the profile, without bytes.
struct ProfileMemory {
  std::string name;
  MemoryKind kind = MemoryKind::kRam;
  std::uint32_t base = 0;
  std::uint32_t bytes = 0;
  std::uint32_t read_wait_cycles = 0;
  std::uint32_t write_wait_cycles = 0;
  std::uint32_t fetch_wait_cycles = 0;
  std::optional<std::uint32_t> alias = {};  // the same bytes at another address, e.g. flash at 0
};

struct Profile {
  std::string name;
  std::filesystem::path file;  // for messages
  std::string board;
  Trust status = Trust::kUnvalidated;
  std::vector<std::string> cores;  // it may go with; empty: any
  double clock_mhz = 0;
  FlashInterface flash = {};
  std::vector<ProfileMemory> memories;
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] Profile load_profile(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] Profile parse_profile(const std::string& yaml, const std::string& file);

}  // namespace systolite::cpu

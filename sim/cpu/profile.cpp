// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/profile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite::cpu {
namespace {

constexpr std::array<std::string_view, 8> kKeys = {"name",  "board",     "status", "sources",
                                                   "cores", "clock_mhz", "flash",  "memories"};
constexpr std::array<std::string_view, 2> kSourceKeys = {"figure", "source"};
constexpr std::array<std::string_view, 1> kCoreKeys = {"name"};
constexpr std::array<std::string_view, 6> kFlashKeys = {"wait_states",       "read_bytes", "prefetch",
                                                        "instruction_cache", "data_cache", "unified_cache"};
constexpr std::array<std::string_view, 3> kCacheKeys = {"lines", "line_bytes", "ways"};
constexpr std::array<std::string_view, 8> kMemoryKeys = {
    "name", "kind", "base", "bytes", "read_wait_cycles", "write_wait_cycles", "fetch_wait_cycles", "alias"};

std::int64_t bounded(const StrictMap& map, std::string_view key, std::int64_t min, std::int64_t max) {
  const std::string rule = std::to_string(min) + " to " + std::to_string(max);
  const std::int64_t value = map.integer(key, rule);
  if (value < min || value > max) map.refuse(key, rule);
  return value;
}

int power_of_two(const StrictMap& map, std::string_view key, std::int64_t min, std::int64_t max) {
  const std::string rule = "a power of two from " + std::to_string(min) + " to " + std::to_string(max);
  const std::int64_t value = map.integer(key, rule);
  if (value < min || value > max || !std::has_single_bit(static_cast<std::uint64_t>(value))) map.refuse(key, rule);
  return static_cast<int>(value);
}

std::uint32_t address(const StrictMap& map, std::string_view key) {
  const std::string rule = "an address from 0 to 0xdfffffff, a multiple of 4";
  const std::int64_t value = map.integer(key, rule);
  if (value < 0 || value > 0xDFFFFFFF || value % 4 != 0) map.refuse(key, rule);
  return static_cast<std::uint32_t>(value);
}

CacheShape parse_cache(const StrictMap& flash, std::string_view key) {
  const StrictMap map = flash.map(key, kCacheKeys);
  CacheShape shape;
  shape.lines = power_of_two(map, "lines", 1, 65536);
  shape.line_bytes = power_of_two(map, "line_bytes", 4, 128);
  shape.ways = power_of_two(map, "ways", 1, std::min(shape.lines, 64));
  return shape;
}

FlashInterface parse_flash(const StrictMap& top) {
  const StrictMap map = top.map("flash", kFlashKeys);
  FlashInterface flash;
  flash.wait_states = static_cast<int>(bounded(map, "wait_states", 0, 64));
  flash.read_bytes = power_of_two(map, "read_bytes", 4, 64);
  flash.prefetch = map.flag("prefetch");
  flash.unified_cache = map.flag("unified_cache");
  if (map.has("instruction_cache")) flash.instruction_cache = parse_cache(map, "instruction_cache");
  if (map.has("data_cache")) flash.data_cache = parse_cache(map, "data_cache");
  if (flash.unified_cache && (!flash.instruction_cache || flash.data_cache))
    map.refuse("unified_cache", "false without an instruction_cache, and with a data_cache");
  return flash;
}

ProfileMemory parse_memory(const StrictMap& map) {
  ProfileMemory memory;
  memory.name = map.text("name", "a name");
  const std::string kind = map.text("kind", "flash or ram");
  if (kind != "flash" && kind != "ram") map.refuse("kind", "flash or ram");
  memory.kind = kind == "flash" ? MemoryKind::kFlash : MemoryKind::kRam;
  memory.base = address(map, "base");
  const std::int64_t room = std::int64_t{0xE0000000} - memory.base;
  memory.bytes = static_cast<std::uint32_t>(bounded(map, "bytes", 4, std::min<std::int64_t>(room, 256 << 20)));
  const auto waits = [&](std::string_view key) {
    if (!map.has(key)) return 0U;
    if (memory.kind == MemoryKind::kFlash) map.refuse(key, "left out for flash, whose timing is that of 'flash'");
    return static_cast<std::uint32_t>(bounded(map, key, 0, 60));
  };
  memory.read_wait_cycles = waits("read_wait_cycles");
  memory.write_wait_cycles = waits("write_wait_cycles");
  memory.fetch_wait_cycles = waits("fetch_wait_cycles");
  if (map.has("alias")) {
    if (memory.kind != MemoryKind::kFlash) map.refuse("alias", "left out for RAM");
    memory.alias = address(map, "alias");
  }
  return memory;
}

Trust parse_status(const StrictMap& top) {
  const std::string rule = "validated, plausible or unvalidated";
  const std::string text = top.text("status", rule);
  for (const Trust trust : {Trust::kValidated, Trust::kPlausible, Trust::kUnvalidated}) {
    if (text == cpu::name(trust)) return trust;
  }
  top.refuse("status", rule);
}

}  // namespace

Profile load_profile(const std::filesystem::path& file) {
  return parse_profile(read_text(file, ExitCode::kConfig), file.string());
}

Profile parse_profile(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kKeys);
  Profile profile;
  profile.file = file;
  profile.name = top.text("name", "a name");
  profile.board = top.text("board", "the name of the board");
  profile.status = parse_status(top);
  if (top.list("sources", kSourceKeys).empty()) top.refuse("sources", "a list of what comes from where, not empty");
  for (const StrictMap& map : top.list("sources", kSourceKeys)) {
    static_cast<void>(map.text("figure", "what the source is for"));
    static_cast<void>(map.text("source", "where it comes from"));
  }
  for (const StrictMap& map : top.list("cores", kCoreKeys))
    profile.cores.push_back(map.text("name", "the name of a core"));
  profile.clock_mhz = top.real("clock_mhz", 0.001, 5000);
  profile.flash = parse_flash(top);
  for (const StrictMap& map : top.list("memories", kMemoryKeys)) profile.memories.push_back(parse_memory(map));
  if (profile.memories.empty()) top.refuse("memories", "a list of memories, not empty");
  return profile;
}

}  // namespace systolite::cpu

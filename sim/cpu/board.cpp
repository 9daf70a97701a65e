// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/board.h"

#include "sim/core/error.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {

Board::Board(const CoreConfig& core, const Profile& profile, Bus& bus)
    : core_(core), profile_(profile), cpu_(core, profile, bus) {
  storage_.reserve(profile.memories.size());
  for (const ProfileMemory& memory : profile.memories) {
    storage_.emplace_back(memory.bytes);
    MemoryRegion region{.name = memory.name,
                        .kind = memory.kind,
                        .base = memory.base,
                        .host = storage_.back(),
                        .read_wait_cycles = memory.read_wait_cycles,
                        .write_wait_cycles = memory.write_wait_cycles,
                        .fetch_wait_cycles = memory.fetch_wait_cycles};
    cpu_.map(region);
    if (!memory.alias) continue;
    region.name += " (alias)";
    region.base = *memory.alias;
    cpu_.map(region);
  }
}

void Board::load(const ElfImage& image) {
  check_architecture(image, core_);
  for (const ElfSegment& segment : image.segments) {
    if (cpu_.write_memory(segment.address, segment.bytes)) continue;
    std::string memories;
    for (const ProfileMemory& memory : profile_.memories) {
      memories += (memories.empty() ? "" : ", ") + memory.name + " " + hex(memory.base) + " to " +
                  hex(memory.base + memory.bytes - 1);
    }
    throw Error(ExitCode::kData, image.file.string() + ": the segment at " + hex(segment.address) + " (" +
                                     std::to_string(segment.bytes.size()) + " bytes) is outside the memories of " +
                                     profile_.name + ": " + memories);
  }
  cpu_.reset(image.vector_table);
}

}  // namespace systolite::cpu

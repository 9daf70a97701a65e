// SPDX-License-Identifier: Apache-2.0
// A core with the memories of a profile and a program in them: what stands alone needs.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/cpu/bus.h"
#include "sim/cpu/cpu.h"
#include "sim/cpu/elf_image.h"

namespace systolite::cpu {

class Board {
 public:
  // `bus` answers outside the memories and outlives the Board. Throws Error as Cpu does.
  Board(const CoreConfig& core, const Profile& profile, Bus& bus);

  // Writes the program into the memories and resets the core. Throws Error(kData) when a segment is outside the
  // memories, or the core cannot execute it.
  void load(const ElfImage& image);

  [[nodiscard]] Cpu& cpu() noexcept { return cpu_; }

 private:
  CoreConfig core_;
  Profile profile_;
  std::vector<std::vector<std::uint8_t>> storage_;  // by memory of the profile
  Cpu cpu_;
};

}  // namespace systolite::cpu

// SPDX-License-Identifier: Apache-2.0
// What a cell library says about the accelerator's blocks: coefficients fitted to synthesised configurations, one file
// a library in configs/area, written by scripts/area_fit.sh. Format: the head of configs/area/osu018.yaml.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/area/quantities.h"
#include "sim/core/sourced.h"

namespace systolite {

// factor * the product of some quantities.
struct AreaTerm {
  static constexpr std::size_t kMostQuantities = 3;
  double factor;
  std::array<std::size_t, kMostQuantities> of{};  // places in kQuantityNames; the unused ones are the constant's
};

// The block that holds the PEs and nothing else; every table has it.
inline constexpr const char* kPeBlock = "array PEs";

struct BlockTable {
  std::string block;
  std::vector<AreaTerm> area_um2;
  double area_error;                 // largest difference between synthesis and model, relative to the model
  std::vector<AreaTerm> flip_flops;  // empty: the block has none
  double flip_flops_error;
  std::vector<AreaTerm> period_ns;  // empty: no path ends in the block
  double period_error;
};

// A memory takes bits * (um2_per_bit + um2_per_bit_and_word / words) * ports.
struct MemoryTable {
  Sourced um2_per_bit;
  Sourced um2_per_bit_and_word;
  Sourced ports;
};

struct AreaTable {
  std::string library;
  std::string process;
  std::string source;
  int node_nm;
  double nand2_um2;
  double held_out_area_error;  // of the whole logic, relative, over configurations that were not fitted
  double held_out_flip_flops_error;
  double held_out_fmax_error;
  MemoryTable memory;
  std::vector<BlockTable> blocks;

  // Throws Error(kConfig) "FILE:LINE: KEY ..." for what is missing, unknown, of the wrong type or out of range.
  [[nodiscard]] static AreaTable load(const std::filesystem::path& file);
  // The same from text; `name` stands for the file in messages.
  [[nodiscard]] static AreaTable parse(const std::string& yaml, const std::string& name);
};

}  // namespace systolite

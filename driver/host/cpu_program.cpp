// SPDX-License-Identifier: Apache-2.0
#include "driver/host/cpu_program.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::uint64_t kAlign = 16;  // a line of the caches there are

// Bytes that are alive from before operator `first` to after operator `last`.
struct Block {
  int root;  // tensor
  std::uint64_t bytes;
  int first, last;
  std::uint64_t offset = 0;
};

class Planner {
 public:
  Planner(const Graph& graph, const CpuProgramOptions& options) : graph_(graph), options_(options) {}

  Program plan() {
    find_roots();
    find_lifetimes();
    place();
    Program program{};
    program.flash_base = options_.flash_base;
    program.sram_base = options_.sram_base;
    program.sram_bytes = static_cast<std::uint32_t>(arena_bytes_);
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      const bool alias = is_alias(graph_.ops[i]);
      if (!alias) program.steps.emplace_back(CpuStep{static_cast<int>(i), kReason});
      program.layers.push_back(alias ? LayerInfo{Where::kNone, ""} : LayerInfo{Where::kCpu, kReason});
    }
    for (std::size_t t = 0; t < graph_.tensors.size(); ++t) {
      if (root_[t] < 0) continue;
      const auto block = std::ranges::find(blocks_, root_[t], &Block::root);
      program.places.push_back({.tensor = static_cast<int>(t),
                                .address = options_.sram_base + static_cast<std::uint32_t>(block->offset),
                                .bytes = static_cast<std::uint32_t>(graph_.tensors[t].bytes())});
    }
    return program;
  }

 private:
  static constexpr const char* kReason = "everything runs on the processor";

  [[nodiscard]] bool is_activation(int tensor) const {
    return tensor >= 0 && !graph_.tensors[static_cast<std::size_t>(tensor)].is_constant();
  }
  [[nodiscard]] bool is_alias(const Op& op) const {
    return std::holds_alternative<Reshape>(op.params) && is_activation(op.inputs.at(0));
  }

  // The tensor whose memory a tensor has; -1: none, it is constant or unused.
  void find_roots() {
    root_.assign(graph_.tensors.size(), -1);
    const auto own = [&](int tensor) { root_[static_cast<std::size_t>(tensor)] = tensor; };
    for (const int tensor : graph_.inputs) own(tensor);
    for (const Op& op : graph_.ops) {
      const int output = op.outputs.at(0);
      if (is_alias(op)) {
        root_[static_cast<std::size_t>(output)] = root_[static_cast<std::size_t>(op.inputs[0])];
      } else {
        own(output);
      }
    }
  }

  void find_lifetimes() {
    const int end = static_cast<int>(graph_.ops.size());
    for (std::size_t t = 0; t < root_.size(); ++t) {
      if (root_[t] != static_cast<int>(t)) continue;
      blocks_.push_back({.root = static_cast<int>(t),
                         .bytes = static_cast<std::uint64_t>(graph_.tensors[t].bytes()),
                         .first = end,
                         .last = -1});
    }
    const auto alive_at = [&](int tensor, int op) {
      if (!is_activation(tensor)) return;
      const auto block = std::ranges::find(blocks_, root_[static_cast<std::size_t>(tensor)], &Block::root);
      if (block == blocks_.end()) return;
      block->first = std::min(block->first, op);
      block->last = std::max(block->last, op);
    };
    for (const int tensor : graph_.inputs) alive_at(tensor, -1);
    for (int i = 0; i < end; ++i) {
      const Op& op = graph_.ops[static_cast<std::size_t>(i)];
      for (const int tensor : op.inputs) alive_at(tensor, i);
      for (const int tensor : op.outputs) alive_at(tensor, i);
    }
    for (const int tensor : graph_.outputs) alive_at(tensor, end);
    if (!options_.keep_all_tensors) return;
    for (Block& block : blocks_) {
      block.first = -1;
      block.last = end;
    }
  }

  // Each at the lowest address where nothing that lives at the same time is.
  void place() {
    std::ranges::stable_sort(blocks_, std::greater<>{}, &Block::bytes);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      Block& block = blocks_[i];
      std::vector<const Block*> others;
      for (std::size_t j = 0; j < i; ++j) {
        if (blocks_[j].first <= block.last && block.first <= blocks_[j].last) others.push_back(&blocks_[j]);
      }
      std::ranges::sort(others, {}, &Block::offset);
      for (const Block* other : others) {
        if (block.offset + block.bytes <= other->offset) break;
        block.offset = std::max(block.offset, (other->offset + other->bytes + kAlign - 1) / kAlign * kAlign);
      }
      arena_bytes_ = std::max(arena_bytes_, block.offset + block.bytes);
    }
    if (arena_bytes_ > std::numeric_limits<std::uint32_t>::max() - options_.sram_base) {
      throw Error(ExitCode::kModel, graph_.name + " needs " + std::to_string(arena_bytes_) +
                                        " bytes for its activations, which is beyond the address space of a processor "
                                        "of 32 bits");
    }
  }

  const Graph& graph_;
  const CpuProgramOptions& options_;
  std::vector<int> root_;
  std::vector<Block> blocks_;
  std::uint64_t arena_bytes_ = 0;
};

}  // namespace

Program cpu_program(const Graph& graph, const CpuProgramOptions& options) { return Planner(graph, options).plan(); }

}  // namespace systolite

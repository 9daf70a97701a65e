// SPDX-License-Identifier: Apache-2.0
// What wants a place in the scratchpad: a tensor, or several that have the same bytes one after the other, as each is
// made from the last one, which nobody reads any more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

struct Tenant {
  int tensor;
  int first_op;  // lifetime, both ends included
  int last_op;
  [[nodiscard]] bool lives_with(const Tenant& other) const noexcept {
    return first_op <= other.last_op && other.first_op <= last_op;
  }
  std::uint32_t offset;  // from the start of the candidate
  std::uint32_t bytes;
  int height;  // rows of the image
};

struct Candidate {
  std::vector<Tenant> tenants;  // by lifetime
  std::uint32_t bytes;
  int interleave;          // wanted; above 0 only if the tenants are of one shape
  bool plain;              // interleave must be 0
  std::vector<int> apart;  // candidates that another engine reads at the same time: better in other banks

  // Names the candidate.
  [[nodiscard]] int tensor() const noexcept { return tenants.front().tensor; }
  [[nodiscard]] int first_op() const noexcept { return tenants.front().first_op; }
  [[nodiscard]] int last_op() const noexcept { return tenants.back().last_op; }
  // From the start of the candidate, those of its tenants that are alive at an operator.
  [[nodiscard]] Range bytes_at(int op) const noexcept;
};

// An operator's result takes the bytes of one of its operands.
struct Takeover {
  int operand;           // tensor that has the bytes
  int result;            // tensor that gets them
  std::uint32_t before;  // the result begins so many bytes in front of the operand
};

// How the result of operator `op` can do so: nothing reads the operand afterwards, and the engine reads every byte
// before it is written over: element by element in an ADD, block by block in a layer on the array (in_place.h). `root`:
// of every tensor the one whose bytes it shares through a RESHAPE.
[[nodiscard]] std::optional<Takeover> possible_takeover(const Graph& graph, const std::vector<OpPlan>& plans,
                                                        const std::vector<int>& root,
                                                        const std::vector<Candidate>& candidates, int op,
                                                        const HwConfig& hw);

// Puts the result's candidate into that of the operand. Requires that both are there.
void take_over(std::vector<Candidate>& candidates, const Takeover& takeover);

// Bytes that candidates need at an operator, each beginning at a multiple of kSpmAlignBytes.
[[nodiscard]] std::vector<std::uint64_t> bytes_by_operator(const std::vector<Candidate>& candidates, int operators);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Which activation tensor lives when and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite::fit {

// Tensors that share their bytes through a RESHAPE are one, under the name of the first.
struct LiveTensor {
  int tensor = 0;  // index in the graph
  std::string name;
  std::uint32_t bytes = 0;
  std::uint32_t begin = 0;  // address; in the scratchpad from its start
  std::uint32_t end = 0;    // behind its last byte; rows that rotate through banks have others' bytes in between
  std::vector<ScratchpadRange> ranges;  // the addresses of exactly its bytes
  // Operators at which it is alive, both ends included: -1 before the first, as many as there are after the last.
  int first_op = 0;
  int last_op = 0;
};

struct Timeline {
  std::string memory;              // "scratchpad", "SRAM"
  std::uint64_t memory_bytes = 0;  // 0: whatever it takes
  std::uint32_t base = 0;          // address of the memory
  int operators = 0;
  std::vector<LiveTensor> tensors;  // by first operator, then by address

  // Bytes that hold something alive at an operator (a result may take those of an operand), and the most with the
  // operator at which that is.
  [[nodiscard]] std::uint64_t alive_bytes(int op) const;
  struct Peak {
    std::uint64_t bytes = 0;
    int op = 0;
  };
  [[nodiscard]] Peak peak() const;
  // From the start of the memory to behind its last tensor.
  [[nodiscard]] std::uint64_t used_bytes() const;
};

// Of the accelerator's scratchpad. `graph` is what was mapped onto `hw`. Throws Error(kModel) when it does not fit.
[[nodiscard]] Timeline scratchpad_timeline(const Graph& graph, const HwConfig& hw);
// Of the memory that a program's tensors have places in.
[[nodiscard]] Timeline memory_timeline(const Graph& graph, const Program& program);

// A picture: one line a tensor, one column an operator.
[[nodiscard]] std::string picture(const Timeline& timeline);

}  // namespace systolite::fit

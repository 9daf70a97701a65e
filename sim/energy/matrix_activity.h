// SPDX-License-Identifier: Apache-2.0
// Events of weight load and matrix engine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/energy/event.h"
#include "slt_isa.hpp"

namespace systolite::energy {

// The K steps of an mm command, in the order in which they take weight tiles. They repeat, column tile after column
// tile (output stationary: group of pixels after group of pixels).
struct MatrixSteps {
  Event macs = Event::kMacDense;
  std::int64_t steps = 0;  // of a repetition
  std::int64_t repeats = 0;
  std::int64_t chunks = 1;  // dense: K steps of a kernel row and column
  std::int64_t len = 0;     // dense: bytes that they share; depthwise: rows of weights of all passes
  std::int64_t rows = 0;    // of weights in a full K step
  std::int64_t pixels = 0;  // that meet them
  std::int64_t group = 0;   // output stationary: pixels of a full repetition; `pixels` those of all; else 0

  [[nodiscard]] std::int64_t total() const noexcept { return steps * repeats; }
  // Rows of weights times pixels in the first `count` K steps.
  [[nodiscard]] std::int64_t row_pixels(std::int64_t count) const noexcept;
};

class MatrixActivity {
 public:
  explicit MatrixActivity(const HwConfig& hw) noexcept : hw_(hw) {}

  void configure(const isa::MmCfgIn& cfg) { in_ = cfg; }
  void configure(const isa::MmCfgKernel& cfg) { kernel_ = cfg; }
  // Everything but multiply-accumulates, for which weight tiles have to be known.
  void compute(const isa::Mm& mm, Activity& activity);
  [[nodiscard]] MatrixSteps steps(const isa::Mm& mm) const noexcept;

 private:
  // Input rows by the alignment of their addresses in a scratchpad word, those that lie in the tensor.
  struct RowAlignments {
    std::vector<std::int64_t> inner;  // all rows of the block but the last one
    std::vector<std::int64_t> last;
  };
  [[nodiscard]] bool depthwise() const noexcept { return in_.depthwise != 0; }
  [[nodiscard]] std::int64_t column_offset(const isa::Mm& mm) const noexcept;
  void align_rows(const isa::Mm& mm);
  void read_dense(const isa::Mm& mm, Activity& activity) const;
  void read_depthwise(const isa::Mm& mm, Activity& activity) const;
  void read_shared_depthwise(const isa::Mm& mm, Activity& activity) const;

  const HwConfig& hw_;
  isa::MmCfgIn in_;
  isa::MmCfgKernel kernel_;
  RowAlignments rows_;
};

// Matches the tiles that wl commands bring with the K steps that take them: only together they tell how many PEs
// compute.
class WeightActivity {
 public:
  explicit WeightActivity(const HwConfig& hw) noexcept : hw_(hw) {}

  void load(const isa::Wl& wl, Activity& activity);
  void use(const MatrixSteps& steps, std::size_t layer) { uses_.push_back({steps, layer}); }
  void count_macs(std::span<Activity> activity) const;

 private:
  struct Tiles {
    std::int64_t count;
    std::int64_t columns;
  };
  struct Use {
    MatrixSteps steps;
    std::size_t layer;
  };

  const HwConfig& hw_;
  std::vector<Tiles> tiles_;
  std::vector<Use> uses_;
};

}  // namespace systolite::energy

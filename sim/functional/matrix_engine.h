// SPDX-License-Identifier: Apache-2.0
// Weight load and matrix engine: one weight tile at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"
#include "sim/functional/depthwise_stream.h"
#include "sim/functional/local_memories.h"

namespace systolite::functional {

// A weight tile on offer, in the shadow registers if weight stationary: rows x nt weights, row major.
struct WeightTile {
  std::int64_t dataflow = 0;  // that of the wl
  std::int64_t rows = 0;
  std::int64_t nt = 0;
  std::vector<std::int8_t> weights;
};

// Tile number `tile` of a wl.
void load_weight_tile(const isa::Wl& wl, std::int64_t tile, const LocalMemories& memories, WeightTile& out);

class MatrixEngine {
 public:
  MatrixEngine(const HwConfig& hw, LocalMemories& memories) : hw_(hw), memories_(memories) {}

  // K step number `step` of an mm, counted over its column tiles, with the tile it takes; see rows_needed. Output
  // stationary: the steps of all groups of pixels behind one another, each added to the accumulator at once and not at
  // the end of its group.
  void step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config, const WeightTile& tile);
  // Rows the tile of this step must have.
  [[nodiscard]] std::int64_t rows_needed(const isa::Mm& mm, std::int64_t step, const EngineConfig& config) const;
  // Multiply-accumulates so far, padded taps included.
  [[nodiscard]] std::int64_t macs() const noexcept { return macs_; }

 private:
  void dense_step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config, const WeightTile& tile);
  void output_step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config, const WeightTile& tile);
  void depthwise_pass(const isa::Mm& mm, std::int64_t pass, const EngineConfig& config, const WeightTile& tile,
                      const SharedTile& shares);
  void gather_row(std::int64_t iy, std::int64_t ox0, std::int64_t columns, const EngineConfig& config,
                  std::int64_t offset, std::int64_t count, float* out) const;
  void multiply(std::int64_t pixels, std::int64_t k, const WeightTile& tile);
  void add_sums(std::int64_t entry, std::int64_t pixels, bool overwrite, const WeightTile& tile);

  const HwConfig& hw_;
  LocalMemories& memories_;
  std::int64_t macs_ = 0;
  std::vector<float> activations_;  // pixels x rows of a dense step
  std::vector<float> weights_;      // rows x columns
  std::vector<float> sums_;         // pixels x columns
};

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
// The rules of sim/memory/README.md once more, for comparison: a bus that is stepped through every cycle and looks at
// nothing but the state of that cycle.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/memory/random_stalls.h"

namespace systolite {

// What the master wants to do. An address comes on the bus `gap` cycles after the first cycle in which it could: that
// after the one before it was taken. The same holds for write data, which does not wait for its address.
struct ReadPlan {
  Cycles gap;
  std::uint8_t id;
  std::uint32_t address;
  unsigned beats;
};
struct WritePlan {
  Cycles gap;
  std::uint32_t address;
  std::vector<Cycles> data_gaps;  // one per beat
};
struct BusPlan {
  std::vector<ReadPlan> reads;
  std::vector<WritePlan> writes;
};

// What happened: a cycle for every event.
struct ReadEvents {
  Cycles offered = 0;
  Cycles taken = 0;
  std::vector<Cycles> moved;
  bool operator==(const ReadEvents&) const = default;
};
struct WriteEvents {
  Cycles offered = 0;
  Cycles taken = 0;
  std::vector<Cycles> data_offered;
  std::vector<Cycles> moved;
  Cycles response = 0;
  bool operator==(const WriteEvents&) const = default;
};
struct BusEvents {
  std::vector<ReadEvents> reads;
  std::vector<WriteEvents> writes;
  // Cycles in which a beat waited only for the CPU, by the engine it belongs to.
  std::vector<Cycles> fetch_contended;
  std::vector<Cycles> load_contended;
  std::vector<Cycles> store_contended;
  bool operator==(const BusEvents&) const = default;
};

[[nodiscard]] BusEvents step_bus(const HwConfig& config, const std::optional<RandomStalls>& stalls,
                                 const BusPlan& plan);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Puts units into one command stream. The front end dispatches in order, so the place of a command in the stream
// decides who waits for whom: a load that is too early holds up the computation behind it, one that is too late is
// waited for. Two rules, both on estimated times: a load comes when the load DMA is expected to be free for it before
// the matrix engine gets to the next command, as far as the local buffers allow; and an ADD, a
// pooling or a store command comes right behind the last command that it depends on, so that the vector engine or the
// store DMA does it while the array works on the rest of the layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "mapper/lower/stream_builder.h"
#include "mapper/lower/unit.h"

namespace systolite {

class Schedule {
 public:
  // Without prefetch, the loads of a unit begin when the array has done the units before.
  explicit Schedule(const HwConfig& hw, bool prefetch = true) : hw_(hw), prefetch_(prefetch), stream_(hw) {}

  // Activation loads, taken up when a command that reads what they bring is near.
  void defer_loads(std::vector<Planned> loads, int op);
  // Appends units, prefetching the loads of later ones.
  void run(std::vector<Unit> units);

  [[nodiscard]] bool empty() const noexcept { return stream_.empty() && deferred_.empty(); }
  [[nodiscard]] JobStep finish();

 private:
  struct Deferred {
    Planned planned;
    int op;
  };
  // A command behind the configuration it needs.
  struct Group {
    int op;
    std::size_t unit;
    std::vector<Planned> planned;
    [[nodiscard]] const Planned& command() const noexcept { return planned.back(); }
  };
  // A load behind its configuration.
  struct Load {
    std::size_t unit;
    std::vector<Planned> planned;
    std::int64_t done;  // estimated cycle
  };
  // Both take their commands out of the units.
  [[nodiscard]] static std::vector<Load> loads_of(std::vector<Unit>& units);
  void advance_matrix(std::int64_t ready, std::int64_t cycles);
  void advance_load(std::int64_t ready, std::int64_t cycles);
  [[nodiscard]] bool load_has_room() const;
  [[nodiscard]] static std::vector<Group> groups_of(std::vector<Unit>& units);
  static void hoist(std::vector<Group>& groups);
  [[nodiscard]] std::int64_t load_cycles(const Planned& planned) const;
  [[nodiscard]] std::int64_t matrix_cycles(const Group& group);
  void add(Planned planned, int op);
  void bring(const Footprint& reads);
  bool take_deferred();

  const HwConfig& hw_;
  bool prefetch_;
  StreamBuilder stream_;
  std::uint32_t units_run_ = 0;  // by earlier calls of run()
  // Estimated cycles at which the load DMA and the matrix engine have done what is in the stream, at which the front
  // end comes to the next command, and at which the weights that were streamed last are there.
  std::int64_t load_free_ = 0;
  std::int64_t matrix_free_ = 0;
  std::int64_t front_end_ = 0;
  std::int64_t weights_ready_ = 0;
  // Estimated starts of the last commands, as many as the engine's queue holds.
  std::deque<std::int64_t> matrix_starts_;
  std::deque<std::int64_t> load_starts_;
  isa::MmCfgIn matrix_input_;
  isa::MmCfgKernel matrix_kernel_;
  std::deque<Deferred> deferred_;
  // Configuration in force, so that it is not sent again.
  std::vector<isa::AnyCommand> configuration_;
};

}  // namespace systolite

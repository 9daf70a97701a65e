// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/schedule.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "mapper/lower/matrix_estimate.h"

namespace systolite {
namespace {

// What a load costs besides its beats: address, latency that nothing hides, rows that start bursts of their own.
constexpr std::int64_t kLoadOverheadCycles = 3;

// Loads for later units in the stream: each may leave a token, of which a counter holds 255.
constexpr std::ptrdiff_t kMostLoadsAhead = 192;

// Configuration commands of the same kind replace one another.
bool is_configuration(const isa::AnyCommand& command) {
  return std::holds_alternative<isa::LdCfg>(command) || std::holds_alternative<isa::MmCfgIn>(command) ||
         std::holds_alternative<isa::MmCfgKernel>(command) || std::holds_alternative<isa::VecCfgOut>(command) ||
         std::holds_alternative<isa::VecCfgIn>(command) || std::holds_alternative<isa::VecCfgScale>(command) ||
         std::holds_alternative<isa::StCfg>(command);
}

bool same_kind(const isa::AnyCommand& a, const isa::AnyCommand& b) {
  if (a.index() != b.index()) return false;
  const auto* slot_a = std::get_if<isa::VecCfgScale>(&a);
  const auto* slot_b = std::get_if<isa::VecCfgScale>(&b);
  return slot_a == nullptr || slot_a->slot == slot_b->slot;
}

// Work of other engines on tensors that are in the scratchpad: what may go on while the array is at the same layer.
bool is_vector_work(const isa::AnyCommand& command) {
  return std::holds_alternative<isa::Add>(command) || std::holds_alternative<isa::Pool>(command);
}
bool is_store(const isa::AnyCommand& command) { return std::holds_alternative<isa::St>(command); }

bool overlap(const std::optional<Range>& a, const std::optional<Range>& b) { return a && b && a->overlaps(*b); }

// Whether loading `later` would overwrite what `earlier` still has to read.
bool overwrites(const Unit& later, const Unit& earlier) {
  return overlap(later.weights, earlier.weights) || (later.loads_tables && overlap(later.tables, earlier.tables));
}

bool reads_tables(const Planned& planned, const Unit& unit) {
  return std::ranges::any_of(planned.footprint.accesses, [&](const Access& access) {
    return access.memory == Memory::kBias && overlap(unit.tables, access.range);
  });
}

}  // namespace

void Schedule::defer_loads(std::vector<Planned> loads, int op) {
  for (Planned& planned : loads) deferred_.push_back({std::move(planned), op});
}

void Schedule::add(Planned planned, int op) {
  if (is_configuration(planned.command)) {
    const auto known = std::find_if(configuration_.begin(), configuration_.end(),
                                    [&](const isa::AnyCommand& c) { return same_kind(c, planned.command); });
    if (known == configuration_.end()) {
      configuration_.push_back(planned.command);
    } else if (*known == planned.command) {
      return;
    } else {
      *known = planned.command;
    }
  }
  stream_.add(planned.command, op, std::move(planned.footprint));
}

// Takes up the deferred loads that bring bytes among `reads`, and those before them.
void Schedule::bring(const Footprint& reads) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < deferred_.size(); ++i) {
    const auto& brought = deferred_[i].planned.footprint.accesses;
    const bool needed = std::any_of(brought.begin(), brought.end(), [&](const Access& b) {
      return std::any_of(reads.accesses.begin(), reads.accesses.end(),
                         [&](const Access& r) { return b.memory == r.memory && b.range.overlaps(r.range); });
    });
    if (needed) count = i + 1;
  }
  // Strides stay with their load: those of other loads would come in between.
  while (count > 0 && count < deferred_.size() && is_configuration(deferred_[count - 1].planned.command)) ++count;
  for (; count > 0; --count) take_deferred();
}

// Takes up the next command of deferred loads; true for a load.
bool Schedule::take_deferred() {
  auto [planned, op] = std::move(deferred_.front());
  deferred_.pop_front();
  const bool load = std::holds_alternative<isa::Ld>(planned.command);
  if (load) advance_load(0, load_cycles(planned));
  add(std::move(planned), op);
  return load;
}

std::vector<Schedule::Group> Schedule::groups_of(std::vector<Unit>& units) {
  std::vector<Group> groups;
  for (std::size_t u = 0; u < units.size(); ++u) {
    std::vector<Planned> pending;
    for (Planned& planned : units[u].commands) {
      const bool configuration = is_configuration(planned.command);
      pending.push_back(std::move(planned));
      if (configuration) continue;
      groups.push_back({units[u].op, u, std::move(pending)});
      pending.clear();
    }
  }
  return groups;
}

void Schedule::hoist(std::vector<Group>& groups) {
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const Planned& moved = groups[i].command();
    const bool store = is_store(moved.command);
    if (!store && !is_vector_work(moved.command)) continue;
    std::size_t to = i;
    while (to > 0 && !groups[to - 1].command().footprint.conflicts(moved.footprint) &&
           !(store && is_store(groups[to - 1].command().command)))
      --to;
    // Without a producer in sight there is nothing to be behind.
    if (to == 0) continue;
    while (to < i && is_vector_work(groups[to].command().command)) ++to;  // in their order
    std::rotate(groups.begin() + static_cast<std::ptrdiff_t>(to), groups.begin() + static_cast<std::ptrdiff_t>(i),
                groups.begin() + static_cast<std::ptrdiff_t>(i + 1));
  }
}

std::int64_t Schedule::load_cycles(const Planned& planned) const {
  const auto* ld = std::get_if<isa::Ld>(&planned.command);
  if (ld == nullptr) return 1;
  const std::int64_t beats = (ld->row_bytes + hw_.dma.bus_bytes() - 1) / hw_.dma.bus_bytes() * ld->rows;
  return beats * hw_.weights_region().cycles_per_beat + kLoadOverheadCycles;
}

// Cycles of the matrix engine, hw/TIMING.md section 8.
std::int64_t Schedule::matrix_cycles(const Group& group) {
  for (const Planned& planned : group.planned) {
    if (const auto* in = std::get_if<isa::MmCfgIn>(&planned.command)) matrix_input_ = *in;
    if (const auto* kernel = std::get_if<isa::MmCfgKernel>(&planned.command)) matrix_kernel_ = *kernel;
  }
  const auto* mm = std::get_if<isa::Mm>(&group.command().command);
  if (mm == nullptr) return 0;
  if (matrix_input_.depthwise != 0) {
    return depthwise_cycles(mm->tiles, ceil_div(mm->nky, matrix_kernel_.buses), mm->nrows, mm->ncols,
                            matrix_input_.stride_x, matrix_kernel_.taps, matrix_kernel_.overlap);
  }
  const auto cycles = matrix_input_.dataflow != 0 ? output_cycles : dense_cycles;
  return mm->tiles * cycles(mm->nky * matrix_kernel_.nkx, mm->len, mm->nrows * mm->ncols, hw_.array.rows);
}

std::vector<Schedule::Load> Schedule::loads_of(std::vector<Unit>& units) {
  std::vector<Load> loads;
  for (std::size_t u = 0; u < units.size(); ++u) {
    std::vector<Planned> pending;
    for (Planned& planned : units[u].loads) {
      const bool configuration = is_configuration(planned.command);
      pending.push_back(std::move(planned));
      if (configuration) continue;
      loads.push_back({u, std::move(pending), 0});
      pending.clear();
    }
  }
  return loads;
}

// The matrix engine's part of a group: when it starts, at the earliest `ready`, and when the front end is free again.
void Schedule::advance_matrix(std::int64_t ready, std::int64_t cycles) {
  const std::int64_t start = std::max(matrix_free_, ready);
  matrix_free_ = start + cycles;
  if (cycles == 0) return;
  matrix_starts_.push_back(start);
  if (matrix_starts_.size() <= static_cast<std::size_t>(hw_.queue_depth)) return;
  front_end_ = std::max(front_end_, matrix_starts_.front());
  matrix_starts_.pop_front();
}

void Schedule::advance_load(std::int64_t ready, std::int64_t cycles) {
  const std::int64_t start = std::max(load_free_, ready);
  load_free_ = start + cycles;
  load_starts_.push_back(start);
  if (load_starts_.size() > static_cast<std::size_t>(hw_.queue_depth)) load_starts_.pop_front();
}

// Whether the front end, where it is now, would find room for a load in its queue.
bool Schedule::load_has_room() const {
  return load_starts_.size() < static_cast<std::size_t>(hw_.queue_depth) || load_starts_.front() <= front_end_;
}

void Schedule::run(std::vector<Unit> units) {
  std::vector<Group> groups = groups_of(units);
  hoist(groups);
  std::vector<Load> loads = loads_of(units);
  std::vector<std::int64_t> released(units.size(), 0);   // estimated cycle at which a unit's buffers are free again
  std::vector<std::size_t> last_group(units.size(), 0);  // of a unit
  for (std::size_t g = 0; g < groups.size(); ++g) {
    last_group[groups[g].unit] = g;
    if (!std::holds_alternative<isa::Requant>(groups[g].command().command)) continue;
    // Requantisation of a unit's last block stands among the commands of the unit behind it, and still reads its
    // tables.
    for (std::size_t k = groups[g].unit; k > 0; --k) {
      if (reads_tables(groups[g].command(), units[k])) break;
      if (!reads_tables(groups[g].command(), units[k - 1])) continue;
      last_group[k - 1] = std::max(last_group[k - 1], g);
      break;
    }
  }
  std::size_t next = 0;  // first load that is not in the stream

  const auto emit_load = [&] {
    Load& load = loads[next++];
    std::int64_t ready = 0;
    for (std::size_t k = 0; k < load.unit; ++k) {
      if (overwrites(units[load.unit], units[k])) ready = std::max(ready, released[k]);
    }
    advance_load(ready, load_cycles(load.planned.back()));
    load.done = load_free_;
    for (Planned planned : load.planned) {
      if (!prefetch_)
        planned.footprint.read(Memory::kOrder, Range{0, units_run_ + static_cast<std::uint32_t>(load.unit)});
      add(std::move(planned), units[load.unit].op);
    }
  };
  // How many loads a command needs in the stream, those before them included.
  const auto needed_by = [&](const Group& group) {
    std::size_t needed = next;
    for (std::size_t l = next; l < loads.size() && loads[l].unit <= group.unit; ++l) {
      if (loads[l].planned.back().footprint.conflicts(group.command().footprint)) needed = l + 1;
    }
    return needed;
  };
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Group& group = groups[g];
    for (const std::size_t needed = needed_by(group); next < needed;) emit_load();
    // Buffers of units that still have commands to come must not be filled anew.
    const auto free = [&](std::size_t j) {
      for (std::size_t k = 0; k < j; ++k) {
        if (last_group[k] >= g && overwrites(units[j], units[k])) return false;
      }
      return true;
    };
    const auto waits_for_buffer = [&](std::size_t j) {
      for (std::size_t k = 0; k < j; ++k) {
        if (released[k] > front_end_ && overwrites(units[j], units[k])) return true;
      }
      return false;
    };
    for (const Planned& planned : group.planned) bring(planned.footprint);
    // What the command behind the weights reads goes before loads that come early.
    if (std::holds_alternative<isa::Wl>(group.command().command) && g + 1 < groups.size())
      bring(groups[g + 1].command().footprint);
    // Early loads: what this unit needs, then activations, then what later units need.
    const auto later = std::ranges::upper_bound(loads, group.unit, {}, &Load::unit) - loads.begin();
    while (prefetch_ && load_has_room() && static_cast<std::ptrdiff_t>(next) - later < kMostLoadsAhead) {
      const bool mine = next < loads.size() && loads[next].unit == group.unit;
      if (!mine && !deferred_.empty()) {
        while (!take_deferred()) continue;
      } else if (next < loads.size() && free(loads[next].unit) && !waits_for_buffer(loads[next].unit)) {
        emit_load();
      } else {
        break;
      }
    }
    std::int64_t ready = 0;
    for (const Load& load : std::ranges::equal_range(loads, group.unit, {}, &Load::unit)) {
      if (load.planned.back().footprint.conflicts(group.command().footprint)) ready = std::max(ready, load.done);
    }
    advance_matrix(std::max(ready, std::holds_alternative<isa::Mm>(group.command().command) ? weights_ready_ : 0),
                   matrix_cycles(group));
    if (std::holds_alternative<isa::Wl>(group.command().command)) weights_ready_ = ready;
    for (Planned& planned : group.planned) {
      const std::uint32_t unit = units_run_ + static_cast<std::uint32_t>(group.unit);
      if (!prefetch_ && std::holds_alternative<isa::Mm>(planned.command))
        planned.footprint.write(Memory::kOrder, Range{unit, unit + 1});
      add(std::move(planned), group.op);
    }
    if (last_group[group.unit] == g) released[group.unit] = matrix_free_;
  }
  while (next < loads.size()) emit_load();
  units_run_ += static_cast<std::uint32_t>(units.size());
}

JobStep Schedule::finish() {
  while (!deferred_.empty()) {
    auto [planned, op] = std::move(deferred_.front());
    deferred_.pop_front();
    add(std::move(planned), op);
  }
  return stream_.finish();
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/schedule.h"

#include <algorithm>
#include <variant>

namespace systolite {
namespace {

// Units whose loads may be ahead of their commands. More only lengthens the wait of the first command behind them.
constexpr std::size_t kPrefetchUnits = 4;

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

bool overlap(const std::optional<Range>& a, const std::optional<Range>& b) { return a && b && a->overlaps(*b); }

// Whether loading `later` would overwrite what `earlier` still has to read.
bool overwrites(const Unit& later, const Unit& earlier) {
  return overlap(later.weights, earlier.weights) || (later.loads_tables && overlap(later.tables, earlier.tables));
}

}  // namespace

void Schedule::defer_loads(std::vector<Planned> loads, int op) {
  for (Planned& planned : loads) deferred_.push_back({std::move(planned), op});
}

void Schedule::add(const Planned& planned, int op) {
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
  stream_.add(planned.command, op, planned.footprint);
}

// Takes up the deferred loads that bring bytes among `reads`, those before them, and one more as a head start.
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
  if (count > 0 && count < deferred_.size()) ++count;
  // Strides stay with their load: those of other loads would come in between.
  while (count > 0 && count < deferred_.size() && is_configuration(deferred_[count - 1].planned.command)) ++count;
  for (; count > 0; --count) {
    add(deferred_.front().planned, deferred_.front().op);
    deferred_.pop_front();
  }
}

void Schedule::append(const std::vector<Planned>& commands, int op) {
  for (const Planned& planned : commands) {
    bring(planned.footprint);
    add(planned, op);
  }
}

void Schedule::run(const std::vector<Unit>& units) {
  std::size_t next = 0;  // first unit whose loads are still to come
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto free = [&](std::size_t j) {
      for (std::size_t k = u; k < j; ++k) {
        if (overwrites(units[j], units[k])) return false;
      }
      return true;
    };
    while (next < units.size() && next < u + kPrefetchUnits && (next <= u || free(next))) {
      for (const Planned& planned : units[next].loads) add(planned, units[next].op);
      ++next;
    }
    append(units[u].commands, units[u].op);
  }
}

JobStep Schedule::finish() {
  while (!deferred_.empty()) {
    add(deferred_.front().planned, deferred_.front().op);
    deferred_.pop_front();
  }
  return stream_.finish();
}

}  // namespace systolite

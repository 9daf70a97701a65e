// SPDX-License-Identifier: Apache-2.0
// Where two traces of the same job begin to differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/device/trace.h"

namespace systolite {

// What differs, most telling first: of several differences in one cycle the first of this list is reported, and of
// those the one of the unit with the lowest number.
enum class TraceEvent : std::uint8_t {
  kPop,        // a command left its queue in one trace only
  kDone,       // a command completed in one trace only
  kState,      // a unit did different things
  kFetchBeat,  // a beat of the command stream moved in one trace only
  kLoadBeat,   // a beat of the load DMA
  kWriteBeat,  // a beat of the store DMA
  kEnd,        // the job ended in one trace only
  kTraffic,    // the totals of beats contradict each other although every beat is the same
};
[[nodiscard]] std::string_view name(TraceEvent event) noexcept;

// One of the two traces at the difference.
struct TraceSide {
  std::optional<isa::State> state;  // of the unit in the cycle; nothing: the trace does not cover it
  std::optional<Cycles> pop;        // of the command; nothing: it never left its queue
  std::optional<Cycles> done;       // of the command; nothing: it never completed
};

struct TraceDifference {
  TraceEvent event;
  Cycles cycle;                          // the first in which the traces differ
  int unit;                              // isa::Engine; of a beat the unit that moved it; front end for kEnd, kTraffic
  std::optional<std::uint32_t> command;  // index in the stream, if the difference is about one
  TraceSide a;
  TraceSide b;
};

// The first difference in time. Only what happens in which cycle counts, not how it is cut into spans. `stream`: the
// commands of the job; the n-th pop of an engine belongs to its n-th command there.
[[nodiscard]] std::optional<TraceDifference> first_difference(const Trace& a, const Trace& b,
                                                              std::span<const isa::Command> stream);

// Several lines without a newline at the end: the difference ("first difference: cycle 123, command 17 (mm ...), engine
// mm: rtl busy, fast wait_weights"), when the command started and ended, what all units did in the cycle, and the
// lengths of the job.
[[nodiscard]] std::string describe(const TraceDifference& difference, const Trace& a, const Trace& b,
                                   std::span<const isa::Command> stream, std::string_view name_a,
                                   std::string_view name_b);

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// When the commands of a job are dispatched, popped and done: the unknowns that the units of the model solve for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/fast/prepared_stream.h"

namespace systolite::fast {

// A time that has not been computed, or of something that never happens. Later than everything that does, and small
// enough to add latencies to.
inline constexpr Cycles kUnknown = Cycles{1} << 62U;

// Why a job stops before its END: what the registers error_* will say.
struct JobFault {
  Cycles reported = kUnknown;
  isa::ErrorCause cause = isa::ErrorCause::kNone;
  std::uint32_t command = 0;
  std::uint32_t address = 0;
};

// A weight tile from its first row to its take by the matrix engine.
struct TileTimes {
  Cycles first_row;
  Cycles take;  // kUnknown: nobody takes it
  std::uint32_t rows;
};

// A bus burst from its grant or issue, after which it will be completed whatever happens.
struct BurstUse {
  Cycles issued;
  Cycles last_beat;
  Cycles complete;  // last beat of a read, response of a write
};

// What a trace needs besides the times of commands.
struct JobRecord {
  std::vector<TileTimes> tiles;
  std::vector<Cycles> moves;           // by command of the stream: cycle in which it moves to the head
  std::uint32_t damaged = 0xFFFFFFFF;  // command at which the front end stops because of a bus error
  std::vector<BeatSpan> fetch_beats;
  std::vector<BeatSpan> load_beats;
  std::vector<BeatSpan> read_beats;
  std::vector<BeatSpan> write_beats;
  std::vector<BurstUse> reads;
  std::vector<BurstUse> writes;
};

inline void add_beats(std::vector<BeatSpan>& spans, Cycles from, Cycles to) {
  if (!spans.empty() && spans.back().to == from) {
    spans.back().to = to;
  } else {
    spans.push_back({from, to});
  }
}

// Times by slot; an engine's commands become known in order.
struct JobTimes {
  std::vector<Cycles> push;
  std::vector<Cycles> pop;
  std::vector<Cycles> done;   // one more: the command that never completes
  std::vector<Cycles> enter;  // by command of the matrix engine: entry into the loops, last cycle of its K steps
  std::vector<Cycles> end;
  std::array<std::uint32_t, kEngineCount> pushed{};  // commands dispatched to each engine
  Cycles end_move = kUnknown;                        // END moves to the head
  Cycles end_taken = kUnknown;
  Cycles queue_full = 0;  // cycles in which the front end waits for a queue
  BusTraffic traffic;
  JobFault fault;  // the first one

  explicit JobTimes(const PreparedStream& stream)
      : push(stream.slots(), kUnknown),
        pop(stream.slots(), kUnknown),
        done(stream.slots() + 1, kUnknown),
        enter(stream.matrices.size(), kUnknown),
        end(stream.matrices.size(), kUnknown) {}
};

}  // namespace systolite::fast

// SPDX-License-Identifier: Apache-2.0
// When the commands of a job are dispatched, popped and done: the unknowns that the units of the model solve for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/fast/prepared_stream.h"

namespace systolite::fast {

// An event that has not been computed, or that never happens.
inline constexpr Cycles kNever = std::numeric_limits<Cycles>::max();

// A weight tile from its first row to its take by the matrix engine.
struct TileTimes {
  Cycles first_row;
  Cycles take;  // kNever: nobody takes it
  std::uint32_t rows;
};

// What the spans of a trace need besides the times of commands.
struct JobRecord {
  std::vector<TileTimes> tiles;
  std::vector<Cycles> moves;  // by command of the stream: cycle in which it moves to the head
  std::vector<BeatSpan> load_beats;
  std::vector<BeatSpan> read_beats;
  std::vector<BeatSpan> write_beats;
};

inline void add_beat(std::vector<BeatSpan>& spans, Cycles cycle) {
  if (!spans.empty() && spans.back().to == cycle) {
    ++spans.back().to;
  } else {
    spans.push_back({cycle, cycle + 1});
  }
}

// Times by slot; kNever until known. An engine's commands become known in order.
struct JobTimes {
  std::vector<Cycles> push;
  std::vector<Cycles> pop;
  std::vector<Cycles> done;  // one more: the command that never completes
  std::vector<Cycles> enter;  // by mm-engine command: entry into the loops, last cycle of its K steps
  std::vector<Cycles> end;
  std::array<std::uint32_t, kEngineCount> pushed{};  // commands dispatched to each engine
  Cycles end_taken = kNever;
  Cycles end_move = kNever;    // END moves to the head
  Cycles queue_full = 0;       // cycles in which the front end waits for a queue
  BusTraffic traffic;

  explicit JobTimes(const PreparedStream& stream)
      : push(stream.slots(), kNever),
        pop(stream.slots(), kNever),
        done(stream.slots() + 1, kNever),
        enter(stream.matrices.size(), kNever),
        end(stream.matrices.size(), kNever) {}
};

}  // namespace systolite::fast

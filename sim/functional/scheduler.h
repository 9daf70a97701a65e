// SPDX-License-Identifier: Apache-2.0
// The order of events in a job, without time: dispatch into queues, tokens, weight tiles handed from wl to mm. Exact
// about what must wait for what, so a stream that runs dry here hangs in hardware.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"

namespace systolite::functional {

// What happens to command `index`. Between start and complete an mm gets one take_tile for each of its K steps and a wl
// one load_tile for each tile; the shadow registers hold one tile.
class StreamActor {
 public:
  StreamActor() = default;
  StreamActor(const StreamActor&) = delete;
  StreamActor& operator=(const StreamActor&) = delete;
  virtual ~StreamActor() = default;
  virtual void start(std::size_t index) = 0;  // tokens are taken
  virtual void load_tile(std::size_t index, std::int64_t tile) = 0;
  virtual void take_tile(std::size_t index, std::int64_t tile) = 0;
  virtual void complete(std::size_t index) = 0;  // tokens are about to be given
};

// One event that may happen next.
struct Event {
  isa::Engine actor;  // kFe: the front end dispatches
  std::size_t index;  // command it concerns
};
// Picks one of the events, none of which excludes another.
using EventChooser = std::function<std::size_t(std::span<const Event>)>;

// The chooser that follows the stream: the earliest command that can proceed.
[[nodiscard]] std::size_t choose_stream_order(std::span<const Event> events);
// A chooser that lets some engines run far ahead of others, differently for every seed.
[[nodiscard]] EventChooser choose_at_random(std::uint64_t seed);

class Scheduler {
 public:
  Scheduler(const HwConfig& hw, const CommandProgram& program);

  // Runs the whole program. Throws DeviceError(kNone): deadlock, a token count above 255, or weight tiles left over at
  // the end.
  void run(StreamActor& actor, const EventChooser& choose);

 private:
  static constexpr std::size_t kEngines = isa::kNumEngines;
  static constexpr int kMaxTokens = 255;

  struct EngineState {
    std::uint32_t dispatched = 0;  // commands of this engine the front end has issued
    std::uint32_t popped = 0;      // commands started
    std::optional<std::size_t> active;
    std::int64_t tiles_done = 0;  // of the active command
  };

  [[nodiscard]] std::optional<std::size_t> dispatchable() const;
  [[nodiscard]] std::optional<std::size_t> head(std::size_t engine) const;
  [[nodiscard]] bool has_tokens(std::size_t engine, std::uint32_t wait) const;
  [[nodiscard]] bool can_proceed(std::size_t engine) const;
  [[nodiscard]] std::size_t collect(std::array<Event, kEngines + 1>& events) const;
  void proceed(std::size_t engine, StreamActor& actor);
  void tile_event(std::size_t engine, StreamActor& actor);
  void finish(std::size_t engine, std::size_t index, StreamActor& actor);
  [[noreturn]] void report_deadlock() const;

  const HwConfig& hw_;
  const CommandProgram& program_;
  std::size_t next_ = 0;  // command the front end dispatches next
  std::array<EngineState, kEngines> engines_{};
  std::array<std::array<int, kEngines>, kEngines> tokens_{};  // [producer][consumer]
  bool shadow_full_ = false;
};

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
// The order of events in a job, without time: dispatch into queues, tokens, weight tiles handed from wl to mm. Exact
// about what must wait for what, so a stream that runs dry here hangs in hardware.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
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
  virtual void complete(std::size_t index) = 0;  // all work of the command is done; its tokens are given next
};

// One event that may happen next.
struct Event {
  enum class Kind : std::uint8_t { kDispatch, kStart, kWork };
  Kind kind;
  isa::Engine engine;
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
  // How many commands of an engine may be started and not completed. An engine may take up to four, and a command may
  // then be late; it need not take more than one, so only with one is a stream that ends sure to end in hardware.
  static constexpr std::uint32_t kFewestInFlight = 1;
  static constexpr std::uint32_t kMostInFlight = 4;

  Scheduler(const HwConfig& hw, const CommandProgram& program, std::uint32_t in_flight);

  // Runs the whole program. Throws DeviceError(kNone): deadlock, a token count above 255, or weight tiles left over at
  // the end.
  void run(StreamActor& actor, const EventChooser& choose);

 private:
  static constexpr std::size_t kEngines = isa::kNumEngines;
  static constexpr int kMaxTokens = 255;

  // Counts of commands of the engine.
  struct EngineState {
    std::uint32_t dispatched = 0;
    std::uint32_t started = 0;
    std::uint32_t completed = 0;
    std::int64_t tiles_done = 0;  // of the oldest command not completed
  };
  using Events = std::array<Event, 2 * kEngines + 1>;

  [[nodiscard]] bool can_dispatch() const;
  [[nodiscard]] bool can_start(std::size_t engine) const;
  [[nodiscard]] bool can_work(std::size_t engine) const;
  [[nodiscard]] bool has_tokens(std::size_t engine, std::uint32_t wait) const;
  [[nodiscard]] std::size_t head(std::size_t engine) const;    // next to start
  [[nodiscard]] std::size_t oldest(std::size_t engine) const;  // started, not completed
  [[nodiscard]] std::size_t collect(Events& events) const;
  void dispatch();
  void start(std::size_t engine, StreamActor& actor);
  void work(std::size_t engine, StreamActor& actor);
  void give_tokens(std::size_t engine, std::size_t index);
  [[noreturn]] void report_unused_tile() const;
  [[noreturn]] void report_deadlock() const;

  const HwConfig& hw_;
  const CommandProgram& program_;
  std::uint32_t in_flight_;
  std::size_t next_ = 0;  // command the front end dispatches next
  std::array<EngineState, kEngines> engines_{};
  std::array<std::array<int, kEngines>, kEngines> tokens_{};  // [producer][consumer]
  bool shadow_full_ = false;
};

}  // namespace systolite::functional

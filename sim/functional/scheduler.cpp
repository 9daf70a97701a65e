// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "sim/core/stop_request.h"
#include "sim/functional/device_error.h"

namespace systolite::functional {
namespace {

constexpr auto kWl = static_cast<std::size_t>(isa::Engine::kWl);

std::string_view engine_name(std::size_t engine) { return isa::name(static_cast<isa::Engine>(engine)); }

// Every engine has a weight, redrawn now and then over a wide range: uniform choice would hardly ever let one engine
// run far ahead.
class RandomChooser {
 public:
  explicit RandomChooser(std::uint64_t seed) : random_(seed) {}

  std::size_t operator()(std::span<const Event> events) {
    if (left_ == 0) redraw();
    --left_;
    double total = 0;
    for (const Event& event : events) total += weights_[static_cast<std::size_t>(event.engine)];
    double point = std::uniform_real_distribution<double>(0, total)(random_);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
      point -= weights_[static_cast<std::size_t>(events[i].engine)];
      if (point < 0) return i;
    }
    return events.size() - 1;
  }

 private:
  void redraw() {
    std::uniform_int_distribution<int> exponent(0, 12);
    for (double& weight : weights_) weight = static_cast<double>(1 << exponent(random_));
    left_ = std::uniform_int_distribution<int>(16, 512)(random_);
  }

  std::mt19937_64 random_;
  std::array<double, isa::kNumEngines + 1> weights_{};
  int left_ = 0;
};

}  // namespace

std::size_t choose_stream_order(std::span<const Event> events) {
  const auto first =
      std::min_element(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.index < b.index; });
  return static_cast<std::size_t>(first - events.begin());
}

EventChooser choose_at_random(std::uint64_t seed) {
  return [chooser = RandomChooser(seed)](std::span<const Event> events) mutable { return chooser(events); };
}

Scheduler::Scheduler(const HwConfig& hw, const CommandProgram& program, std::uint32_t in_flight)
    : hw_(hw), program_(program), in_flight_(in_flight) {}

std::size_t Scheduler::head(std::size_t engine) const { return program_.of_engine[engine][engines_[engine].started]; }

std::size_t Scheduler::oldest(std::size_t engine) const {
  return program_.of_engine[engine][engines_[engine].completed];
}

bool Scheduler::can_dispatch() const {
  if (next_ == program_.commands.size()) return false;
  const EngineState& engine = engines_[static_cast<std::size_t>(program_.commands[next_].engine)];
  return engine.dispatched - engine.started < static_cast<std::uint32_t>(hw_.queue_depth);
}

bool Scheduler::has_tokens(std::size_t engine, std::uint32_t wait) const {
  for (std::size_t p = 0; p < kEngines; ++p) {
    if ((wait >> p & 1U) != 0 && tokens_[p][engine] == 0) return false;
  }
  return true;
}

bool Scheduler::can_start(std::size_t engine) const {
  const EngineState& state = engines_[engine];
  if (state.started == state.dispatched || state.started - state.completed >= in_flight_) return false;
  return has_tokens(engine, program_.commands[head(engine)].wait);
}

bool Scheduler::can_work(std::size_t engine) const {
  const EngineState& state = engines_[engine];
  if (state.completed == state.started) return false;
  if (program_.commands[oldest(engine)].tiles == 0) return true;
  // Weight load goes on, and ends a command that is held, when the tile before has been taken.
  return engine == kWl ? !shadow_full_ : shadow_full_;
}

std::size_t Scheduler::collect(Events& events) const {
  std::size_t count = 0;
  for (std::size_t e = 0; e < kEngines; ++e) {
    const auto engine = static_cast<isa::Engine>(e);
    if (can_work(e)) events[count++] = {Event::Kind::kWork, engine, oldest(e)};
    if (can_start(e)) events[count++] = {Event::Kind::kStart, engine, head(e)};
  }
  if (can_dispatch()) events[count++] = {Event::Kind::kDispatch, isa::Engine::kFe, next_};
  return count;
}

void Scheduler::run(StreamActor& actor, const EventChooser& choose) {
  Events events{};
  while (const std::size_t count = collect(events)) {
    check_stop();
    const Event& event = events[choose(std::span(events).first(count))];
    const auto engine = static_cast<std::size_t>(event.engine);
    switch (event.kind) {
      case Event::Kind::kDispatch:
        dispatch();
        break;
      case Event::Kind::kStart:
        start(engine, actor);
        break;
      case Event::Kind::kWork:
        work(engine, actor);
        break;
    }
  }
  const bool idle =
      std::all_of(engines_.begin(), engines_.end(), [](const EngineState& e) { return e.completed == e.dispatched; });
  if (!idle || next_ != program_.commands.size()) report_deadlock();
  if (shadow_full_) report_unused_tile();
}

void Scheduler::dispatch() {
  ++engines_[static_cast<std::size_t>(program_.commands[next_].engine)].dispatched;
  ++next_;
}

void Scheduler::start(std::size_t engine, StreamActor& actor) {
  const std::size_t index = head(engine);
  for (std::size_t p = 0; p < kEngines; ++p) {
    if ((program_.commands[index].wait >> p & 1U) != 0) --tokens_[p][engine];
  }
  ++engines_[engine].started;
  actor.start(index);
}

void Scheduler::work(std::size_t engine, StreamActor& actor) {
  EngineState& state = engines_[engine];
  const std::size_t index = oldest(engine);
  const std::int64_t tiles = program_.commands[index].tiles;
  const bool held = program_.commands[index].held;
  if (tiles > 0 && state.tiles_done < tiles) {
    const bool loads = engine == kWl;
    if (loads) {
      actor.load_tile(index, state.tiles_done);
    } else {
      actor.take_tile(index, state.tiles_done);
    }
    shadow_full_ = loads;
    if (++state.tiles_done < tiles || held) return;
  }
  state.tiles_done = 0;
  actor.complete(index);
  ++state.completed;
  give_tokens(engine, index);
}

void Scheduler::give_tokens(std::size_t engine, std::size_t index) {
  const ProgramCommand& command = program_.commands[index];
  for (std::size_t c = 0; c < kEngines; ++c) {
    if ((command.signal >> c & 1U) == 0 || ++tokens_[engine][c] <= kMaxTokens) continue;
    throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                      fmt::format("Command {} gives {} token {}: the counter holds {}.",
                                  command_label(index, command.command), engine_name(c), kMaxTokens + 1, kMaxTokens));
  }
}

void Scheduler::report_unused_tile() const {
  const std::size_t index = program_.of_engine[kWl].back();
  throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                    fmt::format("Command {} loads a weight tile that no mm takes.",
                                command_label(index, program_.commands[index].command)));
}

void Scheduler::report_deadlock() const {
  std::string heads;
  std::size_t first = program_.commands.size();
  const auto add = [&](std::size_t index, const std::string& why) {
    heads +=
        fmt::format("{}{} {}", heads.empty() ? "" : "; ", command_label(index, program_.commands[index].command), why);
    first = std::min(first, index);
  };
  for (std::size_t e = 0; e < kEngines; ++e) {
    const EngineState& state = engines_[e];
    if (state.completed < state.started) {
      const bool loads = e == kWl;
      add(oldest(e),
          fmt::format("has {} {} of {} weight tiles and waits for {}", loads ? "loaded" : "taken", state.tiles_done,
                      program_.commands[oldest(e)].tiles, loads ? "mm to take one" : "wl to load one"));
    }
    if (state.started < state.dispatched && !has_tokens(e, program_.commands[head(e)].wait)) {
      std::string missing;
      for (std::size_t p = 0; p < kEngines; ++p) {
        const bool lacks = (program_.commands[head(e)].wait >> p & 1U) != 0 && tokens_[p][e] == 0;
        if (lacks) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", engine_name(p));
      }
      add(head(e), "waits for a token of " + missing);
    }
  }
  if (next_ < program_.commands.size()) add(next_, "cannot be dispatched because its queue is full");
  throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(first), 0,
                    fmt::format("The program deadlocks: {}.", heads));
}

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "sim/functional/device_error.h"

namespace systolite::functional {
namespace {

constexpr auto kWl = static_cast<std::size_t>(isa::Engine::kWl);
constexpr auto kMm = static_cast<std::size_t>(isa::Engine::kMm);

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
    for (const Event& event : events) total += weights_[static_cast<std::size_t>(event.actor)];
    double point = std::uniform_real_distribution<double>(0, total)(random_);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
      point -= weights_[static_cast<std::size_t>(events[i].actor)];
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

Scheduler::Scheduler(const HwConfig& hw, const CommandProgram& program) : hw_(hw), program_(program) {}

std::optional<std::size_t> Scheduler::dispatchable() const {
  if (next_ == program_.commands.size()) return std::nullopt;
  const EngineState& engine = engines_[static_cast<std::size_t>(program_.commands[next_].engine)];
  if (engine.dispatched - engine.popped >= static_cast<std::uint32_t>(hw_.queue_depth)) return std::nullopt;
  return next_;
}

std::optional<std::size_t> Scheduler::head(std::size_t engine) const {
  const EngineState& state = engines_[engine];
  if (state.popped == state.dispatched) return std::nullopt;
  return program_.of_engine[engine][state.popped];
}

bool Scheduler::has_tokens(std::size_t engine, std::uint32_t wait) const {
  for (std::size_t p = 0; p < kEngines; ++p) {
    if ((wait >> p & 1U) != 0 && tokens_[p][engine] == 0) return false;
  }
  return true;
}

bool Scheduler::can_proceed(std::size_t engine) const {
  if (engines_[engine].active) return engine == kWl ? !shadow_full_ : shadow_full_;
  const auto index = head(engine);
  return index && has_tokens(engine, program_.commands[*index].wait);
}

std::size_t Scheduler::collect(std::array<Event, kEngines + 1>& events) const {
  std::size_t count = 0;
  for (std::size_t e = 0; e < kEngines; ++e) {
    if (!can_proceed(e)) continue;
    const std::size_t index = engines_[e].active ? *engines_[e].active : *head(e);
    events[count++] = {static_cast<isa::Engine>(e), index};
  }
  if (const auto index = dispatchable()) events[count++] = {isa::Engine::kFe, *index};
  return count;
}

void Scheduler::run(StreamActor& actor, const EventChooser& choose) {
  std::array<Event, kEngines + 1> events{};
  while (const std::size_t count = collect(events)) {
    const Event& event = events[choose(std::span(events).first(count))];
    if (event.actor == isa::Engine::kFe) {
      ++engines_[static_cast<std::size_t>(program_.commands[next_].engine)].dispatched;
      ++next_;
    } else {
      proceed(static_cast<std::size_t>(event.actor), actor);
    }
  }
  const bool idle = std::all_of(engines_.begin(), engines_.end(),
                                [](const EngineState& e) { return !e.active && e.popped == e.dispatched; });
  if (!idle || next_ != program_.commands.size()) report_deadlock();
  if (shadow_full_) {
    const std::size_t index = program_.of_engine[kWl].back();
    throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                      fmt::format("Command {} loads a weight tile that no mm takes.",
                                  command_label(index, program_.commands[index].command)));
  }
}

void Scheduler::proceed(std::size_t engine, StreamActor& actor) {
  EngineState& state = engines_[engine];
  if (state.active) return tile_event(engine, actor);
  const std::size_t index = *head(engine);
  const ProgramCommand& command = program_.commands[index];
  for (std::size_t p = 0; p < kEngines; ++p) {
    if ((command.wait >> p & 1U) != 0) --tokens_[p][engine];
  }
  ++state.popped;
  actor.start(index);
  if (command.tiles == 0) return finish(engine, index, actor);
  state.active = index;
  state.tiles_done = 0;
}

void Scheduler::tile_event(std::size_t engine, StreamActor& actor) {
  EngineState& state = engines_[engine];
  const std::size_t index = *state.active;
  if (engine == kWl) {
    actor.load_tile(index, state.tiles_done);
  } else {
    actor.take_tile(index, state.tiles_done);
  }
  shadow_full_ = engine == kWl;
  if (++state.tiles_done < program_.commands[index].tiles) return;
  state.active.reset();
  finish(engine, index, actor);
}

void Scheduler::finish(std::size_t engine, std::size_t index, StreamActor& actor) {
  actor.complete(index);
  const ProgramCommand& command = program_.commands[index];
  for (std::size_t c = 0; c < kEngines; ++c) {
    if ((command.signal >> c & 1U) == 0 || ++tokens_[engine][c] <= kMaxTokens) continue;
    throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                      fmt::format("Command {} gives {} token {}: the counter holds {}.",
                                  command_label(index, command.command), engine_name(c), kMaxTokens + 1, kMaxTokens));
  }
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
    if (engines_[e].active) {
      const bool loads = e == kWl;
      add(*engines_[e].active, fmt::format("has {} {} of {} weight tiles and waits for {}", loads ? "loaded" : "taken",
                                           engines_[e].tiles_done, program_.commands[*engines_[e].active].tiles,
                                           loads ? "mm to take one" : "wl to load one"));
    } else if (const auto index = head(e)) {
      std::string missing;
      for (std::size_t p = 0; p < kEngines; ++p) {
        const bool lacks = (program_.commands[*index].wait >> p & 1U) != 0 && tokens_[p][e] == 0;
        if (lacks) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", engine_name(p));
      }
      add(*index, "waits for a token of " + missing);
    }
  }
  if (next_ < program_.commands.size()) add(next_, "cannot be dispatched because its queue is full");
  throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(first), 0,
                    fmt::format("The program deadlocks: {}.", heads));
}

}  // namespace systolite::functional

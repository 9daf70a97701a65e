// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/job_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>

#include "sim/core/error.h"
#include "sim/fast/job_context.h"

namespace systolite::fast {
namespace {

std::size_t engine_of(const PreparedStream& stream, Slot slot) {
  const auto behind = std::upper_bound(stream.first.begin(), stream.first.end(), slot);
  return static_cast<std::size_t>(behind - stream.first.begin()) - 1;
}

std::string_view engine_name(std::size_t engine) { return isa::name(static_cast<isa::Engine>(engine)); }

// "command 17 (mm)"
std::string label(const PreparedStream& stream, Slot slot) {
  const std::size_t engine = engine_of(stream, slot);
  std::size_t index = 0;
  for (Slot left = slot - stream.first[engine];; ++index) {
    if (static_cast<std::size_t>(stream.dispatch[index]) == engine && left-- == 0) break;
  }
  return fmt::format("command {} ({})", index, engine_name(engine));
}

const CommandHeader& header_of(const PreparedStream& stream, std::size_t engine, std::size_t position) {
  switch (engine) {
    case kLd:
      return stream.loads[position].header;
    case kWl:
      return stream.weights[position].header;
    case kMm:
      return stream.matrices[position].header;
    case kVec:
      return stream.vectors[position].header;
    default:
      return stream.stores[position].header;
  }
}

// The engines whose tokens a command waits for in vain.
std::string missing_tokens(const PreparedStream& stream, const JobTimes& times, std::size_t engine, Slot slot) {
  const CommandHeader& header = header_of(stream, engine, slot - stream.first[engine]);
  std::string missing;
  for (std::uint32_t i = 0; i < header.waits; ++i) {
    const Slot giver = stream.givers[header.first_giver + i];
    if (times.done[giver] != kUnknown) continue;
    // A token that nobody gives has no engine in `givers`: the wait mask has.
    std::uint32_t mask = header.wait;
    for (std::uint32_t n = 0; n < i; ++n) mask &= mask - 1;
    missing += fmt::format("{}{}", missing.empty() ? "" : " and ",
                           engine_name(static_cast<std::size_t>(std::countr_zero(mask))));
  }
  return missing;
}

}  // namespace

void check_token_counters(const PreparedStream& stream, const JobTimes& times, Cycles until) {
  const PreparedStream::TokenLimit* first = nullptr;
  for (const PreparedStream::TokenLimit& limit : stream.token_limits) {
    const Cycles given = times.done[limit.giver];
    if (given >= std::min(until, kUnknown)) continue;
    if (limit.taker != PreparedStream::kNoSlot && times.pop[limit.taker] <= given) continue;
    if (first == nullptr || given < times.done[first->giver]) first = &limit;
  }
  if (first == nullptr) return;
  throw Error(ExitCode::kDevice,
              fmt::format("A token counter overflows in cycle {}: {} gives {} token {} that has not been taken, the "
                          "counter holds {}.",
                          times.done[first->giver], label(stream, first->giver), engine_name(first->consumer),
                          PreparedStream::kMaxTokens + 1, PreparedStream::kMaxTokens));
}

void report_deadlock(const PreparedStream& stream, const JobTimes& times) {
  std::string waits;
  const auto add = [&waits](const std::string& what) { waits += (waits.empty() ? "" : "; ") + what; };
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    const Slot end = stream.first[e] + times.pushed[e];
    Slot open = stream.first[e];
    while (open < end && times.done[open] != kUnknown) ++open;
    Slot head = open;
    while (head < end && times.pop[head] != kUnknown) ++head;
    if (open < head) {
      add(fmt::format("{} has started and waits for {}", label(stream, open),
                      e == kWl   ? "mm to take a weight tile"
                      : e == kMm ? "wl to load a weight tile"
                                 : "the bus"));
    }
    if (head < end) {
      const std::string missing = missing_tokens(stream, times, e, head);
      if (!missing.empty()) add(fmt::format("{} waits for a token of {}", label(stream, head), missing));
    }
  }
  std::size_t dispatched = 0;
  for (const std::uint32_t pushed : times.pushed) dispatched += pushed;
  const Dispatch next = stream.dispatch[dispatched];
  if (next < Dispatch::kEnd) {
    add(fmt::format("the front end waits for a place in the queue of {}", engine_name(static_cast<std::size_t>(next))));
  } else {
    add("END waits for the engines");
  }
  throw Error(ExitCode::kDevice, fmt::format("The job never ends: {}.", waits));
}

void report_fault(const JobFault& fault) {
  throw Error(ExitCode::kDevice, fmt::format("The device stops the job in cycle {}: {}, command {}, address 0x{:08X}.",
                                             fault.reported, isa::name(fault.cause), fault.command, fault.address));
}

}  // namespace systolite::fast

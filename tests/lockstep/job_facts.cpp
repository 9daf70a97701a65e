// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/job_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace systolite::lockstep {
namespace {

constexpr std::size_t kFrontEnd = kEngineCount;

[[noreturn]] void contradict(const std::string& sentence) { throw std::runtime_error(sentence); }

// Of the commands, then of END.
std::vector<Cycles> dispatch_cycles(const Trace& trace) {
  std::vector<Cycles> cycles;
  for (const StateSpan& span : trace.states[kFrontEnd]) {
    if (span.state != isa::State::kBusy) continue;
    for (Cycles cycle = span.from; cycle < span.to; ++cycle) cycles.push_back(cycle);
  }
  // In the first cycle the front end is busy with the range of the stream.
  if (cycles.empty() || cycles.front() != 0) contradict("The front end is not busy in cycle 0.");
  cycles.erase(cycles.begin());
  return cycles;
}

void find_times(const Trace& trace, JobFacts& facts) {
  const std::vector<Cycles> dispatched = dispatch_cycles(trace);
  const auto& commands = facts.program.commands;
  if (dispatched.size() != commands.size() + 1) {
    contradict(fmt::format("The front end dispatched {} times where the stream has {} commands and END.",
                           dispatched.size(), commands.size()));
  }
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    const std::size_t count = facts.program.of_engine[e].size();
    if (trace.pop_cycles[e].size() != count || trace.done_cycles[e].size() != count) {
      contradict(fmt::format("{} popped {} and completed {} of its {} commands.",
                             isa::name(static_cast<isa::Engine>(e)), trace.pop_cycles[e].size(),
                             trace.done_cycles[e].size(), count));
    }
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto engine = static_cast<std::size_t>(commands[i].engine);
    facts.commands.push_back({commands[i].engine, dispatched[i], trace.pop_cycles[engine][commands[i].position],
                              trace.done_cycles[engine][commands[i].position]});
  }
}

// The most a count reaches between events of +1 and -1, each counting from the cycle after it.
int most(std::vector<std::pair<Cycles, int>> events, const std::string& what) {
  std::sort(events.begin(), events.end());
  int count = 0;
  int highest = 0;
  for (std::size_t i = 0; i < events.size();) {
    const Cycles cycle = events[i].first;
    // What is taken in a cycle was there before it.
    for (; i < events.size() && events[i].first == cycle && events[i].second < 0; ++i) --count;
    if (count < 0) contradict(fmt::format("{} falls below 0 in cycle {}.", what, cycle));
    for (; i < events.size() && events[i].first == cycle; ++i) ++count;
    highest = std::max(highest, count);
  }
  return highest;
}

void count_levels(JobFacts& facts) {
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    std::vector<std::pair<Cycles, int>> queue;
    std::vector<std::pair<Cycles, int>> flight;
    std::array<std::vector<std::pair<Cycles, int>>, kEngineCount> tokens;  // of this consumer
    for (std::size_t i = 0; i < facts.commands.size(); ++i) {
      const CommandTimes& times = facts.commands[i];
      const functional::ProgramCommand& command = facts.program.commands[i];
      if (static_cast<std::size_t>(times.engine) == e) {
        queue.emplace_back(times.dispatched, 1);
        queue.emplace_back(times.popped, -1);
        flight.emplace_back(times.popped, 1);
        flight.emplace_back(times.done, -1);
        for (std::size_t p = 0; p < kEngineCount; ++p) {
          if ((command.wait >> p & 1U) != 0) tokens[p].emplace_back(times.popped, -1);
        }
      } else if ((command.signal >> e & 1U) != 0) {
        tokens[static_cast<std::size_t>(times.engine)].emplace_back(times.done, 1);
      }
    }
    const std::string_view name = isa::name(static_cast<isa::Engine>(e));
    facts.most_in_queue[e] = most(std::move(queue), fmt::format("The queue of {}", name));
    facts.most_in_flight[e] = most(std::move(flight), fmt::format("The number of commands in {}", name));
    for (std::size_t p = 0; p < kEngineCount; ++p) {
      facts.most_tokens[p][e] = most(std::move(tokens[p]), fmt::format("The count of {}'s tokens for {}",
                                                                       isa::name(static_cast<isa::Engine>(p)), name));
    }
  }
}

void find_full_queues(const Trace& trace, JobFacts& facts) {
  std::size_t next = 0;  // command to be dispatched
  for (const StateSpan& span : trace.states[kFrontEnd]) {
    while (next < facts.commands.size() && facts.commands[next].dispatched < span.from) ++next;
    if (span.state != isa::State::kQueueFull) continue;
    if (next == facts.commands.size()) contradict("The front end finds a queue full with no command left.");
    facts.full_queues.push_back({facts.commands[next].engine, span.from, span.to});
  }
}

}  // namespace

JobFacts derive_facts(const HwConfig& hw, std::span<const isa::Command> stream, const Trace& trace) {
  JobFacts facts;
  facts.program = functional::decode_program(hw, stream);
  find_times(trace, facts);
  count_levels(facts);
  find_full_queues(trace, facts);
  return facts;
}

}  // namespace systolite::lockstep

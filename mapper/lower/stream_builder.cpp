// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/stream_builder.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "sim/core/error.h"

namespace systolite {
namespace {

std::uint32_t& wait_of(isa::AnyCommand& command) {
  return std::visit([](auto& c) -> std::uint32_t& { return c.wait; }, command);
}
std::uint32_t& signal_of(isa::AnyCommand& command) {
  return std::visit([](auto& c) -> std::uint32_t& { return c.signal; }, command);
}
std::size_t engine_of(const isa::AnyCommand& command) {
  return std::visit([](const auto& c) { return static_cast<std::size_t>(isa::engine_of(c.kOpcode)); }, command);
}

}  // namespace

bool Footprint::conflicts(const Footprint& other) const {
  return std::any_of(accesses.begin(), accesses.end(), [&](const Access& a) {
    return std::any_of(other.accesses.begin(), other.accesses.end(), [&](const Access& b) { return a.conflicts(b); });
  });
}

std::uint32_t StreamBuilder::banks(const Access& access) const {
  const auto size = static_cast<std::uint32_t>(hw_.scratchpad_bytes);
  const auto bank = static_cast<std::uint32_t>(hw_.bank_bytes());
  const std::uint32_t first = access.range.begin + size - access.before;
  const std::uint32_t last = access.range.end + size + access.after - 1;
  std::uint32_t mask = 0;
  for (std::uint32_t b = first / bank; b <= last / bank; ++b) {
    mask |= 1U << (b % static_cast<std::uint32_t>(hw_.scratchpad_banks));
  }
  return mask;
}

bool StreamBuilder::conflict(const Issued& earlier, const Issued& later) const {
  if ((earlier.read_banks & later.read_banks) != 0 || (earlier.write_banks & later.write_banks) != 0) return true;
  if ((earlier.written & later.memories) == 0 && (earlier.memories & later.written) == 0) return false;
  return earlier.footprint.conflicts(later.footprint);
}

void StreamBuilder::add(const isa::AnyCommand& command, int op, Footprint footprint) {
  const std::size_t engine = engine_of(command);
  Issued issued{.command = commands_.size(), .footprint = std::move(footprint), .read_banks = 0, .write_banks = 0};
  for (const Access& access : issued.footprint.accesses) {
    const std::uint32_t memory = 1U << static_cast<unsigned>(access.memory);
    issued.memories |= memory;
    if (access.write) issued.written |= memory;
    if (access.memory != Memory::kScratchpad) continue;
    (access.write ? issued.write_banks : issued.read_banks) |= banks(access);
  }
  commands_.push_back(command);
  ops_.push_back(op);

  // The latest command of every other engine that this one must follow, unless it is known to be complete already.
  std::array<int, kEngines> needed{};  // count of commands, 0 = none
  for (std::size_t p = 0; p < kEngines; ++p) {
    if (p == engine) continue;
    for (int i = static_cast<int>(issued_[p].size()); i > known_[engine][p]; --i) {
      if (conflict(issued_[p][static_cast<std::size_t>(i - 1)], issued)) {
        needed[p] = i;
        break;
      }
    }
  }
  // What a command waited for is complete when the command is, so one wait may make another superfluous.
  for (std::size_t p = 0; p < kEngines; ++p) {
    const bool implied = [&] {
      for (std::size_t q = 0; q < kEngines; ++q) {
        if (q == p || needed[q] == 0) continue;
        if (issued_[q][static_cast<std::size_t>(needed[q] - 1)].known[p] >= needed[p]) return true;
      }
      return false;
    }();
    if (needed[p] == 0 || implied) continue;
    const Issued& producer = issued_[p][static_cast<std::size_t>(needed[p] - 1)];
    signal_of(commands_[producer.command]) |= 1U << engine;
    wait_of(commands_.back()) |= 1U << p;
  }
  Clock& known = known_[engine];
  for (std::size_t p = 0; p < kEngines; ++p) {
    if (needed[p] == 0) continue;
    known[p] = std::max(known[p], needed[p]);
    const Clock& through = issued_[p][static_cast<std::size_t>(needed[p] - 1)].known;
    for (std::size_t q = 0; q < kEngines; ++q) known[q] = std::max(known[q], through[q]);
  }
  issued.known = known;
  issued_[engine].push_back(std::move(issued));
}

void StreamBuilder::check_token_bound() const {
  // In stream order the front end can be ahead of an engine by its whole queue; a token counter must hold that much.
  constexpr int kMaxTokens = 255;
  std::array<std::array<int, kEngines>, kEngines> tokens{};
  for (const isa::AnyCommand& command : commands_) {
    if (std::holds_alternative<isa::End>(command)) continue;
    const std::size_t engine = engine_of(command);
    const auto [wait, signal] = std::visit([](const auto& c) { return std::pair(c.wait, c.signal); }, command);
    for (std::size_t p = 0; p < kEngines; ++p) {
      if ((wait >> p & 1U) != 0) --tokens[p][engine];
      if ((signal >> p & 1U) != 0 && ++tokens[engine][p] + hw_.queue_depth + 1 >= kMaxTokens) {
        throw Error(ExitCode::kInternal,
                    fmt::format("mapper: more than {} tokens outstanding between two engines", kMaxTokens));
      }
    }
  }
}

JobStep StreamBuilder::finish() {
  commands_.emplace_back(isa::End{});
  ops_.push_back(-1);
  check_token_bound();
  JobStep job{.commands = {}, .op_of_command = std::move(ops_), .stream_address = 0};
  job.commands.reserve(commands_.size());
  for (const isa::AnyCommand& command : commands_) job.commands.push_back(isa::encode(command));
  return job;
}

}  // namespace systolite

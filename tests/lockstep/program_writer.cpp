// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/program_writer.h"

#include <algorithm>
#include <utility>

namespace systolite::lockstep {
namespace {

constexpr auto kWl = static_cast<std::size_t>(isa::Engine::kWl);
constexpr auto kMm = static_cast<std::size_t>(isa::Engine::kMm);
constexpr int kImpliedDropped = 70;  // per cent of the waits that other waits imply

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

void ProgramWriter::begin_tiles() {
  in_tiles_ = true;
  for (std::size_t e = 0; e < kEngines; ++e) before_tiles_[e] = issued_[e].size();
}

void ProgramWriter::end_tiles() { in_tiles_ = false; }

ProgramWriter::Issued ProgramWriter::describe(const isa::AnyCommand& command) const {
  Issued issued{};
  issued.command = commands_.size();
  issued.rows = functional::footprint(command, config_, hw_, functional::Detail::kRows);
  issued.read_banks = functional::banks_of(functional::port_reads(command, config_, hw_, issued.rows), hw_);
  issued.write_banks = functional::banks_of(issued.rows.writes, hw_);
  issued.acc_banks =
      functional::acc_banks_of(issued.rows.reads, hw_) | functional::acc_banks_of(issued.rows.writes, hw_);
  return issued;
}

// How many commands of the producer have to be complete before `issued` may start, as far as memory goes.
std::size_t ProgramWriter::last_conflict(std::size_t producer, std::size_t consumer, const Issued& issued) const {
  for (std::size_t i = issued_[producer].size(); i > known_[consumer][producer]; --i) {
    const Issued& earlier = issued_[producer][i - 1];
    if ((earlier.read_banks & issued.read_banks) != 0 || (earlier.write_banks & issued.write_banks) != 0 ||
        (earlier.acc_banks & issued.acc_banks) != 0 ||
        functional::first_overlap(earlier.rows.writes, issued.rows.reads) ||
        functional::first_overlap(earlier.rows.reads, issued.rows.writes) ||
        functional::first_overlap(earlier.rows.writes, issued.rows.writes)) {
      return i;
    }
  }
  return 0;
}

// How many commands of the producer the consumer may wait for at all.
std::size_t ProgramWriter::waitable(std::size_t producer, std::size_t consumer) const {
  const bool tiles = (producer == kWl && consumer == kMm) || (producer == kMm && consumer == kWl);
  return tiles && in_tiles_ ? before_tiles_[producer] : issued_[producer].size();
}

ProgramWriter::Counts ProgramWriter::needed_by(std::size_t consumer, const Issued& issued, const ExtraWaits& extra) {
  Counts needed{};
  for (std::size_t p = 0; p < kEngines; ++p) {
    if (p != consumer) needed[p] = last_conflict(p, consumer, issued);
  }
  drop_implied(needed);
  for (std::size_t p = 0; p < kEngines; ++p) {
    const std::size_t most = waitable(p, consumer);
    const std::size_t least = last_signal_[p][consumer] + 1;
    if (p == consumer || least > most) continue;
    if ((extra.next >> p & 1U) != 0) needed[p] = std::max(needed[p], least);
    if ((extra.latest >> p & 1U) != 0) needed[p] = std::max(needed[p], most);
    if (!random_.chance(random_waits_)) continue;
    needed[p] = std::max(needed[p], static_cast<std::size_t>(random_.integer(static_cast<std::int64_t>(least),
                                                                             static_cast<std::int64_t>(most))));
  }
  return needed;
}

// What a command waited for is complete when the command is, so one wait may make another superfluous.
void ProgramWriter::drop_implied(Counts& needed) {
  for (std::size_t p = 0; p < kEngines; ++p) {
    for (std::size_t q = 0; q < kEngines && needed[p] != 0; ++q) {
      if (q == p || needed[q] == 0 || issued_[q][needed[q] - 1].known[p] < needed[p]) continue;
      if (random_.chance(kImpliedDropped)) needed[p] = 0;
    }
  }
}

void ProgramWriter::add(isa::AnyCommand command, const ExtraWaits& extra) {
  config_.apply(command);
  const std::size_t consumer = engine_of(command);
  Issued issued = describe(command);
  const Counts needed = needed_by(consumer, issued, extra);
  commands_.push_back(std::move(command));
  Counts& known = known_[consumer];
  for (std::size_t p = 0; p < kEngines; ++p) {
    if (needed[p] == 0) continue;
    const Issued& producer = issued_[p][needed[p] - 1];
    signal_of(commands_[producer.command]) |= 1U << consumer;
    wait_of(commands_.back()) |= 1U << p;
    last_signal_[p][consumer] = needed[p];
    known[p] = std::max(known[p], needed[p]);
    for (std::size_t q = 0; q < kEngines; ++q) known[q] = std::max(known[q], producer.known[q]);
  }
  issued.known = known;
  issued_[consumer].push_back(std::move(issued));
}

std::vector<isa::Command> ProgramWriter::finish() {
  std::vector<isa::Command> stream;
  stream.reserve(commands_.size() + 1);
  for (const isa::AnyCommand& command : commands_) stream.push_back(isa::encode(command));
  stream.push_back(isa::encode(isa::End{}));
  return stream;
}

}  // namespace systolite::lockstep

// SPDX-License-Identifier: Apache-2.0
// Collects commands in stream order and sets their tokens: where engines touch the same memory, and at random
// elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/functional/command_program.h"
#include "sim/functional/footprint.h"
#include "tests/lockstep/hardware.h"

namespace systolite::lockstep {

// Waits of one command beyond those its memory accesses need. Masks of engines.
struct ExtraWaits {
  std::uint32_t latest = 0;  // for the last command of the engine so far
  std::uint32_t next = 0;    // for the first command of the engine that gives this one's engine no token yet
};

// The stream neither races nor deadlocks, whatever the timing: every command waits only for commands before it, tokens
// of a pair of engines are given and taken in the same order, and what belongs to one tile group waits for nothing
// inside it.
class ProgramWriter {
 public:
  ProgramWriter(const HwConfig& hw, Random& random) : hw_(hw), random_(random) {}

  // Per cent of commands that wait, for each other engine, for a command that nothing demands to wait for.
  void set_random_waits(int percent) noexcept { random_waits_ = percent; }
  void add(isa::AnyCommand command, const ExtraWaits& extra = {});
  // wl and mm commands that exchange tiles are added between these two.
  void begin_tiles();
  void end_tiles();

  // The registers as the next command will see them.
  [[nodiscard]] const functional::EngineConfig& config() const noexcept { return config_; }
  [[nodiscard]] std::size_t size() const noexcept { return commands_.size(); }
  // With END.
  [[nodiscard]] std::vector<isa::Command> finish();

 private:
  static constexpr std::size_t kEngines = isa::kNumEngines;
  using Counts = std::array<std::size_t, kEngines>;  // of commands of each engine, from the first on

  struct Issued {
    std::size_t command;  // index into commands_
    functional::Footprint rows;
    std::uint32_t read_banks;
    std::uint32_t write_banks;
    std::uint32_t acc_banks;
    Counts known{};  // certainly complete when it starts
  };

  [[nodiscard]] Issued describe(const isa::AnyCommand& command) const;
  [[nodiscard]] std::size_t last_conflict(std::size_t producer, std::size_t consumer, const Issued& issued) const;
  [[nodiscard]] std::size_t waitable(std::size_t producer, std::size_t consumer) const;
  [[nodiscard]] Counts needed_by(std::size_t consumer, const Issued& issued, const ExtraWaits& extra);
  void drop_implied(Counts& needed);

  const HwConfig& hw_;
  Random& random_;
  int random_waits_ = 0;
  functional::EngineConfig config_;
  std::vector<isa::AnyCommand> commands_;
  std::array<std::vector<Issued>, kEngines> issued_;
  std::array<Counts, kEngines> known_{};                                   // at the next start of the engine
  std::array<std::array<std::size_t, kEngines>, kEngines> last_signal_{};  // [producer][consumer], count
  bool in_tiles_ = false;
  Counts before_tiles_{};
};

}  // namespace systolite::lockstep

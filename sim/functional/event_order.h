// SPDX-License-Identifier: Apache-2.0
// What tokens and the hand-over of weight tiles order for certain, whatever the timing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/functional/command_program.h"
#include "sim/functional/scheduler.h"

namespace systolite::functional {

// A moment in a job: how many commands of each engine have certainly completed, or started, by then.
struct Moment {
  std::array<std::uint32_t, isa::kNumEngines> completed{};
  std::array<std::uint32_t, isa::kNumEngines> started{};
  void join(const Moment& earlier);
};

// The moments of one command. It touches memory only between `access` and `done`.
struct CommandOrder {
  Moment access;  // tokens taken; mm: first weight tile taken
  Moment done;
};

// Derived by running the stream once; the i-th token from p to c goes to the i-th wait of c on p in every run.
// Queues are not used as an order: they depend on their depth. Throws DeviceError as Scheduler::run does.
class EventOrder : private StreamActor {
 public:
  EventOrder(const HwConfig& hw, const CommandProgram& program);

  // Whether every access of `first` happens before any access of `second`.
  [[nodiscard]] bool ordered(std::size_t first, std::size_t second) const;
  [[nodiscard]] const CommandOrder& operator[](std::size_t index) const { return orders_[index]; }
  // For each wait of a command the index of the command that gives the token, 0 elsewhere: [command][engine].
  [[nodiscard]] const std::vector<std::array<std::size_t, isa::kNumEngines>>& givers() const noexcept {
    return givers_;
  }

 private:
  struct Token {
    Moment moment;
    std::size_t giver;
  };
  static constexpr std::size_t kEngines = isa::kNumEngines;

  void start(std::size_t index) override;
  void load_tile(std::size_t index, std::int64_t tile) override;
  void take_tile(std::size_t index, std::int64_t tile) override;
  void complete(std::size_t index) override;

  const CommandProgram& program_;
  std::vector<CommandOrder> orders_;
  std::vector<std::array<std::size_t, kEngines>> givers_;
  std::array<std::array<std::vector<Token>, kEngines>, kEngines> tokens_;  // given, [producer][consumer]
  std::array<std::array<std::size_t, kEngines>, kEngines> taken_{};        // how many of them
  std::array<Moment, kEngines> last_start_{};
  std::array<Moment, kEngines> last_done_{};
  Moment last_load_;  // of a tile
  Moment last_take_;
};

}  // namespace systolite::functional

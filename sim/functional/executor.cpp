// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/executor.h"

#include <fmt/format.h>

#include <type_traits>
#include <vector>

#include "sim/functional/command_program.h"
#include "sim/functional/device_error.h"
#include "sim/functional/scheduler.h"
#include "sim/functional/vector_engine.h"

namespace systolite {
namespace functional {
namespace {

// Does the work of the events the scheduler orders. Commands other than wl and mm do everything when they complete.
class Job : public StreamActor {
 public:
  Job(const HwConfig& hw, const CommandProgram& program, const Windows& windows, BusMemory& memory,
      LocalMemories& local, MatrixEngine& matrix)
      : hw_(hw), program_(program), windows_(windows), memory_(memory), local_(local), matrix_(matrix) {}

  void start(std::size_t) override {}

  void complete(std::size_t index) override {
    std::visit(
        [&](const auto& command) {
          using T = std::decay_t<decltype(command)>;
          if constexpr (std::is_same_v<T, isa::Ld> || std::is_same_v<T, isa::St>) {
            execute(command, index, config_, hw_, windows_, memory_, local_);
          } else if constexpr (std::is_same_v<T, isa::Requant> || std::is_same_v<T, isa::Add> ||
                               std::is_same_v<T, isa::Pool>) {
            execute(command, config_, hw_, local_);
          } else {
            config_.apply(command);
          }
        },
        program_.commands[index].command);
  }

  void load_tile(std::size_t index, std::int64_t tile) override {
    load_weight_tile(std::get<isa::Wl>(program_.commands[index].command), tile, local_, shadow_);
    loader_ = index;
  }

  void take_tile(std::size_t index, std::int64_t tile) override {
    const isa::Mm& mm = std::get<isa::Mm>(program_.commands[index].command);
    if (shadow_.dataflow != config_.mm_in.dataflow) {
      throw DeviceError(
          isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
          fmt::format("Command {} takes a weight tile from {}: both must be of one dataflow, here they are {} and {}.",
                      command_label(index, mm), command_label(loader_, program_.commands[loader_].command),
                      name(static_cast<Dataflow>(config_.mm_in.dataflow)),
                      name(static_cast<Dataflow>(shadow_.dataflow))));
    }
    const std::int64_t needed = matrix_.rows_needed(mm, tile, config_);
    if (shadow_.rows != needed) {
      throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                        fmt::format("Command {}, K step {}, takes a weight tile of {} rows from {}: it needs {}.",
                                    command_label(index, mm), tile, shadow_.rows,
                                    command_label(loader_, program_.commands[loader_].command), needed));
    }
    matrix_.step(mm, tile, config_, shadow_);
  }

 private:
  const HwConfig& hw_;
  const CommandProgram& program_;
  const Windows& windows_;
  BusMemory& memory_;
  LocalMemories& local_;
  MatrixEngine& matrix_;
  EngineConfig config_;
  WeightTile shadow_;
  std::size_t loader_ = 0;  // wl that filled the shadow registers
};

void run_job(const HwConfig& hw, std::span<const isa::Command> commands, const Windows& windows, BusMemory& memory,
             LocalMemories& local, MatrixEngine& matrix, const EventChooser& choose, std::uint32_t in_flight,
             std::uint32_t stream_address) {
  const CommandProgram program = decode_program(hw, commands, stream_address);
  Job job(hw, program, windows, memory, local, matrix);
  Scheduler(hw, program, in_flight).run(job, choose);
}

std::uint32_t little_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

}  // namespace
}  // namespace functional

Executor::Executor(const HwConfig& hw, BusMemory& memory)
    : hw_(hw), memory_(memory), windows_(Windows::whole(hw)), local_(hw), matrix_(hw, local_) {}

void Executor::run(std::span<const isa::Command> commands, std::uint32_t stream_address) {
  functional::run_job(hw_, commands, windows_, memory_, local_, matrix_, functional::choose_stream_order,
                      functional::Scheduler::kFewestInFlight, stream_address);
}

void Executor::run_reordered(std::span<const isa::Command> commands, std::uint64_t seed) {
  functional::run_job(hw_, commands, windows_, memory_, local_, matrix_, functional::choose_at_random(seed),
                      functional::Scheduler::kMostInFlight, 0);
}

void Executor::run_stream(std::uint32_t address, std::uint32_t bytes) {
  const auto fail = [](isa::ErrorCause cause, std::uint32_t command, std::uint32_t at, const std::string& what) {
    throw DeviceError(cause, command, at, fmt::format("Command stream: {}.", what));
  };
  if (address % isa::kCommandBytes != 0 || bytes % isa::kCommandBytes != 0 || bytes == 0) {
    fail(isa::ErrorCause::kBadStream, DeviceError::kNoCommand, address,
         fmt::format("address 0x{:08X} and length {} must be multiples of {}, the length not 0", address, bytes,
                     isa::kCommandBytes));
  }
  if (!windows_.readable(address, bytes)) {
    fail(isa::ErrorCause::kReadWindow, DeviceError::kNoCommand, address,
         fmt::format("{} bytes at 0x{:08X} are not in one window", bytes, address));
  }
  std::vector<isa::Command> commands;
  for (std::uint32_t at = address; at - address < bytes; at += isa::kCommandBytes) {
    const std::uint8_t* source = functional::bus_bytes(memory_, at, isa::kCommandBytes);
    if (source == nullptr) {
      fail(isa::ErrorCause::kBusRead, (at - address) / isa::kCommandBytes, at,
           fmt::format("no memory answers at 0x{:08X}", at));
    }
    isa::Command command;
    for (std::size_t word = 0; word < command.w.size(); ++word)
      command.w[word] = functional::little_endian(source + 4 * word);
    commands.push_back(command);
    if (isa::opcode_of(command) == isa::Opcode::kEnd) break;  // the device looks at nothing behind it
  }
  run(commands, address);
}

}  // namespace systolite

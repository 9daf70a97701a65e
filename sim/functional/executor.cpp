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

// Does the work of the events the scheduler orders. Commands other than wl and mm do everything when they start.
class Job : public StreamActor {
 public:
  Job(const HwConfig& hw, const CommandProgram& program, const Windows& windows, BusMemory& memory,
      LocalMemories& local, MatrixEngine& matrix)
      : hw_(hw), program_(program), windows_(windows), memory_(memory), local_(local), matrix_(matrix) {}

  void start(std::size_t index) override {
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
    const std::int64_t needed = matrix_.rows_needed(mm, tile, config_);
    if (shadow_.rows != needed) {
      throw DeviceError(isa::ErrorCause::kNone, static_cast<std::uint32_t>(index), 0,
                        fmt::format("Command {}, K step {}, takes a weight tile of {} rows from {}: it needs {}.",
                                    command_label(index, mm), tile, shadow_.rows,
                                    command_label(loader_, program_.commands[loader_].command), needed));
    }
    matrix_.step(mm, tile, config_, shadow_);
  }

  void complete(std::size_t) override {}

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
             LocalMemories& local, MatrixEngine& matrix, const EventChooser& choose) {
  const CommandProgram program = decode_program(hw, commands);
  Job job(hw, program, windows, memory, local, matrix);
  Scheduler(hw, program).run(job, choose);
}

std::uint32_t little_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

}  // namespace
}  // namespace functional

Executor::Executor(const HwConfig& hw, BusMemory& memory)
    : hw_(hw), memory_(memory), windows_(functional::Windows::whole(hw)), local_(hw), matrix_(hw, local_) {}

void Executor::run(std::span<const isa::Command> commands) {
  functional::run_job(hw_, commands, windows_, memory_, local_, matrix_, functional::choose_stream_order);
}

void Executor::run_reordered(std::span<const isa::Command> commands, std::uint64_t seed) {
  functional::run_job(hw_, commands, windows_, memory_, local_, matrix_, functional::choose_at_random(seed));
}

void Executor::run_stream(std::uint32_t address, std::uint32_t bytes) {
  if (address % isa::kCommandBytes != 0 || bytes % isa::kCommandBytes != 0 || bytes == 0) {
    throw DeviceError(
        isa::ErrorCause::kBadStream, DeviceError::kNoCommand, address,
        fmt::format("Command stream of {} bytes at 0x{:08X}: both must be multiples of {}, the length not 0.", bytes,
                    address, isa::kCommandBytes));
  }
  std::vector<isa::Command> commands(bytes / isa::kCommandBytes);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::uint64_t at = address + i * isa::kCommandBytes;
    const auto index = static_cast<std::uint32_t>(i);
    if (!windows_.readable(at, isa::kCommandBytes)) {
      throw DeviceError(isa::ErrorCause::kReadWindow, index, static_cast<std::uint32_t>(at),
                        fmt::format("Command #{} is fetched at 0x{:08X}, outside the windows.", i, at));
    }
    const std::uint8_t* source = functional::bus_bytes(memory_, static_cast<std::uint32_t>(at), isa::kCommandBytes);
    if (source == nullptr) {
      throw DeviceError(isa::ErrorCause::kBusRead, index, static_cast<std::uint32_t>(at),
                        fmt::format("Command #{} is fetched at 0x{:08X}, where no memory answers.", i, at));
    }
    for (std::size_t word = 0; word < commands[i].w.size(); ++word)
      commands[i].w[word] = functional::little_endian(source + 4 * word);
    // The device stops fetching at END as well.
    if (isa::opcode_of(commands[i]) == isa::Opcode::kEnd) {
      commands.resize(i + 1);
      break;
    }
  }
  run(commands);
}

}  // namespace systolite

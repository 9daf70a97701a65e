// SPDX-License-Identifier: Apache-2.0
// A command stream decoded and checked: what executor and hazard checker work on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/hw_config.h"
#include "slt_isa.hpp"

namespace systolite::functional {

// Configuration registers of all engines. Configuration commands change them, the others read them.
struct EngineConfig {
  isa::LdCfg ld;
  isa::MmCfgIn mm_in;
  isa::MmCfgKernel mm_kernel;
  isa::VecCfgOut vec_out;
  isa::VecCfgIn vec_in;
  std::array<isa::VecCfgScale, 4> vec_scale;
  isa::StCfg st;

  // Takes over a configuration command; does nothing for any other.
  void apply(const isa::AnyCommand& command);
};

struct ProgramCommand {
  isa::AnyCommand command;
  isa::Engine engine;
  bool is_cfg;
  std::uint32_t wait;
  std::uint32_t signal;
  std::int64_t tiles;      // weight tiles a wl loads or an mm takes; 0 for the others
  bool held;               // a wl that completes only when its last tile has been taken (output stationary)
  std::uint32_t position;  // among the commands of its engine
};

struct CommandProgram {
  std::vector<ProgramCommand> commands;                                // END excluded
  std::array<std::vector<std::uint32_t>, isa::kNumEngines> of_engine;  // command indices, in order
};

// Whether the configuration in force makes an mm output stationary.
[[nodiscard]] bool output_stationary(const EngineConfig& config) noexcept;
// K steps of one column tile of an mm, or of one of its groups of pixels if it is output stationary.
[[nodiscard]] std::int64_t steps_of_tile(const isa::Mm& mm, const EngineConfig& config, const HwConfig& hw);
// K steps of an mm, of all column tiles or groups of pixels: one weight tile each.
[[nodiscard]] std::int64_t tiles_taken(const isa::Mm& mm, const EngineConfig& config, const HwConfig& hw);
// Tiles of a wl.
[[nodiscard]] std::int64_t tiles_loaded(const isa::Wl& wl);

// Throws DeviceError: bad_command for a command the front end refuses, bad_stream when END is missing, none for a
// command that breaks a rule only the hardware's assertions check. What follows END is ignored.
// `stream_address` is where the stream lies, for the address of an error.
[[nodiscard]] CommandProgram decode_program(const HwConfig& hw, std::span<const isa::Command> stream,
                                            std::uint32_t stream_address = 0);

// "#12 (mm wait=wl ...)", for messages.
[[nodiscard]] std::string command_label(std::size_t index, const isa::AnyCommand& command);

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/command_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>

#include "sim/core/ceil_div.h"
#include "sim/device/command_rules.h"
#include "sim/functional/column_tiles.h"
#include "sim/functional/device_error.h"

namespace systolite::functional {
namespace {

constexpr std::int64_t kMaxBusTaps = 5;  // depth of the delay behind the depthwise buses' reads

std::optional<std::string> block_defect(const HwConfig& hw, std::int64_t acc, std::int64_t pixels) {
  const std::int64_t half = hw.acc_entries();
  if (acc / half < 2 && acc / half == (acc + pixels - 1) / half) return std::nullopt;
  return fmt::format("accumulator entries {} to {} do not lie in one half of {} entries", acc, acc + pixels - 1, half);
}

// What the contract forbids and the front end does not check.
std::optional<std::string> defect(const HwConfig& hw, const EngineConfig& config, const isa::AnyCommand& command) {
  if (const auto* mm = std::get_if<isa::Mm>(&command)) {
    if (auto why = block_defect(hw, mm->acc, mm->tiles * mm->nrows * mm->ncols)) return why;
    if (config.mm_in.depthwise == 0) {
      if (mm->len == 0) return "len is 0 in dense mode: must be at least 1";
      if (output_stationary(config) && mm->tiles != 1)
        return fmt::format("tiles is {} in an output-stationary block: must be 1", mm->tiles);
      return std::nullopt;
    }
    if (output_stationary(config)) return "dataflow is 1 in depthwise mode: must be 0";
    if (config.mm_kernel.buses > 1 && config.mm_kernel.taps > kMaxBusTaps) {
      return fmt::format("taps is {} with more than one bus: at most {} are possible", config.mm_kernel.taps,
                         kMaxBusTaps);
    }
    if (config.mm_kernel.overlap >= config.mm_kernel.taps) {
      return fmt::format("overlap is {} with {} taps: must be less", config.mm_kernel.overlap, config.mm_kernel.taps);
    }
    const std::int64_t rows = config.mm_kernel.taps * std::min(config.mm_kernel.buses, mm->nky);
    if (rows > hw.array.rows)
      return fmt::format("a depthwise pass takes {} array rows: there are {}", rows, hw.array.rows);
  } else if (const auto* in = std::get_if<isa::MmCfgIn>(&command)) {
    if (in->depthwise != 0 && !hw.array.depthwise_unit) return "depthwise is 1: the array has no depthwise unit";
  } else if (const auto* wl = std::get_if<isa::Wl>(&command)) {
    if (wl->tile_rows > hw.array.rows)
      return fmt::format("tile_rows is {}: the array has {} rows", wl->tile_rows, hw.array.rows);
    if (wl->nt > hw.array.cols) return fmt::format("nt is {}: the array has {} columns", wl->nt, hw.array.cols);
    const std::int64_t end = wl->addr + wl->outer * wl->len * wl->nt;
    if (end > hw.weight_buffer_bytes)
      return fmt::format("it reads the weight buffer up to byte {}: there are {}", end, hw.weight_buffer_bytes);
  } else if (const auto* requant = std::get_if<isa::Requant>(&command)) {
    const std::int64_t tiles = tiles_of(*requant, hw);
    if (auto why = block_defect(hw, requant->acc, tiles * requant->nrows * requant->ncols)) return why;
    const isa::Requant last = tile_at(*requant, tiles - 1, config.vec_out, hw);
    const std::int64_t bias_end = last.bias_word * hw.requant_lanes + last.nch;
    const std::int64_t scale_end = last.scale_word * hw.requant_lanes + (config.vec_out.per_tensor != 0 ? 1 : last.nch);
    if (std::max(bias_end, scale_end) > hw.param_channels) {
      return fmt::format("it reads table slot {}: there are {}", std::max(bias_end, scale_end) - 1, hw.param_channels);
    }
  }
  if (const auto* scale = std::get_if<isa::VecCfgScale>(&command)) {
    const bool reciprocal = scale->slot == 3;
    const std::int64_t low = reciprocal ? 0 : -31;
    const std::int64_t high = reciprocal ? 62 : 30;
    if (scale->shift < low || scale->shift > high)
      return fmt::format("shift is {}: must be {} to {}", scale->shift, low, high);
  }
  return std::nullopt;
}

}  // namespace

void EngineConfig::apply(const isa::AnyCommand& command) {
  std::visit(
      [this](const auto& each) {
        using T = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<T, isa::LdCfg>) ld = each;
        if constexpr (std::is_same_v<T, isa::MmCfgIn>) mm_in = each;
        if constexpr (std::is_same_v<T, isa::MmCfgKernel>) mm_kernel = each;
        if constexpr (std::is_same_v<T, isa::VecCfgOut>) vec_out = each;
        if constexpr (std::is_same_v<T, isa::VecCfgIn>) vec_in = each;
        if constexpr (std::is_same_v<T, isa::VecCfgScale>) vec_scale[static_cast<std::size_t>(each.slot)] = each;
        if constexpr (std::is_same_v<T, isa::StCfg>) st = each;
      },
      command);
}

bool output_stationary(const EngineConfig& config) noexcept { return config.mm_in.dataflow != 0; }

std::int64_t steps_of_tile(const isa::Mm& mm, const EngineConfig& config, const HwConfig& hw) {
  if (config.mm_in.depthwise != 0) return ceil_div(mm.nky, config.mm_kernel.buses);
  return mm.nky * config.mm_kernel.nkx * ceil_div(mm.len, hw.array.rows);
}

std::int64_t tiles_taken(const isa::Mm& mm, const EngineConfig& config, const HwConfig& hw) {
  const std::int64_t groups = output_stationary(config) ? ceil_div(mm.nrows * mm.ncols, hw.array.rows) : 1;
  return groups * mm.tiles * steps_of_tile(mm, config, hw);
}

std::int64_t tiles_loaded(const isa::Wl& wl) {
  const std::int64_t times = wl.dataflow != 0 ? wl.again + 1 : 1;
  return times * wl.outer * ceil_div(wl.len, wl.tile_rows);
}

CommandProgram decode_program(const HwConfig& hw, std::span<const isa::Command> stream, std::uint32_t stream_address) {
  CommandProgram program;
  program.commands.reserve(stream.size());
  EngineConfig config;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    if (!accepts(hw, stream[i])) {
      throw DeviceError(isa::ErrorCause::kBadCommand, index, stream_address + index * isa::kCommandBytes,
                        fmt::format("Command #{} ({}) is not a legal command.", i, isa::to_text(stream[i])));
    }
    isa::AnyCommand command = isa::decode(stream[i]);
    if (std::holds_alternative<isa::End>(command)) return program;
    config.apply(command);
    if (const auto why = defect(hw, config, command)) {
      throw DeviceError(isa::ErrorCause::kNone, index, 0,
                        fmt::format("Command {} is wrong: {}.", command_label(i, command), *why));
    }
    std::int64_t tiles = 0;
    bool held = false;
    if (const auto* wl = std::get_if<isa::Wl>(&command)) {
      tiles = tiles_loaded(*wl);
      held = wl->dataflow != 0;
    }
    if (const auto* mm = std::get_if<isa::Mm>(&command)) tiles = tiles_taken(*mm, config, hw);
    const isa::Opcode opcode = *isa::opcode_of(stream[i]);
    const isa::Engine engine = isa::engine_of(opcode);
    auto& mates = program.of_engine[static_cast<std::size_t>(engine)];
    program.commands.push_back({command, engine, isa::is_cfg(opcode), isa::wait_of(stream[i]),
                                isa::signal_of(stream[i]), tiles, held, static_cast<std::uint32_t>(mates.size())});
    mates.push_back(index);
  }
  throw DeviceError(isa::ErrorCause::kBadStream, DeviceError::kNoCommand, stream_address,
                    fmt::format("The command stream of {} commands has no END.", stream.size()));
}

std::string command_label(std::size_t index, const isa::AnyCommand& command) {
  return fmt::format("#{} ({})", index, isa::to_text(isa::encode(command)));
}

}  // namespace systolite::functional

// SPDX-License-Identifier: Apache-2.0
#include "sim/fit/memory_need.h"

#include <span>

#include "driver/host/network_image.h"
#include "sim/baseline/firmware_data.h"
#include "sim/baseline/memory_image.h"
#include "sim/core/error.h"
#include "sim/firmware/firmware_image.h"

namespace systolite::fit {
namespace {

// Of an image: its bytes in flash, and what its variables and its stack take of RAM.
struct FirmwareSize {
  std::uint64_t flash_bytes = 0;
  std::uint64_t variable_bytes = 0;
  std::uint64_t stack_bytes = 0;
};

// The first word of a vector table is the initial stack pointer, and the stack comes behind the variables
// (driver/firmware/common/firmware.ld).
FirmwareSize size_of(std::span<const std::uint8_t> image, std::uint32_t ram, std::uint64_t stack_bytes) {
  constexpr std::size_t kWord = 4;
  if (image.size() < kWord) throw Error(ExitCode::kInternal, "a firmware image has no vector table");
  std::uint32_t top = 0;
  for (std::size_t i = 0; i < kWord; ++i) top |= static_cast<std::uint32_t>(image[i]) << (8 * i);
  if (top < ram + stack_bytes)
    throw Error(ExitCode::kInternal, "the stack of a firmware image does not lie behind its variables");
  return {.flash_bytes = image.size(), .variable_bytes = top - ram - stack_bytes, .stack_bytes = stack_bytes};
}

FirmwareSize accelerator_firmware(const std::string& core) {
  // Sizes do not depend on the addresses; these leave room for any image.
  constexpr std::uint32_t kRoom = 0x01000000;
  const FirmwarePlacement placement = {
      .flash = 0x08000000, .flash_bytes = kRoom, .ram = 0x20000000, .ram_bytes = kRoom, .board = 0x08000000 + kRoom};
  const auto placed = place_firmware("soc_infer", core, placement);
  return size_of(placed.flash, placement.ram, kFirmwareStackBytes);
}

FirmwareSize processor_firmware(const std::string& core) {
  return size_of(baseline::firmware_for(core).bytes, baseline::MemoryMap{}.ram, baseline::firmware_stack_bytes());
}

std::vector<Part> variables(const FirmwareSize& firmware) {
  return {{.what = "variables of the firmware", .bytes = firmware.variable_bytes},
          {.what = "stack", .bytes = firmware.stack_bytes}};
}

std::uint64_t command_bytes(const Program& program) {
  std::uint64_t bytes = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    for (const isa::Command& command : job->commands) bytes += command.w.size() * sizeof(command.w[0]);
  }
  return bytes;
}

}  // namespace

std::uint64_t sum(const std::vector<Part>& parts) {
  std::uint64_t bytes = 0;
  for (const Part& part : parts) bytes += part.bytes;
  return bytes;
}

MemoryNeed accelerator_need(const Graph& graph, const HwConfig& hw, const Program& program, const std::string& core,
                            Rounding rounding) {
  const NetworkImage network = build_network_image(graph, program, rounding);
  const FirmwareSize firmware = accelerator_firmware(core);
  const std::uint64_t commands = command_bytes(program);
  MemoryNeed need;
  need.arena = {{.what = "inputs, outputs, operands of processor steps", .bytes = program.sram_bytes},
                {.what = "working memory of the kernels", .bytes = network.arena_bytes - program.sram_bytes}};
  need.variables = variables(firmware);
  const std::vector<Part> constants = {
      {.what = "weights and tables", .bytes = program.flash.size() - commands},
      {.what = "command streams", .bytes = commands},
      {.what = "constants of processor steps", .bytes = network.flash.size() - program.flash.size()}};
  need.flash = {{.what = "network image", .bytes = network.image.size()},
                {.what = "code of the firmware", .bytes = firmware.flash_bytes}};
  auto& where = hw.weights == RegionId::kFlash ? need.flash : need.external;
  where.insert(where.begin(), constants.begin(), constants.end());
  return need;
}

MemoryNeed processor_need(const Graph& graph, const std::string& core, Rounding rounding) {
  const baseline::MemoryImage image = baseline::make_memory_image(graph, baseline::MemoryMap{}, rounding);
  const FirmwareSize firmware = processor_firmware(core);
  MemoryNeed need;
  need.arena = {{.what = "activations, inputs, outputs", .bytes = image.arena_bytes - image.scratch_bytes},
                {.what = "working memory of the kernels", .bytes = image.scratch_bytes}};
  need.variables = variables(firmware);
  need.flash = {{.what = "weights, biases, tables", .bytes = image.constant_bytes},
                {.what = "network image", .bytes = image.network_bytes},
                {.what = "code of the firmware", .bytes = firmware.flash_bytes}};
  return need;
}

}  // namespace systolite::fit

// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/core_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/baseline/firmware_data.h"
#include "sim/baseline/memory_image.h"
#include "sim/core/error.h"
#include "sim/cpu/cpu.h"

namespace systolite::baseline {
namespace {

// Far beyond what any of these cores needs, so that an endless loop ends: they take some 10 cycles a
// multiply-accumulate and some 100 for anything else that makes a value.
std::uint64_t most_cycles(const Graph& graph) {
  constexpr std::int64_t kStart = 100'000'000;
  constexpr std::int64_t kPerMac = 1000;
  constexpr std::int64_t kPerValue = 100'000;
  std::int64_t cycles = kStart;
  for (const Op& op : graph.ops) {
    cycles += kPerMac * macs(graph, op);
    for (const int tensor : op.inputs) {
      if (tensor >= 0) cycles += kPerValue * graph.tensors[static_cast<std::size_t>(tensor)].elements();
    }
  }
  return static_cast<std::uint64_t>(cycles);
}

// Working memory that surely is enough for kernels of others: CMSIS-NN gathers a few columns of 16-bit inputs, widens
// the weights of a depthwise layer, or keeps a word a channel. What they need is known after the run.
std::uint32_t others_scratch_bytes(const Graph& graph) {
  constexpr std::int64_t kBase = 8192;
  constexpr std::int64_t kPerValue = 8;
  std::int64_t most = 0;
  for (const Op& op : graph.ops) {
    if (op.inputs.size() < 2 || op.inputs[1] < 0) continue;
    const Tensor& weights = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
    if (!weights.is_constant() || weights.shape.empty()) continue;
    const std::int64_t filters = weights.shape.front();
    const bool depthwise = std::holds_alternative<DepthwiseConv2d>(op.params);
    most = std::max(most, depthwise ? weights.elements() : weights.elements() / filters + filters);
  }
  return static_cast<std::uint32_t>(std::min<std::int64_t>(kBase + kPerValue * most, std::int64_t{1} << 24));
}

// The memory of the profile that takes flash or RAM: the first of its kind that is large enough, else the largest.
const cpu::ProfileMemory& memory_of(const cpu::Profile& profile, cpu::MemoryKind kind, std::uint32_t bytes) {
  const cpu::ProfileMemory* largest = nullptr;
  for (const cpu::ProfileMemory& memory : profile.memories) {
    if (memory.kind != kind) continue;
    if (memory.bytes >= bytes) return memory;
    if (largest == nullptr || memory.bytes > largest->bytes) largest = &memory;
  }
  if (largest == nullptr) {
    throw Error(ExitCode::kConfig, fmt::format("{}: the profile has no {}", profile.file.string(),
                                               kind == cpu::MemoryKind::kFlash ? "flash" : "RAM"));
  }
  return *largest;
}

void require_fit(const Graph& graph, const cpu::Profile& profile, const cpu::ProfileMemory& memory,
                 std::uint32_t bytes) {
  if (bytes <= memory.bytes) return;
  throw Error(ExitCode::kModel, fmt::format("{} needs {} bytes of {}, profile {} has {} ({} bytes missing)", graph.name,
                                            bytes, memory.name, profile.name, memory.bytes, bytes - memory.bytes));
}

cpu::MemoryRegion region(const cpu::ProfileMemory& memory, std::uint32_t base, std::span<std::uint8_t> bytes) {
  return {.name = memory.name,
          .kind = memory.kind,
          .base = base,
          .host = bytes,
          .read_wait_cycles = memory.read_wait_cycles,
          .write_wait_cycles = memory.write_wait_cycles,
          .fetch_wait_cycles = memory.fetch_wait_cycles};
}

void require_success(const cpu::Cpu& processor, const cpu::Stop& stop, const slt_baseline_mailbox_t& mailbox,
                     const std::string& core) {
  if (stop.reason == cpu::StopReason::kExit && processor.exit_code() == 0 && mailbox.result == 0) return;
  std::string what = stop.message;
  if (stop.reason == cpu::StopReason::kExit) {
    what = fmt::format("exit code {}, result {}", processor.exit_code(), mailbox.result);
  } else if (stop.reason == cpu::StopReason::kCycle) {
    what = fmt::format("no end after {} cycles", stop.cycle);
  }
  if (const auto& fault = processor.last_fault()) {
    what += fmt::format("; {} at 0x{:08x}: {}", fault->kind, fault->pc, fault->cause);
  }
  throw Error(ExitCode::kDevice, fmt::format("the firmware for the {} alone stopped after {} operators: {}", core,
                                             mailbox.steps_done, what));
}

}  // namespace

CoreRun run_on_core(const Graph& graph, std::span<const std::vector<std::int8_t>> inputs, const cpu::CoreConfig& core,
                    const cpu::Profile& profile, Rounding rounding, std::string_view kernels) {
  const FirmwareData& firmware = firmware_for(core.name, kernels);
  const std::uint32_t least_scratch = kernels == kOwnKernels ? 0 : others_scratch_bytes(graph);
  const MemoryImage image = make_memory_image(graph, MemoryMap{}, rounding, false, least_scratch);
  const auto code_bytes = static_cast<std::uint32_t>(firmware.bytes.size());

  CoreRun run;
  run.core = core.name;
  run.kernels = kernels;
  run.profile = profile.name;
  run.board = profile.board;
  run.status = profile.status;
  run.clock_mhz = profile.clock_mhz;
  run.flash_bytes = code_bytes + image.network_bytes + image.constant_bytes;
  const cpu::ProfileMemory& flash_memory = memory_of(profile, cpu::MemoryKind::kFlash, run.flash_bytes);
  const cpu::ProfileMemory& ram_memory = memory_of(profile, cpu::MemoryKind::kRam, image.ram_bytes());
  require_fit(graph, profile, flash_memory, run.flash_bytes);
  require_fit(graph, profile, ram_memory, image.ram_bytes());

  std::vector<std::uint8_t> flash(image.flash_bytes(), 0xFF);
  std::ranges::copy(firmware.bytes, flash.begin());
  std::ranges::copy(image.flash, flash.begin() + SLT_BASELINE_IMAGE);
  std::vector<std::uint8_t> ram = make_ram(image, graph, inputs, kSltBaselineRun);

  cpu::EmptyBus bus;
  cpu::Cpu processor(core, profile, bus);
  processor.map(region(flash_memory, image.map.flash, flash));
  processor.map(region(ram_memory, image.map.ram, ram));
  processor.reset(image.map.flash);
  const cpu::Stop stop = processor.run(most_cycles(graph));
  const slt_baseline_mailbox_t mailbox = read_mailbox(ram);
  require_success(processor, stop, mailbox, core.name);

  run.cycles = std::uint64_t{mailbox.cycles_high} << 32 | mailbox.cycles_low;
  run.counters = processor.counters();
  run.scratch_bytes = mailbox.scratch_bytes;
  run.ram_bytes = image.arena_bytes - image.scratch_bytes + mailbox.scratch_bytes;
  run.operator_cycles.assign(graph.ops.size(), 0);
  for (std::uint32_t i = 0; i < mailbox.steps_done; ++i) {
    run.operator_cycles.at(mailbox.steps[i].op_index) = mailbox.steps[i].elapsed_cycles;
  }
  const auto tensors = read_tensors(image, ram);
  for (const int output : graph.outputs) run.outputs[output] = tensors.at(output);
  return run;
}

}  // namespace systolite::baseline

// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/simulator.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "tests/cpu_differential/random.h"

namespace systolite::cpu_test {

namespace {

// A device at 0x40000000 that lowers its interrupt line when it is written to; nothing elsewhere.
class OneDevice final : public cpu::Bus {
 public:
  explicit OneDevice(cpu::Cpu*& processor) : processor_(processor) {}
  cpu::BusReply access(std::uint32_t address, int /*bytes*/, bool write, std::uint32_t& /*value*/,
                       std::uint64_t /*cycle*/) override {
    constexpr std::uint32_t kDevice = 0x40000000;
    if (address != kDevice || !write) return {.fault = true};
    processor_->set_irq(0, false);
    return {};
  }

 private:
  cpu::Cpu*& processor_;
};

cpu::Stop run_in_slices(cpu::Cpu& processor, std::uint64_t cycle_limit, const SimulatorOptions& options) {
  Random random(1);
  for (;;) {
    const std::uint64_t until = std::min(cycle_limit, processor.cycle() + 1 + random.below(options.longest_slice));
    const cpu::Stop stop = processor.run(until);
    if (stop.reason != cpu::StopReason::kCycle || stop.cycle >= cycle_limit) return stop;
    if (options.interrupts) processor.set_irq(0, true);
  }
}

}  // namespace

SimulatorRun run_on_simulator(const Core& core, std::span<const Segment> program, std::uint64_t cycle_limit,
                              const SimulatorOptions& options) {
  const std::filesystem::path configs = std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/cpu";
  const cpu::CoreConfig config = cpu::load_core_config(configs / "cores" / (std::string(core.name) + ".yaml"));
  const cpu::Profile profile = cpu::load_profile(configs / "profiles" / (options.profile + ".yaml"));
  cpu::Cpu* processor = nullptr;
  OneDevice bus(processor);
  std::vector<std::uint8_t> code(kMemoryBytes);
  SimulatorRun run;
  run.ram.resize(kMemoryBytes);
  for (const Segment& segment : program) {
    const bool in_ram = segment.address - core.ram_base < kMemoryBytes;
    std::vector<std::uint8_t>& memory = in_ram ? run.ram : code;
    const std::size_t offset = segment.address - (in_ram ? core.ram_base : core.code_base);
    if (offset + segment.bytes.size() > memory.size()) throw std::runtime_error("a segment lies outside the memories");
    std::copy(segment.bytes.begin(), segment.bytes.end(), memory.begin() + static_cast<std::ptrdiff_t>(offset));
  }

  cpu::Cpu machine(config, profile, bus);
  processor = &machine;
  machine.map({.name = "code", .kind = options.code, .base = core.code_base, .host = code});
  machine.map({.name = "ram", .kind = cpu::MemoryKind::kRam, .base = core.ram_base, .host = run.ram});
  machine.on_output([&run](std::string_view text, bool /*error*/) { run.output += text; });
  machine.reset(core.code_base);
  run.stop = options.longest_slice == 0 ? machine.run(cycle_limit) : run_in_slices(machine, cycle_limit, options);
  run.exit_code = machine.exit_code();
  run.cycles = machine.cycle();
  run.exceptions = machine.counters().exceptions;
  run.instructions = machine.counters().total_instructions();
  if (const auto& fault = machine.last_fault()) run.fault = std::string(fault->kind) + ": " + fault->cause;
  return run;
}

}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/simulator.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace systolite::cpu_test {

SimulatorRun run_on_simulator(const Core& core, std::span<const Segment> program, std::uint64_t cycle_limit) {
  const std::filesystem::path configs = std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/cpu";
  const cpu::CoreConfig config = cpu::load_core_config(configs / "cores" / (std::string(core.name) + ".yaml"));
  const cpu::Profile profile = cpu::load_profile(configs / "profiles/ideal.yaml");
  cpu::EmptyBus bus;
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
  machine.map({.name = "code", .kind = cpu::MemoryKind::kRam, .base = core.code_base, .host = code});
  machine.map({.name = "ram", .kind = cpu::MemoryKind::kRam, .base = core.ram_base, .host = run.ram});
  machine.on_output([&run](std::string_view text, bool /*error*/) { run.output += text; });
  machine.reset(core.code_base);
  run.stop = machine.run(cycle_limit);
  run.exit_code = machine.exit_code();
  run.instructions = machine.counters().total_instructions();
  if (const auto& fault = machine.last_fault()) run.fault = std::string(fault->kind) + ": " + fault->cause;
  return run;
}

}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <sstream>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr std::uint64_t kCyclesPerBlock = 100'000;  // some fifty times what one takes

struct Traces {
  std::vector<Record> simulator;
  std::vector<Record> qemu;
  std::string ended;
  std::uint64_t instructions = 0;
};

std::string how_it_ended(const SimulatorRun& run) {
  if (run.stop.reason == cpu::StopReason::kExit) return "";
  if (run.stop.reason == cpu::StopReason::kCycle) return "the simulator did not come to an end; " + run.fault;
  return fmt::format("the simulator stopped ({}): {}; {}", static_cast<int>(run.stop.reason), run.stop.message,
                     run.fault);
}

Traces run_both(const Core& core, const Segment& program, std::size_t blocks) {
  const TemporaryFolder folder;
  write_elf(folder / "program.elf", program);
  run_on_qemu(core, folder / "program.elf");
  const SimulatorRun run = run_on_simulator(core, {&program, 1}, kCyclesPerBlock * (blocks + 1));
  return {.simulator = read_trace(core, run.ram),
          .qemu = read_trace(core, read_file(folder / "trace.bin")),
          .ended = how_it_ended(run),
          .instructions = run.instructions};
}

// All words of a record with their names.
std::vector<std::pair<std::string, std::uint32_t>> words(const Record& record, std::uint32_t area) {
  std::vector<std::pair<std::string, std::uint32_t>> all;
  for (std::size_t i = 0; i < record.r.size(); ++i) all.emplace_back(fmt::format("r{}", i), record.r[i]);
  all.insert(all.end(), {{"sp", record.sp},
                         {"lr", record.lr},
                         {"apsr", record.apsr},
                         {"index", record.index},
                         {"masks", record.masks},
                         {"psp", record.psp},
                         {"fpscr", record.fpscr}});
  for (std::size_t i = 0; i < record.s.size(); ++i) all.emplace_back(fmt::format("s{}", i), record.s[i]);
  for (std::size_t i = 0; i < record.area.size(); ++i)
    all.emplace_back(fmt::format("[{:08x}]", area + 4 * i), record.area[i]);
  return all;
}

}  // namespace

Comparison Comparer::compare(const std::vector<Block>& blocks) const {
  const Traces traces = run_both(core_, make_program(core_, harness_, blocks), blocks.size());
  if (traces.qemu.size() != blocks.size()) throw std::runtime_error("qemu did not record every block");
  Comparison result{.differing = {}, .ended = traces.ended, .instructions = traces.instructions};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if ((traces.qemu[i].index & kFaultMark) != 0)
      throw std::runtime_error(fmt::format("block {} faults on qemu at {:#x}", i, traces.qemu[i].r[0]));
    if (i >= traces.simulator.size() || traces.simulator[i] != traces.qemu[i]) result.differing.push_back(i);
  }
  return result;
}

Comparer::States Comparer::states_after(const Block& block, std::size_t units) const {
  const std::vector<Block> one = {first_units(block, units)};
  const Traces traces = run_both(core_, make_program(core_, harness_, one), 1);
  return {.simulator = traces.simulator.empty() ? Record{} : traces.simulator[0],
          .qemu = traces.qemu.at(0),
          .ended = traces.ended};
}

std::string Comparer::disassemble(const Block& block, const Unit& unit) const {
  const TemporaryFolder folder;
  const auto from = block.code.begin() + unit.offset;
  write_file(folder / "unit.bin", std::vector<std::uint8_t>(from, from + unit.bytes));
  const std::string listing =
      run_tool(fmt::format("arm-none-eabi-objdump -D -z -b binary -m arm -M force-thumb --adjust-vma={:#x} {}",
                           block.address + unit.offset, (folder / "unit.bin").string()));
  std::istringstream in(listing);
  std::string result;
  for (std::string line; std::getline(in, line);)
    if (line.find(":\t") != std::string::npos) result += "  " + line + "\n";
  return result;
}

std::string Comparer::explain(const Block& block) const {
  const auto differ = [](const States& states) { return states.simulator != states.qemu || !states.ended.empty(); };
  std::size_t good = 0;
  std::size_t bad = block.units.size();
  States before = states_after(block, good);
  if (differ(before)) return "differs before the first instruction: " + before.ended + "\n";
  States after = states_after(block, bad);
  if (!differ(after)) return "does not differ when it runs alone\n";
  while (bad - good > 1) {
    const std::size_t middle = (good + bad) / 2;
    States states = states_after(block, middle);
    const bool differs = differ(states);
    (differs ? bad : good) = middle;
    (differs ? after : before) = std::move(states);
  }
  std::string text = disassemble(block, block.units[good]);
  if (!after.ended.empty()) text += "  " + after.ended + "\n";
  const std::uint32_t area = test_area(core_).base;
  const auto old_words = words(before.qemu, area);
  const auto simulator_words = words(after.simulator, area);
  const auto qemu_words = words(after.qemu, area);
  text += fmt::format("  {:12} {:>8}  {:>9}  {:>8}\n", "", "before", "simulator", "qemu");
  for (std::size_t i = 0; i < old_words.size(); ++i) {
    const std::string& name = old_words[i].first;
    const bool differs = simulator_words[i].second != qemu_words[i].second;
    if (!differs && name[0] == '[') continue;
    text += fmt::format("  {:12} {:08x}  {:>9}  {:08x}{}\n", name, old_words[i].second,
                        fmt::format("{:08x}", simulator_words[i].second), qemu_words[i].second, differs ? "  <--" : "");
  }
  return text;
}

}  // namespace systolite::cpu_test

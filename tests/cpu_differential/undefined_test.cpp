// SPDX-License-Identifier: Apache-2.0
// Instructions that a core does not have fault where they stand, on the simulator as on qemu.
#include <gtest/gtest.h>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/field_draw.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/simulator.h"
#include "tests/cpu_differential/test_image.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr int kDrawsPerForm = 4;
constexpr std::uint64_t kCyclesPerBlock = 20'000;  // some ten times what one takes

struct Illegal {
  std::string name;
  std::uint32_t code;
  bool wide;
};

// Permanently undefined, or unallocated in every architecture (DDI 0403 A5).
constexpr std::uint32_t kNarrow[] = {0xDE00, 0xDEFF, 0xB600, 0xB640, 0xBA80, 0xBABF, 0xB8FF};
constexpr std::uint32_t kWide[] = {0xF7F0A000, 0xF7FFAFFF};

std::vector<Illegal> illegal_on(const Core& core) {
  std::vector<Illegal> all;
  for (const std::uint32_t code : kNarrow) all.push_back({"narrow", code, false});
  for (const std::uint32_t code : kWide) all.push_back({"wide", code, true});
  Random random(9);
  // The coprocessor instructions of a floating-point unit that is not there are faults of another kind, but faults.
  for (const std::span<const Form> table : all_forms()) {
    for (const Form& form : table) {
      const bool missing = (form.isa & core.isa) == 0;
      const bool on_every_core = form.name.starts_with("MSR") || form.name.starts_with("MRS");  // another register
      const bool not_undefined =
          form.name.starts_with("PLD") || form.name.starts_with("PLI") || form.name.starts_with("CPS");
      if (!missing || on_every_core || not_undefined) continue;
      for (int i = 0; i < kDrawsPerForm; ++i)
        all.push_back({std::string(form.name), encode(form, draw_fields(form, random)), is_wide(form)});
    }
  }
  return all;
}

// One instruction a block, behind one that does nothing.
std::vector<Block> blocks_of(const Core& core, const std::vector<Illegal>& instructions) {
  std::vector<Block> blocks;
  std::uint32_t address = core.code_base + kBlocksOffset;
  for (const Illegal& illegal : instructions) {
    Coverage none;
    BlockWriter out(address, core.isa, none);
    const auto put = [&out](std::uint32_t halfword) {
      out.emit_data({static_cast<std::uint8_t>(halfword), static_cast<std::uint8_t>(halfword >> 8U)});
    };
    put(0xBF00);
    if (illegal.wide) put(illegal.code >> 16U);
    put(illegal.code & 0xFFFFU);
    blocks.push_back(out.finish(core.code_base + kDumpOffset));
    // Should one be executed all the same, its operands are memory.
    blocks.back().initial.r.fill(test_area(core).base + TestArea::kStackHigh);
    address += static_cast<std::uint32_t>((blocks.back().code.size() + 3) & ~std::size_t{3});
  }
  return blocks;
}

class UndefinedInstructions : public testing::TestWithParam<Core> {};

TEST_P(UndefinedInstructions, Fault) {
  const Core& core = GetParam();
  const std::vector<Illegal> instructions = illegal_on(core);
  const std::vector<Block> blocks = blocks_of(core, instructions);
  const Segment program = make_program(core, load_harness(core), blocks);
  const SimulatorRun run = run_on_simulator(core, {&program, 1}, kCyclesPerBlock * (blocks.size() + 1));
  const std::vector<Record> records = read_trace(core, run.ram);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    ASSERT_LT(i, records.size()) << instructions[i].name << std::hex << " " << instructions[i].code
                                 << " ended the program";
    EXPECT_EQ(records[i].index, i | kFaultMark) << instructions[i].name << std::hex << " " << instructions[i].code;
    EXPECT_EQ(records[i].r[0], blocks[i].address + 2) << instructions[i].name;
  }
  if (!has_qemu()) return;
  const TemporaryFolder folder;
  write_elf(folder / "program.elf", program);
  run_on_qemu(core, folder / "program.elf");
  const std::vector<Record> expected = read_trace(core, read_file(folder / "trace.bin"));
  ASSERT_EQ(records.size(), expected.size());
  // qemu executes some instructions that its core does not have: CBZ and IT on a Cortex-M0, a part of the DSP extension
  // on a Cortex-M3. Where it faults, it faults alike.
  std::size_t confirmed = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool faults = expected[i].index == (i | kFaultMark) && expected[i].r[0] == blocks[i].address + 2;
    if (!faults) continue;
    ++confirmed;
    EXPECT_TRUE(records[i] == expected[i]) << instructions[i].name << std::hex << " " << instructions[i].code;
  }
  EXPECT_GT(confirmed * 4, blocks.size() * 3);
}

INSTANTIATE_TEST_SUITE_P(Cores, UndefinedInstructions, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test

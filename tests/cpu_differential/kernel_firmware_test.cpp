// SPDX-License-Identifier: Apache-2.0
// The firmware that runs networks on the processor alone (driver/firmware/baseline), on the simulator and on qemu:
// every byte of its working memory is the same afterwards. With SYSTOLITE_GOLDEN the official models too.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/baseline/memory_image.h"
#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/simulator.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kCycleLimit = 2'000'000'000;

std::vector<std::vector<std::int8_t>> random_inputs(const Graph& graph) {
  std::mt19937 engine(17);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int input : graph.inputs) {
    std::size_t bytes = 1;
    for (const int extent : graph.tensors[static_cast<std::size_t>(input)].shape)
      bytes *= static_cast<std::size_t>(extent);
    std::vector<std::int8_t>& values = inputs.emplace_back(bytes);
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(engine());
  }
  return inputs;
}

class KernelFirmware : public testing::TestWithParam<Core> {
 protected:
  void SetUp() override {
    if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
    const Core& core = GetParam();
    const std::string layout = core.code_base == 0 ? "mps2" : "mps2-secure";
    elf_ = fs::path(SYSTOLITE_FIRMWARE_DIR) / ("baseline-" + std::string(core.name) + "-" + layout + ".elf");
    ASSERT_TRUE(fs::exists(elf_)) << elf_;
  }

  void compare(const Graph& graph) {
    const Core& core = GetParam();
    const baseline::MemoryMap map{.flash = core.code_base, .ram = core.ram_base};
    const baseline::MemoryImage image = baseline::make_memory_image(graph, map, Rounding::kDouble, true);
    const auto inputs = random_inputs(graph);

    const TemporaryFolder folder;
    const std::vector<std::uint8_t> ram = baseline::make_ram(image, graph, inputs, kSltBaselineDump);
    fs::copy_file(elf_, folder / "firmware.elf");
    write_file(folder / "flash.bin", image.flash);
    write_file(folder / "ram.bin", std::span(ram).subspan(SLT_BASELINE_MAILBOX));
    run_on_qemu(core, folder / "firmware.elf",
                {{"flash.bin", map.flash + SLT_BASELINE_IMAGE}, {"ram.bin", map.ram + SLT_BASELINE_MAILBOX}});
    const std::vector<std::uint8_t> expected = read_file(folder / "baseline.ram");

    std::vector<Segment> program = read_elf(elf_);
    program.push_back({map.flash + SLT_BASELINE_IMAGE, image.flash});
    std::vector<std::uint8_t> prepared = baseline::make_ram(image, graph, inputs, kSltBaselineRun);
    prepared.erase(prepared.begin(), prepared.begin() + SLT_BASELINE_MAILBOX);
    program.push_back({map.ram + SLT_BASELINE_MAILBOX, std::move(prepared)});
    const SimulatorRun run = run_on_simulator(core, program, kCycleLimit);
    ASSERT_EQ(run.stop.reason, cpu::StopReason::kExit) << run.stop.message << run.fault;
    EXPECT_EQ(run.exit_code, 0);

    // The mailbox holds cycles, which qemu does not know.
    constexpr std::size_t kMailbox = SLT_BASELINE_ARENA - SLT_BASELINE_MAILBOX;
    ASSERT_EQ(expected.size(), kMailbox + image.arena_bytes);
    const auto arena = run.ram.begin() + SLT_BASELINE_ARENA;
    EXPECT_TRUE(std::equal(expected.begin() + kMailbox, expected.end(), arena)) << graph.name;
    EXPECT_NE(std::vector(arena, arena + image.arena_bytes),
              std::vector(ram.begin() + SLT_BASELINE_ARENA, ram.begin() + SLT_BASELINE_ARENA + image.arena_bytes));
  }

  fs::path elf_;
};

TEST_P(KernelFirmware, ComputesTheSameAsOnQemu) {
  for (const std::string& name : embedded_model_names())
    compare(import_tflite(embedded_model_dir() / (name + ".tflite")));
}

TEST_P(KernelFirmware, ComputesOfficialModelsTheSameAsOnQemu) {
  const char* root = std::getenv("SYSTOLITE_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
  if (root == nullptr) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set";
  for (const OfficialModel& model : official_models()) compare(import_tflite(fs::path(root) / "models" / model.file));
}

INSTANTIATE_TEST_SUITE_P(Cores, KernelFirmware, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test

// SPDX-License-Identifier: Apache-2.0
// Networks on the simulated cores: outputs against TensorFlow Lite Micro, cycles against what others have reached.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>

#include "mapper/models/catalogue.h"
#include "mapper/models/npz.h"
#include "mapper/tflite/import.h"
#include "sim/baseline/core_run.h"
#include "sim/baseline/firmware_data.h"
#include "sim/core/error.h"
#include "sim/core/npy.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using baseline::CoreRun;
using baseline::run_on_core;

cpu::CoreConfig core(const std::string& name) {
  return cpu::load_core_config(fs::path(SYSTOLITE_SOURCE_DIR) / "configs/cpu/cores" / (name + ".yaml"));
}
cpu::Profile profile(const std::string& name) {
  return cpu::load_profile(fs::path(SYSTOLITE_SOURCE_DIR) / "configs/cpu/profiles" / (name + ".yaml"));
}

struct Case {
  Graph graph;
  std::vector<std::vector<std::int8_t>> inputs;
  std::vector<std::int8_t> output;
};

Case embedded(const std::string& name) {
  Case c{import_tflite(embedded_model_dir() / (name + ".tflite")), {}, {}};
  const auto golden = read_npz(embedded_model_dir() / "golden" / name / "intermediates_00.npz");
  for (const auto& [key, array] : golden) {
    if (key.ends_with("_input")) c.inputs.push_back(array.int8());
    if (std::stoi(key.substr(1)) == c.graph.outputs.at(0)) c.output = array.int8();
  }
  return c;
}

class CoreRunTest : public testing::Test {
 protected:
  void SetUp() override {
    if (baseline::firmware_data().empty()) GTEST_SKIP() << "built without arm-none-eabi-gcc";
  }
};

class EveryCoreTest : public CoreRunTest, public testing::WithParamInterface<const char*> {};

TEST_P(EveryCoreTest, EmbeddedModelsEqualTensorFlowLiteMicro) {
  for (const std::string& name : embedded_model_names()) {
    const Case c = embedded(name);
    const CoreRun run = run_on_core(c.graph, c.inputs, core(GetParam()), profile("ideal"));
    EXPECT_EQ(run.outputs.at(c.graph.outputs.at(0)), c.output) << name;
    // The runtime between the operators is little.
    const auto sum = std::accumulate(run.operator_cycles.begin(), run.operator_cycles.end(), std::uint64_t{0});
    EXPECT_LE(sum, run.cycles) << name;
    EXPECT_GE(sum * 100, run.cycles * 95) << name;
    EXPECT_GE(run.counters.total_instructions(), sum / 4) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, EveryCoreTest,
                         testing::Values("cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(CoreRunTest, CyclesAreTheSameEveryTime) {
  const Case c = embedded("kws_embedded");
  const CoreRun first = run_on_core(c.graph, c.inputs, core("cortex-m4"), profile("l4r5"));
  const CoreRun second = run_on_core(c.graph, c.inputs, core("cortex-m4"), profile("l4r5"));
  EXPECT_EQ(first.cycles, second.cycles);
  EXPECT_EQ(first.operator_cycles, second.operator_cycles);
}

TEST_F(CoreRunTest, WaitStatesOfTheFlashCostCycles) {
  const Case c = embedded("ad_embedded");
  const CoreRun ideal = run_on_core(c.graph, c.inputs, core("cortex-m4"), profile("ideal"));
  const CoreRun board = run_on_core(c.graph, c.inputs, core("cortex-m4"), profile("l4r5"));
  EXPECT_EQ(ideal.counters.data_stall_cycles, 0U);
  EXPECT_GT(board.counters.data_stall_cycles, 0U);
  EXPECT_GT(board.cycles, ideal.cycles);
}

TEST_F(CoreRunTest, MemoryOneByteShortIsRefusedWithWhatIsMissing) {
  const Case c = embedded("kws_embedded");
  const CoreRun run = run_on_core(c.graph, c.inputs, core("cortex-m4"), profile("l4r5"));
  cpu::Profile small = profile("l4r5");
  for (auto& memory : small.memories) {
    if (memory.kind == cpu::MemoryKind::kFlash) memory.bytes = run.flash_bytes;
  }
  EXPECT_EQ(run_on_core(c.graph, c.inputs, core("cortex-m4"), small).cycles, run.cycles);
  for (auto& memory : small.memories) {
    if (memory.kind == cpu::MemoryKind::kFlash) memory.bytes = run.flash_bytes - 1;
  }
  try {
    (void)run_on_core(c.graph, c.inputs, core("cortex-m4"), small);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    EXPECT_NE(std::string(error.what()).find("(1 bytes missing)"), std::string::npos) << error.what();
  }
}

TEST_F(CoreRunTest, AnUnknownCoreIsNamedWithThoseThereAre) {
  try {
    (void)baseline::firmware_for("cortex-m55");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kTool);
    EXPECT_NE(std::string(error.what()).find("cortex-m0plus, cortex-m3"), std::string::npos) << error.what();
  }
}

// Cycles of CMSIS-NN kernels on the same board, by simulation of its sources (M cycles: ic 41.98, kws 10.01, vww 32.76,
// ad 0.913); the kernels here may take at most a tenth more, and no fewer than the best that anyone has published for
// the board, over two, or the simulation is wrong.
struct Reached {
  const char* model;
  std::uint64_t cmsis_nn;
  std::uint64_t published;
};

class OfficialModelTest : public CoreRunTest, public testing::WithParamInterface<Reached> {};

TEST_P(OfficialModelTest, IsAsQuickAsCmsisNnOnTheL4R5) {
  const char* root = std::getenv("SYSTOLITE_GOLDEN");
  if (root == nullptr) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set";
  const auto [name, cmsis_nn, published] = GetParam();
  for (const OfficialModel& model : official_models()) {
    if (model.name != name) continue;
    const Graph graph = import_tflite(fs::path(root) / "models" / model.file);
    std::vector<fs::path> inputs;
    for (const auto& entry : fs::directory_iterator(fs::path(root) / "inputs" / name)) {
      if (entry.path().extension() == ".npy") inputs.push_back(entry.path());
    }
    std::ranges::sort(inputs);
    const std::vector<std::int8_t> golden = read_npy(fs::path(root) / "golden" / name / "outputs_tflm.npy").int8();
    const std::size_t row = golden.size() / inputs.size();
    const std::vector<std::vector<std::int8_t>> input = {read_npy(inputs.at(0)).int8()};
    const CoreRun run = run_on_core(graph, input, core("cortex-m4"), profile("l4r5"));
    EXPECT_EQ(run.outputs.at(graph.outputs.at(0)),
              std::vector<std::int8_t>(golden.begin(), golden.begin() + static_cast<std::ptrdiff_t>(row)));
    EXPECT_LE(run.cycles * 10, cmsis_nn * 11);
    EXPECT_GE(run.cycles * 2, published);
    return;
  }
  FAIL() << name;
}

INSTANTIATE_TEST_SUITE_P(MlperfTiny, OfficialModelTest,
                         testing::Values(Reached{"ic", 41'980'000, 19'815'000}, Reached{"kws", 10'010'000, 5'182'464},
                                         Reached{"vww", 32'760'000, 10'671'408}, Reached{"ad", 913'000, 486'196}),
                         [](const auto& test) { return std::string(test.param.model); });

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// The baseline firmware, as compiled for each core, on qemu-system-arm: every activation against TensorFlow Lite Micro
// and against the reference operators. Skipped where qemu is not installed. qemu has no board
// with a Cortex-M0+ and enough memory; its code runs on the Cortex-M3, which has all of its instructions.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/models/npz.h"
#include "mapper/tflite/import.h"
#include "sim/baseline/memory_image.h"
#include "tests/reference/random_layer.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using Tensors = std::map<int, std::vector<std::int8_t>>;

struct Board {
  const char* name;
  const char* firmware;
  const char* core;
  const char* machine;
  const char* layout;  // of the firmware
  baseline::MemoryMap map;
};

// More than any kernel of these networks takes.
constexpr std::uint32_t kLeastScratchBytes = 131072;

void PrintTo(const Board& board, std::ostream* out) { *out << board.name; }

constexpr Board kBoards[] = {
    {"m0plus", "baseline", "cortex-m0plus", "mps2-an385", "mps2", {0x00000000, 0x20000000}},
    {"m3", "baseline", "cortex-m3", "mps2-an385", "mps2", {0x00000000, 0x20000000}},
    {"m4", "baseline", "cortex-m4", "mps2-an386", "mps2", {0x00000000, 0x20000000}},
    {"m7", "baseline", "cortex-m7", "mps2-an500", "mps2", {0x00000000, 0x20000000}},
    {"m33", "baseline", "cortex-m33", "mps2-an505", "mps2-secure", {0x10000000, 0x38000000}},
    // The kernels' interface forwarded to CMSIS-NN's, with plain loops behind it (cmsis_nn_api).
    {"m0plus_cmsis_api", "baseline_cmsis_api", "cortex-m0plus", "mps2-an385", "mps2", {0x00000000, 0x20000000}},
    {"m4_cmsis_api", "baseline_cmsis_api", "cortex-m4", "mps2-an386", "mps2", {0x00000000, 0x20000000}},
};

void write(const fs::path& file, std::span<const std::uint8_t> bytes) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(stream) << file;
}

class QemuFirmwareTest : public testing::TestWithParam<Board> {
 protected:
  void SetUp() override {
    if (std::system("command -v qemu-system-arm > /dev/null") != 0) {
      GTEST_SKIP() << "qemu-system-arm is not installed (Debian: qemu-system-arm)";
    }
    elf_ = fs::path(SYSTOLITE_FIRMWARE_DIR) /
           fmt::format("{}-{}-{}.elf", GetParam().firmware, GetParam().core, GetParam().layout);
    if (!fs::exists(elf_)) GTEST_SKIP() << elf_ << " was not built: arm-none-eabi-gcc is not installed";
    folder_ =
        fs::temp_directory_path() / ("systolite_qemu_" + std::string(GetParam().name) + "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  // Every activation.
  Tensors run(const Graph& graph, const std::vector<std::vector<std::int8_t>>& inputs) {
    const Board& board = GetParam();
    const baseline::MemoryImage image =
        baseline::make_memory_image(graph, board.map, Rounding::kDouble, true, kLeastScratchBytes);
    const auto ram = baseline::make_ram(image, graph, inputs, kSltBaselineDump);
    write(folder_ / "flash.bin", image.flash);
    write(folder_ / "ram.bin", std::span(ram).subspan(SLT_BASELINE_MAILBOX));
    fs::remove(folder_ / "baseline.ram");
    const auto loader = [](const char* file, std::uint32_t address) {
      return std::string(" -device loader,force-raw=on,file=") + file + ",addr=" + std::to_string(address);
    };
    const std::string command = "cd " + folder_.string() + " && timeout 120 qemu-system-arm -M " + board.machine +
                                " -display none -monitor none -serial none -semihosting-config "
                                "enable=on,target=native -kernel " +
                                elf_.string() + loader("flash.bin", board.map.flash + SLT_BASELINE_IMAGE) +
                                loader("ram.bin", board.map.ram + SLT_BASELINE_MAILBOX) + " > qemu.log 2>&1";
    const int status = std::system(command.c_str());
    EXPECT_EQ(status, 0) << command;
    if (status != 0) return {};
    std::ifstream stream(folder_ / "baseline.ram", std::ios::binary);
    std::vector<std::uint8_t> after(SLT_BASELINE_MAILBOX);
    after.insert(after.end(), std::istreambuf_iterator<char>(stream), {});
    EXPECT_EQ(after.size(), image.ram_bytes());
    const slt_baseline_mailbox_t mailbox = baseline::read_mailbox(after);
    EXPECT_EQ(mailbox.result, 0U);
    EXPECT_LE(mailbox.scratch_bytes, kLeastScratchBytes);
    EXPECT_EQ(mailbox.steps_done, image.program.steps.size());
    return baseline::read_tensors(image, after);
  }

  // Every activation in the archive of a golden run (keys "tTTT_..." name the tensor); returns how many there were.
  int expect_golden(const Graph& graph, const fs::path& archive) {
    const auto golden = read_npz(archive);
    int compared = 0;
    for (const auto& [key, array] : golden) {
      if (!key.ends_with("_input")) continue;
      const Tensors values = run(graph, {array.int8()});
      if (values.empty()) return compared;
      for (const auto& [name, expected] : golden) {
        EXPECT_EQ(values.at(std::stoi(name.substr(1))), expected.int8()) << graph.name << " " << name;
        ++compared;
      }
    }
    return compared;
  }

  fs::path elf_;
  fs::path folder_;
};

TEST_P(QemuFirmwareTest, EmbeddedModelsEqualTensorFlowLiteMicro) {
  const auto names = embedded_model_names();
  ASSERT_GE(names.size(), 5U);
  for (const std::string& name : names) {
    const Graph graph = import_tflite(embedded_model_dir() / (name + ".tflite"));
    EXPECT_EQ(expect_golden(graph, embedded_model_dir() / "golden" / name / "intermediates_00.npz"),
              static_cast<int>(graph.ops.size()) + 1);
  }
}

TEST_P(QemuFirmwareTest, OfficialModelsEqualTensorFlowLiteMicro) {
  const char* root = std::getenv("SYSTOLITE_GOLDEN");
  if (root == nullptr) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set";
  for (const OfficialModel& model : official_models()) {
    const Graph graph = import_tflite(fs::path(root) / "models" / model.file);
    int archives = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(root) / "golden" / model.name)) {
      if (!entry.path().filename().string().starts_with("intermediates_tflm_")) continue;
      ++archives;
      EXPECT_EQ(expect_golden(graph, entry.path()), static_cast<int>(graph.ops.size()) + 1);
    }
    EXPECT_GE(archives, 1) << model.name;
  }
}

TEST_P(QemuFirmwareTest, RandomNetworksEqualTheReference) {
  for (std::uint64_t seed = 5001; seed <= 5030 && !HasFailure(); ++seed) {
    const auto random = seed % 3 == 0 ? reference::random_chain(seed) : reference::random_layer(seed);
    const Tensors values = run(random.graph, random.inputs);
    const auto expected = random.tensors();
    ASSERT_FALSE(values.empty());
    for (const auto& [tensor, bytes] : values) {
      EXPECT_EQ(bytes, expected.at(static_cast<std::size_t>(tensor)))
          << "tensor " << tensor << " of " << random.description;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, QemuFirmwareTest, testing::ValuesIn(kBoards),
                         [](const testing::TestParamInfo<Board>& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace systolite::test

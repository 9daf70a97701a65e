// SPDX-License-Identifier: Apache-2.0
// Programs for the processor alone: where tensors live.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "driver/host/cpu_program.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "tests/reference/random_layer.h"

namespace systolite::test {
namespace {

constexpr std::uint32_t kFlash = 0x08030000;
constexpr std::uint32_t kSram = 0x20004000;

Program program_of(const Graph& graph, bool keep = false) {
  return cpu_program(graph, {.flash_base = kFlash, .sram_base = kSram, .keep_all_tensors = keep});
}

bool overlap(const TensorPlace& a, const TensorPlace& b) {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}

// Walks through the operators and looks at what is needed at each: its operands, and what later operators read.
void expect_nothing_is_overwritten(const Graph& graph, const Program& program) {
  std::map<int, TensorPlace> places;
  for (const TensorPlace& place : program.places) {
    places.emplace(place.tensor, place);
    EXPECT_GE(place.address, kSram);
    EXPECT_LE(place.address + place.bytes, kSram + program.sram_bytes);
    EXPECT_EQ(place.bytes, graph.tensors.at(static_cast<std::size_t>(place.tensor)).bytes());
  }
  const auto last_use = [&](int tensor) {
    int last = -1;
    for (int i = 0; i < static_cast<int>(graph.ops.size()); ++i) {
      if (std::ranges::count(graph.ops[static_cast<std::size_t>(i)].inputs, tensor) != 0) last = i;
    }
    return std::ranges::count(graph.outputs, tensor) != 0 ? static_cast<int>(graph.ops.size()) : last;
  };
  std::vector<int> written = graph.inputs;
  for (int i = 0; i < static_cast<int>(graph.ops.size()); ++i) {
    const Op& op = graph.ops[static_cast<std::size_t>(i)];
    const TensorPlace& output = places.at(op.outputs.at(0));
    for (const int tensor : written) {
      if (last_use(tensor) < i) continue;  // nobody needs it any more
      const TensorPlace& other = places.at(tensor);
      const bool renamed = std::holds_alternative<Reshape>(op.params) && other.address == output.address;
      EXPECT_TRUE(renamed || !overlap(other, output)) << graph.name << ": operator " << i << " writes over " << tensor;
    }
    written.push_back(op.outputs[0]);
  }
}

TEST(CpuProgramTest, NoTensorIsOverwrittenWhileItIsNeeded) {
  for (const std::string& name : embedded_model_names()) {
    const Graph graph = import_tflite(embedded_model_dir() / (name + ".tflite"));
    expect_nothing_is_overwritten(graph, program_of(graph));
    expect_nothing_is_overwritten(graph, program_of(graph, true));
  }
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Graph graph = reference::random_chain(seed).graph;
    expect_nothing_is_overwritten(graph, program_of(graph));
  }
}

TEST(CpuProgramTest, MemoryIsUsedAgain) {
  const Graph graph = import_tflite(embedded_model_dir() / "ic_embedded.tflite");
  EXPECT_EQ(program_of(graph).sram_bytes, 49152U);  // the most that is alive at one operator: input, output, shortcut
  EXPECT_GT(program_of(graph, true).sram_bytes, 100000U);
}

TEST(CpuProgramTest, AReshapeTakesNoStep) {
  const Graph graph = import_tflite(embedded_model_dir() / "kws_embedded.tflite");
  const Program program = program_of(graph);
  EXPECT_EQ(program.steps.size(), graph.ops.size() - 1);
  EXPECT_EQ(std::ranges::count(program.layers, Where::kNone, &LayerInfo::where), 1);
}

}  // namespace
}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// Random networks through mapper and executor against the reference, in stream order and reordered, with the hazard
// checker watching.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "mapper/lower/layout.h"
#include "mapper/lower/map.h"
#include "mapper/lower/plan.h"
#include "sim/core/error.h"
#include "sim/functional/hazard_check.h"
#include "tests/functional/program_runner.h"
#include "tests/functional/small_device.h"
#include "tests/reference/network_builder.h"
#include "tests/reference/random_layer.h"

namespace systolite::testing {
namespace {

using reference::Bytes;
using reference::RandomCase;
using reference::RoundingMode;

std::string hazards_of(const HwConfig& hw, const Program& program) {
  std::string text;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    for (const Hazard& hazard : check_hazards(hw, job->commands)) {
      text += hazard.text + "\n";
    }
  }
  return text;
}

Bytes run(const HwConfig& hw, const RandomCase& each, const Program& program, RoundingMode mode, std::uint64_t order) {
  BusMemory memory(hw);
  Executor executor(hw, memory);
  executor.fill_local(order);
  const RunJob run_job = [&](const JobStep& job) {
    if (order == 0) {
      executor.run_stream(job.stream_address, static_cast<std::uint32_t>(job.commands.size()) * isa::kCommandBytes);
    } else {
      executor.run_reordered(job.commands, order);
    }
  };
  return run_program(each.graph, program, each.inputs, memory, run_job, mode)[0];
}

int count_unrolled(const HwConfig& hw, const Graph& graph) {
  int count = 0;
  for (const OpPlan& plan : plan_operators(graph, hw)) {
    const auto* dense = std::get_if<DensePlan>(&plan);
    if (dense != nullptr && dense->unroll > 1) ++count;
  }
  return count;
}

// Each layer output stationary, where both dataflows are built.
std::map<int, LayerCut> other_dataflow(const HwConfig& hw, const Graph& graph) {
  std::map<int, LayerCut> cuts;
  if (!hw.array.weight_stationary || !hw.array.output_stationary) return cuts;
  for (int op = 0; op < static_cast<int>(graph.ops.size()); ++op) cuts[op].dataflow = Dataflow::kOutput;
  return cuts;
}

// Returns false for a network the configuration has no room for. `cuts`: of layers.
bool check_case(const HwConfig& hw, const RandomCase& each, RoundingMode mode, const std::map<int, LayerCut>& cuts) {
  Program program;
  try {
    program =
        map_network(each.graph, hw,
                    {.rounding = mode == RoundingMode::kOnce ? Rounding::kSingle : Rounding::kDouble, .cuts = cuts});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel) << error.what();
    return false;
  }
  EXPECT_EQ(hazards_of(hw, program), "") << each.description;
  const Bytes expected = each.tensors(mode)[static_cast<std::size_t>(each.graph.outputs[0])];
  for (const std::uint64_t order : {0, 1, 2}) {
    EXPECT_EQ(run(hw, each, program, mode, order), expected)
        << hw.name << ", order " << order << ": " << each.description;
  }
  return true;
}

// Layers cut by estimate.
bool check_case(const HwConfig& hw, const RandomCase& each, RoundingMode mode) {
  return check_case(hw, each, mode, other_dataflow(hw, each.graph));
}

class MappedNetworkTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MappedNetworkTest, LayersEqualReference) {
  const HwConfig hw = configuration(GetParam());
  int mapped = 0;
  int unrolled = 0;
  for (std::uint64_t seed = 0; seed < 200 && !HasFailure(); ++seed) {
    const RandomCase each = reference::random_layer(seed);
    if (!check_case(hw, each, seed % 4 == 3 ? RoundingMode::kOnce : RoundingMode::kTwice)) continue;
    ++mapped;
    unrolled += count_unrolled(hw, each.graph);
  }
  EXPECT_GE(mapped, 180);
  EXPECT_GE(unrolled, hw.array.cols >= 8 ? 3 : 1);
}

TEST_P(MappedNetworkTest, ChainsEqualReference) {
  const HwConfig hw = configuration(GetParam());
  int mapped = 0;
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    mapped += check_case(hw, reference::random_chain(seed), seed % 4 == 3 ? RoundingMode::kOnce : RoundingMode::kTwice)
                  ? 1
                  : 0;
  }
  EXPECT_GE(mapped, 90);
}

TEST_P(MappedNetworkTest, ChainsOfImagesInAnotherOrderEqualReference) {
  const HwConfig hw = configuration(GetParam());
  int swapped = 0;
  int gathered = 0;
  for (std::uint64_t seed = 0; seed < 150 && !HasFailure(); ++seed) {
    const RandomCase each = reference::random_narrow_chain(seed);
    if (!check_case(hw, each, seed % 4 == 3 ? RoundingMode::kOnce : RoundingMode::kTwice)) continue;
    const Layout layout = choose_layout(each.graph, hw);
    const auto& input = layout.columns[static_cast<std::size_t>(each.graph.inputs[0])];
    if (!input) continue;
    (layout.graph.tensors[static_cast<std::size_t>(each.graph.inputs[0])].bytes() ==
             each.graph.tensors[static_cast<std::size_t>(each.graph.inputs[0])].bytes()
         ? swapped
         : gathered) += 1;
  }
  std::printf("%s: %d inputs with rows and columns swapped, %d gathered\n", GetParam(), swapped, gathered);
  EXPECT_GE(swapped, 3);
  EXPECT_GE(gathered, 3);
}

// Every number of bands, and both ways to write them.
TEST_P(MappedNetworkTest, ImagesInBandsOfRowsEqualReference) {
  const HwConfig hw = configuration(GetParam());
  std::map<int, int> layers;  // by bands
  int unrolled = 0;
  for (std::uint64_t seed = 0; seed < 50 && !HasFailure(); ++seed) {
    const RandomCase each = reference::random_thin_chain(seed);
    const RoundingMode mode = seed % 4 == 3 ? RoundingMode::kOnce : RoundingMode::kTwice;
    const Program plain = map_network(each.graph, hw);
    for (int op = 0; op < static_cast<int>(plain.layers.size()); ++op) {
      const int most = plain.layers[static_cast<std::size_t>(op)].most_row_bands;
      for (int count = 2; count <= std::min(most, 8); ++count) {
        for (const BandChoice choice : {BandChoice{count, false}, BandChoice{count, true}}) {
          std::map<int, LayerCut> cuts = other_dataflow(hw, each.graph);
          cuts[op].row_bands = choice.count;
          cuts[op].bands_unrolled = choice.unrolled;
          cuts[op].blocks = static_cast<int>(seed % 3);
          cuts[op].tiles = 1;
          if (map_network(each.graph, hw, {.cuts = cuts}).layers[static_cast<std::size_t>(op)].row_bands != count)
            continue;
          EXPECT_TRUE(check_case(hw, each, mode, cuts));
          ++layers[count];
          if (choice.unrolled) ++unrolled;
        }
      }
    }
  }
  std::printf("%s: %d layers in 2 bands, %d in 3, %d in 4, %d made by neighbouring pixels seen as one\n", GetParam(),
              layers[2], layers[3], layers[4], unrolled);
  if (!hw.array.depthwise_unit || !hw.array.weight_stationary) return;
  EXPECT_GE(layers[2], 10);
  EXPECT_GE(layers[4], hw.array.cols >= 8 ? 10 : 5);
  EXPECT_GE(unrolled, hw.array.cols >= 8 ? 20 : 1);
}

// An image that an operator made with 2 rows and the next ones read with 6.
RandomCase recut_image(std::uint64_t seed) {
  reference::RandomSource random(seed);
  reference::NetworkBuilder net(random);
  const reference::WindowShape window{3, 2, 1, 1, 1, 1, random.chance(50)};
  const int made = net.conv(net.input({1, 2, 3, 5}), 8, {});
  const int recut = net.reshape(made, {1, 6, 2, 4});
  const std::string title = "recut seed=" + std::to_string(seed) + ": ";
  switch (seed % 4) {
    case 0:
      return net.finish(net.pool(recut, random.chance(50), window), title);
    case 1:
      return net.finish(net.conv(recut, 5, window), title);
    case 2:
      return net.finish(net.depthwise(recut, 1, window), title);
    default:  // the sum is spread over banks
      return net.finish(net.depthwise(net.add(recut, net.input({1, 6, 2, 4})), 1, {3, 3, 1, 1, 1, 1, true}), title);
  }
}

TEST_P(MappedNetworkTest, OperatorsBehindAReshapeSeeItsRows) {
  const HwConfig hw = configuration(GetParam());
  for (std::uint64_t seed = 0; seed < 40 && !HasFailure(); ++seed)
    EXPECT_TRUE(check_case(hw, recut_image(seed), RoundingMode::kTwice));
}

// The configuration with the smallest scratchpad that takes the network.
HwConfig smallest(HwConfig hw, const Graph& graph) {
  for (hw.scratchpad_bytes = 2 * hw.spm_word_bytes() * hw.scratchpad_banks;; hw.scratchpad_bytes *= 2) {
    try {
      static_cast<void>(map_network(graph, hw));
      return hw;
    } catch (const Error& error) {
      if (error.code() != ExitCode::kModel || hw.scratchpad_bytes > (1 << 20)) throw;
    }
  }
}

// Results in place of operands, by the kind of operator.
struct InPlaceCount {
  int dense = 0;
  int depthwise = 0;
  int add = 0;
};

InPlaceCount count_in_place(const HwConfig& hw, const Graph& graph) {
  InPlaceCount count;
  const Program program = map_network(graph, hw);
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    if (!program.layers[i].in_place_of) continue;
    const OpParams& params = graph.ops[i].params;
    const bool depthwise = std::holds_alternative<DepthwiseConv2d>(params);
    (std::holds_alternative<Add>(params) ? count.add : depthwise ? count.depthwise : count.dense) += 1;
  }
  return count;
}

// Any cut that a search may try.
std::map<int, LayerCut> random_cuts(std::uint64_t seed, const Graph& graph) {
  reference::RandomSource random(seed);
  std::map<int, LayerCut> cuts;
  for (int op = 0; op < static_cast<int>(graph.ops.size()); ++op) {
    cuts[op] = {.blocks = random.one_of({1, 2, 4}),
                .tiles = random.one_of({1, 2, 4, 8}),
                .first_blocks = random.one_of({0, 1, 2, 4, 8, 16}),
                .first_rows = random.one_of({0, 1, 2, 4}),
                .first_tiles = random.one_of({0, 1, 2, 4}),
                .last_blocks = random.one_of({0, 1, 2, 4, 8, 16}),
                .first_parts = random.one_of({1, 2, 4}),
                .joint = random.chance(50)};
  }
  return cuts;
}

TEST_P(MappedNetworkTest, NetworksInTheSmallestScratchpadEqualReference) {
  InPlaceCount count;
  for (std::uint64_t seed = 0; seed < 240 && !HasFailure(); ++seed) {
    const RandomCase each = seed % 4 == 0   ? reference::random_narrow_chain(seed)
                            : seed % 4 == 1 ? reference::random_layer(seed)
                                            : reference::random_chain(seed);
    HwConfig hw = configuration(GetParam());
    try {
      hw = smallest(hw, each.graph);
    } catch (const Error&) {
      continue;  // too small in other ways
    }
    EXPECT_TRUE(check_case(hw, each, seed % 8 == 3 ? RoundingMode::kOnce : RoundingMode::kTwice));
    EXPECT_TRUE(check_case(hw, each, RoundingMode::kTwice, random_cuts(seed, each.graph)));
    const InPlaceCount more = count_in_place(hw, each.graph);
    count.dense += more.dense;
    count.depthwise += more.depthwise;
    count.add += more.add;
  }
  std::printf("%s: in place %d dense layers, %d depthwise layers, %d sums\n", GetParam(), count.dense, count.depthwise,
              count.add);
  EXPECT_GE(count.dense, 10);
  EXPECT_GE(count.depthwise, 5);
  EXPECT_GE(count.add, 5);
}

INSTANTIATE_TEST_SUITE_P(Configurations, MappedNetworkTest,
                         ::testing::Values("base_16x16", "rect_8x16", "small_8x8", "tiny_4x4", "large_32x32",
                                           "output_16x16", "both_16x16"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace systolite::testing

// SPDX-License-Identifier: Apache-2.0
// --drop-constant-channels on a keyword-spotting network with a dead filter.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/npy.h"
#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"
#include "tflite_subset_generated.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(SYSTOLITE_SOURCE_DIR) / "benchmarks/models";

// kws_embedded with the first filter of its first convolution pruned: weights 0 and a bias so low that the activation
// holds the output at the zero point.
void write_pruned_model(const fs::path& file) {
  const std::string bytes = test::text_of(kModels / "kws_embedded.tflite");
  const std::unique_ptr<tflite_file::ModelT> model(tflite_file::UnPackModel(bytes.data()));
  const tflite_file::SubGraphT& graph = *model->subgraphs.at(0);
  const auto data = [&](std::size_t operand) -> std::vector<std::uint8_t>& {
    const auto tensor = static_cast<std::size_t>(graph.operators.at(0)->inputs.at(operand));
    return model->buffers.at(graph.tensors.at(tensor)->buffer)->data;
  };
  const std::size_t filters = data(2).size() / 4;
  std::fill_n(data(1).begin(), data(1).size() / filters, std::uint8_t{0});
  data(2)[0] = data(2)[1] = data(2)[2] = 0;
  data(2)[3] = 0xC0;  // -2^30
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(tflite_file::Model::Pack(builder, model.get()), tflite_file::ModelIdentifier());
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(builder.GetBufferPointer()),
             static_cast<std::streamsize>(builder.GetSize()));
}

class DropChannelsTest : public ::testing::Test {
 protected:
  void SetUp() override { write_pruned_model(folder.path() / "kws_embedded.tflite"); }
  test::Outcome call(const std::string& arguments) {
    return test::systolite(folder.path(), arguments, "SYSTOLITE_GOLDEN=");
  }
  nlohmann::json report(const std::string& options) {
    const test::Outcome outcome = call("run ./kws_embedded.tflite --json - " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }
  TemporaryFolder folder;
};

TEST_F(DropChannelsTest, TheOutputStaysAndTheWorkShrinks) {
  const auto whole = report("--backend fast --output whole.npy");
  const auto reduced = report("--backend fast --output reduced.npy --drop-constant-channels");
  EXPECT_EQ(read_npy(folder.path() / "reduced.npy"), read_npy(folder.path() / "whole.npy"));
  EXPECT_EQ(reduced["macs"], whole["macs"]);
  EXPECT_EQ(whole["macs_executed"], whole["macs"]);
  EXPECT_EQ(reduced["removed"]["macs"].get<int>() + reduced["macs_executed"].get<int>(), whole["macs"].get<int>());
  EXPECT_GE(reduced["removed"]["constant_channels"].get<int>(), 2);  // the filter, and the depthwise channel behind it
  const auto data_bytes = [](const auto& r) {
    return r["bytes_read"].template get<int>() - r["bytes_fetched"].template get<int>();
  };
  EXPECT_LT(data_bytes(reduced), data_bytes(whole));  // the commands may grow: 63 channels cut less evenly than 64
  EXPECT_EQ(reduced["layers"].size(), whole["layers"].size());
}

TEST_F(DropChannelsTest, VerifyComparesConstantsWithGoldenValues) {
  const auto intact = call("verify kws_embedded --backend functional --inputs all --drop-constant-channels");
  EXPECT_EQ(intact.code, 0) << intact.err;
  EXPECT_NE(intact.out.find("  removed: "), std::string::npos) << intact.out;

  // The golden tensors are those of the network before it was pruned, in which the first filter is alive.
  const auto pruned = call("verify ./kws_embedded.tflite --backend functional --drop-constant-channels --golden '" +
                           (kModels / "golden").string() + "'");
  EXPECT_EQ(pruned.code, 5) << pruned.out;
  EXPECT_NE(pruned.err.find("of operator 0 CONV_2D"), std::string::npos) << pruned.err;
  EXPECT_NE(pruned.err.find(", channels that were removed as constant: "), std::string::npos) << pruned.err;
  EXPECT_NE(pruned.err.find("\nreplay: systolite verify ./kws_embedded.tflite --config base_16x16 --backend functional "
                            "--input "),
            std::string::npos)
      << pruned.err;
  EXPECT_NE(pruned.err.find(" --drop-constant-channels --golden "), std::string::npos) << pruned.err;
}

TEST_F(DropChannelsTest, VerifyComparesEveryBackendOnTheReducedNetwork) {
  const auto outcome = call("verify ./kws_embedded.tflite --drop-constant-channels");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("backends rtl, systemc, fast: no difference"), std::string::npos) << outcome.out;
  const auto removed = report("--backend fast --drop-constant-channels")["removed"];
  EXPECT_NE(outcome.out.find("  removed: " + std::to_string(removed["constant_channels"].get<int>()) +
                             " constant channels; "),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("start and end of "), std::string::npos) << outcome.out;
}

TEST_F(DropChannelsTest, TraceShowsTheReducedNetwork) {
  const auto outcome = call("trace ./kws_embedded.tflite --backend fast --drop-constant-channels");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto reduced = report("--backend fast --drop-constant-channels");
  EXPECT_NE(outcome.out.find(" of " + std::to_string(reduced["cycles"].get<int>()) + "\n"), std::string::npos)
      << outcome.out;
}

}  // namespace
}  // namespace systolite

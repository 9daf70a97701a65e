// SPDX-License-Identifier: Apache-2.0
// What a user can get wrong, and what the program says: exit code, one line, no file written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "sim/core/npy.h"
#include "tests/cli/program.h"
#include "tests/sim/temporary_folder.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

struct BadInput {
  const char* name;
  const char* arguments;
  int code;
  const char* says;  // part of the message
  const char* environment = "";
};

void PrintTo(const BadInput& bad, std::ostream* out) { *out << bad.name; }

// Files in the working folder: truncated.tflite, text.npy, floats.npy, short.npy, unknown_key.yaml, a folder `folder`.
const BadInput kTable[] = {
    {"no_subcommand", "", 2, "A subcommand is required"},
    {"unknown_subcommand", "walk kws_embedded", 2, "'walk' is not a command"},
    {"unknown_option", "run kws_embedded --fast", 2, "--fast"},
    {"no_model", "run", 2, "model is required"},
    {"unknown_backend", "run kws_embedded --backend quantum", 2, "'quantum' is not one of functional|rtl"},
    {"unknown_rounding", "run kws_embedded --rounding up", 2, "'up' is not one of double|single"},
    {"zero_inputs", "verify kws_embedded --inputs 0", 2, "'0' is neither a positive number nor all"},
    {"seed_and_input", "run kws_embedded --seed 3 --input short.npy", 2, "--input excludes --seed"},
    {"seed_is_no_number", "run kws_embedded --seed many", 2, "--seed"},
    {"trace_without_clock", "trace kws_embedded --backend functional", 2, "'functional' is not one of rtl"},
    {"empty_window", "trace kws_embedded --cycles 9:9", 2, "'9:9' is not FROM:TO with FROM < TO"},
    {"reversed_window", "trace kws_embedded --cycles 9:8", 2, "'9:8' is not FROM:TO with FROM < TO"},
    {"half_a_window", "trace kws_embedded --cycles 9", 2, "'9' is not FROM:TO with FROM < TO"},
    {"negative_layer", "trace kws_embedded --layer -1", 2, "--layer"},
    {"window_and_layer", "trace kws_embedded --layer 1 --cycles 1:2", 2, "--cycles excludes --layer"},
    {"layer_out_of_range", "trace kws_embedded --waves w.fst --layer 13", 2,
     "--layer 13: kws_embedded has the operators 0 to 12"},
    {"trace_folder_missing", "trace kws_embedded --output nowhere/t.json", 6,
     "nowhere/t.json: the folder nowhere does not exist"},
    {"waves_are_a_folder", "trace kws_embedded --waves folder", 6, "folder: this is a folder"},
    {"trace_without_verilator", "trace kws_embedded --waves w.fst", 8, "verilator is not in PATH",
     "PATH=/nonexistent SYSTOLITE_CACHE=cache"},
    {"unknown_model", "run nothing --backend functional", 3, "'nothing' is neither a file nor the name of a model"},
    {"truncated_model", "run truncated.tflite --backend functional", 3, "truncated.tflite"},
    {"model_is_text", "run text.npy --backend functional", 3, "text.npy"},
    {"unknown_config", "run kws_embedded --config nothing", 4,
     "'nothing' is neither a file nor the name of a hardware description; names are: "},
    {"config_with_unknown_key", "run kws_embedded --config unknown_key.yaml", 4,
     "unknown_key.yaml:2: key 'colour' is unknown"},
    {"missing_input", "run kws_embedded --backend functional --input nothing.npy", 6, "nothing.npy"},
    {"input_is_text", "run kws_embedded --backend functional --input text.npy", 6, "text.npy"},
    {"input_of_floats", "run kws_embedded --backend functional --input floats.npy", 6,
     "floats.npy: the elements must be int8"},
    {"input_of_wrong_size", "run kws_embedded --backend functional --input short.npy", 6,
     "short.npy: shape (3) has 3 values, the model's input (1, 49, 10, 1) has 490"},
    {"too_many_inputs", "run kws_embedded --backend functional --input short.npy --input short.npy", 6,
     "has 1 inputs, 2 files were given"},
    {"output_folder_missing", "run kws_embedded --backend functional --output nowhere/y.npy --json r.json", 6,
     "nowhere/y.npy: the folder nowhere does not exist"},
    {"json_is_a_folder", "run kws_embedded --backend functional --output y.npy --json folder", 6,
     "folder: this is a folder"},
    {"no_golden", "verify kws_embedded --backend functional --golden folder", 6,
     "no golden tensors for kws_embedded in folder"},
    {"no_verilator", "run kws_embedded --output y.npy --json r.json", 8, "verilator is not in PATH",
     "PATH=/nonexistent SYSTOLITE_CACHE=cache"},
};

class BadInputTest : public ::testing::TestWithParam<BadInput> {
 protected:
  BadInputTest() {
    const fs::path f = folder.path();
    std::ofstream(f / "text.npy") << "not an array";
    std::ofstream(f / "unknown_key.yaml") << "name: x\ncolour: red\n";
    fs::create_directory(f / "folder");
    const std::vector<float> floats(490);
    const std::vector<std::int8_t> three(3);
    write_npy(f / "floats.npy", make_npy({1, 49, 10, 1}, std::span<const float>(floats)));
    write_npy(f / "short.npy", make_npy({3}, std::span<const std::int8_t>(three)));
    const std::string model = test::text_of(fs::path(SYSTOLITE_SOURCE_DIR) / "benchmarks/models/kws_embedded.tflite");
    std::ofstream(f / "truncated.tflite", std::ios::binary) << model.substr(0, model.size() / 2);
  }
  std::set<fs::path> files() const {
    std::set<fs::path> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) result.insert(entry.path());
    return result;
  }
  TemporaryFolder folder;
};

TEST_P(BadInputTest, IsRefusedInOneLineWithoutATrace) {
  std::set<fs::path> expected = files();
  const test::Outcome outcome = test::systolite(folder.path(), GetParam().arguments, GetParam().environment);
  EXPECT_EQ(outcome.code, GetParam().code) << outcome.err;
  EXPECT_EQ(outcome.err.rfind("systolite: error: ", 0), 0) << outcome.err;
  EXPECT_NE(outcome.err.find(GetParam().says), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  expected.insert(folder.path() / "stdout.txt");
  expected.insert(folder.path() / "stderr.txt");
  EXPECT_EQ(files(), expected);
}

INSTANTIATE_TEST_SUITE_P(Table, BadInputTest, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// The subcommands on embedded models with the functional backend, as a user calls them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "mapper/program/text.h"
#include "sim/core/npy.h"
#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(SYSTOLITE_SOURCE_DIR) / "benchmarks/models/golden/kws_embedded";

class CommandsTest : public ::testing::Test {
 protected:
  test::Outcome call(const std::string& arguments) {
    return test::systolite(folder.path(), arguments, "SYSTOLITE_GOLDEN=");
  }
  TemporaryFolder folder;
};

TEST_F(CommandsTest, RunWritesTheGoldenOutput) {
  const auto outcome =
      call("run kws_embedded --backend functional --input " + (kGolden / "input_00.npy").string() + " --output y.npy");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::vector<std::int8_t> expected = read_npy(kGolden / "outputs.npy").int8();
  const std::vector<std::int8_t> got = read_npy(folder.path() / "y.npy").int8();
  EXPECT_EQ(got,
            std::vector<std::int8_t>(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(got.size())));
}

TEST_F(CommandsTest, TwoRunsPrintTheSame) {
  const std::string first = call("run kws_embedded --backend functional").out;
  EXPECT_NE(first.find("seed 1"), std::string::npos);
  EXPECT_NE(first.find("operator 12 SOFTMAX"), std::string::npos);
  EXPECT_EQ(call("run kws_embedded --backend functional").out, first);
}

TEST_F(CommandsTest, JsonGoesToStandardOutputOnRequest) {
  const auto outcome = call("run kws_embedded --backend functional --json -");
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["config"], "base_16x16");
  EXPECT_EQ(json["backend"], "functional");
  EXPECT_EQ(json["layers"].size(), 13);
  EXPECT_TRUE(json["cycles"].is_null());
}

TEST_F(CommandsTest, DumpedCommandsReadBack) {
  ASSERT_EQ(call("run kws_embedded --backend functional --dump-commands commands.txt").code, 0);
  const std::vector<JobStep> jobs = jobs_from_text(test::text_of(folder.path() / "commands.txt"));
  ASSERT_EQ(jobs.size(), 1);
  EXPECT_GT(jobs[0].commands.size(), 50);
}

TEST_F(CommandsTest, AConfigurationIsFoundByTheEndOfItsName) {
  const auto outcome = call("run kws_embedded --backend functional --config 4x4");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("tiny_4x4"), std::string::npos);
  const auto ambiguous = call("run kws_embedded --backend functional --config 8x8");  // small_8x8, wide_8x8
  EXPECT_EQ(ambiguous.code, 4) << ambiguous.err;
}

TEST_F(CommandsTest, RoundingChangesTheProgram) {
  call("run kws_embedded --backend functional --dump-commands double.txt");
  call("run kws_embedded --backend functional --rounding single --dump-commands single.txt");
  EXPECT_NE(test::text_of(folder.path() / "double.txt"), test::text_of(folder.path() / "single.txt"));
}

TEST_F(CommandsTest, VerifyComparesEveryActivation) {
  const auto outcome = call("verify kws_embedded --backend functional --inputs all");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("activations: 13 tensors"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("outputs: 3 of 3 inputs"), std::string::npos) << outcome.out;
}

TEST_F(CommandsTest, VerifyNamesTheFirstDifferenceAndHowToSeeItAgain) {
  fs::copy(kGolden, folder.path() / "kws_embedded");
  fs::remove(folder.path() / "kws_embedded/intermediates_00.npz");
  NpyArray outputs = read_npy(kGolden / "outputs.npy");
  outputs.data[5] = static_cast<std::uint8_t>(outputs.data[5] + 1);
  write_npy(folder.path() / "kws_embedded/outputs.npy", outputs);
  const auto outcome = call("verify kws_embedded --backend functional --golden .");
  EXPECT_EQ(outcome.code, 5);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("kws_embedded on base_16x16, input input_00: output tensor"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("backend functional: 1 of 12 values differ, the first at index 5: expected"),
            std::string::npos)
      << outcome.err;
  const std::string replay = "replay: systolite ";
  const std::size_t at = outcome.err.find(replay);
  ASSERT_NE(at, std::string::npos) << outcome.err;
  const std::string again = outcome.err.substr(at + replay.size(), outcome.err.rfind('\n') - at - replay.size());
  EXPECT_EQ(again,
            "verify kws_embedded --config base_16x16 --backend functional --input ./kws_embedded/input_00.npy "
            "--golden .");
  const auto repeated = call(again);
  EXPECT_EQ(repeated.code, 5);
  EXPECT_NE(repeated.err.find("1 of 12 values differ, the first at index 5"), std::string::npos) << repeated.err;
}

TEST_F(CommandsTest, VerifyComparesBackendsOnAModelWithoutGoldenTensors) {
  fs::copy(fs::path(SYSTOLITE_SOURCE_DIR) / "benchmarks/models/kws_embedded.tflite", folder.path() / "mine.tflite");
  const auto outcome = call("verify mine.tflite");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("rtl with "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("input pseudo-random, seed 1: no golden tensors"), std::string::npos) << outcome.out;
  EXPECT_NE(call("verify mine.tflite --seed 7").out.find("seed 7"), std::string::npos);
}

TEST_F(CommandsTest, RunInTheSocReportsTheSame) {
  for (const std::string backend : {"rtl", "fast"}) {
    const auto alone = call("run kws_embedded --json - --backend " + backend);
    const auto in_soc = call("run kws_embedded --json - --soc --backend " + backend);
    EXPECT_EQ(alone.code, 0) << alone.err;
    EXPECT_EQ(in_soc.code, 0) << in_soc.err;
    EXPECT_NE(alone.out.find("\"cycles\""), std::string::npos) << alone.out;
    EXPECT_EQ(alone.out, in_soc.out) << backend;
  }
}

TEST_F(CommandsTest, VerifyComparesEveryBackendToTheCycle) {
  const auto outcome = call("verify kws_embedded");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("backends rtl, systemc, fast: no difference"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("start and end of "), std::string::npos) << outcome.out;
}

TEST_F(CommandsTest, VerifyRefusesToCompareNothing) {
  fs::copy(fs::path(SYSTOLITE_SOURCE_DIR) / "benchmarks/models/kws_embedded.tflite", folder.path() / "mine.tflite");
  for (const char* arguments :
       {"verify mine.tflite --backend functional", "verify kws_embedded --backend functional --seed 3"}) {
    const auto outcome = call(arguments);
    EXPECT_EQ(outcome.code, 6) << arguments;
    EXPECT_NE(outcome.err.find("one backend has nothing to be compared with"), std::string::npos) << outcome.err;
  }
  const auto outcome = call("verify mine.tflite --inputs all");
  EXPECT_EQ(outcome.code, 6);
  EXPECT_NE(outcome.err.find("no golden tensors for mine.tflite in "), std::string::npos) << outcome.err;
}

TEST_F(CommandsTest, VerifyTakesOneOfTheGoldenInputs) {
  const auto outcome = call("verify kws_embedded --backend functional --input " + (kGolden / "input_01.npy").string());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("outputs: 1 of 3 inputs"), std::string::npos) << outcome.out;
}

TEST_F(CommandsTest, BandsOfRowsAndResultsInPlaceAreNamed) {
  const auto bands = call("run vww_embedded --backend functional --json run.json");
  const std::string line = "Image stored as bands of rows beside each other: 1 DEPTHWISE_CONV_2D (";
  ASSERT_NE(bands.out.find(line), std::string::npos) << bands.out;
  const auto json = nlohmann::json::parse(test::text_of(folder.path() / "run.json"));
  const int count = json["layers"][1]["row_bands"];
  EXPECT_GT(count, 1);
  EXPECT_NE(bands.out.find(line + std::to_string(count) + ")"), std::string::npos) << bands.out;
  EXPECT_EQ(json["layers"][2]["row_bands"], 1);

  std::string yaml = test::text_of(fs::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
  yaml.replace(yaml.find("bytes: 131072"), 13, "bytes: 32768");
  std::ofstream(folder.path() / "small.yaml") << yaml;
  const auto in_place = call("run ic_embedded --config small.yaml --backend functional");
  EXPECT_NE(in_place.out.find("In place, so that the tensors fit the scratchpad of 32,768 B: "), std::string::npos)
      << in_place.out;
  EXPECT_EQ(in_place.out.find("bands of rows"), std::string::npos) << in_place.out;
}

TEST_F(CommandsTest, AreaSaysTheSameAsTableAndAsJson) {
  const auto table = call("area --config small_8x8");
  ASSERT_EQ(table.code, 0) << table.err;
  const auto outcome = call("area --config small_8x8 --json -");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["config"], "small_8x8");
  double kge = 0;
  for (const auto& block : json["blocks"]) {
    kge += block["kge"]["value"].get<double>();
    EXPECT_NE(table.out.find(block["block"].get<std::string>()), std::string::npos);
  }
  EXPECT_NEAR(kge, json["logic_kge"]["value"].get<double>(), 1e-9);
  EXPECT_NE(table.out.find("limited by " + json["slowest_block"].get<std::string>()), std::string::npos);
}

TEST_F(CommandsTest, TheLibraryCountsWhatIsClocked) {
  std::string table = test::text_of(fs::path(SYSTOLITE_SOURCE_DIR) / "configs/area/osu018.yaml");
  const std::string lanes = "{factor: 390, of: \"lanes\"}";
  ASSERT_NE(table.find(lanes), std::string::npos);
  table.replace(table.find(lanes), lanes.size(), "{factor: 1390, of: \"lanes\"}");
  std::ofstream(folder.path() / "more.yaml") << table;
  const auto report = [&](const std::string& library) {
    const auto outcome = call("run kws_embedded --backend fast --json - --library " + library);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  };
  const auto clock = [](const nlohmann::json& run) {
    return run["energy"]["components_pj"]["clock"]["value"].get<double>();
  };
  const nlohmann::json shipped = report("osu018");
  // A thousand flip-flops more in each of 16 lanes, at 0.01 pJ and 0.003 pJ of clock tree a cycle.
  EXPECT_NEAR(clock(report("more.yaml")) - clock(shipped), 16'000 * 0.013 * shipped["cycles"].get<double>(), 1);
}

TEST_F(CommandsTest, HelpAndVersionAreNotErrors) {
  EXPECT_EQ(call("--help").code, 0);
  EXPECT_EQ(call("run --help").code, 0);
  EXPECT_EQ(call("--version").out.rfind("systolite ", 0), 0);
}

TEST_F(CommandsTest, AQuietRunTellsNothingOnStandardError) {
  EXPECT_EQ(call("run kws_embedded --backend fast").err, "");
}

TEST_F(CommandsTest, AVerboseRunTellsWhatItDoesOnStandardErrorAndPrintsTheSame) {
  const auto quiet = call("run kws_embedded --backend fast");
  for (const char* flag : {"-v", "--verbose"}) {
    const auto outcome = call(std::string("run kws_embedded --backend fast ") + flag);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, quiet.out);
    std::istringstream lines(outcome.err);
    for (const char* start :
         {"configuration .*base_16x16\\.yaml: config_id 0x[0-9a-f]{8}",
          "energy table .*45nm\\.yaml, cell library .*osu018\\.yaml", "model .*kws_embedded\\.tflite: operators 13",
          "searched [0-9]+ programs: [0-9]+ cycles instead of [0-9]+",
          "mapped: jobs 1, commands [0-9]+, steps on the CPU 1, .*", "ran job 0 on fast: cycles [0-9]+"}) {
      std::string line;
      std::getline(lines, line);
      EXPECT_TRUE(std::regex_match(line, std::regex("systolite: [0-9:.]{12} " + std::string(start)))) << line;
    }
    std::string rest;
    EXPECT_FALSE(std::getline(lines, rest)) << rest;
  }
}

TEST_F(CommandsTest, DoctorListsToolsAndModels) {
  const auto outcome = call("doctor");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* part : {"verilator", "g++", "cache", "configs", "kws_embedded"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part;
}

TEST_F(CommandsTest, DoctorFailsWithoutVerilator) {
  const auto outcome = test::systolite(folder.path(), "doctor", "PATH=/nonexistent");
  EXPECT_EQ(outcome.code, 8);
  EXPECT_NE(outcome.err.find("missing: verilator"), std::string::npos);
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// `systolite diff` on reports of the program, as they are and changed by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class DiffTest : public ::testing::Test {
 protected:
  void SetUp() override {
    run("kws_embedded", "base.json");
    base = read("base.json");
  }
  void run(const std::string& what, const std::string& file) {
    const auto outcome = test::systolite(folder.path(), "run " + what + " --backend fast --json " + file);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  json read(const std::string& file) { return json::parse(test::text_of(folder.path() / file)); }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder.path() / file) << text; }
  // The report of the base with a change.
  void write_changed(const std::string& file, const std::function<void(json&)>& change) {
    json changed = base;
    change(changed);
    write(file, changed.dump());
  }
  test::Outcome diff(const std::string& arguments) { return test::systolite(folder.path(), "diff " + arguments); }
  json difference(const std::string& a, const std::string& b) {
    const auto outcome = diff(a + " " + b + " --json -");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  void expect_refusal(const std::string& file, const std::string& sentence) {
    const auto outcome = diff("base.json " + file);
    EXPECT_EQ(outcome.code, 6);
    EXPECT_EQ(outcome.err, "systolite: error: " + file + ": " + sentence + "\n");
    EXPECT_EQ(outcome.out, "");
  }

  TemporaryFolder folder;
  json base;
};

TEST_F(DiffTest, ARunDoesNotDifferFromItself) {
  run("kws_embedded", "again.json");
  const json none = difference("base.json", "again.json");
  EXPECT_EQ(none["layers"], json::array());
  EXPECT_EQ(none["equal_layers"], base["layers"].size());
  for (const char* key : {"facts", "configuration", "figures"}) EXPECT_EQ(none[key], json::object()) << key;
  EXPECT_THAT(diff("base.json again.json").out, HasSubstr("No layer changed.\n"));
}

TEST_F(DiffTest, FindsWhatWasChanged) {
  write_changed("b.json", [](json& report) {
    json& layer = report["layers"][3];
    layer["cycles"] = layer["cycles"].get<int>() + 100;
    layer["busy"] = layer["busy"].get<int>() - 10;
    layer["stalls"]["wait_contention"] = 110;
    layer["bound_by"] = "vector";
    report["layers"][5]["bytes_read"] = 0;
    report["layers"][4]["cycles"] = report["layers"][4]["cycles"].get<int>() - 2000;
    report["cycles"] = report["cycles"].get<int>() - 1900;
    report["configuration"]["array.rows"] = 32;
    report["configuration"].erase("queue_depth");
    report["configuration"]["new.key"] = true;
  });
  const json found = difference("base.json", "b.json");
  EXPECT_EQ(found["same_network"], true);
  ASSERT_EQ(found["layers"].size(), 3U);
  EXPECT_EQ(found["equal_layers"], base["layers"].size() - 3);
  EXPECT_EQ(found["layers"][0]["index"], (json{{"a", 4}, {"b", 4}}));
  EXPECT_EQ(found["layers"][0]["cycles"]["change"], -2000);
  const json& third = found["layers"][1];
  EXPECT_EQ(third["index"]["a"], 3);
  EXPECT_EQ(third["figures"]["stalls.wait_contention"], (json{{"a", 0}, {"b", 110}, {"change", 110}}));
  EXPECT_EQ(third["figures"]["busy"]["change"], -10);
  EXPECT_EQ(third["figures"].size(), 3U);
  EXPECT_EQ(third["texts"]["bound_by"], (json{{"a", base["layers"][3]["bound_by"]}, {"b", "vector"}}));
  EXPECT_EQ(found["layers"][2]["figures"].size(), 1U);
  EXPECT_EQ(found["figures"]["cycles"]["change"], -1900);
  EXPECT_EQ(found["configuration"], (json{{"array.rows", {{"a", "16"}, {"b", "32"}}},
                                          {"queue_depth", {{"a", "2"}, {"b", "-"}}},
                                          {"new.key", {{"a", "-"}, {"b", "true"}}}}));
  const std::string table = diff("base.json b.json").out;
  EXPECT_THAT(table, HasSubstr("  array.rows                         16 -> 32\n"));
  EXPECT_THAT(table, HasSubstr("wait_contention +110, busy -10; bound_by compute -> vector\n"));
  EXPECT_LT(table.find("  4 CONV_2D"), table.find("  3 DEPTHWISE_CONV_2D"));
}

TEST_F(DiffTest, ChangesOfTwoConfigurationsAddUp) {
  run("kws_embedded --config rect_8x16", "rect.json");
  const json rect = read("rect.json");
  const json found = difference("base.json", "rect.json");
  EXPECT_EQ(found["facts"], (json{{"config", {{"a", "base_16x16"}, {"b", "rect_8x16"}}}}));
  EXPECT_EQ(found["configuration"]["array.rows"], (json{{"a", "16"}, {"b", "8"}}));
  std::int64_t change = 0;
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  for (const json& layer : found["layers"]) {
    const auto cycles = layer["cycles"]["change"].get<std::int64_t>();
    EXPECT_LE(std::abs(cycles), last);
    last = std::abs(cycles);
    change += cycles;
    std::int64_t states = 0;
    for (const auto& [key, figure] : layer["figures"].items()) {
      if (key == "busy" || key.starts_with("stalls.")) states += figure["change"].get<std::int64_t>();
    }
    EXPECT_EQ(states, cycles) << layer["name"];
  }
  EXPECT_EQ(change, rect["cycles"].get<std::int64_t>() - base["cycles"].get<std::int64_t>());
  EXPECT_EQ(found["figures"]["cycles"]["change"], change);
}

TEST_F(DiffTest, AnotherModelIsSaid) {
  run("ic_embedded", "ic.json");
  const json found = difference("base.json", "ic.json");
  EXPECT_EQ(found["same_network"], false);
  std::int64_t change = 0;
  for (const json& layer : found["layers"]) change += layer["cycles"]["change"].get<std::int64_t>();
  EXPECT_EQ(change, read("ic.json")["cycles"].get<std::int64_t>() - base["cycles"].get<std::int64_t>());
  const std::string table = diff("base.json ic.json").out;
  EXPECT_THAT(table, HasSubstr("The models differ: A is kws_embedded, B is ic_embedded.\n"));
  EXPECT_THAT(table, HasSubstr("only in A\n"));
  EXPECT_THAT(table, HasSubstr("only in B\n"));
}

TEST_F(DiffTest, ALayerThatIsMissingShiftsNoOther) {
  write_changed("b.json", [](json& report) { report["layers"].erase(2); });
  const json found = difference("base.json", "b.json");
  ASSERT_EQ(found["layers"].size(), 1U);
  EXPECT_EQ(found["layers"][0]["index"], (json{{"a", 2}, {"b", nullptr}}));
}

TEST_F(DiffTest, ReportsWithoutConfigurationAreCompared) {
  write_changed("b.json", [](json& report) { report.erase("configuration"); });
  EXPECT_TRUE(difference("base.json", "b.json")["configuration"].is_null());
  EXPECT_THAT(diff("base.json b.json").out, HasSubstr("Configuration: not in both reports.\n"));
}

TEST_F(DiffTest, TheJsonFileHoldsWhatIsPrinted) {
  run("kws_embedded --config rect_8x16", "rect.json");
  ASSERT_EQ(diff("base.json rect.json --json d.json").code, 0);
  EXPECT_EQ(read("d.json"), difference("base.json", "rect.json"));
}

TEST_F(DiffTest, RefusesWhatIsNoReportOfARun) {
  const std::string how = "; diff compares what 'systolite run MODEL --json FILE' writes";
  expect_refusal("none.json", "cannot be opened: No such file or directory");
  write("text.json", "{\"schema\": ");
  expect_refusal("text.json", "this is not JSON" + how);
  write("list.json", "[1]");
  expect_refusal("list.json", "this is not a report" + how);
  write("other.json", "{\"schema\": 2}");
  expect_refusal("other.json", "this is not a report" + how);
  write("compare.json", "{\"schema\": 1, \"accelerator\": {}, \"cores\": [], \"layers\": []}");
  expect_refusal("compare.json", "this is a comparison with processors" + how);
  write("trace.json", "{\"traceEvents\": []}");
  expect_refusal("trace.json", "this is a timeline" + how);
}

TEST_F(DiffTest, RefusesOtherSchemas) {
  const int schema = base["schema"];
  write_changed("old.json", [&](json& report) { report["schema"] = schema - 1; });
  expect_refusal("old.json", "the report has schema " + std::to_string(schema - 1) + ", this program reads " +
                                 std::to_string(schema) + ": run the model again for a new one");
  write_changed("new.json", [&](json& report) { report["schema"] = schema + 1; });
  expect_refusal("new.json", "the report has schema " + std::to_string(schema + 1) + ", this program reads " +
                                 std::to_string(schema) + ": it was made by a newer version of Systolite");
}

TEST_F(DiffTest, NamesTheKeyThatIsWrong) {
  write_changed("b.json", [](json& report) { report["layers"][3]["cycles"] = "many"; });
  expect_refusal("b.json", "key 'layers[3].cycles' is missing or not a number");
  write_changed("b.json", [](json& report) { report["layers"][2].erase("op"); });
  expect_refusal("b.json", "key 'layers[2].op' is missing");
  write_changed("b.json", [](json& report) { report["layers"] = 7; });
  expect_refusal("b.json", "key 'layers' is not a list");
  write_changed("b.json", [](json& report) { report["config"] = 7; });
  expect_refusal("b.json", "key 'config' is not a text");
  write_changed("b.json", [](json& report) { report["configuration"] = 7; });
  expect_refusal("b.json", "key 'configuration' is not a mapping");
  write_changed("b.json", [](json& report) { report["layers"][1] = 7; });
  expect_refusal("b.json", "key 'layers[1].index' is missing");
}

TEST_F(DiffTest, RefusesAReportWithoutCycles) {
  const auto outcome = test::systolite(folder.path(), "run kws_embedded --backend functional --json f.json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  expect_refusal("f.json",
                 "the backend 'functional' has no clock, so there are no cycles to compare: take fast, systemc or rtl");
}

}  // namespace
}  // namespace systolite

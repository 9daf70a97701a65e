// SPDX-License-Identifier: Apache-2.0
// `systolite compare`, as a user calls it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

using nlohmann::json;

class CompareTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (call("compare kws_embedded --cores cortex-m4:ideal").code == 8) {
      GTEST_SKIP() << "built without arm-none-eabi-gcc";
    }
  }
  test::Outcome call(const std::string& arguments) {
    return test::systolite(folder.path(), arguments, "SYSTOLITE_GOLDEN=");
  }
  json compared(const std::string& arguments) {
    const auto outcome = call("compare " + arguments + " --json -");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  TemporaryFolder folder;
};

TEST_F(CompareTest, SumsAndSpeedUpsAgree) {
  const json all = compared("kws_embedded");
  ASSERT_EQ(all["cores"].size(), 4U);
  const json& accelerator = all["accelerator"];
  std::uint64_t device = 0;
  for (const json& layer : all["layers"]) device += layer["device_cycles"].get<std::uint64_t>();
  EXPECT_EQ(accelerator["device_cycles"], device);
  EXPECT_EQ(accelerator["cycles"].get<std::uint64_t>(), device + accelerator["host_cycles"].get<std::uint64_t>());
  const double time = static_cast<double>(device) / accelerator["clock_mhz"].get<double>() +
                      accelerator["host_cycles"].get<double>() / accelerator["host"]["clock_mhz"].get<double>();
  EXPECT_DOUBLE_EQ(accelerator["latency_us"].get<double>(), time);
  for (std::size_t i = 0; i < all["cores"].size(); ++i) {
    const json& core = all["cores"][i];
    std::uint64_t sum = 0;
    for (const json& layer : all["layers"]) sum += layer["core_cycles"][i].get<std::uint64_t>();
    EXPECT_LE(sum, core["cycles"].get<std::uint64_t>());
    EXPECT_GE(sum * 100, core["cycles"].get<std::uint64_t>() * 99) << core["core"];
    EXPECT_DOUBLE_EQ(core["latency_us"].get<double>(), core["cycles"].get<double>() / core["clock_mhz"].get<double>());
    EXPECT_DOUBLE_EQ(core["speedup_time"].get<double>(), core["latency_us"].get<double>() / time);
    EXPECT_DOUBLE_EQ(core["speedup_cycles"].get<double>(),
                     core["cycles"].get<double>() / accelerator["cycles"].get<double>());
    EXPECT_FALSE(core["software"].get<std::string>().empty());
  }
}

TEST_F(CompareTest, OperatorsOfTheHostAreNamedAndCounted) {
  const json all = compared("kws_embedded --cores cortex-m33:nrf5340 --host cortex-m4:ideal");
  const json& host = all["accelerator"]["host"];
  EXPECT_EQ(host["core"], "cortex-m4");
  ASSERT_EQ(host["operators"].size(), 1U);
  EXPECT_EQ(host["operators"][0]["op"], "SOFTMAX");
  EXPECT_GT(host["operators"][0]["cycles"].get<int>(), 500);
  EXPECT_EQ(host["operators"][0]["cycles"], all["accelerator"]["host_cycles"]);
}

TEST_F(CompareTest, PublishedResultsStandBesideTheSimulatedOnes) {
  const json all = compared("kws_embedded --cores cortex-m4:l4r5,cortex-m0plus:ideal");
  EXPECT_EQ(all["reference_model"], "kws");
  const json& best = all["cores"][0]["published_best"];
  EXPECT_EQ(best["software"], "X-CUBE-AI 9.0");
  EXPECT_DOUBLE_EQ(best["cycles"].get<double>(), 43.1872 * 120 * 1000);
  EXPECT_TRUE(all["cores"][1]["published_best"].is_null());
  EXPECT_TRUE(compared("vww_embedded --cores cortex-m4:ideal")["reference_model"].is_null());
}

TEST_F(CompareTest, TheTableNamesTheSoftwareOfEveryFigure) {
  const auto outcome = call("compare kws_embedded --cores cortex-m4:l4r5");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("operator 12 SOFTMAX: no softmax unit ("), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("arm-none-eabi-gcc"), std::string::npos);
  EXPECT_NE(outcome.out.find("driver/kernels"), std::string::npos);
  EXPECT_NE(outcome.out.find("X-CUBE-AI 9.0, published"), std::string::npos);
  EXPECT_NE(outcome.out.find("CMSIS-NN"), std::string::npos);
  EXPECT_EQ(call("compare kws_embedded --cores cortex-m4:l4r5").out, outcome.out);
}

TEST_F(CompareTest, RemovedChannelsAreRemovedForEveryone) {
  const json whole = compared("vww_embedded --cores cortex-m4:ideal");
  const json reduced = compared("vww_embedded --cores cortex-m4:ideal --drop-constant-channels");
  for (const char* part : {"accelerator", "core"}) {
    const auto cycles = [&](const json& all) {
      return (part == std::string("core") ? all["cores"][0] : all["accelerator"])["cycles"].get<std::uint64_t>();
    };
    EXPECT_LT(cycles(reduced), cycles(whole)) << part;
  }
}

TEST_F(CompareTest, TheJsonFileHoldsWhatIsPrinted) {
  ASSERT_EQ(call("compare kws_embedded --cores cortex-m4:l4r5 --json c.json").code, 0);
  EXPECT_EQ(json::parse(test::text_of(folder.path() / "c.json")), compared("kws_embedded --cores cortex-m4:l4r5"));
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// Error paths of the builder, with tools that misbehave in PATH.
#include "sim/rtl/rtl_builder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "sim/core/error.h"
#include "sim/rtl/subprocess.h"
#include "tests/core/temporary_folder.h"
#include "tests/sim/make_rtl_home.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

class RtlBuilderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    make_rtl_home(folder.path());
    fs::create_directory(tools);
    previous_path = std::getenv("PATH");
    ::setenv("PATH", tools.c_str(), 1);
    for (const char* tool : {"make", "g++"}) script(tool, "exit 0");
  }
  void TearDown() override { ::setenv("PATH", previous_path.c_str(), 1); }

  void script(const std::string& name, const std::string& body) const {
    std::ofstream(tools / name) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(tools / name, fs::perms::owner_all);
  }
  [[nodiscard]] RtlBuildOptions options() const {
    return {.home = {folder.path(), SYSTOLITE_GENERATED_DIR}, .cache = cache};
  }
  std::string refusal() {
    try {
      static_cast<void>(build_rtl_library(small_config(), options()));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kTool);
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return {};
  }
  [[nodiscard]] bool library_exists() const {
    if (!fs::exists(cache)) return false;
    for (const auto& entry : fs::recursive_directory_iterator(cache)) {
      if (entry.path().filename() == "libslt_rtl.so") return true;
    }
    return false;
  }

  TemporaryFolder folder;
  fs::path tools = folder.path() / "tools";
  fs::path cache = folder.path() / "cache";
  std::string previous_path;
};

TEST_F(RtlBuilderTest, MissingVerilatorIsNamed) {
  EXPECT_EQ(refusal(), "verilator is not in PATH; install Verilator 5.006 or newer to simulate the RTL.");
}

TEST_F(RtlBuilderTest, AVerilatorThatDoesNotRunIsReported) {
  script("verilator", "echo broken installation; exit 3");
  EXPECT_NE(refusal().find("--version failed with exit code 3: broken installation"), std::string::npos);
}

TEST_F(RtlBuilderTest, AFailureNamesLogAndFirstError) {
  script("verilator",
         "[ \"$1\" = --version ] && { echo Verilator 5.006; exit 0; }\necho some warning\necho '%Error: slt_top.sv:7: "
         "no such thing'\nexit 1");
  const std::string text = refusal();
  EXPECT_NE(text.find("Verilator failed with exit code 1 (log: " + cache.string()), std::string::npos) << text;
  EXPECT_NE(text.find("%Error: slt_top.sv:7: no such thing"), std::string::npos) << text;
  const std::size_t at = text.find("(log: ") + 6;
  EXPECT_TRUE(fs::exists(text.substr(at, text.find(')', at) - at)));
  EXPECT_FALSE(library_exists());
}

TEST_F(RtlBuilderTest, AFailedCompilationLeavesNoLibrary) {
  script("verilator", "echo Verilator 5.006; exit 0");
  script("make", "echo 'x.cpp:3: error: expected a semicolon'; exit 2");
  EXPECT_NE(refusal().find("The compilation of the RTL simulation failed with exit code 2"), std::string::npos);
  EXPECT_FALSE(library_exists());
}

TEST_F(RtlBuilderTest, ToolsThatSucceedWithoutALibraryAreAFailure) {
  script("verilator", "echo Verilator 5.006; exit 0");
  EXPECT_NE(refusal().find("made no library"), std::string::npos);
}

TEST_F(RtlBuilderTest, DetailsNameTheLibraryAndTheCommandsThatMakeIt) {
  script("verilator", "[ \"$1\" = --version ] && { echo Verilator 5.006; exit 0; }\n/bin/mkdir -p obj");
  script("make", ": >obj/libslt_rtl.so");
  std::vector<std::string> details;
  RtlBuildOptions detailed = options();
  detailed.detail = [&](const std::string& line) { details.push_back(line); };
  const std::string library = build_rtl_library(small_config(), detailed).string();
  ASSERT_EQ(details.size(), 3);
  EXPECT_TRUE(details[0].ends_with(": " + library)) << details[0];
  EXPECT_NE(details[1].find((tools / "verilator").string() + " --cc "), std::string::npos) << details[1];
  EXPECT_NE(details[2].find((tools / "make").string() + " -C obj "), std::string::npos) << details[2];
  details.clear();
  EXPECT_EQ(build_rtl_library(small_config(), detailed), library);
  EXPECT_EQ(details.size(), 1) << "the second time there is nothing to make";
}

TEST_F(RtlBuilderTest, OfTwoAtOnceOneBuildsAndTheOtherWaits) {
  const std::string count = (folder.path() / "count").string();
  script("verilator", "[ \"$1\" = --version ] && { echo Verilator 5.006; exit 0; }\n/bin/mkdir -p obj; echo x >>'" +
                          count + "'; /bin/sleep 0.3");
  script("make", ": >obj/libslt_rtl.so");
  std::atomic<int> waited = 0;
  RtlBuildOptions both = options();
  both.progress = [&](const std::string& line) { waited += line.starts_with("waiting for another process") ? 1 : 0; };
  fs::path first;
  fs::path second;
  std::thread other([&] { first = build_rtl_library(small_config(), both); });
  second = build_rtl_library(small_config(), both);
  other.join();
  EXPECT_EQ(first, second);
  EXPECT_TRUE(fs::exists(first));
  EXPECT_EQ(fs::file_size(count), 2) << "built more than once";
  EXPECT_EQ(waited, 1);
}

TEST_F(RtlBuilderTest, AChangedConfigurationIsAnotherLibrary) {
  script("verilator", "[ \"$1\" = --version ] && { echo Verilator 5.006; exit 0; }\n/bin/mkdir -p obj");
  script("make", ": >obj/libslt_rtl.so");
  HwConfig other = small_config();
  other.queue_depth = 4;
  EXPECT_NE(build_rtl_library(small_config(), options()), build_rtl_library(other, options()));
  HwConfig slower = small_config();
  slower.name = "slower";  // neither is part of the RTL
  slower.flash.read_latency_cycles = 20;
  EXPECT_EQ(build_rtl_library(small_config(), options()), build_rtl_library(slower, options()));
}

TEST_F(RtlBuilderTest, AMissingSourceIsNamed) {
  script("verilator", "echo Verilator 5.006; exit 0");
  fs::remove(folder.path() / "hw");
  EXPECT_NE(refusal().find("hw/rtl/files.f"), std::string::npos);
}

TEST_F(RtlBuilderTest, ACacheThatCannotBeCreatedIsNamed) {
  script("verilator", "echo Verilator 5.006; exit 0");
  std::ofstream(cache) << "a file where the folder should be";
  EXPECT_NE(refusal().find("Cannot create the folder " + cache.string()), std::string::npos);
}

TEST(SubprocessTest, FindsExecutablesInPathOrder) {
  EXPECT_TRUE(find_executable("sh"));
  EXPECT_FALSE(find_executable("no_such_tool_of_systolite"));
}

TEST(RtlCacheTest, TheVariableWins) {
  ::setenv("SYSTOLITE_CACHE", "/somewhere", 1);
  EXPECT_EQ(default_rtl_cache(), "/somewhere");
  ::unsetenv("SYSTOLITE_CACHE");
  ::setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(default_rtl_cache(), "/xdg/systolite/rtl");
  ::unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// What tests of the commands about microcontrollers share: a folder, the program, shipped files with changes.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite::test {

class McuProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (call("fit kws_embedded --mcu stm32u575").code == 8) GTEST_SKIP() << "built without arm-none-eabi-gcc";
  }
  Outcome call(const std::string& arguments) { return systolite(folder.path(), arguments, "SYSTOLITE_GOLDEN="); }
  nlohmann::json asked(const std::string& arguments) {
    const Outcome outcome = call(arguments + " --json -");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }
  // A file of configs/ with another text in the place of one of its own, as `name` in the folder.
  void write(const std::string& shipped, const std::string& from, const std::string& to, const char* name) {
    std::string yaml = text_of(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs" / shipped);
    const std::size_t at = yaml.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(folder.path() / name) << yaml.replace(at, from.size(), to);
  }
  TemporaryFolder folder;
};

}  // namespace systolite::test

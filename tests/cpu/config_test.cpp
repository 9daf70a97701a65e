// SPDX-License-Identifier: Apache-2.0
// Descriptions of cores and memories: all that are shipped can be read, and what is wrong is refused with a sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/cpu/cpu.h"

namespace systolite::cpu {
namespace {

using testing::HasSubstr;

constexpr const char* kFolder = SYSTOLITE_SOURCE_DIR "/configs/cpu/";

std::vector<std::filesystem::path> files_in(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder + folder)) files.push_back(entry.path());
  return files;
}

std::string text_of(const std::string& file) { return read_text(kFolder + file); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

template <typename Function>
std::string sentence(Function&& function) {
  try {
    static_cast<void>(function());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig) << error.what();
    return error.what();
  }
  return "nothing is wrong";
}

std::string core_complaint(const std::string& from, const std::string& to) {
  return sentence([&] { return parse_core_config(replaced(text_of("cores/cortex-m4.yaml"), from, to), "m4.yaml"); });
}

std::string profile_complaint(const std::string& from, const std::string& to) {
  return sentence([&] { return parse_profile(replaced(text_of("profiles/l4r5.yaml"), from, to), "l4r5.yaml"); });
}

TEST(CoreConfigTest, EveryCoreIsNamedAsItsFile) {
  int cores = 0;
  for (const std::filesystem::path& file : files_in("cores")) {
    EXPECT_EQ(load_core_config(file).name, file.stem().string());
    ++cores;
  }
  EXPECT_EQ(cores, 5);
}

TEST(CoreConfigTest, ValuesAreThoseOfTheFile) {
  const CoreConfig core = load_core_config(std::string(kFolder) + "cores/cortex-m4.yaml");
  EXPECT_EQ(core.architecture, Architecture::kV7EM);
  EXPECT_TRUE(core.fpu);
  EXPECT_EQ(core.timing.load, 2);
  EXPECT_EQ(core.timing.branch_taken_penalty, 2);
  EXPECT_EQ(core.timing.exception_entry, 12);
}

TEST(CoreConfigTest, RefusesWhatIsWrong) {
  EXPECT_THAT(
      core_complaint("name: alu, value: 1", "name: alu, value: 0"),
      testing::AllOf(HasSubstr("m4.yaml:14: "), HasSubstr("timing[0].value"), HasSubstr("is 0: must be 1 to 8")));
  EXPECT_THAT(core_complaint("name: alu,", "name: alus,"), HasSubstr("is alus: must be one of alu, multiply"));
  EXPECT_THAT(core_complaint("name: multiply,", "name: alu,"), HasSubstr("must be there only once"));
  EXPECT_THAT(core_complaint("  - {name: alu, ", "# "), HasSubstr("must be a list with an entry 'alu'"));
  EXPECT_THAT(core_complaint("armv7e-m", "armv9"),
              HasSubstr("'architecture' is armv9: must be one of armv6-m, armv7-m"));
  EXPECT_THAT(core_complaint("armv7e-m", "armv7-m"), HasSubstr("'fpu' is true: must be false before armv7e-m"));
  EXPECT_THAT(core_complaint("pairing: none", "pairing: narrow"),
              HasSubstr("must be none unless the pipeline is a scoreboard"));
  EXPECT_THAT(core_complaint("fpv5: false\n", ""), HasSubstr("key 'fpv5' is missing"));
  EXPECT_THAT(core_complaint("fpv5", "fpv6"), HasSubstr("key 'fpv6' is unknown: allowed are"));
  EXPECT_THAT(core_complaint(", source: \"", ", sauce: \""), HasSubstr("'timing[0].sauce' is unknown"));
}

TEST(ProfileTest, EveryProfileGoesWithCoresThatExist) {
  for (const std::filesystem::path& file : files_in("profiles")) {
    const Profile profile = load_profile(file);
    EXPECT_EQ(profile.name, file.stem().string());
    for (const std::string& core : profile.cores)
      EXPECT_TRUE(std::filesystem::exists(std::string(kFolder) + "cores/" + core + ".yaml")) << core;
  }
}

TEST(ProfileTest, RefusesWhatIsWrong) {
  EXPECT_THAT(profile_complaint("wait_states: 5", "wait_states: 65"),
              HasSubstr("'flash.wait_states' is 65: must be 0 to 64"));
  EXPECT_THAT(profile_complaint("read_bytes: 8", "read_bytes: 12"), HasSubstr("must be a power of two from 4 to 64"));
  EXPECT_THAT(profile_complaint("kind: ram", "kind: rom"), HasSubstr("must be flash or ram"));
  EXPECT_THAT(profile_complaint("base: 0x20000000", "base: 0x20000002"), HasSubstr("a multiple of 4"));
  EXPECT_THAT(profile_complaint("status: plausible", "status: good"),
              HasSubstr("must be validated, plausible or unvalidated"));
  EXPECT_THAT(profile_complaint("unified_cache: false", "unified_cache: true"), HasSubstr("must be false"));
  EXPECT_THAT(profile_complaint("prefetch: true", "prefetch: 1"), HasSubstr("must be true or false"));
  EXPECT_THAT(profile_complaint("ways: 32", "ways: 64"), HasSubstr("must be a power of two from 1 to 32"));
  EXPECT_THAT(profile_complaint("kind: flash, ", "kind: flash, read_wait_cycles: 2, "),
              HasSubstr("must be left out for flash"));
}

TEST(ProfileTest, IsRefusedForAnotherCore) {
  EmptyBus bus;
  const CoreConfig core = load_core_config(std::string(kFolder) + "cores/cortex-m33.yaml");
  const Profile profile = load_profile(std::string(kFolder) + "profiles/l4r5.yaml");
  EXPECT_THAT(sentence([&] {
                const Cpu cpu(core, profile, bus);
                return 0;
              }),
              HasSubstr("the profile 'l4r5' (NUCLEO-L4R5ZI) is for cortex-m4, not for cortex-m33"));
}

}  // namespace
}  // namespace systolite::cpu

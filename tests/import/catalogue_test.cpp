// SPDX-License-Identifier: Apache-2.0
#include "mapper/models/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "mapper/models/sha256.h"
#include "sim/core/error.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string message_of(const std::string& name) {
  try {
    (void)find_model(name);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    return error.what();
  }
  return "no error";
}

// An empty folder that is cache and SYSTOLITE_MODELS for the duration of a test.
class CatalogueTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("systolite_catalogue_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
    unsetenv("SYSTOLITE_MODELS");
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  fs::path folder_;
};

TEST_F(CatalogueTest, AnExistingFileIsTakenAsItIs) {
  write(folder_ / "mine.tflite", "x");
  EXPECT_EQ(find_model((folder_ / "mine.tflite").string()), folder_ / "mine.tflite");
}

TEST_F(CatalogueTest, EmbeddedNamesResolveToTheRepository) {
  EXPECT_THAT(embedded_model_names(), testing::ElementsAre("ad_embedded", "gemm_embedded", "ic_embedded",
                                                           "kws_embedded", "sww_embedded", "vww_embedded"));
  for (const std::string& name : embedded_model_names()) EXPECT_TRUE(fs::is_regular_file(find_model(name))) << name;
}

TEST_F(CatalogueTest, OfficialModelsArePinned) {
  std::vector<std::string> names;
  for (const OfficialModel& model : official_models()) {
    names.push_back(model.name);
    EXPECT_THAT(model.url,
                testing::MatchesRegex("https://raw.githubusercontent.com/mlcommons/tiny/[0-9a-f]{40}/.*tflite"));
    EXPECT_EQ(model.file, fs::path(model.url).filename());
    EXPECT_EQ(model.sha256.size(), 64U);
    EXPECT_GT(model.bytes, 10'000U);
    EXPECT_FALSE(model.licence.empty());
  }
  EXPECT_THAT(names, testing::ElementsAre("ic", "kws", "vww", "ad", "sww"));
}

TEST_F(CatalogueTest, AnOfficialModelThatIsNotThereSaysWhatToDo) {
  EXPECT_EQ(message_of("kws"),
            "the official model 'kws' is not on this machine: run scripts/fetch_models.sh kws (downloads it to " +
                (folder_ / "systolite/models").string() +
                "), or set SYSTOLITE_MODELS to a directory that has kws_ref_model.tflite, or use kws_embedded, "
                "a generated model of the same structure that needs no download");
}

TEST_F(CatalogueTest, AnOfficialModelWithOtherContentIsRefused) {
  write(folder_ / "systolite/models/kws_ref_model.tflite", "not the model");
  EXPECT_THAT(message_of("kws"),
              AllOf(HasSubstr("kws_ref_model.tflite: this is not the official model 'kws': SHA-256 is "),
                    HasSubstr("expected aeea436800704fce17b17292e4412630ad856e9d777c044c64ef748a880bd0ae"),
                    HasSubstr("delete it and run scripts/fetch_models.sh kws")));
}

TEST_F(CatalogueTest, OfficialModelsAreFoundInSystoliteModelsAndInTheCache) {
  const auto directory = test::official_dir();
  if (!directory) GTEST_SKIP() << "SYSTOLITE_GOLDEN is not set: no official models to find";
  setenv("SYSTOLITE_MODELS", (*directory / "models").c_str(), 1);
  for (const OfficialModel& model : official_models()) {
    EXPECT_EQ(find_model(model.name), *directory / "models" / model.file);
    EXPECT_EQ(fs::file_size(find_model(model.name)), model.bytes);
  }
  unsetenv("SYSTOLITE_MODELS");
  fs::create_directories(model_cache_dir());
  fs::copy_file(*directory / "models" / "kws_ref_model.tflite", model_cache_dir() / "kws_ref_model.tflite");
  EXPECT_EQ(find_model("kws"), model_cache_dir() / "kws_ref_model.tflite");
}

TEST_F(CatalogueTest, AnUnknownNameListsTheKnownOnes) {
  EXPECT_EQ(message_of("resnet"),
            "'resnet' is neither a file nor the name of a model; names are: ic, kws, vww, ad, sww, ad_embedded, "
            "gemm_embedded, "
            "ic_embedded, kws_embedded, sww_embedded, vww_embedded");
}

TEST_F(CatalogueTest, TheCacheFollowsTheEnvironment) {
  EXPECT_EQ(model_cache_dir(), folder_ / "systolite/models");
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", folder_.c_str(), 1);
  EXPECT_EQ(model_cache_dir(), folder_ / ".cache/systolite/models");
}

TEST_F(CatalogueTest, Sha256IsTheStandardOne) {
  write(folder_ / "abc", "abc");
  EXPECT_EQ(sha256_of_file(folder_ / "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace systolite

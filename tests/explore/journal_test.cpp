// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "tests/core/temporary_folder.h"

namespace systolite::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kIdentity = "abc";

class JournalTest : public ::testing::Test {
 protected:
  std::vector<std::string> records(const std::string& identity = kIdentity) {
    std::vector<std::string> records;
    const Journal journal(file_, identity, [&](std::string_view record) {
      records.emplace_back(record);
      return record != "illegal";
    });
    return records;
  }
  void append(const std::vector<std::string>& records) {
    Journal journal(file_, kIdentity, [](std::string_view) { return true; });
    for (const std::string& record : records) journal.append(record);
    journal.write();
    journal.sync();
  }
  std::string complaint(const std::string& identity = kIdentity) {
    try {
      static_cast<void>(records(identity));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kData);
      return error.what();
    }
    return "no complaint";
  }
  void put(const std::string& text) { std::ofstream(file_, std::ios::binary) << text; }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "x.journal";
};

TEST_F(JournalTest, KeepsRecordsOverOpenings) {
  append({"one", "two words"});
  append({});
  append({"three"});
  EXPECT_THAT(records(), ElementsAre("one", "two words", "three"));
}

// Cut anywhere, it holds the records whose lines are whole, and takes new ones behind them.
TEST_F(JournalTest, DropsATornLastLine) {
  append({"first", "second", "third"});
  const std::string whole = read_text(file_);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    put(whole.substr(0, length));
    std::vector<std::string> expected;
    std::size_t lines = 0;
    for (const char c : whole.substr(0, length)) lines += c == '\n' ? 1 : 0;
    const std::vector<std::string> all = {"first", "second", "third"};
    if (lines > 1) expected.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(lines - 1));
    EXPECT_EQ(records(), expected) << length;
    append({"new"});
    expected.emplace_back("new");
    EXPECT_EQ(records(), expected) << length;
  }
}

TEST_F(JournalTest, DropsALastLineWhoseBytesAreWrong) {
  append({"first", "second"});
  std::string text = read_text(file_);
  text[text.size() - 3] ^= 1;
  put(text);
  EXPECT_THAT(records(), ElementsAre("first"));
}

TEST_F(JournalTest, RefusesDamageBeforeTheLastLine) {
  append({"first", "second", "third"});
  std::string text = read_text(file_);
  text[text.find("second") + 1] = 'E';
  put(text);
  EXPECT_THAT(complaint(), HasSubstr("damaged in line 3"));
}

TEST_F(JournalTest, RefusesTheJournalOfSomethingElse) {
  append({"first"});
  EXPECT_THAT(complaint("abd"), HasSubstr("belongs to another sweep"));
  put("notes of mine\n");
  EXPECT_THAT(complaint(), HasSubstr("is no journal"));
  EXPECT_EQ(read_text(file_), "notes of mine\n");
}

TEST_F(JournalTest, RefusesTwoAtATime) {
  const Journal journal(file_, kIdentity, [](std::string_view) { return true; });
  EXPECT_THAT(complaint(), HasSubstr("in use by another exploration"));
}

TEST_F(JournalTest, SaysWhenThereIsNoRoomAndKeepsWhatIsThere) {
  std::signal(SIGXFSZ, SIG_IGN);
  append({"first"});
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = std::filesystem::file_size(file_) + 20;
  std::string complaint = "no complaint";
  {
    Journal journal(file_, kIdentity, [](std::string_view) { return true; });
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
    journal.append("a record of more than twenty bytes");
    try {
      journal.write();
    } catch (const Error& error) {
      complaint = error.what();
    }
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  }
  EXPECT_THAT(complaint, HasSubstr("cannot take more: File too large"));
  EXPECT_THAT(records(), ElementsAre("first"));
}

}  // namespace
}  // namespace systolite::explore

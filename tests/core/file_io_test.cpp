// SPDX-License-Identifier: Apache-2.0
#include "sim/core/file_io.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>

#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

std::string message_of(const auto& action, ExitCode code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "no error";
}

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

TEST(FileIoTest, ReturnsWhatWasWritten) {
  const TemporaryFolder folder;
  std::vector<std::uint8_t> bytes(200000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  write_file_atomically(folder / "data", bytes);
  EXPECT_EQ(read_file(folder / "data"), bytes);
  write_file_atomically(folder / "data", std::string_view("short"));
  EXPECT_EQ(read_text(folder / "data"), "short");
  EXPECT_EQ(files_in(folder.path()), 1) << "a temporary file stayed behind";
}

TEST(FileIoTest, EmptyFileIsEmpty) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "empty", std::string_view());
  EXPECT_TRUE(read_file(folder / "empty").empty());
}

TEST(FileIoTest, MissingFileNamesFileAndReason) {
  const TemporaryFolder folder;
  const std::string file = (folder / "nowhere").string();
  EXPECT_EQ(message_of([&] { (void)read_file(file); }, ExitCode::kData),
            file + ": cannot be opened: No such file or directory");
  EXPECT_EQ(message_of([&] { (void)read_text(file, ExitCode::kModel); }, ExitCode::kModel),
            file + ": cannot be opened: No such file or directory");
}

TEST(FileIoTest, FolderIsNotAFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { (void)read_file(folder.path()); }, ExitCode::kData),
            folder.path().string() + ": cannot be read: Is a directory");
}

TEST(FileIoTest, FailedWriteLeavesTheFolderAsItWas) {
  const TemporaryFolder folder;
  const std::filesystem::path target = folder / "taken";
  std::filesystem::create_directory(target);
  EXPECT_EQ(message_of([&] { write_file_atomically(target, std::string_view("text")); }, ExitCode::kData),
            target.string() + ": cannot be written: Is a directory");
  EXPECT_EQ(files_in(folder.path()), 1) << "a temporary file stayed behind";
  const std::string lost = (folder / "no").string() + "/such/folder";
  EXPECT_EQ(message_of([&] { write_file_atomically(lost, std::string_view("text")); }, ExitCode::kData),
            lost + ": cannot be written: No such file or directory");
}

TEST(FileIoTest, ALinkIsWrittenThrough) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "real", std::string_view("old"));
  std::filesystem::create_symlink("real", folder / "link");
  write_file_atomically(folder / "link", std::string_view("new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_text(folder / "real"), "new");
}

TEST(FileIoTest, APipeIsWrittenToAndStaysOne) {
  const TemporaryFolder folder;
  const std::filesystem::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  // Opened for both, the pipe holds the text without a second process.
  const int descriptor = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  write_file_atomically(pipe, std::string_view("text"));
  std::string received(8, '\0');
  EXPECT_EQ(::read(descriptor, received.data(), received.size()), 4);
  EXPECT_EQ(received.substr(0, 4), "text");
  ::close(descriptor);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

}  // namespace
}  // namespace systolite

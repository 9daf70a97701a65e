// SPDX-License-Identifier: Apache-2.0
#include "sim/core/file_io.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

namespace systolite {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail(ExitCode code, const std::filesystem::path& file, const char* what, int reason) {
  throw Error(code, file.string() + ": cannot be " + what + ": " + std::strerror(reason));
}

template <typename Container>
Container read_all(const std::filesystem::path& file, ExitCode code) {
  const FileHandle handle(std::fopen(file.c_str(), "rb"));
  if (!handle) fail(code, file, "opened", errno);
  Container content;
  constexpr std::size_t kChunk = 1 << 16;
  while (true) {
    const std::size_t old_size = content.size();
    content.resize(old_size + kChunk);
    const std::size_t count = std::fread(content.data() + old_size, 1, kChunk, handle.get());
    content.resize(old_size + count);
    if (count < kChunk) break;
  }
  if (std::ferror(handle.get()) != 0) fail(code, file, "read", errno);
  return content;
}

// Removes the temporary file unless it has become the target.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : name_(target.string() + ".XXXXXX") {
    const int descriptor = mkstemp(name_.data());
    if (descriptor < 0) fail(ExitCode::kData, target, "written", errno);
    handle_.reset(fdopen(descriptor, "wb"));
    if (!handle_) fail(ExitCode::kData, target, "written", errno);
  }
  ~TemporaryFile() {
    if (!name_.empty()) std::remove(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(const void* bytes, std::size_t size, const std::filesystem::path& target) {
    const bool all =
        size == 0 || std::fwrite(bytes, 1, size, handle_.get()) == size;  // nothing may come as a null pointer
    if (!all || std::fflush(handle_.get()) != 0) fail(ExitCode::kData, target, "written", errno);
  }

  void rename_to(const std::filesystem::path& target) {
    if (std::fclose(handle_.release()) != 0) fail(ExitCode::kData, target, "written", errno);
    // mkstemp gives a private file; the target gets the rights any new file has.
    std::error_code error;
    std::filesystem::permissions(name_, default_permissions(), error);
    std::filesystem::rename(name_, target, error);
    if (error) fail(ExitCode::kData, target, "written", error.value());
    name_.clear();
  }

 private:
  static std::filesystem::perms default_permissions() {
    using std::filesystem::perms;
    return perms::owner_read | perms::owner_write | perms::group_read | perms::others_read;
  }

  std::string name_;
  FileHandle handle_;
};

// A device, pipe or socket has nothing to keep whole, and must not be replaced by a file.
void write_to_stream(const std::filesystem::path& file, const void* bytes, std::size_t size) {
  FileHandle handle(std::fopen(file.c_str(), "wb"));
  if (!handle) fail(ExitCode::kData, file, "written", errno);
  const bool all = size == 0 || std::fwrite(bytes, 1, size, handle.get()) == size;
  if (!all || std::fflush(handle.get()) != 0) fail(ExitCode::kData, file, "written", errno);
  if (std::fclose(handle.release()) != 0) fail(ExitCode::kData, file, "written", errno);
}

void write_bytes(const std::filesystem::path& file, const void* bytes, std::size_t size) {
  std::error_code ignored;
  if (std::filesystem::is_other(file, ignored)) return write_to_stream(file, bytes, size);
  // A link stays one: the file behind it is replaced.
  const bool linked = std::filesystem::is_symlink(file, ignored) && std::filesystem::exists(file, ignored);
  const std::filesystem::path target = linked ? std::filesystem::canonical(file) : file;
  TemporaryFile temporary(target);
  temporary.write(bytes, size, target);
  temporary.rename_to(target);
}

}  // namespace

std::vector<std::uint8_t> read_file(const std::filesystem::path& file, ExitCode code) {
  return read_all<std::vector<std::uint8_t>>(file, code);
}

std::string read_text(const std::filesystem::path& file, ExitCode code) { return read_all<std::string>(file, code); }

void write_file_atomically(const std::filesystem::path& file, std::span<const std::uint8_t> bytes) {
  write_bytes(file, bytes.data(), bytes.size());
}

void write_file_atomically(const std::filesystem::path& file, std::string_view text) {
  write_bytes(file, text.data(), text.size());
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite::explore {
namespace {

constexpr std::string_view kMagic = "systolite-explore-journal 1 ";
constexpr std::size_t kChecksumDigits = 8;

std::string checksum(std::string_view text) {
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return fmt::format("{:08x}", crc);
}

std::string header_of(const std::string& identity) { return std::string(kMagic) + identity + '\n'; }

}  // namespace

Journal::Journal(std::filesystem::path file, const std::string& identity, const Take& take) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) refuse(std::string("cannot be opened: ") + std::strerror(errno));
  try {
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode))
      refuse("is no regular file: choose another --output");
    lock();
    load(identity, take);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::refuse(const std::string& what) const {
  throw Error(ExitCode::kData, fmt::format("the journal {} {}", file_.string(), what));
}

void Journal::lock() const {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) refuse("is in use by another exploration: wait for it, or choose another --output");
  refuse(std::string("cannot be locked: ") + std::strerror(errno));
}

void Journal::load(const std::string& identity, const Take& take) {
  const std::string text = read_text(file_);
  const std::string header = header_of(identity);
  std::size_t good = 0;  // bytes up to the end of the last good line
  if (text.starts_with(header)) {
    good = header.size();
  } else if (!header.starts_with(text)) {
    const bool journal = text.starts_with(kMagic);
    refuse(journal
               ? "belongs to another sweep, to other models, or to another version of Systolite: remove it to start "
                 "anew, or choose another --output"
               : "exists and is no journal of an exploration: choose another --output");
  }
  std::size_t line = 1;
  for (std::size_t at = good; good != 0 && at < text.size(); ++line) {
    const std::size_t end = text.find('\n', at);
    const std::string_view entry = std::string_view(text).substr(at, end == std::string::npos ? end : end - at);
    const bool whole = end != std::string::npos && entry.size() > kChecksumDigits + 1 &&
                       entry[kChecksumDigits] == ' ' &&
                       entry.substr(0, kChecksumDigits) == checksum(entry.substr(kChecksumDigits + 1)) &&
                       take(entry.substr(kChecksumDigits + 1));
    if (!whole) {
      if (end != std::string::npos && end + 1 != text.size()) {
        refuse(
            fmt::format("is damaged in line {}, which is not its last: restore it from a copy, or remove it to start "
                        "anew",
                        line + 1));
      }
      break;
    }
    at = good = end + 1;
  }
  if (good != text.size() && ::ftruncate(descriptor_, static_cast<off_t>(good)) != 0)
    refuse(std::string("cannot be shortened: ") + std::strerror(errno));
  if (good == 0) {
    pending_ = header;
    write();
    sync();
  }
}

void Journal::append(std::string_view record) {
  pending_ += checksum(record);
  pending_ += ' ';
  pending_ += record;
  pending_ += '\n';
}

void Journal::write() {
  std::string_view left = pending_;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      refuse(fmt::format("cannot take more: {}; the points in it are kept, and the same command goes on behind them",
                         std::strerror(errno)));
    }
    left.remove_prefix(static_cast<std::size_t>(count));
    synced_ = false;
  }
  pending_.clear();
}

void Journal::sync() {
  if (synced_) return;
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL)
    refuse(std::string("cannot be brought to the disk: ") + std::strerror(errno));
  synced_ = true;
}

}  // namespace systolite::explore

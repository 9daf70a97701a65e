// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/core/error.h"
#include "sim/core/stop_request.h"

namespace systolite {

FileLock::FileLock(const std::filesystem::path& file, const std::function<void()>& waiting)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0)
    throw Error(ExitCode::kTool, fmt::format("Cannot create {}: {}.", file.string(), std::strerror(errno)));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  waiting();
  while (::flock(descriptor_, LOCK_EX) != 0) {
    const int reason = errno;
    if (reason == EINTR && !stop_requested()) continue;
    ::close(descriptor_);
    check_stop();
    throw Error(ExitCode::kTool, fmt::format("Cannot lock {}: {}.", file.string(), std::strerror(reason)));
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace systolite

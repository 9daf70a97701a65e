// SPDX-License-Identifier: Apache-2.0
// An exclusive lock between processes, held as long as the object lives. The kernel drops it when the process dies.
#pragma once

#include <filesystem>
#include <functional>

namespace systolite {

class FileLock {
 public:
  // Calls `waiting` once if another process holds the lock, then waits. Throws Error(kTool) when the file cannot be
  // created.
  FileLock(const std::filesystem::path& file, const std::function<void()>& waiting);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// What a sweep has evaluated so far, in a file that outlives a killed process: a line a point, appended when it is
// known, with a checksum. A last line that is torn is dropped when the file is opened again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace systolite::explore {

class Journal {
 public:
  using Take = std::function<bool(std::string_view record)>;  // false: not a legal record

  // Opens the file, creates it if there is none, and passes on the records it holds. `identity`: of what they are
  // results of; one word. Throws Error(kData): the file is of something else, no regular one, damaged before its last
  // line, in use by another process, or cannot be opened.
  Journal(std::filesystem::path file, const std::string& identity, const Take& take);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Adds a record, without line breaks; it is in the file after write().
  void append(std::string_view record);
  // Hands what was appended to the operating system: it survives the process. Throws Error(kData) when there is no
  // room.
  void write();
  // And to the disk: it survives the machine.
  void sync();

 private:
  void lock() const;
  void load(const std::string& identity, const Take& take);
  [[noreturn]] void refuse(const std::string& what) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::string pending_;
  bool synced_ = true;
};

}  // namespace systolite::explore

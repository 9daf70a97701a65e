// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace systolite {

// A folder of its own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "systolite_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot create " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Makes `folder` an installation with the stand-in RTL and the real wrapper.
inline void make_rtl_home(const std::filesystem::path& folder) {
  const std::filesystem::path source = SYSTOLITE_SOURCE_DIR;
  std::filesystem::create_directory_symlink(source / "tests" / "sim" / "rtl_home" / "hw", folder / "hw");
  std::filesystem::create_directory_symlink(source / "sim", folder / "sim");
}

}  // namespace systolite

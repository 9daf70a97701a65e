// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace systolite {

// Makes `folder` an installation with the stand-in RTL and the real wrapper.
inline void make_rtl_home(const std::filesystem::path& folder) {
  const std::filesystem::path source = SYSTOLITE_SOURCE_DIR;
  std::filesystem::create_directory_symlink(source / "tests" / "sim" / "rtl_home" / "hw", folder / "hw");
  std::filesystem::create_directory_symlink(source / "sim", folder / "sim");
}

}  // namespace systolite

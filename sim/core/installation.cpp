// SPDX-License-Identifier: Apache-2.0
#include "sim/core/installation.h"

#include <dlfcn.h>

#include <system_error>

namespace systolite {
namespace {

const char kHere = 0;

}  // namespace

std::optional<std::filesystem::path> installed_home() {
  Dl_info info;
  std::error_code error;
  if (::dladdr(&kHere, &info) == 0 || info.dli_fname == nullptr) return std::nullopt;
  std::filesystem::path home = std::filesystem::path(info.dli_fname).parent_path() / "share";
  if (!std::filesystem::is_directory(home / "configs", error)) return std::nullopt;
  return home;
}

}  // namespace systolite

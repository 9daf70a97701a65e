// SPDX-License-Identifier: Apache-2.0
// Builds the RTL of one hardware configuration into a shared library, once, and keeps it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "sim/core/hw_config.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite {

struct RtlBuildOptions {
  RtlHome home;
  std::filesystem::path cache;  // folder of the libraries
  bool waveforms = false;       // the variant that can write FST files (slower)
  // Told in one line each what takes time. Not called when the library is there already.
  std::function<void(const std::string& line)> progress = [](const std::string&) {};
  // Told which library is used and which commands make it.
  std::function<void(const std::string& line)> detail = [](const std::string&) {};
};

// $SYSTOLITE_CACHE, else $XDG_CACHE_HOME/systolite/rtl, else $HOME/.cache/systolite/rtl.
[[nodiscard]] std::filesystem::path default_rtl_cache();

// "Verilator 5.006 2023-01-22 ...". Throws Error(kTool) when Verilator is not installed or does not run.
[[nodiscard]] std::string verilator_version();

// The library <cache>/<key>/libslt_rtl.so; the key is a hash of everything that goes into it. Safe with several
// processes at once: the first builds, the others wait. Throws Error(kTool) with the path of the log and its first
// error when a tool is missing or fails.
[[nodiscard]] std::filesystem::path build_rtl_library(const HwConfig& config, const RtlBuildOptions& options);

}  // namespace systolite

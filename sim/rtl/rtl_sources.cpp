// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl/rtl_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"
#include "sim/core/installation.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

SourceFile read_source(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    throw Error(
        ExitCode::kTool,
        fmt::format(
            "Cannot read {}, a source of the RTL simulation; set SYSTOLITE_HOME to a complete Systolite source folder.",
            file.string()));
  }
  return {file.filename().string(), text.str()};
}

std::string trimmed_entry(std::string line) {
  for (const char* mark : {"#", "//"}) {
    if (const auto at = line.find(mark); at != std::string::npos) line.resize(at);
  }
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::vector<fs::path> listed_files(const fs::path& list) {
  std::istringstream lines(read_source(list).text);
  std::vector<fs::path> files;
  for (std::string line; std::getline(lines, line);) {
    const std::string entry = trimmed_entry(line);
    if (!entry.empty() && entry[0] != '+' && entry[0] != '-') files.push_back(list.parent_path() / entry);
  }
  return files;
}

// Sorted, so that the order does not depend on the file system.
std::vector<fs::path> headers_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".svh") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

RtlHome find_rtl_home() {
  const char* home = std::getenv("SYSTOLITE_HOME");
  if (home == nullptr || *home == '\0') {
    if (const auto installed = installed_home()) return {*installed, *installed / "generated"};
    return {SYSTOLITE_SOURCE_DIR, SYSTOLITE_GENERATED_DIR};
  }
  const fs::path generated = fs::path(home) / "generated";
  return {home, fs::is_directory(generated) ? generated : fs::path(SYSTOLITE_GENERATED_DIR)};
}

RtlSources read_rtl_sources(const RtlHome& home) {
  RtlSources sources;
  const fs::path rtl = home.home / "hw" / "rtl";
  sources.verilog.push_back(read_source(home.generated / "slt_isa_pkg.sv"));
  for (const fs::path& file : listed_files(rtl / "files.f")) {
    // The two packages that depend on the build and on the configuration may be listed for other tools.
    if (file.filename() == "slt_isa_pkg.sv" || file.filename() == "slt_params_pkg.sv") continue;
    if (file.extension() == ".svh") continue;
    (file.extension() == ".vlt" ? sources.controls : sources.verilog).push_back(read_source(file));
  }
  for (const fs::path& file : headers_below(rtl)) sources.headers.push_back(read_source(file));
  for (const char* name : {"rtl_abi.h", "wrapper/rtl_messages.h", "wrapper/rtl_wrapper.cpp"}) {
    sources.wrapper.push_back(read_source(home.home / "sim" / "rtl" / name));
  }
  return sources;
}

}  // namespace systolite

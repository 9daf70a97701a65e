// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl/rtl_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "sim/core/error.h"
#include "sim/rtl/file_lock.h"
#include "sim/rtl/subprocess.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "libslt_rtl.so";

// Part of the cache key: any change here makes new libraries.
const std::vector<std::string> kVerilatorFlags = {
    "--cc", "--exe", "-O3", "--assert", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal", "-Wno-lint",
    "-Wno-style",
    // Small functions in small files compile in half the time and run at the same speed.
    "--output-split", "20000", "--output-split-cfuncs", "500", "--unroll-count", "1024", "--top-module", "slt_top",
    "--prefix", "Vslt_top", "-Mdir", "obj",
    // Names of a library are its own, even with several libraries in one process.
    "-CFLAGS", "-std=c++20 -O2 -fPIC -fvisibility=hidden -fno-gnu-unique -I../src -include ../src/rtl_messages.h",
    "-CFLAGS", "-DVL_USER_STOP -DVL_USER_FINISH -DVL_USER_FATAL", "-LDFLAGS", "-shared -Wl,-Bsymbolic", "-o", kLibrary};
const std::vector<std::string> kWaveformFlags = {"--trace-fst", "--trace-structs"};

class Hash {  // FNV-1a, 64 bits; every text is closed so that moving a byte between neighbours changes the value
 public:
  void add(const std::string& text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0x100);
  }
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", value_); }

 private:
  void step(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3ULL; }
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

class TemporaryFile {
 public:
  TemporaryFile() : name_((fs::temp_directory_path() / "systolite_XXXXXX").string()) {
    const int descriptor = ::mkstemp(name_.data());
    if (descriptor < 0) throw Error(ExitCode::kTool, fmt::format("Cannot create the temporary file {}.", name_));
    ::close(descriptor);
  }
  ~TemporaryFile() { ::unlink(name_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] fs::path path() const { return name_; }

 private:
  std::string name_;
};

std::string cache_key(const RtlSources& sources, const std::string& params, const std::string& version,
                      const std::vector<std::string>& flags) {
  Hash hash;
  hash.add(version);
  hash.add(params);
  for (const std::string& flag : flags) hash.add(flag);
  for (const auto* group : {&sources.verilog, &sources.controls, &sources.headers, &sources.wrapper}) {
    for (const SourceFile& file : *group) {
      hash.add(file.name);
      hash.add(file.text);
    }
  }
  return hash.text();
}

fs::path required_tool(const std::string& name, const std::string& purpose) {
  const auto tool = find_executable(name);
  if (!tool) throw Error(ExitCode::kTool, fmt::format("{} is not in PATH; {}.", name, purpose));
  return *tool;
}

// The first line of a log that looks like an error.
std::string first_error(const fs::path& log) {
  std::ifstream stream(log);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("%Error") != std::string::npos || line.find("error:") != std::string::npos ||
        line.find("***") != std::string::npos || line.find("rror ") != std::string::npos) {
      return line;
    }
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it printed nothing" : last;
}

void run_step(const std::string& what, const std::vector<std::string>& command, const fs::path& folder,
              const fs::path& log, const RtlBuildOptions& options) {
  const std::string line = fmt::format("{}", fmt::join(command, " "));
  std::ofstream(log, std::ios::app) << "$ " << line << '\n';
  options.detail(fmt::format("in {} (log: {}): {}", folder.string(), log.string(), line));
  const int code = run_logged(command, folder, log);
  if (code != 0) {
    throw Error(ExitCode::kTool,
                fmt::format("{} failed with exit code {} (log: {}): {}", what, code, log.string(), first_error(log)));
  }
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw Error(ExitCode::kTool, fmt::format("Cannot write {}.", file.string()));
}

// Everything is copied into the build folder: paths are short and without spaces, and what was hashed is what is
// compiled.
std::vector<std::string> write_sources(const RtlSources& sources, const std::string& params, const fs::path& folder) {
  fs::create_directories(folder);
  std::vector<std::string> inputs;
  const auto put = [&](const SourceFile& file, bool input) {
    write_file(folder / file.name, file.text);
    if (input) inputs.push_back("src/" + file.name);
  };
  for (const SourceFile& file : sources.controls) put(file, true);
  put({"slt_params_pkg.sv", params}, true);
  for (const SourceFile& file : sources.verilog) put(file, true);
  for (const SourceFile& file : sources.headers) put(file, false);
  for (const SourceFile& file : sources.wrapper) put(file, fs::path(file.name).extension() == ".cpp");
  return inputs;
}

// GNU Make does not work in folders with spaces.
fs::path work_folder(const fs::path& cache, const std::string& key) {
  const bool spaces = cache.string().find(' ') != std::string::npos;
  return (spaces ? fs::temp_directory_path() : cache) / (key + ".tmp");
}

int expected_seconds(const HwConfig& config) {
  const int cells = config.array.rows * config.array.cols;
  return cells <= 64 ? 20 : cells <= 256 ? 30 : cells <= 1024 ? 60 : 180;
}

void build(const HwConfig& config, const RtlSources& sources, const std::vector<std::string>& flags,
           const fs::path& folder, const fs::path& log, const RtlBuildOptions& options) {
  std::vector<std::string> verilate = {
      required_tool("verilator", "install Verilator 5.006 or newer to simulate the RTL").string()};
  verilate.insert(verilate.end(), flags.begin(), flags.end());
  verilate.emplace_back("+incdir+src");
  const std::vector<std::string> inputs = write_sources(sources, config.params_package(), folder / "src");
  verilate.insert(verilate.end(), inputs.begin(), inputs.end());

  std::vector<std::string> compile = {required_tool("make", "it is needed to compile the RTL simulation").string(),
                                      "-C",
                                      "obj",
                                      "-f",
                                      "Vslt_top.mk",
                                      fmt::format("-j{}", std::max(1U, std::thread::hardware_concurrency())),
                                      kLibrary,
                                      "OPT_FAST=-O2",
                                      "OPT_GLOBAL=-O2",
                                      "OPT_SLOW=-O1"};
  static_cast<void>(required_tool("g++", "it is needed to compile the RTL simulation"));
  if (find_executable("ccache")) compile.emplace_back("OBJCACHE=ccache");

  run_step("Verilator", verilate, folder, log, options);
  run_step("The compilation of the RTL simulation", compile, folder, log, options);
  if (!fs::exists(folder / "obj" / kLibrary)) {
    throw Error(ExitCode::kTool,
                fmt::format("The compilation of the RTL simulation made no library (log: {}).", log.string()));
  }
}

}  // namespace

fs::path default_rtl_cache() {
  const auto variable = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const fs::path cache = variable("SYSTOLITE_CACHE"); !cache.empty()) return cache;
  if (const fs::path cache = variable("XDG_CACHE_HOME"); !cache.empty()) return cache / "systolite" / "rtl";
  if (const fs::path home = variable("HOME"); !home.empty()) return home / ".cache" / "systolite" / "rtl";
  throw Error(ExitCode::kTool,
              "No folder for RTL simulation libraries: none of SYSTOLITE_CACHE, XDG_CACHE_HOME and HOME is set.");
}

std::string verilator_version() {
  const fs::path tool = required_tool("verilator", "install Verilator 5.006 or newer to simulate the RTL");
  const TemporaryFile output;
  const int code = run_logged({tool.string(), "--version"}, fs::temp_directory_path(), output.path());
  std::ifstream stream(output.path());
  std::string line;
  std::getline(stream, line);
  if (code != 0) {
    throw Error(ExitCode::kTool, fmt::format("{} --version failed with exit code {}: {}", tool.string(), code, line));
  }
  return line;
}

fs::path build_rtl_library(const HwConfig& config, const RtlBuildOptions& options) {
  const RtlSources sources = read_rtl_sources(options.home);
  std::vector<std::string> flags = kVerilatorFlags;
  if (options.waveforms) flags.insert(flags.end(), kWaveformFlags.begin(), kWaveformFlags.end());
  const std::string key = cache_key(sources, config.params_package(), verilator_version(), flags);
  const fs::path folder = options.cache / key;
  options.detail(fmt::format("RTL simulation of {}: {}", config.name, (folder / kLibrary).string()));
  if (fs::exists(folder / kLibrary)) return folder / kLibrary;

  std::error_code failure;
  fs::create_directories(options.cache, failure);
  if (failure)
    throw Error(ExitCode::kTool,
                fmt::format("Cannot create the folder {}: {}.", options.cache.string(), failure.message()));
  const FileLock lock(options.cache / (key + ".lock"), [&] {
    options.progress(fmt::format("waiting for another process that builds the RTL simulation for {} ...", config.name));
  });
  if (fs::exists(folder / kLibrary)) return folder / kLibrary;

  options.progress(fmt::format("building RTL simulation for {} (first use of this configuration, about {} s) ...",
                               config.name, expected_seconds(config)));
  const auto start = std::chrono::steady_clock::now();
  const fs::path work =
      work_folder(options.cache, key);  // left behind by a killed build, if it exists: the lock is ours
  const fs::path log = options.cache / (key + ".log");
  fs::remove_all(work);
  fs::remove(log);
  fs::create_directories(work);
  build(config, sources, flags, work, log, options);

  // Only complete folders ever have the final name.
  const fs::path ready = options.cache / (key + ".ready");
  fs::remove_all(ready);
  fs::create_directories(ready);
  fs::copy_file(work / "obj" / kLibrary, ready / kLibrary);
  write_file(ready / "slt_params_pkg.sv", config.params_package());
  fs::remove_all(folder);
  fs::rename(ready, folder);
  fs::remove_all(work);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  options.progress(fmt::format("built in {:.0f} s: {}", elapsed.count(), (folder / kLibrary).string()));
  return folder / kLibrary;
}

}  // namespace systolite

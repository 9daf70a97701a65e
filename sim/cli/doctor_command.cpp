// SPDX-License-Identifier: Apache-2.0
// What this machine has of what Systolite needs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <functional>

#include "mapper/models/catalogue.h"
#include "sim/baseline/firmware_data.h"
#include "sim/cli/commands.h"
#include "sim/core/error.h"
#include "sim/descriptions/find.h"
#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_sources.h"
#include "sim/rtl/subprocess.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

class Findings {
 public:
  void ok(const std::string& what, const std::string& found) { fmt::print("ok       {:<12} {}\n", what, found); }
  void note(const std::string& what, const std::string& found) { fmt::print("note     {:<12} {}\n", what, found); }
  void missing(const std::string& what, const std::string& found) {
    fmt::print("missing  {:<12} {}\n", what, found);
    lacks_ += (lacks_.empty() ? "" : ", ") + what;
  }
  // Needed: what `find` returns, or the text of the Error it throws.
  void needed(const std::string& what, const std::function<std::string()>& find) {
    try {
      ok(what, find());
    } catch (const Error& error) {
      missing(what, error.what());
    }
  }
  [[nodiscard]] const std::string& lacks() const { return lacks_; }

 private:
  std::string lacks_;
};

void check_tools(Findings& findings) {
  findings.needed("verilator", verilator_version);
  for (const char* tool : {"make", "g++", "python3"}) {
    if (const auto path = find_executable(tool)) {
      findings.ok(tool, path->string());
    } else {
      findings.missing(tool, "not in PATH; it is needed to compile the RTL simulation");
    }
  }
  if (const auto path = find_executable("arm-none-eabi-gcc")) {
    findings.ok("firmware", path->string());
  } else {
    findings.note("firmware", "arm-none-eabi-gcc is not in PATH; run --firmware and serve need what it compiles");
  }
  if (const auto path = find_executable("ccache")) {
    findings.ok("ccache", path->string());
  } else {
    findings.note("ccache", "not in PATH; rebuilding an RTL simulation takes longer without it");
  }
}

void check_sources(Findings& findings) {
  findings.needed("sources", [] {
    const RtlHome home = find_rtl_home();
    const RtlSources sources = read_rtl_sources(home);
    return fmt::format("{} ({} SystemVerilog files)", home.home.string(), sources.verilog.size());
  });
  findings.needed("configs", [] {
    const std::vector<std::string> names = config_names();
    if (names.empty()) throw Error(ExitCode::kConfig, "no hardware description in configs/hw; set SYSTOLITE_HOME");
    return fmt::format("{}", fmt::join(names, ", "));
  });
}

void check_firmware(Findings& findings) {
  const auto kernels = baseline::firmware_kernels();
  if (kernels.empty()) {
    findings.note("firmware",
                  "built without arm-none-eabi-gcc (Debian: gcc-arm-none-eabi); compare needs it, the rest does not");
  } else {
    findings.ok("firmware", fmt::format("{} images for Cortex-M, kernels: {}", baseline::firmware_data().size(),
                                        fmt::join(kernels, ", ")));
  }
}

void check_cache(Findings& findings) {
  findings.needed("cache", [] {
    const fs::path cache = default_rtl_cache();
    std::size_t libraries = 0;
    std::uintmax_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(cache, ignored)) {
      const fs::path library = entry.path() / "libslt_rtl.so";
      if (!fs::is_regular_file(library, ignored)) continue;
      ++libraries;
      bytes += fs::file_size(library);
    }
    return fmt::format("{} ({} RTL simulations, {:.1f} MB)", cache.string(), libraries,
                       static_cast<double>(bytes) / 1e6);
  });
}

void check_models(Findings& findings) {
  findings.needed("models", [] { return fmt::format("{}", fmt::join(embedded_model_names(), ", ")); });
  for (const OfficialModel& model : official_models()) {
    try {
      findings.ok(model.name, find_model(model.name).string());
    } catch (const Error& error) {
      findings.note(model.name, error.what());
    }
  }
}

void doctor_command() {
  Findings findings;
  check_tools(findings);
  check_sources(findings);
  check_firmware(findings);
  check_cache(findings);
  check_models(findings);
  if (!findings.lacks().empty()) throw Error(ExitCode::kTool, "missing: " + findings.lacks());
}

}  // namespace

void add_doctor_command(CLI::App& app) {
  app.add_subcommand("doctor", "Show what this machine has of what Systolite needs")->callback(doctor_command);
}

}  // namespace systolite::cli

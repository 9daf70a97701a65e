// SPDX-License-Identifier: Apache-2.0
// The command line. Only this file prints errors and decides the exit code (sim/core/error.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <string>

#include "sim/cli/commands.h"
#include "sim/core/error.h"
#include "sim/core/stop_request.h"

namespace systolite::cli {
namespace {

// In the order of --help.
constexpr void (*kCommands[])(CLI::App&) = {add_run_command,     add_trace_command,   add_verify_command,
                                            add_cpu_command,     add_compare_command, add_area_command,
                                            add_diff_command,    add_serve_command,   add_explore_command,
                                            add_battery_command, add_fit_command,     add_doctor_command};

int report_error(ExitCode code, const std::string& text) {
  fmt::print(stderr, "systolite: error: {}\n", text);
  return static_cast<int>(code);
}

int run_main(int argc, char** argv) {
  CLI::App app("Systolite: a TinyML accelerator, from .tflite to cycles on its RTL");
  app.name("systolite");
  app.set_version_flag("--version", "systolite " SYSTOLITE_VERSION);
  app.require_subcommand(1);
  for (const auto add_command : kCommands) add_command(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && app.get_subcommands().empty()) {
      return report_error(ExitCode::kUsage, fmt::format("'{}' is not a command (see systolite --help)", argv[1]));
    }
    return report_error(ExitCode::kUsage, fmt::format("{} (see systolite --help)", error.what()));
  } catch (const Stopped& stopped) {
    fmt::print(stderr, "systolite: {}\n", stopped.what());
    end_by_stop_signal();
  } catch (const Error& error) {
    return report_error(error.code(), error.what());
  } catch (const std::exception& error) {
    return report_error(ExitCode::kInternal, fmt::format("{} (this is a defect of Systolite)", error.what()));
  }
}

}  // namespace
}  // namespace systolite::cli

int main(int argc, char** argv) { return systolite::cli::run_main(argc, argv); }

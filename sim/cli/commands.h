// SPDX-License-Identifier: Apache-2.0
// The subcommands. Each function adds its command with its options to the command line; the command then runs while the
// command line is parsed, throws Error when it cannot do what was asked, and prints to standard output only what the
// user asked for.
#pragma once

namespace CLI {
class App;
}

namespace systolite::cli {

void add_run_command(CLI::App& app);
void add_trace_command(CLI::App& app);
void add_verify_command(CLI::App& app);
void add_cpu_command(CLI::App& app);
void add_compare_command(CLI::App& app);
void add_area_command(CLI::App& app);
void add_diff_command(CLI::App& app);
void add_serve_command(CLI::App& app);
void add_explore_command(CLI::App& app);
void add_battery_command(CLI::App& app);
void add_fit_command(CLI::App& app);
void add_doctor_command(CLI::App& app);

}  // namespace systolite::cli

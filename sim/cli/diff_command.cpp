// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "sim/cli/commands.h"
#include "sim/cli/resolve.h"
#include "sim/core/file_io.h"
#include "sim/diff/difference.h"

namespace systolite::cli {
namespace {

struct DiffArguments {
  std::filesystem::path a;
  std::filesystem::path b;
  std::filesystem::path json;  // "-": standard output, instead of the table
};

void diff_command(const DiffArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json});
  const diff::Difference difference = diff::compare(diff::read_run(arguments.a), diff::read_run(arguments.b));
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(difference));
  fmt::print("{}", json_to_stdout ? to_json(difference) : to_table(difference));
}

}  // namespace

void add_diff_command(CLI::App& app) {
  const auto arguments = std::make_shared<DiffArguments>();
  CLI::App& command = *app.add_subcommand("diff", "Tell what changed from one run to another, layer by layer");
  command.add_option("a", arguments->a, "A report that run --json wrote")->required()->type_name("A.json");
  command.add_option("b", arguments->b, "Another one")->required()->type_name("B.json");
  command.add_option("--json", arguments->json, "Write the difference as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([arguments] { diff_command(*arguments); });
}

}  // namespace systolite::cli

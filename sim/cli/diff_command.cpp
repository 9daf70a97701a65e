// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/cli/commands.h"
#include "sim/core/file_io.h"
#include "sim/diff/difference.h"

namespace systolite::cli {

void diff_command(const DiffArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json});
  const diff::Difference difference = diff::compare(diff::read_run(arguments.a), diff::read_run(arguments.b));
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(difference));
  fmt::print("{}", json_to_stdout ? to_json(difference) : to_table(difference));
}

}  // namespace systolite::cli

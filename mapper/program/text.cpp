// SPDX-License-Identifier: Apache-2.0
#include "mapper/program/text.h"

#include <fmt/format.h>
#include <charconv>
#include <stdexcept>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::string_view kAddressKey = "stream_address=0x";

template <typename Number>
bool parse_number(std::string_view text, Number& value, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size();
}

JobStep parse_job_line(std::string_view line) {
  const std::size_t key = line.find(kAddressKey);
  JobStep job{.commands = {}, .op_of_command = {}, .stream_address = 0};
  if (key == std::string_view::npos || !parse_number(line.substr(key + kAddressKey.size()), job.stream_address, 16)) {
    throw std::invalid_argument("expected 'job N stream_address=0x<hexadecimal>'");
  }
  return job;
}

void parse_command_line(std::string_view line, JobStep& job) {
  const std::size_t space = line.find(' ');
  int op = -1;
  const std::string_view op_word = line.substr(0, space);
  if (space == std::string_view::npos || (op_word != "-" && !parse_number(op_word, op, 10))) {
    throw std::invalid_argument("expected an operator index or '-', then a command");
  }
  job.commands.push_back(isa::from_text(line.substr(space + 1)));
  job.op_of_command.push_back(op);
}

}  // namespace

std::string jobs_to_text(const Program& program) {
  std::string text = "# Systolite command streams. Columns: operator index ('-': none), command.\n";
  int index = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    text += fmt::format("job {} {}{:x}\n", index++, kAddressKey, job->stream_address);
    for (std::size_t i = 0; i < job->commands.size(); ++i) {
      const int op = job->op_of_command[i];
      text += fmt::format("  {} {}\n", op < 0 ? "-" : std::to_string(op), isa::to_text(job->commands[i]));
    }
  }
  return text;
}

std::vector<JobStep> jobs_from_text(std::string_view text) {
  std::vector<JobStep> jobs;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    line.remove_prefix(begin);
    try {
      if (line.starts_with("job ")) {
        jobs.push_back(parse_job_line(line));
      } else if (jobs.empty()) {
        throw std::invalid_argument("a command before the first 'job' line");
      } else {
        parse_command_line(line, jobs.back());
      }
    } catch (const std::invalid_argument& problem) {
      throw Error(ExitCode::kData, fmt::format("command text, line {}: {}", number, problem.what()));
    }
  }
  return jobs;
}

}  // namespace systolite

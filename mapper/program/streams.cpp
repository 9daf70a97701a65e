// SPDX-License-Identifier: Apache-2.0
#include "mapper/program/streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "mapper/program/text.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

bool is_end(const isa::Command& command) { return isa::opcode_of(command) == isa::Opcode::kEnd; }

void check(const JobStep& job, std::size_t number, std::size_t operators) {
  for (const int op : job.op_of_command) {
    if (op >= -1 && op < static_cast<int>(operators)) continue;
    throw Error(ExitCode::kData, fmt::format("command text, job {}: operator {} must be one of 0 to {}, or '-'", number,
                                             op, operators - 1));
  }
  if (std::ranges::count_if(job.commands, is_end) != 1 || !is_end(job.commands.back()))  // one: there is a last
    throw Error(ExitCode::kData, fmt::format("command text, job {}: must end with 'end', and have no other", number));
}

void append(std::vector<std::uint8_t>& bytes, const JobStep& job) {
  for (const isa::Command& command : job.commands) {
    for (const std::uint32_t word : command.w) {
      for (int b = 0; b < 4; ++b) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * b)));
    }
  }
}

}  // namespace

void replace_streams(Program& program, std::string_view text, std::size_t operators) {
  std::vector<JobStep> jobs = jobs_from_text(text);
  std::vector<JobStep*> old;
  for (Step& step : program.steps) {
    if (auto* job = std::get_if<JobStep>(&step)) old.push_back(job);
  }
  if (jobs.size() != old.size()) {
    throw Error(ExitCode::kData, fmt::format("command text: it has {} jobs, but must have {}, as the program has",
                                             jobs.size(), old.size()));
  }
  if (old.empty()) return;
  // The mapper puts streams last (mapper/lower/map.cpp); a command is as long as their addresses are aligned.
  std::uint32_t address = old.front()->stream_address;
  program.flash.resize(address - program.flash_base);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    check(jobs[i], i, operators);
    jobs[i].stream_address = address;
    append(program.flash, jobs[i]);
    address += static_cast<std::uint32_t>(jobs[i].commands.size()) * isa::kCommandBytes;
    *old[i] = std::move(jobs[i]);
  }
  program.flash_bytes = static_cast<std::uint32_t>(program.flash.size());
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cpu_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace systolite::cli {
namespace {

using Json = nlohmann::ordered_json;

double milliseconds(const CpuReport& report) {
  return static_cast<double>(report.cycles) / (report.profile.clock_mhz * 1e3);
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json registers_json(const cpu::Registers& registers) {
  Json json = {{"r", registers.r},
               {"xpsr", registers.xpsr},
               {"msp", registers.msp},
               {"psp", registers.psp},
               {"primask", registers.primask},
               {"basepri", registers.basepri},
               {"faultmask", registers.faultmask},
               {"control", registers.control},
               {"fpscr", registers.fpscr},
               {"s", registers.s}};
  return json;
}

}  // namespace

std::string to_json(const CpuReport& report) {
  const cpu::Counters& c = report.counters;
  Json classes = Json::object();
  for (std::size_t k = 0; k < cpu::kInsnClassCount; ++k)
    classes[std::string(cpu::kInsnClassNames[k])] = c.instructions[k];
  Json marks = Json::array();
  for (const cpu::Mark& mark : report.marks)
    marks.push_back({{"cycle", mark.cycle}, {"port", mark.port}, {"value", mark.value}});
  Json json = {
      {"schema", kCpuReportSchema},
      {"program", report.program},
      {"core", report.core.name},
      {"core_status", name(report.core.status)},
      {"profile", report.profile.name},
      {"board", report.profile.board},
      {"profile_status", name(report.profile.status)},
      {"clock_mhz", report.profile.clock_mhz},
      {"ended", report.ended},
      {"exit_code", report.exit_code ? Json(*report.exit_code) : Json(nullptr)},
      {"cycles", report.cycles},
      {"time_ms", milliseconds(report)},
      {"instructions", c.total_instructions()},
      {"instructions_by_class", classes},
      {"instructions_skipped", c.skipped},
      {"branches_taken", c.branches_taken},
      {"exceptions", c.exceptions},
      {"exception_cycles", c.exception_cycles},
      {"sleep_cycles", c.sleep_cycles},
      {"stall_cycles", {{"fetch", c.fetch_stall_cycles}, {"data", c.data_stall_cycles}, {"bus", c.bus_stall_cycles}}},
      {"flash",
       {{"instruction_hits", c.instruction_line_hits},
        {"instruction_misses", c.instruction_line_misses},
        {"data_hits", c.data_line_hits},
        {"data_misses", c.data_line_misses}}},
      {"output", report.output},
      {"error_output", report.error_output},
      {"marks", marks}};
  if (!report.functions.empty()) {
    Json functions = Json::array();
    for (const FunctionCycles& function : report.functions)
      functions.push_back({{"name", function.name}, {"cycles", function.cycles}});
    json["functions"] = functions;
  }
  if (report.registers) json["registers"] = registers_json(*report.registers);
  // Output of a program need not be valid UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_table(const CpuReport& report) {
  const cpu::Counters& c = report.counters;
  const std::uint64_t instructions = c.total_instructions();
  std::string text =
      fmt::format("{} on {} (timing {}), profile {}: {} (memories {})\n", report.program, report.core.name,
                  name(report.core.status), report.profile.name, report.profile.board, name(report.profile.status));
  text +=
      fmt::format("ended: {}{}\n", report.ended, report.exit_code ? fmt::format(", code {}", *report.exit_code) : "");
  text += fmt::format("cycles        {:>14}   {:.3f} ms at {:g} MHz\n", report.cycles, milliseconds(report),
                      report.profile.clock_mhz);
  text += fmt::format("instructions  {:>14}   {:.3f} cycles each\n", instructions, ratio(report.cycles, instructions));
  for (std::size_t k = 0; k < cpu::kInsnClassCount; ++k) {
    if (c.instructions[k] != 0)
      text += fmt::format("  {:<11} {:>14}   {:5.1f} %\n", cpu::kInsnClassNames[k], c.instructions[k],
                          100 * ratio(c.instructions[k], instructions));
  }
  const auto stall = [&](const char* what, std::uint64_t cycles, const std::string& note) {
    text += fmt::format("  {:<11} {:>14}   {:5.1f} %{}\n", what, cycles, 100 * ratio(cycles, report.cycles), note);
  };
  const auto lines = [](std::uint64_t hits, std::uint64_t misses) {
    return fmt::format("   {} hits, {} misses", hits, misses);
  };
  text += "of the cycles\n";
  stall("fetch wait", c.fetch_stall_cycles, lines(c.instruction_line_hits, c.instruction_line_misses));
  stall("data wait", c.data_stall_cycles, lines(c.data_line_hits, c.data_line_misses));
  stall("bus wait", c.bus_stall_cycles, "");
  stall("exceptions", c.exception_cycles, fmt::format("   {} taken", c.exceptions));
  stall("sleep", c.sleep_cycles, "");
  if (!report.functions.empty()) {
    text += "functions\n";
    for (const FunctionCycles& function : report.functions)
      text += fmt::format("  {:<40} {:>14}   {:5.1f} %\n", function.name, function.cycles,
                          100 * ratio(function.cycles, report.cycles));
  }
  if (report.registers) {
    const cpu::Registers& r = *report.registers;
    text += "registers\n";
    for (int k = 0; k < 16; ++k) text += fmt::format("  r{:<2} 0x{:08x}{}", k, r.r[k], k % 4 == 3 ? "\n" : "");
    text +=
        fmt::format("  xpsr 0x{:08x}  msp 0x{:08x}  psp 0x{:08x}  control {}  primask {}  basepri {}  faultmask {}\n",
                    r.xpsr, r.msp, r.psp, r.control, r.primask, r.basepri, r.faultmask);
  }
  return text;
}

}  // namespace systolite::cli

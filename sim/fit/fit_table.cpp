// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>

#include "sim/fit/fit_report.h"

namespace systolite::fit {
namespace {

using Out = std::back_insert_iterator<std::string>;

// 1234567 -> "1,234,567"
std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string grouped(std::uint64_t value) { return grouped(static_cast<std::int64_t>(value)); }

void add_timeline(const std::string& title, const std::optional<Timeline>& timeline, std::string& text) {
  if (!timeline) return;
  const Timeline::Peak peak = timeline->peak();
  fmt::format_to(Out(text), "\n{}: most alive {} bytes at operator {}, in use {}{}\n{}", title, grouped(peak.bytes),
                 peak.op, grouped(timeline->used_bytes()),
                 timeline->memory_bytes > 0 ? " of " + grouped(timeline->memory_bytes) : "", picture(*timeline));
}

void add_parts(const char* memory, const std::vector<Part>& parts, std::string& text) {
  for (const Part& part : parts)
    fmt::format_to(Out(text), "    {:<9} {:<46} {:>11}\n", memory, part.what, grouped(part.bytes));
}

void add_row(const std::string& what, const FitRow& row, std::string& text) {
  fmt::format_to(Out(text), "  {}: {}\n", what, sentence(row));
  if (!row.need) return;
  add_parts("RAM", row.need->arena, text);
  add_parts("RAM", row.need->variables, text);
  add_parts("flash", row.need->flash, text);
  add_parts("external", row.need->external, text);
  fmt::format_to(Out(text), "    {:<9} {:<46} {:>11}\n    {:<9} {:<46} {:>11}\n", "RAM", "all",
                 grouped(row.need->ram_bytes()), "flash", "all", grouped(row.need->flash_bytes()));
}

// All microcontrollers, a line each.
void add_overview(const FitReport& report, std::string& text) {
  fmt::format_to(Out(text), "\n{:<14} {:>11} {:>12}  {:<61} {}\n", "mcu", "RAM B", "flash B", "with the accelerator",
                 "alone");
  for (const FitTarget& target : report.targets) {
    fmt::format_to(Out(text), "{:<14} {:>11} {:>12}  {:<61} {}\n", target.mcu.name, grouped(target.mcu.ram_bytes()),
                   grouped(std::uint64_t{target.mcu.flash_bytes}), sentence(target.accelerator),
                   sentence(target.processor));
  }
}

}  // namespace

std::string sentence(const FitRow& row) {
  if (!row.need) return "no: " + row.refusal;
  const Verdict& verdict = row.verdict;
  if (verdict.fits()) {
    return fmt::format("yes: {} bytes of RAM and {} of flash to spare", grouped(verdict.ram_bytes),
                       grouped(verdict.flash_bytes));
  }
  std::string missing;
  if (verdict.ram_bytes < 0) missing = grouped(verdict.ram_bytes) + " bytes of RAM";
  if (verdict.flash_bytes < 0)
    missing += (missing.empty() ? "" : " and ") + grouped(verdict.flash_bytes) + " bytes of flash";
  return "no: " + missing + " are missing";
}

std::string to_table(const FitReport& report) {
  std::string text = fmt::format("{} on {}{}: memory\n", report.model, report.config,
                                 report.removed ? ", without channels that no output depends on" : "");
  add_timeline("Scratchpad of the accelerator", report.scratchpad, text);
  add_timeline("SRAM beside the accelerator", report.accelerator_memory, text);
  add_timeline("SRAM of the processor alone", report.processor_memory, text);
  if (report.targets.size() != 1) {
    add_overview(report, text);
    return text;
  }
  const FitTarget& target = report.targets.front();
  fmt::format_to(Out(text), "\n{} ({}, {}): {} bytes of RAM, {} of {} flash\n", target.mcu.name, target.mcu.part,
                 target.mcu.core, grouped(target.mcu.ram_bytes()), grouped(std::uint64_t{target.mcu.flash_bytes}),
                 target.mcu.flash_is_external ? "external" : "internal");
  add_row("with the accelerator", target.accelerator, text);
  add_row("alone", target.processor, text);
  return text;
}

}  // namespace systolite::fit

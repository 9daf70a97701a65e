// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/core_config.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite::cpu {
namespace {

constexpr std::array<std::string_view, 11> kKeys = {"name",    "architecture",  "fpu",        "fpv5",
                                                    "cpuid",   "priority_bits", "interrupts", "pipeline",
                                                    "pairing", "status",        "timing"};
constexpr std::array<std::string_view, 3> kEntryKeys = {"name", "value", "source"};

struct Entry {
  std::string_view name;
  int CoreTiming::*member;
  int min;
  int max;
};

constexpr std::array kEntries = {
    Entry{"alu", &CoreTiming::alu, 1, 8},
    Entry{"multiply", &CoreTiming::multiply, 1, 64},
    Entry{"multiply_accumulate", &CoreTiming::multiply_accumulate, 1, 64},
    Entry{"long_multiply", &CoreTiming::long_multiply, 1, 64},
    Entry{"long_accumulate", &CoreTiming::long_accumulate, 1, 64},
    Entry{"divide_min", &CoreTiming::divide_min, 1, 64},
    Entry{"divide_max", &CoreTiming::divide_max, 1, 64},
    Entry{"divide_bits_per_cycle", &CoreTiming::divide_bits_per_cycle, 1, 32},
    Entry{"load", &CoreTiming::load, 1, 8},
    Entry{"load_after_load", &CoreTiming::load_after_load, 1, 8},
    Entry{"store", &CoreTiming::store, 1, 8},
    Entry{"store_register_offset", &CoreTiming::store_register_offset, 1, 8},
    Entry{"store_register_offset_after_load", &CoreTiming::store_register_offset_after_load, 1, 8},
    Entry{"multiple_base", &CoreTiming::multiple_base, 0, 8},
    Entry{"multiple_per_word", &CoreTiming::multiple_per_word, 1, 8},
    Entry{"multiple_words_at_once", &CoreTiming::multiple_words_at_once, 1, 4},
    Entry{"pop_pc_extra", &CoreTiming::pop_pc_extra, 0, 8},
    Entry{"branch", &CoreTiming::branch, 1, 8},
    Entry{"branch_taken_penalty", &CoreTiming::branch_taken_penalty, 0, 16},
    Entry{"branch_link_penalty", &CoreTiming::branch_link_penalty, 0, 16},
    Entry{"branch_register_penalty", &CoreTiming::branch_register_penalty, 0, 16},
    Entry{"mispredict_penalty", &CoreTiming::mispredict_penalty, 0, 32},
    Entry{"table_branch", &CoreTiming::table_branch, 1, 8},
    Entry{"it_after_narrow", &CoreTiming::it_after_narrow, 0, 1},
    Entry{"it_after_wide", &CoreTiming::it_after_wide, 0, 1},
    Entry{"address_dependency", &CoreTiming::address_dependency, 0, 4},
    Entry{"unaligned_access", &CoreTiming::unaligned_access, 0, 8},
    Entry{"unaligned_target", &CoreTiming::unaligned_target, 0, 4},
    Entry{"third_unaligned_wide", &CoreTiming::third_unaligned_wide, 0, 4},
    Entry{"system_register", &CoreTiming::system_register, 1, 16},
    Entry{"barrier", &CoreTiming::barrier, 1, 16},
    Entry{"float_move", &CoreTiming::float_move, 1, 16},
    Entry{"float_add", &CoreTiming::float_add, 1, 16},
    Entry{"float_multiply", &CoreTiming::float_multiply, 1, 16},
    Entry{"float_multiply_accumulate", &CoreTiming::float_multiply_accumulate, 1, 16},
    Entry{"float_divide", &CoreTiming::float_divide, 1, 64},
    Entry{"float_load", &CoreTiming::float_load, 1, 16},
    Entry{"float_store", &CoreTiming::float_store, 1, 16},
    Entry{"exception_entry", &CoreTiming::exception_entry, 1, 64},
    Entry{"exception_return", &CoreTiming::exception_return, 1, 64},
    Entry{"tail_chain", &CoreTiming::tail_chain, 1, 64},
    Entry{"latency_load", &CoreTiming::latency_load, 1, 16},
    Entry{"latency_load_narrow", &CoreTiming::latency_load_narrow, 1, 16},
    Entry{"latency_multiply", &CoreTiming::latency_multiply, 1, 16},
    Entry{"latency_shifted_operand", &CoreTiming::latency_shifted_operand, 1, 16},
    Entry{"latency_simd", &CoreTiming::latency_simd, 1, 16},
    Entry{"latency_saturate", &CoreTiming::latency_saturate, 1, 16},
    Entry{"address_needed_early", &CoreTiming::address_needed_early, 0, 4},
    Entry{"shifted_needed_early", &CoreTiming::shifted_needed_early, 0, 4},
    Entry{"addend_needed_late", &CoreTiming::addend_needed_late, 0, 4},
    Entry{"store_data_needed_late", &CoreTiming::store_data_needed_late, 0, 4},
};

// The value that a word stands for.
template <typename Value, std::size_t kCount>
Value choice(const StrictMap& map, std::string_view key,
             const std::array<std::pair<std::string_view, Value>, kCount>& choices) {
  std::string rule;
  for (const auto& [word, value] : choices) rule += (rule.empty() ? "" : ", ") + std::string(word);
  rule = "one of " + rule;
  const std::string text = map.text(key, rule);
  for (const auto& [word, value] : choices) {
    if (text == word) return value;
  }
  map.refuse(key, rule);
}

int bounded(const StrictMap& map, std::string_view key, std::int64_t min, std::int64_t max) {
  const std::string rule = std::to_string(min) + " to " + std::to_string(max);
  const std::int64_t value = map.integer(key, rule);
  if (value < min || value > max) map.refuse(key, rule);
  return static_cast<int>(value);
}

constexpr std::array<std::pair<std::string_view, Architecture>, 4> kArchitectures = {
    {{"armv6-m", Architecture::kV6M},
     {"armv7-m", Architecture::kV7M},
     {"armv7e-m", Architecture::kV7EM},
     {"armv8-m.main", Architecture::kV8MMain}}};
constexpr std::array<std::pair<std::string_view, Pipeline>, 2> kPipelines = {
    {{"sequential", Pipeline::kSequential}, {"scoreboard", Pipeline::kScoreboard}}};
constexpr std::array<std::pair<std::string_view, Pairing>, 3> kPairings = {
    {{"none", Pairing::kNone}, {"narrow", Pairing::kNarrow}, {"superscalar", Pairing::kSuperscalar}}};
constexpr std::array<std::pair<std::string_view, Trust>, 3> kTrusts = {
    {{"validated", Trust::kValidated}, {"plausible", Trust::kPlausible}, {"unvalidated", Trust::kUnvalidated}}};

void parse_timing(const StrictMap& top, CoreTiming& timing) {
  std::set<std::string> seen;
  std::string names;
  for (const Entry& entry : kEntries) names += (names.empty() ? "" : ", ") + std::string(entry.name);
  for (const StrictMap& map : top.list("timing", kEntryKeys)) {
    const std::string name = map.text("name", "one of " + names);
    const auto* const entry =
        std::find_if(kEntries.begin(), kEntries.end(), [&name](const Entry& e) { return e.name == name; });
    if (entry == kEntries.end()) map.refuse("name", "one of " + names);
    if (!seen.insert(name).second) map.refuse("name", "there only once");
    static_cast<void>(map.text("source", "where the value comes from"));
    timing.*(entry->member) = bounded(map, "value", entry->min, entry->max);
  }
  for (const Entry& entry : kEntries) {
    if (!seen.contains(std::string(entry.name)))
      top.refuse("timing", "a list with an entry '" + std::string(entry.name) + "'");
  }
  if (timing.divide_max < timing.divide_min) top.refuse("timing", "a list whose divide_max is at least divide_min");
}

}  // namespace

const char* name(Trust trust) {
  switch (trust) {
    case Trust::kValidated:
      return "validated";
    case Trust::kPlausible:
      return "plausible";
    case Trust::kUnvalidated:
      break;
  }
  return "unvalidated";
}

CoreConfig load_core_config(const std::filesystem::path& file) {
  return parse_core_config(read_text(file, ExitCode::kConfig), file.string());
}

CoreConfig parse_core_config(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kKeys);
  CoreConfig core;
  core.file = file;
  core.name = top.text("name", "the name of the core, such as cortex-m4");
  core.architecture = choice(top, "architecture", kArchitectures);
  core.fpu = top.flag("fpu");
  core.fpv5 = top.flag("fpv5");
  if (core.fpv5 && !core.fpu) top.refuse("fpv5", "false without fpu");
  if (core.fpu && !core.has_dsp()) top.refuse("fpu", "false before armv7e-m");
  constexpr std::int64_t kWord = 0xFFFFFFFF;
  const std::int64_t cpuid = top.integer("cpuid", "0 to 0xffffffff");
  if (cpuid < 0 || cpuid > kWord) top.refuse("cpuid", "0 to 0xffffffff");
  core.cpuid = static_cast<std::uint32_t>(cpuid);
  core.priority_bits = bounded(top, "priority_bits", 2, 8);
  core.interrupts = bounded(top, "interrupts", 1, 240);
  core.status = choice(top, "status", kTrusts);
  core.timing.pipeline = choice(top, "pipeline", kPipelines);
  core.timing.pairing = choice(top, "pairing", kPairings);
  if (core.timing.pairing != Pairing::kNone && core.timing.pipeline != Pipeline::kScoreboard)
    top.refuse("pairing", "none unless the pipeline is a scoreboard");
  parse_timing(top, core.timing);
  return core;
}

}  // namespace systolite::cpu

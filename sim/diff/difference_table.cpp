// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "sim/diff/difference.h"

namespace systolite::diff {
namespace {

using Out = std::back_insert_iterator<std::string>;

// 1234567 -> "1,234,567"; three digits behind the point of small numbers that are not whole.
std::string grouped(double value) {
  constexpr double kLarge = 1000;
  const bool whole = value == std::floor(value) || std::abs(value) >= kLarge;
  std::string digits = fmt::format("{:.{}f}", std::abs(value), whole ? 0 : 3);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  for (auto at = static_cast<std::ptrdiff_t>(point) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return (value < 0 ? "-" : "") + digits;
}

std::string signed_text(double value) { return (value > 0 ? "+" : "") + grouped(value); }

std::string share(double a, double change) { return a == 0 ? "" : fmt::format("{:+.1f} %", 100.0 * change / a); }

// What the table shows of a run: key, name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kShown = {{
    {"cycles", "cycles"},
    {"latency_us", "latency, us"},
    {"lower_bound_cycles", "bound, cycles"},
    {"utilization", "array utilization"},
    {"bytes_read", "read, B"},
    {"bytes_written", "written, B"},
    {"scratchpad.peak_bytes", "scratchpad peak, B"},
    {"energy.total_pj.value", "energy, pJ"},
}};

void run_lines(const Difference& difference, std::string& text) {
  for (const auto& [letter, run] : {std::pair{'A', &difference.a}, {'B', &difference.b}}) {
    fmt::format_to(Out(text), "{}: {} on {}, backend {} ({})\n", letter, run->model, run->config, run->backend,
                   run->file.string());
  }
  if (difference.a.model != difference.b.model) {
    fmt::format_to(Out(text), "The models differ: A is {}, B is {}.\n", difference.a.model, difference.b.model);
  }
  if (!difference.same_network) {
    text += "The networks differ: layers of one of them are compared with nothing, and the totals are of all layers.\n";
  }
  for (const TextChange& change : difference.facts) {
    if (change.key == "input" || change.key == "drop_constant_channels")
      fmt::format_to(Out(text), "{}: {} -> {}\n", change.key, change.a, change.b);
  }
}

void configuration_lines(const Difference& difference, std::string& text) {
  if (!difference.knows_configuration) {
    text += "Configuration: not in both reports.\n";
    return;
  }
  if (difference.configuration.empty()) {
    text += "Configuration: the same.\n";
    return;
  }
  text += "Configuration:\n";
  for (const TextChange& change : difference.configuration)
    fmt::format_to(Out(text), "  {:<34} {} -> {}\n", change.key, change.a, change.b);
}

void total_lines(const Difference& difference, std::string& text) {
  fmt::format_to(Out(text), "\n{:<20} {:>14} {:>14} {:>14} {:>10}\n", "", "A", "B", "change", "");
  for (const auto& [key, title] : kShown) {
    const auto a = figure(difference.a.figures, std::string(key));
    const auto b = figure(difference.b.figures, std::string(key));
    if (!a || !b) continue;
    fmt::format_to(Out(text), "{:<20} {:>14} {:>14} {:>14} {:>10}\n", title, grouped(*a), grouped(*b),
                   *a == *b ? "same" : signed_text(*b - *a), *a == *b ? "" : share(*a, *b - *a));
  }
}

bool is_state(const std::string& key) { return key == "busy" || key.starts_with("stalls."); }

std::string state_name(const std::string& key) { return key == "busy" ? key : key.substr(key.find('.') + 1); }

// Where cycles came from and went to: "busy +200, wait_vec -31", most first.
std::string states_text(const std::vector<Change>& figures) {
  std::string text;
  for (const Change& change : figures) {
    if (!is_state(change.key)) continue;
    fmt::format_to(Out(text), "{}{} {}", text.empty() ? "" : ", ", state_name(change.key),
                   signed_text(change.change()));
  }
  return text;
}

// The same, summed over the layers that are in both.
std::string all_states_text(const Difference& difference) {
  std::map<std::string, double> sums;
  for (const LayerDifference& layer : difference.layers) {
    for (const Change& change : layer.figures) {
      if (is_state(change.key)) sums[change.key] += change.change();
    }
  }
  std::vector<Change> changes;
  for (const auto& [key, sum] : sums) {
    if (sum != 0) changes.push_back({key, 0, sum});
  }
  std::ranges::stable_sort(changes, std::ranges::greater{},
                           [](const Change& change) { return std::abs(change.change()); });
  return states_text(changes);
}

std::string cell(const LayerRecord* layer, const char* key) {
  if (layer == nullptr) return "-";
  const auto value = figure(layer->figures, key);
  return value ? grouped(*value) : "-";
}

std::string change_cell(const LayerDifference& layer, const char* key) {
  if (layer.a == nullptr || layer.b == nullptr) return "-";
  const double change = figure(layer.b->figures, key).value_or(0) - figure(layer.a->figures, key).value_or(0);
  return change == 0 ? "" : signed_text(change);
}

std::string what_changed(const LayerDifference& layer) {
  if (layer.a == nullptr) return "only in B";
  if (layer.b == nullptr) return "only in A";
  std::string text = states_text(layer.figures);
  for (const TextChange& change : layer.texts)
    fmt::format_to(Out(text), "{}{} {} -> {}", text.empty() ? "" : "; ", change.key, change.a, change.b);
  return text;
}

void layer_lines(const Difference& difference, std::string& text) {
  if (difference.layers.empty()) {
    text += "\nNo layer changed.\n";
    return;
  }
  const bool energy = std::ranges::any_of(difference.layers, [](const LayerDifference& layer) {
    return std::ranges::find(layer.figures, "energy.total_pj.value", &Change::key) != layer.figures.end();
  });
  fmt::format_to(Out(text), "\n{:>3} {:<18} {:>11} {:>11} {:>11} {:>10} {:>11} {:>11} {:>11} ", "#", "operator",
                 "A cycles", "B cycles", "change", "", "bound", "read B", "written B");
  if (energy) fmt::format_to(Out(text), "{:>14} ", "energy pJ");
  text += " what changed (cycles)\n";
  for (const LayerDifference& layer : difference.layers) {
    const double a = layer.a == nullptr ? 0 : layer.a->figures.at("cycles");
    fmt::format_to(Out(text), "{:>3} {:<18} {:>11} {:>11} {:>11} {:>10} {:>11} {:>11} {:>11} ", layer.index, layer.op,
                   cell(layer.a, "cycles"), cell(layer.b, "cycles"),
                   layer.cycles() == 0 ? "same" : signed_text(layer.cycles()), share(a, layer.cycles()),
                   change_cell(layer, "lower_bound_cycles"), change_cell(layer, "bytes_read"),
                   change_cell(layer, "bytes_written"));
    if (energy) fmt::format_to(Out(text), "{:>14} ", change_cell(layer, "energy.total_pj.value"));
    const std::string what = what_changed(layer);
    text += what.empty() ? "\n" : " " + what + "\n";
  }
  if (difference.equal_layers != 0) fmt::format_to(Out(text), "{} layers did not change.\n", difference.equal_layers);
}

}  // namespace

std::string to_table(const Difference& difference) {
  std::string text;
  run_lines(difference, text);
  configuration_lines(difference, text);
  total_lines(difference, text);
  layer_lines(difference, text);
  if (const std::string states = all_states_text(difference); !states.empty())
    fmt::format_to(Out(text), "\nCycles of the layers in both, by what their engine does: {}\n", states);
  return text;
}

}  // namespace systolite::diff

// SPDX-License-Identifier: Apache-2.0
#include "sim/area/area_table.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite {
namespace {

constexpr std::array<std::string_view, 10> kTopKeys = {"library",
                                                       "process",
                                                       "node_nm",
                                                       "nand2_um2",
                                                       "source",
                                                       "held_out_area_error",
                                                       "held_out_flip_flops_error",
                                                       "held_out_fmax_error",
                                                       "memory",
                                                       "blocks"};
constexpr std::array<std::string_view, 3> kMemoryKeys = {"um2_per_bit", "um2_per_bit_and_word", "ports"};
constexpr std::array<std::string_view, 7> kBlockKeys = {"block",      "area_error",   "area_um2", "flip_flops_error",
                                                        "flip_flops", "period_error", "period_ns"};
constexpr std::array<std::string_view, 2> kTermKeys = {"factor", "of"};
constexpr double kMostUm2 = 1e9;
constexpr double kMostFlipFlops = 1e6;
constexpr double kMostNs = 1e6;
constexpr double kMostError = 10;  // relative

std::array<std::size_t, AreaTerm::kMostQuantities> parse_product(const StrictMap& entry) {
  const std::string rule = "a product of one to three quantities such as rows*cols (sim/area/quantities.h)";
  std::array<std::size_t, AreaTerm::kMostQuantities> places{};
  std::size_t count = 0;
  std::istringstream words(entry.text("of", rule));
  for (std::string word; std::getline(words, word, '*'); ++count) {
    const auto place = find_quantity(word);
    if (!place || count == places.size()) entry.refuse("of", rule);
    places[count] = *place;
  }
  if (count == 0) entry.refuse("of", rule);
  return places;
}

std::vector<AreaTerm> parse_terms(const StrictMap& block, std::string_view key, double most) {
  std::vector<AreaTerm> terms;
  for (const StrictMap& entry : block.list(key, kTermKeys))
    terms.push_back({.factor = entry.real("factor", 0, most), .of = parse_product(entry)});
  return terms;
}

BlockTable parse_block(const StrictMap& entry) {
  BlockTable block{.block = entry.text("block", "the name of a block"),
                   .area_um2 = parse_terms(entry, "area_um2", kMostUm2),
                   .area_error = entry.real("area_error", 0, kMostError),
                   .flip_flops = parse_terms(entry, "flip_flops", kMostFlipFlops),
                   .flip_flops_error = 0,
                   .period_ns = parse_terms(entry, "period_ns", kMostNs),
                   .period_error = 0};
  if (block.area_um2.empty()) entry.refuse("area_um2", "a list of terms");
  if (!block.flip_flops.empty()) block.flip_flops_error = entry.real("flip_flops_error", 0, kMostError);
  if (!block.period_ns.empty()) block.period_error = entry.real("period_error", 0, kMostError);
  return block;
}

}  // namespace

AreaTable AreaTable::load(const std::filesystem::path& file) {
  return parse(read_text(file, ExitCode::kConfig), file.string());
}

AreaTable AreaTable::parse(const std::string& yaml, const std::string& name) {
  constexpr int kMostNode = 1000;
  const StrictMap top = StrictMap::parse(yaml, name, kTopKeys);
  const StrictMap memory = top.map("memory", kMemoryKeys);
  AreaTable table{
      .library = top.text("library", "the name of the cell library"),
      .process = top.text("process", "the process and corner of the library"),
      .source = top.text("source", "a text that says where the coefficients come from"),
      .node_nm = static_cast<int>(top.real("node_nm", 1, kMostNode)),
      .nand2_um2 = top.real("nand2_um2", 1e-3, 1e3),
      .held_out_area_error = top.real("held_out_area_error", 0, 1),
      .held_out_flip_flops_error = top.real("held_out_flip_flops_error", 0, 1),
      .held_out_fmax_error = top.real("held_out_fmax_error", 0, 1),
      .memory = {.um2_per_bit = read_sourced(memory, "um2_per_bit", {.unit = "um2", .least = 0, .most = 1e3}),
                 .um2_per_bit_and_word =
                     read_sourced(memory, "um2_per_bit_and_word", {.unit = "um2", .least = 0, .most = 1e6}),
                 .ports = read_sourced(memory, "ports", {.unit = "1", .least = 0, .most = 10})},
      .blocks = {}};
  for (const StrictMap& entry : top.list("blocks", kBlockKeys)) table.blocks.push_back(parse_block(entry));
  const auto is_pe_block = [](const BlockTable& block) { return block.block == kPeBlock; };
  if (std::ranges::count_if(table.blocks, is_pe_block) != 1)
    top.refuse("blocks", std::string("a list of blocks, one of them '") + kPeBlock + "'");
  return table;
}

}  // namespace systolite

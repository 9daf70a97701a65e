// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/area/area_model.h"
#include "sim/cli/commands.h"
#include "sim/cli/options.h"
#include "sim/core/file_io.h"

namespace systolite::cli {
namespace {

using Json = nlohmann::ordered_json;

struct AreaArguments {
  std::string config = kDefaultConfig;
  std::string library = kDefaultAreaTable;  // a file, or a name from configs/area
  std::filesystem::path json;               // "-": standard output, instead of the table
};

std::string within(const Figure& figure, int digits) {
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", figure.value, digits, figure.low, digits, figure.high, digits);
}

std::string to_table(const HwConfig& config, const AreaTable& table, const AreaEstimate& estimate) {
  std::string text = fmt::format("{} in {} ({}), estimated from a fit\n\n", config.name, table.library, table.process);
  text += fmt::format("{:<28}{:>10}{:>10}{:>8}{:>9}{:>12}{:>9}\n", "block", "kGE", "mm2", "+-%", "share %",
                      "flip-flops", "path ns");
  for (std::size_t i = 0; i < estimate.blocks.size(); ++i) {
    const BlockArea& block = estimate.blocks[i];
    text += fmt::format("{:<28}{:>10.2f}{:>10.3f}{:>8.1f}{:>9.1f}{:>12.0f}{:>9}\n", block.block, block.kge.value,
                        block.mm2.value, 100 * table.blocks[i].area_error,
                        100 * block.kge.value / estimate.logic_kge.value, block.flip_flops.value,
                        block.period_ns.value > 0 ? fmt::format("{:.2f}", block.period_ns.value) : "-");
  }
  text += fmt::format("\n{:<28}{:>22}{:>12}{:>10}\n", "memory", "instances x words x bits", "bits", "mm2");
  for (const MemoryArea& memory : estimate.memories) {
    text += fmt::format("{:<28}{:>24}{:>12}{:>10.3f}\n", memory.memory,
                        fmt::format("{} x {} x {}", memory.instances, memory.words, memory.word_bits), memory.bits(),
                        memory.mm2.value);
  }
  text += fmt::format("\nLogic: {} kGE, {} mm2 of cells, {} flip-flops. Memories: {} bits, {} mm2. Together {} mm2.\n",
                      within(estimate.logic_kge, 1), within(estimate.logic_mm2, 2), within(estimate.flip_flops, 0),
                      estimate.memory_bits, within(estimate.memory_mm2, 2), within(estimate.total_mm2, 2));
  text += fmt::format("Clock: up to {} MHz, limited by {}; the configuration says {:g} MHz.\n",
                      within(estimate.fmax_mhz, 1), estimate.slowest_block, config.clock_mhz);
  text += fmt::format(
      "Whole designs that were not fitted differ from their synthesis by at most {:.1f} % in area, {:.1f} % in "
      "flip-flops and {:.1f} % in clock.\n"
      "Source: {}\n",
      100 * table.held_out_area_error, 100 * table.held_out_flip_flops_error, 100 * table.held_out_fmax_error,
      table.source);
  return text;
}

Json figure(const Figure& value) { return {{"value", value.value}, {"low", value.low}, {"high", value.high}}; }

std::string to_json(const HwConfig& config, const AreaTable& table, const AreaEstimate& estimate) {
  Json blocks = Json::array();
  for (const BlockArea& block : estimate.blocks) {
    blocks.push_back({{"block", block.block},
                      {"kge", figure(block.kge)},
                      {"mm2", figure(block.mm2)},
                      {"flip_flops", figure(block.flip_flops)},
                      {"period_ns", block.period_ns.value > 0 ? figure(block.period_ns) : Json(nullptr)}});
  }
  Json memories = Json::array();
  for (const MemoryArea& memory : estimate.memories) {
    memories.push_back({{"memory", memory.memory},
                        {"instances", memory.instances},
                        {"words", memory.words},
                        {"word_bits", memory.word_bits},
                        {"bits", memory.bits()},
                        {"mm2", figure(memory.mm2)}});
  }
  const Json report = {{"schema", 1},
                       {"config", config.name},
                       {"library", table.library},
                       {"process", table.process},
                       {"node_nm", table.node_nm},
                       {"source", table.source},
                       {"logic_kge", figure(estimate.logic_kge)},
                       {"logic_mm2", figure(estimate.logic_mm2)},
                       {"flip_flops", figure(estimate.flip_flops)},
                       {"memory_bits", estimate.memory_bits},
                       {"memory_mm2", figure(estimate.memory_mm2)},
                       {"total_mm2", figure(estimate.total_mm2)},
                       {"fmax_mhz", figure(estimate.fmax_mhz)},
                       {"slowest_block", estimate.slowest_block},
                       {"held_out_area_error", table.held_out_area_error},
                       {"held_out_flip_flops_error", table.held_out_flip_flops_error},
                       {"held_out_fmax_error", table.held_out_fmax_error},
                       {"blocks", blocks},
                       {"memories", memories}};
  return report.dump(2) + "\n";
}

void area_command(const AreaArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json});
  const HwConfig config = read_config(arguments.config);
  const AreaTable table = AreaTable::load(find_area_table(arguments.library));
  const AreaEstimate estimate = estimate_area(config, table);
  if (!arguments.json.empty() && !json_to_stdout)
    write_file_atomically(arguments.json, to_json(config, table, estimate));
  fmt::print("{}", json_to_stdout ? to_json(config, table, estimate) : to_table(config, table, estimate));
}

}  // namespace

void add_area_command(CLI::App& app) {
  const auto arguments = std::make_shared<AreaArguments>();
  CLI::App& command = *app.add_subcommand(
      "area", "Estimate area and clock of the accelerator from a fit to synthesised configurations");
  add_verbose(command);
  add_config(command, arguments->config);
  add_library(command, arguments->library, "Cell library");
  command.add_option("--json", arguments->json, "Write the estimate as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([arguments] { area_command(*arguments); });
}

}  // namespace systolite::cli

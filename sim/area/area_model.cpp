// SPDX-License-Identifier: Apache-2.0
#include "sim/area/area_model.h"

#include <algorithm>
#include <span>

namespace systolite {
namespace {

constexpr double kMm2PerUm2 = 1e-6;
constexpr double kMhzPerInverseNs = 1e3;

double evaluate(std::span<const AreaTerm> terms, const Quantities& quantities) {
  double sum = 0;
  for (const AreaTerm& term : terms) {
    double product = term.factor;
    for (const std::size_t place : term.of) product *= quantities[place];
    sum += product;
  }
  return sum;
}

Figure within(double value, double relative_error) {
  return {.value = value, .low = value * std::max(0.0, 1 - relative_error), .high = value * (1 + relative_error)};
}

}  // namespace

std::vector<MemoryArea> memories_of(const HwConfig& config) {
  const auto memory = [](const char* name, int instances, std::int64_t words, std::int64_t word_bits) {
    return MemoryArea{.memory = name, .instances = instances, .words = words, .word_bits = word_bits, .mm2 = {}};
  };
  const int spm = config.spm_word_bytes();
  const int wbuf = config.wbuf_word_bytes();
  const int lanes = config.requant_lanes;
  // Banks, and the weight buffer, are halves of even and odd words.
  return {memory("scratchpad", 2 * config.scratchpad_banks, config.bank_bytes() / 2 / spm, 8LL * spm),
          memory("weight buffer", 2, config.weight_buffer_bytes / 2 / wbuf, 8LL * wbuf),
          memory("accumulator", 2 * kAccBanksOfHalf, config.acc_bank_entries(), 32LL * config.array.cols),
          memory("bias table", 1, config.param_channels / lanes, 32LL * lanes),
          memory("mult table", 1, config.param_channels / lanes, 32LL * lanes),
          memory("shift table", 1, config.param_channels / lanes, 8LL * lanes)};
}

AreaEstimate estimate_area(const HwConfig& config, const AreaTable& table) {
  const Quantities quantities = quantities_of(config);
  AreaEstimate estimate{};
  estimate.blocks.reserve(table.blocks.size());
  Figure longest{};
  for (const BlockTable& entry : table.blocks) {
    const Figure um2 = within(evaluate(entry.area_um2, quantities), entry.area_error);
    const Figure flip_flops = within(evaluate(entry.flip_flops, quantities), entry.flip_flops_error);
    const Figure period = within(evaluate(entry.period_ns, quantities), entry.period_error);
    if (period.value > longest.value) estimate.slowest_block = entry.block;
    longest = {.value = std::max(longest.value, period.value),
               .low = std::max(longest.low, period.low),
               .high = std::max(longest.high, period.high)};
    estimate.blocks.push_back({.block = entry.block,
                               .kge = um2 / (table.nand2_um2 * 1e3),
                               .mm2 = um2 * kMm2PerUm2,
                               .flip_flops = flip_flops,
                               .period_ns = period});
    estimate.logic_kge += estimate.blocks.back().kge;
    estimate.logic_mm2 += estimate.blocks.back().mm2;
    estimate.flip_flops += flip_flops;
  }
  if (longest.low > 0) estimate.fmax_mhz = Figure::exact(kMhzPerInverseNs) / longest;
  estimate.memories = memories_of(config);
  for (MemoryArea& memory : estimate.memories) {
    const Figure um2_per_bit =
        table.memory.um2_per_bit.figure + table.memory.um2_per_bit_and_word.figure / static_cast<double>(memory.words);
    memory.mm2 = um2_per_bit * table.memory.ports.figure * (static_cast<double>(memory.bits()) * kMm2PerUm2);
    estimate.memory_bits += memory.bits();
    estimate.memory_mm2 += memory.mm2;
  }
  estimate.total_mm2 = estimate.logic_mm2 + estimate.memory_mm2;
  return estimate;
}

LogicSize logic_size(const HwConfig& config, const AreaEstimate& estimate) {
  LogicSize size{.pe_flip_flops = {}, .other_flip_flops = {}, .kge = estimate.logic_kge};
  for (const BlockArea& block : estimate.blocks)
    (block.block == kPeBlock ? size.pe_flip_flops : size.other_flip_flops) += block.flip_flops;
  size.pe_flip_flops = size.pe_flip_flops / (static_cast<double>(config.array.rows) * config.array.cols);
  return size;
}

}  // namespace systolite

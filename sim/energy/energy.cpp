// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/energy.h"

#include <algorithm>

#include "sim/area/quantities.h"
#include "sim/energy/command_activity.h"

namespace systolite::energy {
namespace {

class CostTable {
 public:
  CostTable(const EnergyTable& table, const HwConfig& hw, const LogicSize& size)
      : table_(table), logic_(table.logic), hw_(hw), size_(size) {
    array();
    memories();
    surroundings();
    always();
  }

  EventCosts costs;

 private:
  Figure& cost(Event event) { return costs[static_cast<std::size_t>(event)]; }

  // Bits that are stored one after the other: `lanes` lanes of which lane i passes i registers.
  [[nodiscard]] Figure skew(int lanes, int bits) const { return logic_.flop_data * (bits * lanes * (lanes - 1) / 2.0); }

  void array() {
    const int rows = hw_.array.rows;
    const int cols = hw_.array.cols;
    const double weights = 8.0 * rows * cols;  // bits
    cost(Event::kMacDense) = logic_.mac_dense;
    cost(Event::kMacOutput) = logic_.mac_output;
    cost(Event::kMacDepthwise) = logic_.mac_depthwise;
    cost(Event::kPeBusy) = logic_.flop_clock * size_.pe_flip_flops;
    cost(Event::kPeParked) = logic_.flop_clock_parked * size_.pe_flip_flops;
    cost(Event::kVectorDense) = skew(rows, 8);
    // A shift register is filled and then empties byte by byte, half full on average.
    cost(Event::kVectorOutput) = logic_.flop_data * (8.0 * rows + 8.0 * rows * rows / 2);
    // On two of three buses it also passes a delay line, which is written once.
    cost(Event::kVectorDepthwise) = skew(cols, 8) + logic_.flop_data * (8.0 * cols * 2 / 3);
    cost(Event::kWeightRow) = skew(cols, 8);
    cost(Event::kWeightRowOutput) = skew(cols, 8) + logic_.flop_data * (8.0 * cols * rows);
    cost(Event::kWeightTile) = logic_.flop_data * (2 * weights);  // shadow and active registers
    cost(Event::kLaneLoad) = logic_.lane_load;
    cost(Event::kLaneMultiply) = logic_.lane_multiply;
    cost(Event::kCommand) = logic_.command;
  }

  // Of a memory of the accelerator, whose leakage it adds up.
  SramFigures local(std::int64_t bytes, std::int64_t word_bits, double instances) {
    SramFigures figures = table_.sram.at(bytes, word_bits);
    leakage_uw_ += figures.leakage_uw * instances;
    figures.read_pj = figures.read_pj * table_.sram_two_port;
    figures.write_pj = figures.write_pj * table_.sram_two_port;
    return figures;
  }

  void memories() {
    const int cols = hw_.array.cols;
    constexpr int kAccBanks = 2 * kAccBanksOfHalf;
    const SramFigures acc = local(hw_.accumulator_bytes / kAccBanks, 32LL * cols, kAccBanks);
    cost(Event::kAccReadMatrix) = acc.read_pj;
    cost(Event::kAccReadVector) = acc.read_pj;
    cost(Event::kAccWrite) = acc.write_pj + logic_.adder * cols + skew(cols, sum_bits(hw_));
    const int sub_banks = 2 * hw_.scratchpad_banks;
    const SramFigures spm = local(hw_.scratchpad_bytes / sub_banks, 8LL * hw_.spm_word_bytes(), sub_banks);
    for (const Event event : {Event::kSpmReadMatrix, Event::kSpmReadVector, Event::kSpmReadStore})
      cost(event) = spm.read_pj;
    for (const Event event : {Event::kSpmWriteVector, Event::kSpmWriteLoad}) cost(event) = spm.write_pj;
    const SramFigures wbuf = local(hw_.weight_buffer_bytes / 2, 8LL * hw_.wbuf_word_bytes(), 2);
    cost(Event::kWbufRead) = wbuf.read_pj;
    cost(Event::kWbufWrite) = wbuf.write_pj;
    const std::int64_t slots = std::max(hw_.requant_lanes, hw_.dma.bus_bytes());  // of a word
    const SramFigures wide = local(4LL * hw_.param_channels, 32 * slots, 2);
    const SramFigures narrow = local(hw_.param_channels, 8 * slots, 1);
    cost(Event::kTableRead) = wide.read_pj * 2 + narrow.read_pj;
    cost(Event::kBiasWrite) = wide.write_pj;
    cost(Event::kMultWrite) = wide.write_pj;
    cost(Event::kShiftWrite) = narrow.write_pj;
  }

  void surroundings() {
    const double bus_bytes = hw_.dma.bus_bytes();
    const int banks = hw_.sram.banks;
    const SramFigures sram = table_.sram.at(hw_.sram.bytes / banks, hw_.dma.bus_bits);
    leakage_uw_ += sram.leakage_uw * banks;
    cost(Event::kSramRead) = sram.read_pj / bus_bytes;
    cost(Event::kSramWrite) = sram.write_pj / bus_bytes;
    cost(Event::kFlashRead) = logic_.flash_byte;
    cost(Event::kExternalRead) = logic_.external_byte;
    cost(Event::kExternalWrite) = logic_.external_byte;
    cost(Event::kBusRead) = logic_.bus_byte;
    cost(Event::kBusWrite) = logic_.bus_byte;
  }

  void always() {
    const double pes = static_cast<double>(hw_.array.rows) * hw_.array.cols;
    cost(Event::kClock) = logic_.flop_clock * size_.other_flip_flops +
                          logic_.clock_tree * (size_.other_flip_flops + pes * size_.pe_flip_flops);
    leakage_uw_ += logic_.gate_leakage * size_.kge;       // nW a gate
    cost(Event::kLeakage) = leakage_uw_ / hw_.clock_mhz;  // uW / MHz = pJ a cycle
  }

  const EnergyTable& table_;
  const LogicCosts& logic_;
  const HwConfig& hw_;
  const LogicSize& size_;
  Figure leakage_uw_;
};

}  // namespace

EnergyModel::EnergyModel(const EnergyTable& table, const HwConfig& hw, const LogicSize& size,
                         const std::optional<CpuEnergy>& cpu)
    : costs_(CostTable(table, hw, size).costs) {
  if (!cpu) return;
  costs_[static_cast<std::size_t>(Event::kCpuActive)] = cpu->active_pj;
  costs_[static_cast<std::size_t>(Event::kCpuSleep)] = cpu->sleep_pj;
}

EnergySplit EnergyModel::split(const Activity& activity) const {
  EnergySplit split;
  for (std::size_t i = 0; i < kEvents; ++i) {
    if (activity.counts[i] == 0) continue;
    split[component_of(static_cast<Event>(i))] += costs_[i] * static_cast<double>(activity.counts[i]);
  }
  return split;
}

Activity program_activity(const Program& program, const HwConfig& hw, std::span<const JobClock> clocks) {
  Activity activity;
  std::size_t job_index = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    count_commands(job->commands, {}, hw, {&activity, 1});
    count_clock(clocks[job_index++], job->stream_address, hw, activity);
  }
  return activity;
}

}  // namespace systolite::energy

// SPDX-License-Identifier: Apache-2.0
// What events cost in one technology: configs/energy/*.yaml, read once, strictly. Keys: configs/energy/README.md.
#pragma once

#include <filesystem>
#include <string>

#include "sim/core/figure.h"
#include "sim/energy/sram_model.h"

namespace systolite::energy {

// Of logic; in pJ, gate_leakage in nW of a NAND2 equivalent.
struct LogicCosts {
  Figure mac_dense;
  Figure mac_output;
  Figure mac_depthwise;
  Figure flop_clock;         // a flip-flop and cycle
  Figure flop_clock_parked;  // the same, of a PE while the matrix engine does not work
  Figure flop_data;          // a bit stored
  Figure clock_tree;         // a flip-flop and cycle
  Figure adder;
  Figure lane_load;
  Figure lane_multiply;
  Figure command;
  Figure flash_byte;
  Figure external_byte;
  Figure bus_byte;
  Figure gate_leakage;
};

struct EnergyTable {
  std::string name;
  double node_nm = 0;
  double supply_v = 0;
  LogicCosts logic;
  SramModel sram;
  Figure sram_two_port;  // ratio: a read and a write port over a shared one
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] EnergyTable load_energy_table(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] EnergyTable parse_energy_table(const std::string& yaml, const std::string& file);

}  // namespace systolite::energy

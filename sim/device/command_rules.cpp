// SPDX-License-Identifier: Apache-2.0
#include "sim/device/command_rules.h"

namespace systolite {

bool accepts(const HwConfig& hw, const isa::Command& command) {
  if (!isa::legal(command)) return false;
  const auto built = [&](std::int64_t dataflow) { return hw.array.has(static_cast<Dataflow>(dataflow)); };
  switch (*isa::opcode_of(command)) {
    case isa::Opcode::kWl:
      return built(isa::decode_wl(command).dataflow);
    case isa::Opcode::kMmCfgIn:
      return built(isa::decode_mm_cfg_in(command).dataflow);
    default:
      return true;
  }
}

}  // namespace systolite

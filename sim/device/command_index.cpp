// SPDX-License-Identifier: Apache-2.0
#include "sim/device/command_index.h"

namespace systolite {

EngineCommands commands_by_engine(std::span<const isa::Command> stream) {
  EngineCommands result;
  for (std::uint32_t i = 0; i < stream.size(); ++i) {
    if (!isa::legal(stream[i])) break;
    const isa::Engine engine = isa::engine_of(*isa::opcode_of(stream[i]));
    if (engine == isa::Engine::kFe) break;
    result[static_cast<std::size_t>(engine)].push_back(i);
  }
  return result;
}

}  // namespace systolite

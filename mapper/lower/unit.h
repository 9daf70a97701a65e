// SPDX-License-Identifier: Apache-2.0
// The grain of scheduling: what is loaded together and the commands that use it.
#pragma once

#include <optional>
#include <vector>

#include "mapper/lower/stream_builder.h"
#include "mapper/lower/view.h"

namespace systolite {

struct Planned {
  isa::AnyCommand command;
  Footprint footprint;
};

struct Unit {
  int op = -1;
  std::vector<Planned> loads;    // weights and tables
  std::optional<Range> weights;  // weight buffer bytes the loads fill and the commands read
  std::optional<Range> tables;   // table words the commands read
  bool loads_tables = false;     // this unit's loads fill them
  std::vector<Planned> commands;
};

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
// A mapped network as Python holds it.
#pragma once

#include <memory>

#include "python/bindings/types.h"
#include "sim/session/compiled_network.h"

namespace systolite::python {

struct MappedProgram {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Config> config;
  std::shared_ptr<const CompiledNetwork> network;
};

}  // namespace systolite::python

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/bound.h"

#include <algorithm>
#include <array>

namespace systolite {
namespace {

constexpr std::array kNames{"compute", "weights", "activations", "vector", "control"};

Bound cause(isa::Engine engine, isa::State state) {
  switch (state) {
    case isa::State::kBusy:
      return engine == isa::Engine::kVec ? Bound::kVector : Bound::kCompute;
    case isa::State::kWaitMm:
      return Bound::kCompute;
    case isa::State::kWaitWl:
    case isa::State::kWaitWeights:
      return Bound::kWeights;
    case isa::State::kWaitLd:
    case isa::State::kWaitSt:
      return Bound::kActivations;
    case isa::State::kWaitVec:
      return Bound::kVector;
    default:
      return Bound::kControl;
  }
}

}  // namespace

const char* name(Bound bound) { return kNames.at(static_cast<std::size_t>(bound)); }

std::optional<Bound> bound_of(isa::Engine engine, const StateCycles& states) {
  std::array<Cycles, kNames.size()> cycles{};
  for (std::size_t i = 0; i < kStateCount; ++i)
    cycles[static_cast<std::size_t>(cause(engine, static_cast<isa::State>(i)))] += states.cycles[i];
  const auto* most = std::ranges::max_element(cycles);
  if (*most == 0) return std::nullopt;
  return static_cast<Bound>(most - cycles.begin());
}

}  // namespace systolite

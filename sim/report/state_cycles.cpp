// SPDX-License-Identifier: Apache-2.0
#include "sim/report/state_cycles.h"

#include <algorithm>

namespace systolite {

std::uint64_t beats_in(const std::vector<BeatSpan>& spans, Cycles from, Cycles to) {
  std::uint64_t beats = 0;
  auto span = std::ranges::lower_bound(spans, from + 1, {}, &BeatSpan::to);
  for (; span != spans.end() && span->from < to; ++span) beats += std::min(span->to, to) - std::max(span->from, from);
  return beats;
}

StateCycles state_cycles(const std::vector<StateSpan>& spans, Cycles from, Cycles to) {
  StateCycles result;
  auto span = std::ranges::lower_bound(spans, from + 1, {}, &StateSpan::to);  // the first that ends after `from`
  for (; span != spans.end() && span->from < to; ++span) {
    result[span->state] += std::min(span->to, to) - std::max(span->from, from);
  }
  return result;
}

}  // namespace systolite

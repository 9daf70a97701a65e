// SPDX-License-Identifier: Apache-2.0
#include "sim/report/state_cycles.h"

#include <algorithm>

namespace systolite {

StateCycles state_cycles(const std::vector<StateSpan>& spans, Cycles from, Cycles to) {
  StateCycles result;
  auto span = std::ranges::lower_bound(spans, from + 1, {}, &StateSpan::to);  // the first that ends after `from`
  for (; span != spans.end() && span->from < to; ++span) {
    result[span->state] += std::min(span->to, to) - std::max(span->from, from);
  }
  return result;
}

}  // namespace systolite

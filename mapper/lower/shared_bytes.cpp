// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/shared_bytes.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>

#include "mapper/lower/in_place.h"
#include "sim/core/ceil_div.h"

namespace systolite {
namespace {

// The candidate whose last tenant a tensor is, or whose first.
template <typename Candidates>
auto ending_with(Candidates& candidates, int tensor) {
  return std::ranges::find_if(candidates, [&](const Candidate& c) { return c.tenants.back().tensor == tensor; });
}
template <typename Candidates>
auto beginning_with(Candidates& candidates, int tensor) {
  return std::ranges::find_if(candidates, [&](const Candidate& c) { return c.tenants.front().tensor == tensor; });
}

bool same_shape(const Tenant& a, const Tenant& b) { return a.bytes == b.bytes && a.height == b.height; }

}  // namespace

Range Candidate::bytes_at(int op) const noexcept {
  Range alive{bytes, 0};
  for (const Tenant& tenant : tenants) {
    if (op < tenant.first_op || tenant.last_op < op) continue;
    alive = {std::min(alive.begin, tenant.offset), std::max(alive.end, tenant.offset + tenant.bytes)};
  }
  return alive.begin < alive.end ? alive : Range{};
}

std::optional<Takeover> possible_takeover(const Graph& graph, const std::vector<OpPlan>& plans,
                                          const std::vector<int>& root, const std::vector<Candidate>& candidates,
                                          int op, const HwConfig& hw) {
  const Op& what = graph.ops[static_cast<std::size_t>(op)];
  const OpPlan& plan = plans[static_cast<std::size_t>(op)];
  const bool add = std::holds_alternative<AddPlan>(plan);
  if (!add && where_of(plan) != Where::kArray) return std::nullopt;
  const int result = root[static_cast<std::size_t>(what.outputs[0])];
  const auto made = beginning_with(candidates, result);
  if (made == candidates.end()) return std::nullopt;
  for (int i = 0; i < (add ? 2 : 1); ++i) {
    const int operand = root[static_cast<std::size_t>(what.inputs[static_cast<std::size_t>(i)])];
    const auto read = ending_with(candidates, operand);
    if (read == candidates.end() || read == made || read->last_op() != op) continue;
    if (add) return Takeover{.operand = operand, .result = result, .before = 0};
    const auto before = bytes_before_input(plan, read->tenants.back().bytes, made->tenants.front().bytes, hw);
    if (before) return Takeover{.operand = operand, .result = result, .before = *before};
  }
  return std::nullopt;
}

void take_over(std::vector<Candidate>& candidates, const Takeover& takeover) {
  const auto from = beginning_with(candidates, takeover.result);
  Candidate result = std::move(*from);
  candidates.erase(from);
  Candidate& host = *ending_with(candidates, takeover.operand);
  // Where the result's candidate begins in that of the operand, whose start moves forward if that is in front of it.
  const auto place = std::int64_t{host.tenants.back().offset} - takeover.before - result.tenants.front().offset;
  const auto shift = static_cast<std::uint32_t>(std::max<std::int64_t>(-place, 0));
  const auto at = static_cast<std::uint32_t>(std::max<std::int64_t>(place, 0));
  for (Tenant& tenant : host.tenants) tenant.offset += shift;
  for (Tenant& tenant : result.tenants) tenant.offset += at;
  host.bytes = std::max(host.bytes + shift, result.bytes + at);
  std::ranges::move(result.tenants, std::back_inserter(host.tenants));
  host.plain = host.plain || result.plain || !std::ranges::all_of(host.tenants, [&](const Tenant& tenant) {
                 return same_shape(tenant, host.tenants.front()) && tenant.offset == 0;
               });
  host.interleave = host.plain ? 0 : std::max(host.interleave, result.interleave);
}

std::vector<std::uint64_t> bytes_by_operator(const std::vector<Candidate>& candidates, int operators) {
  std::vector<std::uint64_t> bytes(static_cast<std::size_t>(operators), 0);
  for (const Candidate& c : candidates) {
    for (int op = c.first_op(); op <= c.last_op(); ++op) {
      const Range alive = c.bytes_at(op);
      bytes[static_cast<std::size_t>(op)] += ceil_div(alive.end - alive.begin, kSpmAlignBytes) * kSpmAlignBytes;
    }
  }
  return bytes;
}

}  // namespace systolite

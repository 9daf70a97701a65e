// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/place.h"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "mapper/lower/shared_bytes.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::uint32_t kSramAlignBytes = 16;

constexpr std::uint32_t align_up(std::uint32_t value, std::uint32_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

struct Placed {
  Candidate what;
  std::uint32_t base;
  std::vector<Range> ranges;
};

class Placer {
 public:
  Placer(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw)
      : graph_(graph), plans_(plans), hw_(hw) {
    share_reshapes();
  }

  Placement run(bool keep_all_tensors, const Graph& in_memory) {
    place_sram(keep_all_tensors, in_memory);
    result_.over.assign(plans_.size(), -1);
    if (place_all(collect(/*early_vector_results=*/true))) place_in_place();
    for (const Placed& placed : placed_) {
      for (const Tenant& tenant : placed.what.tenants) {
        const View view = make_view(tenant, placed.what.interleave, placed.base);
        result_.view[static_cast<std::size_t>(tenant.tensor)] = view;
        result_.scratchpad.push_back(
            {.tensor = tenant.tensor, .first_op = tenant.first_op, .last_op = tenant.last_op, .ranges = {}});
        for (const auto& [begin, end] : view.rows(0, view.height, hw_))
          result_.scratchpad.back().ranges.push_back({begin, end});
      }
    }
    std::ranges::sort(result_.scratchpad, {},
                      [](const ScratchpadPlace& place) { return std::pair(place.first_op, place.tensor); });
    return std::move(result_);
  }

 private:
  // Lets one result after the other take the bytes of an operand, until all tensors find a place.
  void place_in_place() {
    for (;;) {
      auto candidates = collect(/*early_vector_results=*/false);
      const auto needed = bytes_by_operator(candidates, static_cast<int>(plans_.size()));
      std::optional<Candidate> failed;
      if (std::ranges::max(needed) <= static_cast<std::uint64_t>(hw_.scratchpad_bytes)) {
        failed = place_all(candidates);
        if (!failed) return;
      }
      if (!share_more(candidates, needed)) refuse(candidates, failed);
    }
  }

  // At the operator that needs most bytes, or the next one where that is possible.
  bool share_more(const std::vector<Candidate>& candidates, const std::vector<std::uint64_t>& needed) {
    std::vector<std::size_t> ops(plans_.size());
    std::iota(ops.begin(), ops.end(), std::size_t{0});
    std::ranges::stable_sort(ops, std::ranges::greater{}, [&](std::size_t op) { return needed[op]; });
    for (const std::size_t op : ops) {
      if (result_.over[op] >= 0) continue;
      const auto takeover = possible_takeover(graph_, plans_, result_.root, candidates, static_cast<int>(op), hw_);
      if (!takeover) continue;
      // A gain at the one is no gain if another needs more then, or if the tensors, which now keep their distances,
      // reach further than the scratchpad.
      auto shared = candidates;
      take_over(shared, *takeover);
      const bool too_long = std::ranges::any_of(
          shared, [&](const Candidate& c) { return c.bytes > static_cast<std::uint32_t>(hw_.scratchpad_bytes); });
      if (too_long ||
          std::ranges::max(bytes_by_operator(shared, static_cast<int>(plans_.size()))) > std::ranges::max(needed))
        continue;
      takeovers_.push_back(*takeover);
      result_.over[op] = takeover->operand;
      return true;
    }
    return false;
  }

  // Returns the candidate that found no place, if any.
  std::optional<Candidate> place_all(std::vector<Candidate> candidates) {
    placed_.clear();
    // Largest first (as offline memory planners do), rows spread over banks before plain ones, then by age: a written
    // order.
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::tuple(-a.interleave, -static_cast<std::int64_t>(a.bytes), a.tensor()) <
             std::tuple(-b.interleave, -static_cast<std::int64_t>(b.bytes), b.tensor());
    });
    for (Candidate& candidate : candidates) {
      if (!candidate.apart.empty() && try_place(candidate, /*in_own_banks=*/true)) continue;
      if (try_place(candidate, /*in_own_banks=*/false)) continue;
      // Two banks can be too small for what four of them hold; then fewer banks, and fewer kernel rows a pass.
      candidate.interleave = max_interleave(candidate.interleave);
      while (!try_place(candidate, /*in_own_banks=*/false)) {
        if (candidate.interleave == 0) return candidate;
        --candidate.interleave;
      }
    }
    return std::nullopt;
  }

  void share_reshapes() {
    result_.root.resize(graph_.tensors.size());
    std::iota(result_.root.begin(), result_.root.end(), 0);
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (!std::holds_alternative<AliasPlan>(plans_[i])) continue;
      const Op& op = graph_.ops[i];
      result_.root[static_cast<std::size_t>(op.outputs[0])] = result_.root[static_cast<std::size_t>(op.inputs[0])];
    }
    result_.view.resize(graph_.tensors.size());
    result_.sram.resize(graph_.tensors.size());
  }

  void place_sram(bool keep_all_tensors, const Graph& in_memory) {
    std::vector<bool> wanted(graph_.tensors.size(), false);
    const auto want = [&](int tensor) {
      if (tensor >= 0 && !graph_.tensors[static_cast<std::size_t>(tensor)].is_constant())
        wanted[result_.root_of(tensor)] = true;
    };
    for (int tensor : graph_.inputs) want(tensor);
    for (int tensor : graph_.outputs) want(tensor);
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const bool on_cpu = std::holds_alternative<CpuPlan>(plans_[i]);
      for (int tensor : graph_.ops[i].inputs) {
        if (on_cpu) want(tensor);
      }
      for (int tensor : graph_.ops[i].outputs) {
        if (on_cpu || keep_all_tensors) want(tensor);
      }
    }
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (!wanted[i]) continue;
      result_.sram[i] = hw_.sram.base + next;
      next = align_up(next + static_cast<std::uint32_t>(in_memory.tensors[i].bytes()), kSramAlignBytes);
    }
    result_.sram_bytes = next;
    if (next > hw_.sram.bytes) {
      throw Error(
          ExitCode::kModel,
          fmt::format("{}: does not fit: its tensors in memory need {} bytes of SRAM, memory.sram.bytes of {} is {} "
                      "({} bytes missing)",
                      graph_.name, next, hw_.name, hw_.sram.bytes, next - hw_.sram.bytes));
    }
  }

  std::vector<Candidate> collect(bool early_vector_results) const {
    constexpr int kNever = std::numeric_limits<int>::max();
    const std::size_t n = graph_.tensors.size();
    std::vector<int> first(n, kNever);
    std::vector<int> last(n, -1);
    std::vector<int> interleave(n, 0);
    std::vector<bool> shared(n, false);  // must keep a plain view
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const Op& op = graph_.ops[i];
      const Where where = where_of(plans_[i]);
      if (where == Where::kNone) shared[result_.root_of(op.outputs[0])] = true;
      if (where != Where::kArray && where != Where::kVector) continue;
      const auto touch = [&](int tensor) {
        const std::size_t root = result_.root_of(tensor);
        first[root] = std::min(first[root], static_cast<int>(i));
        last[root] = std::max(last[root], static_cast<int>(i));
      };
      for (int tensor : op.inputs) {
        if (tensor >= 0 && !graph_.tensors[static_cast<std::size_t>(tensor)].is_constant()) touch(tensor);
      }
      for (int tensor : op.outputs) touch(tensor);
      // Vector work starts while the array is still at the operator before, see schedule.h.
      if (early_vector_results && where == Where::kVector && i > 0) {
        const std::size_t root = result_.root_of(op.outputs[0]);
        first[root] = std::min(first[root], static_cast<int>(i) - 1);
      }
      if (reads_as_one_string(i)) {
        shared[result_.root_of(op.inputs[0])] = true;
        shared[result_.root_of(op.outputs[0])] = true;
      }
      if (const auto* plan = std::get_if<DepthwisePlan>(&plans_[i])) {
        const std::size_t root = result_.root_of(op.inputs[0]);
        interleave[root] = std::max(interleave[root], wanted_interleave(*plan));
      }
    }
    // A device tensor that the CPU or the network's caller reads is stored right after it is made, so its lifetime is
    // that of its device users.
    std::vector<Candidate> candidates;
    for (std::size_t t = 0; t < n; ++t) {
      if (last[t] < 0) continue;
      const Tensor& tensor = graph_.tensors[t];
      const bool image = tensor.shape.size() == 4;
      const auto bytes = static_cast<std::uint32_t>(tensor.bytes());
      candidates.push_back({.tenants = {{.tensor = static_cast<int>(t),
                                         .first_op = first[t],
                                         .last_op = last[t],
                                         .offset = 0,
                                         .bytes = bytes,
                                         .height = image ? tensor.shape[1] : 1}},
                            .bytes = bytes,
                            .interleave = image && !shared[t] ? interleave[t] : 0,
                            .plain = !image || shared[t],
                            .apart = {}});
    }
    for (const Takeover& takeover : takeovers_) take_over(candidates, takeover);
    keep_apart(candidates);
    return candidates;
  }

  // The vector engine reads the operands of an operator while the array reads the input of the one before or behind it.
  // Input arrives while the first results are written, and results leave while the array reads.
  void keep_apart(std::vector<Candidate>& candidates) const {
    std::vector<Candidate*> holder(graph_.tensors.size(), nullptr);
    for (Candidate& c : candidates) {
      for (const Tenant& tenant : c.tenants) holder[static_cast<std::size_t>(tenant.tensor)] = &c;
    }
    const auto rival = [&](std::size_t a, std::size_t b) {
      if (holder[a] == holder[b] || holder[a] == nullptr || holder[b] == nullptr) return;
      holder[a]->apart.push_back(holder[b]->tensor());
      holder[b]->apart.push_back(holder[a]->tensor());
    };
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (where_of(plans_[i]) == Where::kArray) {
        const std::size_t in = result_.root_of(graph_.ops[i].inputs[0]);
        const std::size_t out = result_.root_of(graph_.ops[i].outputs[0]);
        if (result_.sram[in] || result_.sram[out]) rival(in, out);
      }
      if (where_of(plans_[i]) != Where::kVector) continue;
      for (const std::size_t j : {i - 1, i + 1}) {
        if (j >= plans_.size() || where_of(plans_[j]) != Where::kArray) continue;
        for (const int operand : graph_.ops[i].inputs) {
          if (operand >= 0) rival(result_.root_of(operand), result_.root_of(graph_.ops[j].inputs[0]));
        }
      }
    }
  }

  // Operators that see their tensors with other rows than the tensor's own, which takes a plain view.
  bool reads_as_one_string(std::size_t i) const {
    if (std::holds_alternative<FullyConnected>(graph_.ops[i].params)) return true;
    if (const auto* dense = std::get_if<DensePlan>(&plans_[i])) return dense->geometry.transposed;
    if (const auto* depthwise = std::get_if<DepthwisePlan>(&plans_[i])) return depthwise->geometry.transposed;
    return false;
  }

  int wanted_interleave(const DepthwisePlan& plan) const {
    if (!plan.column_mode || plan.geometry.transposed || plan.bus_rows < 2) return 0;
    const int wanted = plan.bus_rows == 2 && plan.geometry.dil_y % 2 == 1 ? 1 : 2;
    return hw_.scratchpad_banks >= (1 << wanted) ? wanted : hw_.scratchpad_banks >= 2 ? 1 : 0;
  }

  int max_interleave(int wanted) const { return wanted == 1 && hw_.scratchpad_banks >= 4 ? 2 : wanted; }

  static View make_view(const Tenant& tenant, int interleave, std::uint32_t base) {
    View view;
    view.base = base + tenant.offset;
    view.height = tenant.height;
    view.row_bytes = tenant.bytes / static_cast<std::uint32_t>(tenant.height);
    view.pitch = view.row_bytes;
    view.interleave = interleave;
    return view;
  }

  std::vector<Range> ranges_of(const Candidate& c, std::uint32_t base) const {
    if (c.interleave == 0) return {{base, base + c.bytes}};
    return make_view(c.tenants.front(), c.interleave, base).rows(0, c.tenants.front().height, hw_);
  }

  // Banks that the ports touch when the rows are read; the array reads up to a word beside them.
  std::uint32_t banks_of(const std::vector<Range>& ranges) const {
    const auto bank_bytes = static_cast<std::uint32_t>(hw_.bank_bytes());
    const auto word = static_cast<std::uint32_t>(hw_.spm_word_bytes());
    std::uint32_t mask = 0;
    for (const Range& r : ranges) {
      for (std::uint32_t b = (r.begin < word ? 0 : r.begin - word) / bank_bytes; b <= (r.end + word - 1) / bank_bytes;
           ++b)
        mask |= 1U << (b % static_cast<std::uint32_t>(hw_.scratchpad_banks));
    }
    return mask;
  }

  bool try_place(const Candidate& c, bool in_own_banks) {
    std::uint32_t taken = 0;
    for (const Placed& placed : placed_) {
      if (in_own_banks && std::ranges::count(c.apart, placed.what.tensor()) != 0) taken |= banks_of(placed.ranges);
    }

    // Addresses worth trying: the start of the memory and right behind every tensor that is alive at the same time.
    std::vector<const Placed*> neighbours;
    for (const Placed& placed : placed_) {
      if (placed.what.first_op() <= c.last_op() && c.first_op() <= placed.what.last_op()) neighbours.push_back(&placed);
    }
    const auto bank_bytes = static_cast<std::uint32_t>(hw_.bank_bytes());
    std::vector<std::uint32_t> bases;
    if (c.interleave == 0) {
      bases.push_back(0);
      // A word from the border, so that what is read beside the tensor stays in the bank.
      for (int bank = 0; in_own_banks && bank < hw_.scratchpad_banks; ++bank)
        bases.push_back(static_cast<std::uint32_t>(bank) * bank_bytes +
                        static_cast<std::uint32_t>(hw_.spm_word_bytes()));
      for (const Placed* p : neighbours) {
        for (const Range& r : p->ranges) bases.push_back(align_up(r.end, kSpmAlignBytes));
      }
    } else {
      std::vector<std::uint32_t> offsets{0};
      for (const Placed* p : neighbours) {
        for (const Range& r : p->ranges) offsets.push_back(align_up(r.end, kSpmAlignBytes) % bank_bytes);
      }
      for (int bank = 0; bank + (1 << c.interleave) <= hw_.scratchpad_banks; ++bank) {
        for (std::uint32_t offset : offsets) bases.push_back(static_cast<std::uint32_t>(bank) * bank_bytes + offset);
      }
    }
    std::sort(bases.begin(), bases.end());
    for (std::uint32_t base : bases) {
      auto ranges = ranges_of(c, base);
      if (!inside(c, ranges) || (taken != 0 && (banks_of(ranges) & taken) != 0)) continue;
      const bool clash = std::ranges::any_of(neighbours, [&](const Placed* p) { return clashes(*p, c, base, ranges); });
      if (clash) continue;
      placed_.push_back({c, base, std::move(ranges)});
      return true;
    }
    return false;
  }

  // Whether tenants that live at the same time would overlap with `c` at `base`, where it takes `ranges`.
  static bool clashes(const Placed& placed, const Candidate& c, std::uint32_t base, const std::vector<Range>& ranges) {
    const bool overlap = std::ranges::any_of(placed.ranges, [&](const Range& other) {
      return std::ranges::any_of(ranges, [&](const Range& mine) { return mine.overlaps(other); });
    });
    // Candidates whose rows rotate through banks have tenants of one shape: they overlap if any do.
    if (!overlap || placed.what.interleave > 0 || c.interleave > 0) return overlap;
    return std::ranges::any_of(placed.what.tenants, [&](const Tenant& a) {
      const Range theirs{placed.base + a.offset, placed.base + a.offset + a.bytes};
      return std::ranges::any_of(c.tenants, [&](const Tenant& b) {
        const Range mine{base + b.offset, base + b.offset + b.bytes};
        return a.lives_with(b) && mine.overlaps(theirs);
      });
    });
  }

  // Rows that rotate through banks must each stay in their bank, with room for a read that overshoots the last row.
  bool inside(const Candidate& c, const std::vector<Range>& ranges) const {
    const auto bank_bytes = static_cast<std::uint32_t>(hw_.bank_bytes());
    const auto word = static_cast<std::uint32_t>(hw_.spm_word_bytes());
    return std::all_of(ranges.begin(), ranges.end(), [&](const Range& r) {
      if (r.end > static_cast<std::uint32_t>(hw_.scratchpad_bytes)) return false;
      return c.interleave == 0 || (r.end + word - 1) / bank_bytes == r.begin / bank_bytes;
    });
  }

  // `failed`: the candidate that found no place, if that was tried.
  [[noreturn]] void refuse(const std::vector<Candidate>& candidates, const std::optional<Candidate>& failed) const {
    // Name the operator at which most bytes are alive; if even they would fit, the gaps between them are to blame.
    const auto needed = bytes_by_operator(candidates, static_cast<int>(plans_.size()));
    const auto worst = std::ranges::max_element(needed);
    const std::uint64_t worst_bytes = *worst;
    const auto worst_op = worst - needed.begin();
    const auto have = static_cast<std::uint64_t>(hw_.scratchpad_bytes);
    const Op& op = graph_.ops[static_cast<std::size_t>(worst_op)];
    if (worst_bytes > have || !failed) {
      throw Error(ExitCode::kModel,
                  fmt::format("{}: does not fit: the tensors alive at operator #{} ({}) need {} bytes of scratchpad, "
                              "scratchpad.bytes of {} is {} ({} bytes missing)",
                              graph_.name, op.index, op.type, worst_bytes, hw_.name, have, worst_bytes - have));
    }
    throw Error(
        ExitCode::kModel,
        fmt::format(
            "{}: does not fit: no gap of {} bytes is left in the scratchpad for tensor '{}'; scratchpad.bytes of {} "
            "is {}, the most bytes alive at once are {} (operator #{}, {}): a larger scratchpad is needed",
            graph_.name, failed->bytes, graph_.tensors[static_cast<std::size_t>(failed->tensor())].name, hw_.name, have,
            worst_bytes, op.index, op.type));
  }

  const Graph& graph_;
  const std::vector<OpPlan>& plans_;
  const HwConfig& hw_;
  Placement result_;
  std::vector<Placed> placed_;
  std::vector<Takeover> takeovers_;  // in the order in which they were found
};

}  // namespace

Placement place_tensors(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw, bool keep_all_tensors,
                        const Graph& in_memory) {
  return Placer(graph, plans, hw).run(keep_all_tensors, in_memory);
}

int usable_bus_rows(const DepthwisePlan& plan, const View& input) noexcept {
  if (!plan.column_mode) return 1;
  int rows = 1;
  // Kernel rows i and j of a pass collide when they are a multiple of the bank count apart.
  while (rows < plan.bus_rows) {
    for (int earlier = 0; earlier < rows; ++earlier) {
      if ((rows - earlier) * plan.geometry.dil_y % input.banks() == 0) return rows;
    }
    ++rows;
  }
  return rows;
}

}  // namespace systolite

// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/hazard_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "sim/functional/bus_conflict.h"
#include "sim/functional/event_order.h"
#include "sim/functional/footprint.h"

namespace systolite {
namespace functional {
namespace {

constexpr std::size_t kEngines = isa::kNumEngines;
constexpr int kMaxTokens = 255;

std::string list_banks(std::uint32_t mask) {
  std::string text;
  for (int bank = 0; bank < 32; ++bank) {
    if ((mask >> bank & 1U) != 0) text += fmt::format("{}{}", text.empty() ? "" : ", ", bank);
  }
  return text;
}

std::string range_text(const Extent& extent) {
  if (extent.memory == MemoryKind::kAcc)
    return fmt::format("accumulator entries {} to {}", extent.begin, extent.end - 1);
  return fmt::format("{} bytes 0x{:X} to 0x{:X}", name(extent.memory), extent.begin, extent.end - 1);
}

class Checker {
 public:
  Checker(const HwConfig& hw, const CommandProgram& program) : hw_(hw), program_(program), order_(hw, program) {}

  std::vector<Hazard> run(std::size_t limit) {
    collect_accesses();
    check_waits();
    check_token_counts();
    for (std::size_t a = 0; a < kEngines; ++a) {
      for (std::size_t b = a + 1; b < kEngines; ++b) check_engines(a, b);
    }
    std::stable_sort(hazards_.begin(), hazards_.end(), [](const Hazard& x, const Hazard& y) {
      return std::tie(x.second, x.first) < std::tie(y.second, y.first);
    });
    if (hazards_.size() > limit) hazards_.resize(limit);
    return std::move(hazards_);
  }

 private:
  // A command that touches memory, with the registers it sees.
  struct Access {
    std::size_t index;
    std::size_t config;  // into configs_
    Footprint rows;
    std::uint32_t read_banks;
    std::uint32_t write_banks;
    std::uint32_t acc_banks;
  };

  // Which configuration commands the program has given so far.
  struct Given {
    bool ld = false, mm_in = false, mm_kernel = false, vec_out = false, vec_in = false, st = false;
    std::array<bool, 4> scale{};
    void note(const isa::AnyCommand& command) {
      ld |= std::holds_alternative<isa::LdCfg>(command);
      mm_in |= std::holds_alternative<isa::MmCfgIn>(command);
      mm_kernel |= std::holds_alternative<isa::MmCfgKernel>(command);
      vec_out |= std::holds_alternative<isa::VecCfgOut>(command);
      vec_in |= std::holds_alternative<isa::VecCfgIn>(command);
      st |= std::holds_alternative<isa::StCfg>(command);
      if (const auto* slot = std::get_if<isa::VecCfgScale>(&command))
        scale[static_cast<std::size_t>(slot->slot)] = true;
    }
    // The configuration command that is missing, or nothing. One row at view row 0 needs no strides.
    [[nodiscard]] std::optional<std::string> missing(const isa::AnyCommand& command) const {
      const auto first = [](std::initializer_list<std::pair<bool, const char*>> needs) -> std::optional<std::string> {
        for (const auto& [given, what] : needs) {
          if (!given) return what;
        }
        return std::nullopt;
      };
      if (const auto* c = std::get_if<isa::Ld>(&command))
        return first({{ld || (c->rows == 1 && c->y0 == 0), "ld_cfg"}});
      if (const auto* c = std::get_if<isa::St>(&command))
        return first({{st || (c->rows == 1 && c->y0 == 0), "st_cfg"}});
      if (std::holds_alternative<isa::Mm>(command)) return first({{mm_in, "mm_cfg_in"}, {mm_kernel, "mm_cfg_kernel"}});
      if (std::holds_alternative<isa::Requant>(command)) return first({{vec_out, "vec_cfg_out"}});
      if (std::holds_alternative<isa::Add>(command)) {
        return first({{vec_out, "vec_cfg_out"},
                      {scale[0], "vec_cfg_scale slot 0"},
                      {scale[1], "vec_cfg_scale slot 1"},
                      {scale[2], "vec_cfg_scale slot 2"}});
      }
      if (const auto* c = std::get_if<isa::Pool>(&command)) {
        return first(
            {{vec_out, "vec_cfg_out"}, {vec_in, "vec_cfg_in"}, {scale[3] || c->average == 0, "vec_cfg_scale slot 3"}});
      }
      return std::nullopt;
    }
  };

  [[nodiscard]] std::string label(std::size_t index) const {
    return command_label(index, program_.commands[index].command);
  }

  void report(HazardKind kind, std::size_t first, std::size_t second, std::string text) {
    hazards_.push_back({kind, std::min(first, second), std::max(first, second), std::move(text)});
  }

  void collect_accesses() {
    configs_.emplace_back();
    Given given;
    for (std::size_t i = 0; i < program_.commands.size(); ++i) {
      const ProgramCommand& command = program_.commands[i];
      if (command.is_cfg) {
        given.note(command.command);
        configs_.push_back(configs_.back());
        configs_.back().apply(command.command);
        continue;
      }
      if (const auto what = given.missing(command.command)) {
        report(HazardKind::kConfiguration, i, i,
               fmt::format("{} runs before any {} of this program.", label(i), *what));
      }
      Footprint rows = footprint(command.command, configs_.back(), hw_, Detail::kRows);
      const std::uint32_t read_banks = banks_of(port_reads(command.command, configs_.back(), hw_, rows), hw_);
      const std::uint32_t write_banks = banks_of(rows.writes, hw_);
      const std::uint32_t acc_banks = acc_banks_of(rows.reads, hw_) | acc_banks_of(rows.writes, hw_);
      check_in_place(i, command.command);
      check_buses(i, command.command);
      accesses_[static_cast<std::size_t>(command.engine)].push_back(
          {i, configs_.size() - 1, std::move(rows), read_banks, write_banks, acc_banks});
    }
  }

  // ADD reads a group, then writes it: results may replace operand bytes of the same group or before, not after.
  void check_in_place(std::size_t index, const isa::AnyCommand& command) {
    if (const auto* add = std::get_if<isa::Add>(&command)) {
      for (const std::int64_t operand : {add->in1, add->in2}) {
        if (add->out <= operand || add->out >= operand + add->len) continue;
        report(HazardKind::kInPlace, index, index,
               fmt::format("{} writes from 0x{:X} over bytes of the operand at 0x{:X} that it has still to read.",
                           label(index), add->out, operand));
      }
    } else if (std::holds_alternative<isa::Pool>(command)) {
      const Footprint exact = footprint(command, configs_.back(), hw_, Detail::kBytes);
      if (const auto common = first_overlap(exact.reads, exact.writes)) {
        report(HazardKind::kInPlace, index, index,
               fmt::format("{} reads and writes {}.", label(index), range_text(*common)));
      }
    }
  }

  // The depthwise buses have read ports of their own, but the sub-banks have one each.
  void check_buses(std::size_t index, const isa::AnyCommand& command) {
    const auto* mm = std::get_if<isa::Mm>(&command);
    const EngineConfig& config = configs_.back();
    if (mm == nullptr || config.mm_in.depthwise == 0 || config.mm_kernel.buses == 1) return;
    const auto conflict = find_bus_conflict({*mm, config.mm_in, config.mm_kernel}, hw_);
    if (!conflict) return;
    report(HazardKind::kBusConflict, index, index,
           fmt::format("{} reads 0x{:X} on bus {} and 0x{:X} on bus {}, in the same sub-bank, at the same time.",
                       label(index), conflict->first_address, conflict->first_bus, conflict->second_address,
                       conflict->second_bus));
  }

  void check_waits() {
    for (std::size_t i = 0; i < program_.commands.size(); ++i) {
      for (std::size_t p = 0; p < kEngines; ++p) {
        const bool waits = (program_.commands[i].wait >> p & 1U) != 0;
        if (!waits || order_.givers()[i][p] < i) continue;
        report(HazardKind::kTokens, i, order_.givers()[i][p],
               fmt::format("{} waits for {}, which comes after it in the stream.", label(i),
                           label(order_.givers()[i][p])));
      }
    }
  }

  // The largest count a counter can reach: tokens given so far less those certainly taken, either because an ordering
  // says so or because the front end has dispatched past their takers' queue.
  void check_token_counts() {
    for (std::size_t p = 0; p < kEngines; ++p) {
      for (std::size_t c = 0; c < kEngines; ++c) check_token_count(p, c);
    }
  }

  void check_token_count(std::size_t p, std::size_t c) {
    const std::vector<std::uint32_t>& takers = program_.of_engine[c];
    std::vector<std::int64_t> taken{0};  // tokens of p taken by the first n commands of c
    for (const std::uint32_t index : takers) taken.push_back(taken.back() + (program_.commands[index].wait >> p & 1U));
    std::int64_t given = 0;
    for (const std::uint32_t index : program_.of_engine[p]) {
      if ((program_.commands[index].signal >> c & 1U) == 0) continue;
      ++given;
      const auto dispatched = std::lower_bound(takers.begin(), takers.end(), index) - takers.begin();
      const std::int64_t started = std::max<std::int64_t>(order_[index].done.started[c],
                                                          std::max<std::int64_t>(dispatched - hw_.queue_depth, 0));
      const std::int64_t count = given - taken[static_cast<std::size_t>(started)];
      if (count <= kMaxTokens) continue;
      report(HazardKind::kTokens, index, index,
             fmt::format("{} can raise the count of {}'s tokens for {} to {}: the counter holds {}.", label(index),
                         isa::name(static_cast<isa::Engine>(p)), isa::name(static_cast<isa::Engine>(c)), count,
                         kMaxTokens));
      return;
    }
  }

  // Compares each command of engine b with those commands of engine a that nothing orders against it: a run of a's
  // commands, because completion and start are in order on every engine.
  void check_engines(std::size_t a, std::size_t b) {
    const std::vector<Access>& lefts = accesses_[a];
    std::size_t begin = 0;
    std::size_t end = 0;
    for (const Access& right : accesses_[b]) {
      while (begin < lefts.size() && order_.ordered(lefts[begin].index, right.index)) ++begin;
      end = std::max(end, begin);
      while (end < lefts.size() && !order_.ordered(right.index, lefts[end].index)) ++end;
      for (std::size_t i = begin; i < end; ++i) compare(lefts[i], right);
    }
  }

  void compare(const Access& x, const Access& y) {
    const Access& first = x.index < y.index ? x : y;
    const Access& second = x.index < y.index ? y : x;
    bool overlap = overlaps(first, second, HazardKind::kReadAfterWrite);
    overlap |= overlaps(first, second, HazardKind::kWriteAfterRead);
    overlap |= overlaps(first, second, HazardKind::kWriteAfterWrite);
    if (!overlap && (first.acc_banks & second.acc_banks) != 0) {
      report(HazardKind::kAccumulatorBank, first.index, second.index,
             fmt::format("{} and {} may use the same accumulator bank at the same time; no token orders them.",
                         label(first.index), label(second.index)));
    }
    if (overlap) return;
    report_banks(first, second, first.read_banks & second.read_banks, "read");
    report_banks(first, second, first.write_banks & second.write_banks, "write");
  }

  void report_banks(const Access& first, const Access& second, std::uint32_t banks, const char* verb) {
    if (banks == 0) return;
    report(HazardKind::kBankConflict, first.index, second.index,
           fmt::format("{} and {} may {} scratchpad bank {} at the same time; no token orders them.",
                       label(first.index), label(second.index), verb, list_banks(banks)));
  }

  bool overlaps(const Access& first, const Access& second, HazardKind kind) {
    const auto of_first = kind == HazardKind::kWriteAfterRead ? &Footprint::reads : &Footprint::writes;
    const auto of_second = kind == HazardKind::kReadAfterWrite ? &Footprint::reads : &Footprint::writes;
    if (!first_overlap(first.rows.*of_first, second.rows.*of_second)) return false;
    // Rows overlap; only now is it worth asking for every byte.
    const Footprint a = exact(first);
    const Footprint b = exact(second);
    const auto common = first_overlap(a.*of_first, b.*of_second);
    if (!common) return false;
    const bool first_writes = kind != HazardKind::kWriteAfterRead;
    const bool second_writes = kind != HazardKind::kReadAfterWrite;
    report(kind, first.index, second.index,
           fmt::format("{}: {} {} {}, which {} {}; no token orders them.", name(kind), label(second.index),
                       second_writes ? "writes" : "reads", range_text(*common), label(first.index),
                       first_writes ? "writes" : "reads"));
    return true;
  }

  [[nodiscard]] Footprint exact(const Access& access) const {
    return footprint(program_.commands[access.index].command, configs_[access.config], hw_, Detail::kBytes);
  }

  const HwConfig& hw_;
  const CommandProgram& program_;
  EventOrder order_;
  std::vector<EngineConfig> configs_;
  std::array<std::vector<Access>, kEngines> accesses_;
  std::vector<Hazard> hazards_;
};

}  // namespace
}  // namespace functional

std::string_view name(HazardKind kind) noexcept {
  switch (kind) {
    case HazardKind::kReadAfterWrite:
      return "read after write";
    case HazardKind::kWriteAfterRead:
      return "write after read";
    case HazardKind::kWriteAfterWrite:
      return "write after write";
    case HazardKind::kBankConflict:
      return "bank conflict";
    case HazardKind::kBusConflict:
      return "bus conflict";
    case HazardKind::kAccumulatorBank:
      return "accumulator bank";
    case HazardKind::kInPlace:
      return "in place";
    case HazardKind::kTokens:
      return "tokens";
    case HazardKind::kConfiguration:
      return "configuration";
  }
  return "unknown";
}

std::vector<Hazard> check_hazards(const HwConfig& hw, std::span<const isa::Command> commands, std::size_t limit) {
  const functional::CommandProgram program = functional::decode_program(hw, commands);
  return functional::Checker(hw, program).run(limit);
}

}  // namespace systolite

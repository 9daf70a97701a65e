// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/bus_conflict.h"

#include <algorithm>
#include <array>

#include "sim/functional/local_memories.h"

namespace systolite::functional {
namespace {

constexpr int kBuses = 3;

// The reads of one pass of a block, by bus and cycle from the pass's first position on bus 0.
class PassReads {
 public:
  PassReads(const DepthwiseBlock& block, std::int64_t pass, const HwConfig& hw)
      : block_(block), pass_(pass), view_{block.in.base, block.in.pitch, block.in.interleave, hw.bank_bytes()} {}

  [[nodiscard]] std::int64_t cycles() const { return block_.mm.nrows * row_cycles(); }
  [[nodiscard]] std::int64_t lag() const { return (block_.kernel.buses - 1) * block_.kernel.taps; }

  // Address bus `bus` reads in `cycle`, if it reads.
  [[nodiscard]] std::optional<std::int64_t> address(int bus, std::int64_t cycle) const {
    const DepthwiseBlock& b = block_;
    const std::int64_t kernel_row = pass_ * b.kernel.buses + bus;
    const std::int64_t position = cycle - bus * b.kernel.taps;
    if (bus >= b.kernel.buses || kernel_row >= b.mm.nky || position < 0 || position >= cycles()) return std::nullopt;
    const std::int64_t oy = b.mm.oy0 + position / row_cycles();
    const std::int64_t iy = oy * b.in.stride_y - b.kernel.pad_top + (b.mm.ky0 + kernel_row) * b.kernel.dil_y;
    const std::int64_t x = b.mm.ox0 * b.in.stride_x - b.kernel.pad_left + position % row_cycles();
    const std::int64_t byte = x * b.in.pix_bytes + b.mm.c0;
    if (iy < 0 || iy >= b.in.height || byte < 0 || byte >= b.in.row_bytes) return std::nullopt;
    return view_.address(iy) + byte;
  }

 private:
  [[nodiscard]] std::int64_t row_cycles() const {
    return (block_.mm.ncols - 1) * block_.in.stride_x + block_.kernel.taps;
  }

  const DepthwiseBlock& block_;
  std::int64_t pass_;
  RowView view_;
};

class Port {
 public:
  explicit Port(const HwConfig& hw)
      : word_(hw.spm_word_bytes()),
        bank_(hw.bank_bytes()),
        size_(hw.scratchpad_bytes),
        span_(std::max(hw.array.rows, hw.array.cols)) {}
  // Whether two reads need the same sub-bank: even and odd words of a bank are one each.
  [[nodiscard]] bool meet(std::int64_t a, std::int64_t b) const {
    for (const std::int64_t i : {a, a + span_ - 1}) {
      for (const std::int64_t j : {b, b + span_ - 1}) {
        if (sub_bank(i) == sub_bank(j)) return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] std::int64_t sub_bank(std::int64_t address) const {
    const std::int64_t wrapped = address % size_;
    return 2 * (wrapped / bank_) + (wrapped / word_) % 2;
  }
  std::int64_t word_, bank_, size_, span_;
};

std::optional<BusConflict> meet(const Port& port, const PassReads& x, int bus_x, std::int64_t cycle_x,
                                const PassReads& y, int bus_y, std::int64_t cycle_y) {
  const auto a = x.address(bus_x, cycle_x);
  if (!a) return std::nullopt;
  const auto b = y.address(bus_y, cycle_y);
  if (!b || !port.meet(*a, *b)) return std::nullopt;
  return BusConflict{bus_x, bus_y, *a, *b};
}

std::optional<BusConflict> inside(const PassReads& pass, const Port& port) {
  for (std::int64_t cycle = 0; cycle < pass.cycles() + pass.lag(); ++cycle) {
    for (int a = 0; a < kBuses; ++a) {
      for (int b = a + 1; b < kBuses; ++b) {
        if (const auto conflict = meet(port, pass, a, cycle, pass, b, cycle)) return conflict;
      }
    }
  }
  return std::nullopt;
}

// The later buses of `before` finish while the earlier ones of `after` begin `gap` cycles later than they could.
std::optional<BusConflict> across(const PassReads& before, const PassReads& after, const Port& port) {
  for (std::int64_t gap = 0; gap < before.lag(); ++gap) {
    for (std::int64_t cycle = 0; gap + cycle < before.lag(); ++cycle) {
      for (int late = 1; late < kBuses; ++late) {
        for (int early = 0; early < late; ++early) {
          if (const auto conflict = meet(port, before, late, before.cycles() + gap + cycle, after, early, cycle))
            return conflict;
        }
      }
    }
  }
  return std::nullopt;
}

std::int64_t passes(const DepthwiseBlock& block) {
  return (block.mm.nky + block.kernel.buses - 1) / block.kernel.buses;
}

}  // namespace

std::optional<BusConflict> conflict_within(const DepthwiseBlock& block, const HwConfig& hw) {
  const Port port(hw);
  for (std::int64_t pass = 0; pass < passes(block); ++pass) {
    const PassReads reads(block, pass, hw);
    if (const auto conflict = inside(reads, port)) return conflict;
    if (pass + 1 == passes(block)) break;
    if (const auto conflict = across(reads, PassReads(block, pass + 1, hw), port)) return conflict;
  }
  return std::nullopt;
}

std::optional<BusConflict> conflict_between(const DepthwiseBlock& block, const DepthwiseBlock& next,
                                            const HwConfig& hw) {
  if (block.kernel.taps != next.kernel.taps || block.kernel.buses != next.kernel.buses) return std::nullopt;
  return across(PassReads(block, passes(block) - 1, hw), PassReads(next, 0, hw), Port(hw));
}

}  // namespace systolite::functional

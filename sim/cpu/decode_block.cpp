// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/decode_block.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"
#include "sim/cpu/timing.h"

namespace systolite::cpu {
namespace {

constexpr std::size_t kLongestBlock = 256;

// Execute-never by the default memory map: devices and the system space (DDI 0403, B3.1).
bool execute_never(std::uint32_t address) {
  const std::uint32_t region = address >> 29;
  return region == 2 || region == 5 || region == 6 || region == 7;
}

class BlockDecoder {
 public:
  explicit BlockDecoder(Machine& machine) : m_(machine), pc_(machine.pc), it_(machine.it) {}

  std::unique_ptr<Block> decode() {
    do {
      MappedRegion* const region = m_.memory.find(pc_, 2);
      if (region == nullptr || execute_never(pc_)) {
        cannot_fetch(pc_);
        break;
      }
      if (!step(*region)) break;
    } while (!decoded_.back().ends_block && (decoded_.size() < kLongestBlock || it_ != 0));
    auto block = std::make_unique<Block>();
    block->pc = m_.pc;
    block->end = pc_;
    block->taken_penalty = static_cast<std::uint32_t>(assign_cycles(m_.timing, decoded_));
    block->predicted = m_.timing.mispredict_penalty != 0 && decoded_.back().conditional_branch;
    block->range = range_of(m_.pc);
    block->insns.reserve(decoded_.size());
    for (const Decoded& decoded : decoded_) block->insns.push_back(decoded.insn);
    return block;
  }

 private:
  static std::uint32_t halfword(const MappedRegion& region, std::uint32_t address) {
    std::uint16_t value = 0;
    std::memcpy(&value, region.host + (address - region.base), 2);
    return value;
  }

  static void mark_code(MappedRegion& region, std::uint32_t address) {
    if (!region.code.empty()) region.code[(address - region.base) >> kCodeGranuleBits] = 1;
  }

  // Stands for an instruction that cannot be read; its fault is raised when it is reached.
  void cannot_fetch(std::uint32_t address) {
    const FaultKind kind = execute_never(address) ? FaultKind::kFetchViolation : FaultKind::kFetchBus;
    Decoded decoded =
        Build(address, fetch_fault, Timing::kNop, InsnClass::kSystem).imm(static_cast<std::uint32_t>(kind));
    decoded.insn.it = static_cast<std::uint8_t>(it_);
    decoded_.push_back(decoded);
    pc_ += 2;
  }

  bool step(MappedRegion& region) {
    const std::uint32_t first = halfword(region, pc_);
    std::uint32_t second = 0;
    MappedRegion* second_region = &region;
    if (is_wide(first)) {
      second_region = m_.memory.find(pc_ + 2, 2);
      if (second_region == nullptr || execute_never(pc_ + 2)) {
        cannot_fetch(pc_ + 2);
        decoded_.back().insn.pc = pc_ - 2;
        return false;
      }
      second = halfword(*second_region, pc_ + 2);
      mark_code(*second_region, pc_ + 2);
    }
    mark_code(region, pc_);
    const DecodeContext context{.core = m_.core, .in_it = it_ != 0};
    Decoded decoded = systolite::cpu::decode(context, pc_, first, second);
    // BKPT is executed whatever the condition.
    if (it_ != 0 && decoded.insn.run != breakpoint) decoded.insn.it = static_cast<std::uint8_t>(it_);
    if (decoded.guard || decoded.insn.it != 0) {
      decoded.insn.body = decoded.insn.run;
      decoded.insn.run = guarded;
    }
    decoded.insn.fetch = fetch_of(region, decoded);
    const bool opens_it = decoded.timing == Timing::kIt;
    if (opens_it) {
      it_ = decoded.insn.imm;
    } else {
      it_ = (it_ & 7U) == 0 ? 0 : (it_ & 0xE0U) | (it_ << 1 & 0x1FU);
    }
    pc_ += decoded.size();
    decoded_.push_back(decoded);
    return true;
  }

  std::uint8_t fetch_of(const MappedRegion& region, const Decoded& decoded) {
    const std::uint32_t last = pc_ + decoded.size() - 2;
    std::uint8_t result = 0;
    if (region.flash && m_.flash.waits()) {
      const std::uint32_t bytes = m_.flash.sector_bytes();
      if (decoded_.empty() || pc_ / bytes != last_halfword_ / bytes) result |= kFetchFirst;
      if (last / bytes != pc_ / bytes) result |= kFetchSecond;
    } else if (region.fetch_wait != 0) {
      const std::uint32_t from = decoded_.empty() ? pc_ / 4 : last_halfword_ / 4 + 1;
      const std::uint32_t words = last / 4 + 1 > from ? last / 4 + 1 - from : 0;
      if (words != 0) result = static_cast<std::uint8_t>(kFetchWaits | std::min(words * region.fetch_wait, 127U));
    }
    last_halfword_ = last;
    return result;
  }

  [[nodiscard]] std::uint32_t range_of(std::uint32_t address) const {
    const auto found = std::find_if(m_.ranges.begin(), m_.ranges.end(), [address](const CodeRange& range) {
      return address >= range.begin && address < range.end;
    });
    return static_cast<std::uint32_t>(found - m_.ranges.begin());
  }

  Machine& m_;
  std::uint32_t pc_;
  std::uint32_t it_;
  std::uint32_t last_halfword_ = 0;
  std::vector<Decoded> decoded_;
};

}  // namespace

Block& decode_block(Machine& machine) {
  const std::uint32_t it = machine.it;
  return machine.blocks.insert(BlockDecoder(machine).decode(), it);
}

}  // namespace systolite::cpu

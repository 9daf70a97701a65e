// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_compute/compute_dut.h"

#include <verilated.h>

#include <algorithm>
#include <cstring>

#include "Vslt_compute.h"

namespace systolite::rtl_compute {
namespace {

// A Verilated port of any width is little-endian words, so its bytes lie as in the packed array.
template <typename Port>
void set_bytes(Port& port, std::size_t at, const std::uint8_t* bytes, std::size_t count) {
  std::memcpy(reinterpret_cast<std::uint8_t*>(&port) + at, bytes, count);
}

template <typename Port>
std::uint32_t bits(const Port& port, unsigned at, unsigned count) {
  std::uint64_t word = 0;
  const std::size_t first = at / 8;
  std::memcpy(&word, reinterpret_cast<const std::uint8_t*>(&port) + first,
              std::min<std::size_t>(8, sizeof(Port) - first));
  return static_cast<std::uint32_t>(word >> (at % 8)) & static_cast<std::uint32_t>((std::uint64_t{1} << count) - 1);
}

}  // namespace

ComputeDut::ComputeDut(const DataModel& memories, std::uint64_t seed)
    : memories_(memories),
      random_(seed),
      context_(std::make_unique<VerilatedContext>()),
      top_(std::make_unique<Vslt_compute>(context_.get())) {
  top_->clk_i = 0;
  top_->rst_ni = 1;
  top_->clear_i = 0;
  top_->mm_cmd_valid_i = 0;
  top_->wl_cmd_valid_i = 0;
  top_->acc_rd_en_i = 0;
  top_->eval();
  top_->rst_ni = 0;
  top_->eval();
  for (int i = 0; i < 3; ++i) cycle();
  top_->rst_ni = 1;
  cycle();
}

ComputeDut::~ComputeDut() { top_->final(); }

void ComputeDut::settle() {
  top_->clk_i = 0;
  top_->eval();
}

void ComputeDut::cycle() {
  top_->clk_i = 1;
  top_->eval();
  settle();
}

// Data of the next cycle, from the addresses of this one; noise where nothing was read.
void ComputeDut::answer_memories(Observed& observed) {
  struct Reads {
    std::array<bool, kBuses> spm_en{};
    std::array<std::uint32_t, kBuses> spm_addr{};
    bool wbuf_en = false;
    std::uint32_t wbuf_addr = 0;
  } reads;
  for (unsigned j = 0; j < kBuses; ++j) {
    reads.spm_en[j] = ((top_->spm_rd_en_o >> j) & 1U) != 0;
    reads.spm_addr[j] = bits(top_->spm_rd_addr_o, 20 * j, 20);
  }
  const auto same_bank = [&](unsigned a, unsigned b) {
    return reads.spm_en[a] && reads.spm_en[b] &&
           reads.spm_addr[a] % kSpmBytes / kBankBytes == reads.spm_addr[b] % kSpmBytes / kBankBytes;
  };
  if (same_bank(0, 1) || same_bank(0, 2) || same_bank(1, 2)) ++observed.bank_conflicts;
  if (reads.spm_en[0] && reads.spm_en[1] && reads.spm_en[2]) ++observed.triple_reads;
  reads.wbuf_en = top_->wbuf_rd_en_o != 0;
  reads.wbuf_addr = top_->wbuf_rd_addr_o;

  top_->clk_i = 1;
  top_->eval();

  std::array<std::uint8_t, kSpmWord> word{};
  for (unsigned j = 0; j < kBuses; ++j) {
    for (int b = 0; b < kSpmWord; ++b) {
      word[static_cast<std::size_t>(b)] =
          reads.spm_en[j] ? memories_.spm(std::int64_t{reads.spm_addr[j]} + b) : static_cast<std::uint8_t>(random_());
    }
    set_bytes(top_->spm_rd_data_i, j * kSpmWord, word.data(), kSpmWord);
  }
  std::array<std::uint8_t, kCols> row{};
  for (int c = 0; c < kCols; ++c) {
    row[static_cast<std::size_t>(c)] =
        reads.wbuf_en ? memories_.wbuf(std::int64_t{reads.wbuf_addr} + c) : static_cast<std::uint8_t>(random_());
  }
  set_bytes(top_->wbuf_rd_data_i, 0, row.data(), kCols);
  settle();
}

std::array<std::uint32_t, kCols> ComputeDut::read_entry(int entry) {
  top_->acc_rd_en_i = 1;
  top_->acc_rd_addr_i = static_cast<SData>(entry);
  cycle();
  top_->acc_rd_en_i = 0;
  std::array<std::uint32_t, kCols> result{};
  std::memcpy(result.data(), &top_->acc_rd_data_o, sizeof result);
  return result;
}

namespace {

// Plays one command list: which command is at the head, when it went, when it was done.
struct Player {
  const std::vector<TimedCommand>& commands;
  std::vector<CommandTimes>& times;
  std::size_t next = 0;
  std::size_t finished = 0;

  [[nodiscard]] bool offers(long cycle) const { return next < commands.size() && commands[next].arrival <= cycle; }
  [[nodiscard]] bool complete() const { return finished == commands.size(); }
  void popped(long cycle) {
    times.push_back({cycle, -1});
    ++next;
  }
  bool done(long cycle) {
    if (finished == times.size()) return false;
    times[finished++].done = cycle;
    return true;
  }
};

}  // namespace

ComputeDut::Observed ComputeDut::run(const ComputeProgram& program, int half, std::optional<long> stop_after) {
  Observed observed;
  Player mm{program.mm, observed.times.mm};
  Player wl{program.wl, observed.times.wl};
  int pending_entry = -1;
  constexpr long kLimit = 200000;

  for (long t = 0; t < kLimit; ++t) {
    const bool stop = stop_after && t == *stop_after;
    top_->clear_i = stop;
    top_->mm_cmd_valid_i = mm.offers(t);
    top_->wl_cmd_valid_i = wl.offers(t);
    if (mm.offers(t)) std::memcpy(&top_->mm_cmd_i, &program.mm[mm.next].command, 16);
    if (wl.offers(t)) std::memcpy(&top_->wl_cmd_i, &program.wl[wl.next].command, 16);

    // The vector engine's side of the other half.
    const int read = static_cast<int>(random_() % (4 * kAccEntries));
    top_->acc_rd_en_i = read < kAccEntries;
    const int entry = (1 - half) * kAccEntries + read % kAccEntries;
    top_->acc_rd_addr_i = static_cast<SData>(entry);

    top_->eval();
    if (pending_entry >= 0) {
      std::array<std::uint32_t, kCols> data{};
      std::memcpy(data.data(), &top_->acc_rd_data_o, sizeof data);
      for (int c = 0; c < kCols; ++c) {
        if (memories_.defined(pending_entry, c) &&
            static_cast<std::int32_t>(data[static_cast<std::size_t>(c)]) != memories_.value(pending_entry, c)) {
          observed.failure = "wrong value read from the idle half, entry " + std::to_string(pending_entry);
          return observed;
        }
      }
    }
    pending_entry = read < kAccEntries ? entry : -1;

    observed.times.mm_state.push_back(static_cast<isa::State>(top_->mm_state_o));
    observed.times.wl_state.push_back(static_cast<isa::State>(top_->wl_state_o));
    if ((top_->mm_busy_o != 0) != (observed.times.mm_state.back() == isa::State::kBusy) ||
        (top_->wl_busy_o != 0) != (observed.times.wl_state.back() == isa::State::kBusy)) {
      observed.failure = "busy and state disagree in cycle " + std::to_string(t);
      return observed;
    }
    if ((top_->mm_idle_o != 0) != (mm.finished == mm.times.size()) ||
        (top_->wl_idle_o != 0) != (wl.finished == wl.times.size())) {
      observed.failure = "idle is wrong in cycle " + std::to_string(t);
      return observed;
    }
    if ((top_->mm_done_o != 0 && !mm.done(t)) || (top_->wl_done_o != 0 && !wl.done(t))) {
      observed.failure = "done without a command in cycle " + std::to_string(t);
      return observed;
    }
    if (top_->mm_cmd_valid_i != 0 && top_->mm_cmd_ready_o != 0) mm.popped(t);
    if (top_->wl_cmd_valid_i != 0 && top_->wl_cmd_ready_o != 0) wl.popped(t);
    if (mm.times.size() - mm.finished > 4 || wl.times.size() - wl.finished > 4) {
      observed.failure = "more than 4 commands in flight in cycle " + std::to_string(t);
      return observed;
    }

    answer_memories(observed);
    if (stop || (mm.complete() && wl.complete())) {
      top_->clear_i = 0;
      top_->mm_cmd_valid_i = 0;
      top_->wl_cmd_valid_i = 0;
      top_->acc_rd_en_i = 0;
      top_->eval();
      if (top_->mm_idle_o == 0 || top_->wl_idle_o == 0) observed.failure = "not idle after the program";
      observed.finished = !stop;
      return observed;
    }
  }
  observed.failure = "the program does not end";
  return observed;
}

void ComputeDut::run_cycles(const ComputeProgram& program, long cycles) {
  std::size_t mm = 0;
  std::size_t wl = 0;
  for (long t = 0; t < cycles; ++t) {
    top_->mm_cmd_valid_i = 1;
    top_->wl_cmd_valid_i = 1;
    std::memcpy(&top_->mm_cmd_i, &program.mm[mm].command, 16);
    std::memcpy(&top_->wl_cmd_i, &program.wl[wl].command, 16);
    if (top_->mm_cmd_ready_o != 0) mm = (mm + 1) % program.mm.size();
    if (top_->wl_cmd_ready_o != 0) wl = (wl + 1) % program.wl.size();
    cycle();
  }
}

}  // namespace systolite::rtl_compute

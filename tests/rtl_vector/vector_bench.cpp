// SPDX-License-Identifier: Apache-2.0
// Runs random command sequences through the Verilated vector engine and compares every port access, with its cycle and
// data, every pop, done and busy cycle, and the whole scratchpad with the model. Exit code 0: all equal.
//   vector_bench [--seed N] [--commands N] [--speed]
#include <verilated.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "Vslt_vector.h"
#include "tests/rtl_vector/ports.h"
#include "tests/rtl_vector/random_commands.h"
#include "tests/rtl_vector/vector_model.h"

namespace systolite::vector_test {
namespace {

constexpr Geometry kGeometry{BENCH_COLS, BENCH_LANES, BENCH_SPM_WORD};
constexpr std::uint64_t kMaxInFlight = 4;
constexpr std::uint32_t kStateIdle = 0;
constexpr std::uint32_t kStateBusy = 1;

struct Coverage {
  std::uint64_t commands[6] = {}, writes = 0, cycles = 0, clears = 0, full = 0, back_to_back = 0;
  std::uint64_t column_tiles = 0, last_tile_short = 0;  // requant commands of several tiles
};

class Bench {
 public:
  Bench(std::uint64_t seed)
      : random_(seed), generator_(kGeometry, random_), memories_(kGeometry), expected_(kGeometry) {
    randomize(memories_, random_);
    expected_ = memories_;
    model_ = std::make_unique<VectorModel>(kGeometry, expected_);
    top_.rst_ni = 1;
    top_.clk_i = 0;
    top_.eval();
    top_.rst_ni = 0;
    top_.eval();
    top_.rst_ni = 1;
    // From here the head of the queue is random but legal.
    for (const Command& command : generator_.full_configuration()) forced_.push_back(command);
  }

  // Every command follows at once, or after a random gap.
  void run(std::uint64_t commands, int gap_in) {
    std::uint64_t popped = 0;
    draw_gap(gap_in);
    while (popped < commands || !in_flight_.empty()) {
      const bool offer = popped < commands;
      if (cycle(offer)) {
        ++popped;
        draw_gap(gap_in);
      }
      if (failed_) return;
    }
    cycle(false);
    compare_memory();
  }

  // Clear at a random time: whatever the engine held is gone, its registers of configuration are not.
  void run_and_clear(std::uint64_t cycles) {
    draw_gap(3);
    for (std::uint64_t i = 0; i < cycles && !failed_; ++i) {
      if (cycle(true)) draw_gap(3);
    }
    if (random_.one_in(2)) {
      while (!may_pop()) cycle(false);
    }
    clear_ = true;
    pending_ = generator_.full_configuration().front();  // must not be taken
    gap_ = 0;
    cycle(true);
    pending_.reset();
    clear_ = false;
    in_flight_.clear();
    next_pop_ = now_;
    for (auto* queue : {&acc_, &table_, &read_, &write_}) queue->clear();
    ++coverage_.clears;
    for (int i = 0; i < 20; ++i) cycle(false);
    expected_.spm = memories_.spm;
  }

  // One command without comparison of its random neighbours.
  void force(const Command& command) { forced_.push_back(command); }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Memories& expected() { return expected_; }
  [[nodiscard]] Memories& memories() { return memories_; }

 private:
  struct InFlight {
    Command command;
    std::uint64_t pop, done;
  };

  void fail(const std::string& what) {
    if (!failed_) std::printf("FAIL cycle %llu: %s\n", static_cast<unsigned long long>(now_), what.c_str());
    failed_ = true;
  }

  void draw_gap(int gap_in) { gap_ = random_.one_in(gap_in) ? random_.u(0, 30) : 0; }

  // Whether the engine has to take a command in this cycle, from the timing rules.
  [[nodiscard]] bool may_pop() const { return now_ >= next_pop_ && in_flight_.size() < kMaxInFlight; }

  void start(const Command& command) {
    const CommandTiming timing = model_->timing(command);
    const Accesses accesses = model_->execute(command, now_);
    acc_.insert(acc_.end(), accesses.acc.begin(), accesses.acc.end());
    table_.insert(table_.end(), accesses.table.begin(), accesses.table.end());
    read_.insert(read_.end(), accesses.read.begin(), accesses.read.end());
    write_.insert(write_.end(), accesses.write.begin(), accesses.write.end());
    const std::uint64_t done = is_config(command)
                                   ? std::max(now_ + 1, in_flight_.empty() ? 0 : in_flight_.back().done + 1)
                                   : now_ + timing.setup + timing.steps + 7;
    if (now_ == next_pop_ && !in_flight_.empty()) ++coverage_.back_to_back;
    next_pop_ = is_config(command) ? now_ + 1 : now_ + timing.setup + timing.steps;
    in_flight_.push_back({command, now_, done});
    ++coverage_.commands[command.index()];
    if (const auto* requant = std::get_if<Requant>(&command); requant != nullptr && requant->nch > kGeometry.cols) {
      ++coverage_.column_tiles;
      if (requant->nch % kGeometry.cols != 0) ++coverage_.last_tile_short;
    }
  }

  void check_access(std::deque<Access>& queue, bool enabled, const Access& actual, const char* port) {
    if (!queue.empty() && queue.front().cycle < now_) fail(std::string(port) + ": access missing");
    const bool due = !queue.empty() && queue.front().cycle == now_;
    if (due != enabled) return fail(std::string(port) + (due ? ": access missing" : ": unexpected access"));
    if (!enabled) return;
    if (queue.front() != actual) {
      std::printf("  expected address %05x %05x strobe %llx, actual address %05x %05x strobe %llx\n",
                  queue.front().address, queue.front().address2, static_cast<unsigned long long>(queue.front().strobe),
                  actual.address, actual.address2, static_cast<unsigned long long>(actual.strobe));
      for (std::uint32_t l = 0; l < kGeometry.lanes; ++l) {
        if (queue.front().data[l] != actual.data[l]) {
          std::printf("  lane %u: expected %d, actual %d\n", l, queue.front().data[l], actual.data[l]);
        }
      }
      fail(std::string(port) + ": wrong access");
    }
    queue.pop_front();
  }

  // Memories answer in the next cycle; without a request the data is noise.
  void prepare_read_data() {
    const auto noise = static_cast<std::uint32_t>(random_.bits());
    if (top_.acc_en_o != 0) {
      next_acc_.assign(memories_.acc.begin() + top_.acc_addr_o * kGeometry.cols,
                       memories_.acc.begin() + (top_.acc_addr_o + 1) * kGeometry.cols);
    } else {
      next_acc_.assign(kGeometry.cols, static_cast<std::int32_t>(noise));
    }
    next_spm_.assign(kGeometry.spm_word, static_cast<std::int8_t>(noise));
    if (top_.rd_en_o != 0) {
      for (std::uint32_t i = 0; i < kGeometry.spm_word; ++i)
        next_spm_[i] = memories_.spm[(top_.rd_addr_o + i) % kSpmBytes];
    }
    table_read_ = top_.tab_en_o != 0;
    bias_word_ = table_read_ ? top_.tab_bias_word_o : 0;
    scale_word_ = table_read_ ? top_.tab_scale_word_o : 0;
    noise_ = noise;
  }

  void drive_read_data() {
    set_bytes(top_.acc_data_i, next_acc_.data(), 4 * next_acc_.size());
    set_bytes(top_.rd_data_i, next_spm_.data(), next_spm_.size());
    for (std::uint32_t l = 0; l < kGeometry.lanes; ++l) {
      const std::uint32_t b = bias_word_ * kGeometry.lanes + l;
      const std::uint32_t s = scale_word_ * kGeometry.lanes + l;
      set_bits(top_.tab_bias_i, 32 * l, 32, table_read_ ? static_cast<std::uint32_t>(memories_.bias[b]) : noise_);
      set_bits(top_.tab_mult_i, 31 * l, 31, table_read_ ? memories_.mult[s] : noise_);
      set_bits(top_.tab_shift_i, 8 * l, 8, table_read_ ? static_cast<std::uint32_t>(memories_.shift[s]) : noise_);
    }
  }

  void check_ports() {
    check_access(acc_, top_.acc_en_o != 0, {.cycle = now_, .address = top_.acc_addr_o}, "accumulator");
    check_access(table_, top_.tab_en_o != 0,
                 {.cycle = now_, .address = top_.tab_bias_word_o, .address2 = top_.tab_scale_word_o}, "tables");
    check_access(read_, top_.rd_en_o != 0, {.cycle = now_, .address = top_.rd_addr_o, .address2 = top_.rd_last_o},
                 "read");
    Access write{.cycle = now_, .address = top_.wr_addr_o, .strobe = top_.wr_strb_o};
    std::array<std::int8_t, 64> data{};
    get_bytes(top_.wr_data_o, data.data(), kGeometry.lanes);
    for (std::uint32_t l = 0; l < kGeometry.lanes; ++l) {
      if ((write.strobe >> l & 1U) != 0) write.data[l] = data[l];
    }
    check_access(write_, top_.wr_en_o != 0, write, "write");
    if (top_.wr_en_o != 0) ++coverage_.writes;

    const bool busy = !in_flight_.empty();
    if (busy != (top_.busy_o != 0) || busy == (top_.idle_o != 0)) fail("busy or idle wrong");
    if (top_.state_o != (busy ? kStateBusy : kStateIdle)) fail("state wrong");
    const bool done = busy && in_flight_.front().done == now_;
    if (done != (top_.done_o != 0)) fail(done ? "done missing" : "unexpected done");
    if (may_pop() != (top_.cmd_ready_o != 0)) fail(may_pop() ? "not ready" : "ready too early");
    if (in_flight_.size() == kMaxInFlight && now_ >= next_pop_) ++coverage_.full;
  }

  void write_memory() {
    if (top_.wr_en_o == 0) return;
    std::array<std::int8_t, 64> data{};
    get_bytes(top_.wr_data_o, data.data(), kGeometry.lanes);
    for (std::uint32_t l = 0; l < kGeometry.lanes; ++l) {
      if ((static_cast<std::uint64_t>(top_.wr_strb_o) >> l & 1U) != 0)
        memories_.spm[(top_.wr_addr_o + l) % kSpmBytes] = data[l];
    }
  }

  // One clock cycle; true if a command was popped.
  bool cycle(bool offer) {
    offer = offer && gap_ == 0;
    if (gap_ > 0) --gap_;
    std::optional<Command> head;
    if (offer) {
      head = forced_.empty() ? generator_next() : forced_.front();
      const auto words = encode(*head, random_.u(0, 1023));
      set_bytes(top_.cmd_i, words.data(), 16);
    } else {
      const std::array<std::uint64_t, 2> noise{random_.bits(), random_.bits()};
      set_bytes(top_.cmd_i, noise.data(), 16);
    }
    top_.cmd_valid_i = offer ? 1 : 0;
    top_.clear_i = clear_ ? 1 : 0;
    top_.eval();
    const bool ready = top_.cmd_ready_o != 0;
    check_ports();
    prepare_read_data();
    const bool done = top_.done_o != 0;
    const bool pop = offer && ready && !clear_;
    if (pop) {
      start(*head);
      if (!forced_.empty()) forced_.pop_front();
      pending_.reset();
    }
    if (done && !in_flight_.empty()) in_flight_.pop_front();
    write_memory();
    top_.clk_i = 1;
    top_.eval();
    top_.clk_i = 0;
    drive_read_data();
    ++now_;
    ++coverage_.cycles;
    return pop;
  }

  // The head of the queue stays until it is popped.
  Command generator_next() {
    if (!pending_) pending_ = generator_.next(*model_);
    return *pending_;
  }

  void compare_memory() {
    for (auto* queue : {&acc_, &table_, &read_, &write_}) {
      if (!queue->empty()) fail("access missing at the end");
    }
    if (memories_.spm != expected_.spm) fail("scratchpad differs");
  }

  Random random_;
  CommandGenerator generator_;
  Memories memories_;
  Memories expected_;
  std::unique_ptr<VectorModel> model_;
  Vslt_vector top_;
  std::deque<Command> forced_;
  std::optional<Command> pending_;
  std::deque<InFlight> in_flight_;
  std::deque<Access> acc_, table_, read_, write_;
  std::uint64_t now_ = 0;
  std::uint64_t next_pop_ = 0;
  std::uint32_t gap_ = 0;
  bool clear_ = false;
  bool failed_ = false;
  std::vector<std::int32_t> next_acc_;
  std::vector<std::int8_t> next_spm_;
  bool table_read_ = false;
  std::uint32_t bias_word_ = 0, scale_word_ = 0, noise_ = 0;
  Coverage coverage_;
};

// Largest window of extreme bytes: the widest sums.
void run_largest_window(Bench& bench, std::int8_t value) {
  for (Memories* memories : {&bench.memories(), &bench.expected()})
    std::fill(memories->spm.begin(), memories->spm.begin() + 600, value);
  bench.force(CfgIn{.base = 0,
                    .pitch = 1,
                    .interleave = 0,
                    .pix_bytes = 1,
                    .y_off = 0,
                    .x_off = 0,
                    .kh = 255,
                    .kw = 255,
                    .stride_y = 1,
                    .stride_x = 1});
  bench.force(CfgScale{.slot = 3,
                       .mult = static_cast<std::uint32_t>((std::uint64_t{1} << 46) / (255 * 255) + 1),
                       .shift = 46,
                       .zero_point = 0});
  bench.force(CfgOut{.base = 0x8000,
                     .pitch = 64,
                     .interleave = 1,
                     .pix_bytes = 1,
                     .zero_point = 5,
                     .act_min = -128,
                     .act_max = 127,
                     .single_rounding = 0,
                     .per_tensor = 0});
  bench.force(Pool{.oy0 = 0, .ox0 = 0, .nrows = 1, .ncols = 1, .c0 = 0, .nch = 1, .average = 1, .half = 255 * 255 / 2});
  bench.run(4, 1000);
}

double simulation_rate(Bench& bench) {
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t before = bench.coverage().cycles;
  bench.run(2000, 1000);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(bench.coverage().cycles - before) / seconds.count();
}

int run(std::uint64_t seed, std::uint64_t commands, bool speed) {
  std::printf("vector engine, %u columns, %u lanes, seed %llu\n", kGeometry.cols, kGeometry.lanes,
              static_cast<unsigned long long>(seed));
  Bench bench(seed);
  bench.run(6, 1000);
  constexpr std::uint64_t kBurst = 100;
  for (std::uint64_t i = 0; i < commands && !bench.failed(); i += kBurst) {
    bench.run(kBurst, i % 200 == 0 ? 1000 : 3);
    if (i % 300 == 0 && !bench.failed()) bench.run_and_clear(bench.random().u(1, 200));
  }
  for (const std::int8_t value : {std::int8_t{-128}, std::int8_t{127}}) {
    if (!bench.failed()) run_largest_window(bench, value);
  }
  if (speed) std::printf("%.0f cycles/s with checks\n", simulation_rate(bench));

  const Coverage& c = bench.coverage();
  std::printf(
      "%llu requant, %llu add, %llu pool, %llu configuration commands, %llu writes, %llu cycles, %llu clears, "
      "%llu pops back to back, %llu cycles with 4 in flight\n",
      static_cast<unsigned long long>(c.commands[0]), static_cast<unsigned long long>(c.commands[1]),
      static_cast<unsigned long long>(c.commands[2]),
      static_cast<unsigned long long>(c.commands[3] + c.commands[4] + c.commands[5]),
      static_cast<unsigned long long>(c.writes), static_cast<unsigned long long>(c.cycles),
      static_cast<unsigned long long>(c.clears), static_cast<unsigned long long>(c.back_to_back),
      static_cast<unsigned long long>(c.full));
  const bool covered =
      std::all_of(std::begin(c.commands), std::end(c.commands), [](std::uint64_t n) { return n > 0; }) &&
      c.writes > 0 && c.clears > 0 && c.back_to_back > 0 && c.full > 0 && c.column_tiles > 0 && c.last_tile_short > 0;
  if (!covered) std::printf("FAIL: a case was never met\n");
  const bool good = covered && !bench.failed();
  std::printf("%s (repeat with --seed %llu --commands %llu)\n", good ? "PASS" : "FAIL",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(commands));
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace systolite::vector_test

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t commands = 3000;
  bool speed = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--speed") {
      speed = true;
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--commands" && i + 1 < argc) {
      commands = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::printf("usage: %s [--seed N] [--commands N] [--speed]\n", argv[0]);
      return 2;
    }
  }
  return systolite::vector_test::run(seed, commands, speed);
}

// SPDX-License-Identifier: Apache-2.0
// Sends random and corner operands through one lane and compares every byte with the gemmlowp formulation of
// requantisation. Exit code 0: all equal.
//   lane_bench [--seed N] [--vectors N]
#include <verilated.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "Vlane_harness.h"
#include "tests/rtl_vector/gemmlowp_reference.h"
#include "tests/rtl_vector/random_commands.h"

namespace systolite::vector_test {
namespace {

constexpr std::size_t kLatency = 6;

struct Operand {
  bool valid = false;
  std::int32_t acc = 0, bias = 0, mult = 0, shift = 0;
  bool single = false;
  std::int32_t zero_point = 0, act_min = -128, act_max = 127;
};

std::int32_t expected(const Operand& o) {
  const auto v = static_cast<std::int32_t>(static_cast<std::uint32_t>(o.acc) + static_cast<std::uint32_t>(o.bias));
  const std::int32_t scaled = o.single ? reference::multiply_by_quantized_multiplier_single(v, o.mult, o.shift)
                                       : reference::multiply_by_quantized_multiplier(v, o.mult, o.shift);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(std::int64_t{scaled} + o.zero_point, o.act_min, o.act_max));
}

// Every combination of limits of value, multiplier and shift, in both rounding modes.
std::vector<Operand> corners() {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  std::vector<Operand> all;
  for (const std::int32_t acc : {kMin, kMin + 1, -(1 << 30), -129, -3, -1, 0, 1, 3, 127, 1 << 30, kMax - 1, kMax}) {
    for (const std::int32_t bias : {kMin, -1, 0, 1, kMax}) {
      for (const std::int32_t mult : {0, 1, 1 << 29, 1 << 30, (1 << 30) + 1, 1518500250, kMax - 1, kMax}) {
        for (std::int32_t shift = -31; shift <= 30; ++shift) {
          for (const bool single : {false, true})
            all.push_back({true, acc, bias, mult, shift, single, shift % 2 == 0 ? -128 : 127});
        }
      }
    }
  }
  return all;
}

Operand random_operand(Random& random) {
  Operand o;
  o.valid = !random.one_in(10);
  o.mult = static_cast<std::int32_t>(random_multiplier(random));
  o.shift = random_shift(random);
  o.single = random.one_in(2);
  o.zero_point = random.i(-128, 127);
  if (random.one_in(3)) {
    const std::array<std::int32_t, 2> bounds{random.i(-128, 127), random.i(-128, 127)};
    o.act_min = std::min(bounds[0], bounds[1]);
    o.act_max = std::max(bounds[0], bounds[1]);
  }
  o.acc = random_value(random);
  o.bias = random.one_in(3) ? random_value(random) : 0;
  if (random.one_in(4) && o.mult > 0 && o.shift < 0) {
    // A result next to a tie inside the range of a byte: (n + 1/2) * 2^(31 - shift) / mult, give or take one.
    const double tie = (static_cast<double>(random.in(-128, 127)) + 0.5) *
                       static_cast<double>(std::int64_t{1} << (31 - o.shift)) / o.mult;
    if (tie > -2e9 && tie < 2e9) {
      o.acc = static_cast<std::int32_t>(tie) + random.i(-1, 1);
      o.bias = 0;
    }
  }
  return o;
}

int run(std::uint64_t seed, std::uint64_t vectors) {
  std::printf("requantisation lane, seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  Vlane_harness top;
  const std::vector<Operand> fixed = corners();
  std::deque<Operand> in_flight;
  std::uint64_t compared = 0, inside = 0, failures = 0;
  for (std::uint64_t sent = 0; compared < vectors + fixed.size() && failures < 10; ++sent) {
    const Operand operand = sent < fixed.size() ? fixed[sent] : random_operand(random);
    top.valid_i = operand.valid ? 1 : 0;
    top.acc_i = static_cast<std::uint32_t>(operand.acc);
    top.bias_i = static_cast<std::uint32_t>(operand.bias);
    top.mult_i = static_cast<std::uint32_t>(operand.mult);
    top.shift_i = static_cast<std::uint8_t>(operand.shift);
    top.single_i = operand.single ? 1 : 0;
    top.zero_point_i = static_cast<std::uint8_t>(operand.zero_point);
    top.act_min_i = static_cast<std::uint8_t>(operand.act_min);
    top.act_max_i = static_cast<std::uint8_t>(operand.act_max);
    in_flight.push_back(operand);
    top.clk_i = 0;
    top.eval();
    if (in_flight.size() > kLatency) {
      const Operand o = in_flight.front();
      in_flight.pop_front();
      if (o.valid) {
        const std::int32_t want = expected(o);
        const std::int32_t got = static_cast<std::int8_t>(top.out_o);
        ++compared;
        if (want != o.act_min && want != o.act_max) ++inside;
        if (want != got) {
          ++failures;
          std::printf(
              "FAIL: acc %d bias %d mult %d shift %d single %d zero point %d clamp %d..%d: expected %d, actual %d\n",
              o.acc, o.bias, o.mult, o.shift, o.single ? 1 : 0, o.zero_point, o.act_min, o.act_max, want, got);
        }
      }
    }
    top.clk_i = 1;
    top.eval();
  }
  const bool good = failures == 0 && inside > vectors / 5;
  std::printf("%llu results equal, %llu of them not clamped\n%s (repeat with --seed %llu --vectors %llu)\n",
              static_cast<unsigned long long>(compared - failures), static_cast<unsigned long long>(inside),
              good ? "PASS" : "FAIL", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(vectors));
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace systolite::vector_test

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t vectors = 1000000;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--vectors" && i + 1 < argc) {
      vectors = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::printf("usage: %s [--seed N] [--vectors N]\n", argv[0]);
      return 2;
    }
  }
  return systolite::vector_test::run(seed, vectors);
}

// SPDX-License-Identifier: Apache-2.0
// Random programs on slt_compute against the data model and the timing model. Exit code 0: every accumulator value,
// pop, done and state of every cycle agrees, and every kind of program has occurred.
//   compute_test [--seed N] [--programs N] [--speed]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/rtl_compute/compute_dut.h"
#include "tests/rtl_compute/random_program.h"

namespace systolite::rtl_compute {
namespace {

struct Options {
  std::uint64_t seed = 1;
  long programs = 200;
  bool speed = false;
};

void print_program(const ComputeProgram& program) {
  for (const TimedCommand& item : program.mm)
    std::printf("  mm %6ld  %s\n", item.arrival, isa::to_text(item.command).c_str());
  for (const TimedCommand& item : program.wl)
    std::printf("  wl %6ld  %s\n", item.arrival, isa::to_text(item.command).c_str());
}

// Compares two lists of times; a message for the first difference.
std::string compare(const char* engine, const std::vector<CommandTimes>& expected,
                    const std::vector<CommandTimes>& seen) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i >= seen.size()) return std::string(engine) + " command " + std::to_string(i) + " was not popped";
    if (!(seen[i] == expected[i])) {
      return std::string(engine) + " command " + std::to_string(i) + ": pop " + std::to_string(seen[i].pop) + " done " +
             std::to_string(seen[i].done) + ", expected pop " + std::to_string(expected[i].pop) + " done " +
             std::to_string(expected[i].done);
    }
  }
  return {};
}

std::string compare(const char* engine, const std::vector<isa::State>& expected, const std::vector<isa::State>& seen) {
  for (std::size_t t = 0; t < expected.size() && t < seen.size(); ++t) {
    if (seen[t] != expected[t]) {
      return std::string(engine) + " state in cycle " + std::to_string(t) + ": " + std::string(isa::name(seen[t])) +
             ", expected " + std::string(isa::name(expected[t]));
    }
  }
  return {};
}

std::string compare_half(ComputeDut& dut, const DataModel& model, int half, long& values) {
  for (int e = half * kAccEntries; e < (half + 1) * kAccEntries; ++e) {
    const auto data = dut.read_entry(e);
    for (int c = 0; c < kCols; ++c) {
      if (!model.defined(e, c)) continue;
      ++values;
      const auto seen = static_cast<std::int32_t>(data[static_cast<std::size_t>(c)]);
      if (seen != model.value(e, c)) {
        return "entry " + std::to_string(e) + " column " + std::to_string(c) + ": " + std::to_string(seen) +
               ", expected " + std::to_string(model.value(e, c));
      }
    }
  }
  return {};
}

// Names of the kinds of program that have not occurred.
std::string missing(const Coverage& coverage, long drains, long holds, long stalls, long stops) {
  std::vector<std::pair<const char*, long>> bins = {{"single pixel", coverage.single_pixel},
                                                    {"accumulate", coverage.accumulate},
                                                    {"interleave", coverage.interleave},
                                                    {"padding", coverage.padding},
                                                    {"split weights", coverage.split_weights},
                                                    {"back to back", coverage.back_to_back},
                                                    {"four in flight", stalls},
                                                    {"flush", stops}};
  if (kWeightStationary) {
    bins.insert(bins.end(), {{"dense", coverage.dense},
                             {"ragged string", coverage.dense_ragged},
                             {"kernel columns", coverage.dense_kernel_columns},
                             {"column tiles", coverage.column_tiles},
                             {"column tiles that add", coverage.column_tiles_accumulate},
                             {"short K step", holds}});
  }
  if (kOutputStationary) {
    bins.insert(bins.end(), {{"output stationary", coverage.output},
                             {"output stationary, several groups", coverage.output_groups},
                             {"output stationary, short group", coverage.output_short_group},
                             {"output stationary, group across rows", coverage.output_across_rows},
                             {"output stationary, ragged string", coverage.output_ragged},
                             {"weights again", coverage.again}});
  }
  if (kWeightStationary && kOutputStationary) bins.emplace_back("drain", drains);
  if (kDepthwise) {
    bins.insert(bins.end(), {{"depthwise, 1 bus", coverage.depthwise_buses[0]},
                             {"depthwise, 2 buses", coverage.depthwise_buses[1]},
                             {"depthwise, 3 buses", coverage.depthwise_buses[2]},
                             {"depthwise stride", coverage.depthwise_stride},
                             {"depthwise overlap", coverage.depthwise_overlap},
                             {"depthwise column tiles that share positions", coverage.depthwise_shared_tiles},
                             {"depthwise partial pass", coverage.depthwise_partial_pass},
                             {"drain", drains}});
  }
  std::string names;
  for (const auto& [name, count] : bins) {
    if (count == 0) names += std::string(names.empty() ? "" : ", ") + name;
  }
  return names;
}

// K steps of one command and successive commands follow each other without a bubble when weights are there.
std::string check_long_loop() {
  ComputeProgram program;
  isa::MmCfgIn in;
  in.row_bytes = 4 * kRows;
  in.height = 8;
  in.pix_bytes = kRows;
  in.dataflow = kWeightStationary ? 0 : 1;
  isa::MmCfgKernel kernel;
  isa::Mm mm;
  mm.nky = 3;
  mm.len = 4 * kRows;
  mm.ncols = std::min(kAccEntries, kRows);
  mm.nrows = std::min(kAccEntries / static_cast<int>(mm.ncols), 2);
  isa::Wl wl;
  wl.outer = mm.nky;
  wl.len = mm.len;
  wl.tile_rows = kRows;
  wl.dataflow = in.dataflow;
  wl.again = wl.dataflow != 0 ? (mm.nrows * mm.ncols - 1) / kRows : 0;
  program.mm = {{isa::encode(in), 0}, {isa::encode(kernel), 0}};
  constexpr int kCommands = 3;
  for (int i = 0; i < kCommands; ++i) {
    program.mm.push_back({isa::encode(mm), 0});
    program.wl.push_back({isa::encode(wl), 0});
  }
  const long pixels = mm.nrows * mm.ncols;
  const long groups = kWeightStationary ? 1 : (pixels + kRows - 1) / kRows;
  const long steps = kCommands * 3 * 4 * groups;
  // Configurations are popped in cycles 0 and 1, the first mm command in 2: it enters the loops in 3 with its first
  // tile, which weight load has offered since 2. From then on the longer of pixels and weight rows sets the pace.
  const long last_take = pixels >= kRows ? 3 + (steps - 1) * pixels : 2 + (steps - 1) * kRows;
  // Output stationary, every K step takes as many cycles as there are rows, from the first take in 3 on.
  const long expected = kWeightStationary ? last_take + pixels + kRows + kCols + 4
                                          : 3 + (steps - 1) * kRows + (pixels - 1) % kRows + 1 + kRows + kCols + 5;
  const ProgramTimes times = predict(program);
  if (times.mm.back().done != expected) {
    return "the timing model gives " + std::to_string(times.mm.back().done) + " cycles for a long loop instead of " +
           std::to_string(expected);
  }
  const DataModel zeros{std::vector<std::uint8_t>(kSpmBytes), std::vector<std::uint8_t>(kWbufBytes)};
  ComputeDut dut(zeros, 1);
  const auto observed = dut.run(program, 0, std::nullopt);
  if (!observed.failure.empty()) return observed.failure;
  if (observed.times.mm.back().done != expected) {
    return "a long loop takes " + std::to_string(observed.times.mm.back().done) + " cycles instead of " +
           std::to_string(expected);
  }
  return {};
}

// Three buses over an interleaved tensor never meet in a bank, at the change of the output row either.
std::string check_banks() {
  isa::MmCfgIn in;
  in.interleave = 2;
  in.pitch = 8 * kCols;
  in.row_bytes = 8 * kCols;
  in.height = 16;
  in.pix_bytes = kCols;
  in.depthwise = 1;
  isa::MmCfgKernel kernel;
  kernel.pad_top = 1;
  kernel.pad_left = 1;
  kernel.taps = std::min(3, kRows / 3);
  kernel.buses = 3;
  isa::Mm mm;
  mm.nky = 3;
  mm.ncols = std::min(8, kAccEntries);
  mm.nrows = kAccEntries / mm.ncols;
  isa::Wl wl;
  wl.len = wl.tile_rows = kernel.taps * kernel.buses;
  const ComputeProgram program{{{isa::encode(in), 0}, {isa::encode(kernel), 0}, {isa::encode(mm), 0}},
                               {{isa::encode(wl), 0}}};
  const DataModel zeros{std::vector<std::uint8_t>(kSpmBytes), std::vector<std::uint8_t>(kWbufBytes)};
  ComputeDut dut(zeros, 1);
  const auto observed = dut.run(program, 0, std::nullopt);
  if (!observed.failure.empty()) return observed.failure;
  if (observed.bank_conflicts != 0)
    return std::to_string(observed.bank_conflicts) + " cycles with two depthwise buses in one bank";
  if (mm.nrows > 1 && observed.triple_reads == 0) return "the three depthwise buses never read together";
  return {};
}

void measure_speed(ComputeDut& dut, ProgramGenerator& generator, const DataModel& model) {
  const ComputeProgram program = generator.generate(model, 0);
  constexpr long kCycles = 400000;
  const auto start = std::chrono::steady_clock::now();
  dut.run_cycles(program, kCycles);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.0f kcycles/s\n", static_cast<double>(kCycles) / 1000.0 / seconds.count());
}

int run(const Options& options) {
  std::printf("%dx%d depthwise=%d seed=%llu programs=%ld\n", kRows, kCols, kDepthwise ? 1 : 0,
              static_cast<unsigned long long>(options.seed), options.programs);
  if (const std::string failure = check_long_loop(); !failure.empty()) {
    std::printf("FAIL %s\n", failure.c_str());
    return 1;
  }
  if (kDepthwise) {
    if (const std::string failure = check_banks(); !failure.empty()) {
      std::printf("FAIL %s\n", failure.c_str());
      return 1;
    }
  }
  ProgramGenerator generator(options.seed);
  std::vector<std::uint8_t> spm(kSpmBytes);
  std::vector<std::uint8_t> wbuf(kWbufBytes);
  for (auto& value : spm) value = generator.chance(10) ? 0x80 : generator.byte();
  for (auto& value : wbuf) value = generator.chance(10) ? 0x80 : generator.byte();
  DataModel model(spm, wbuf);
  ComputeDut dut(model, options.seed + 1);
  if (options.speed) {
    measure_speed(dut, generator, model);
    return 0;
  }

  long values = 0, cycles = 0, drains = 0, holds = 0, stalls = 0, stops = 0;
  for (long number = 0; number < options.programs; ++number) {
    const int half = static_cast<int>(generator.pick(0, 1));
    const ComputeProgram program = generator.generate(model, half);
    const ProgramTimes expected = predict(program);
    std::optional<long> stop;
    if (generator.chance(15)) stop = generator.pick(1, static_cast<long>(expected.mm_state.size()) - 2);

    const ComputeDut::Observed observed = dut.run(program, half, stop);
    std::string failure = observed.failure;
    if (failure.empty()) failure = compare("mm", expected.mm_state, observed.times.mm_state);
    if (failure.empty()) failure = compare("wl", expected.wl_state, observed.times.wl_state);
    if (stop) {
      ++stops;
      model.forget_half(half);
    } else {
      if (failure.empty()) failure = compare("mm", expected.mm, observed.times.mm);
      if (failure.empty()) failure = compare("wl", expected.wl, observed.times.wl);
      model.run(program);
      if (failure.empty()) failure = compare_half(dut, model, half, values);
    }
    if (!failure.empty()) {
      std::printf("FAIL program %ld: %s\nreplay: --seed %llu --programs %ld\n", number, failure.c_str(),
                  static_cast<unsigned long long>(options.seed), number + 1);
      print_program(program);
      return 1;
    }
    cycles += static_cast<long>(observed.times.mm_state.size());
    drains += expected.drain_cycles;
    holds += expected.hold_cycles;
    stalls += expected.in_flight_stalls;
  }
  const std::string empty_bins = missing(generator.coverage(), drains, holds, stalls, stops);
  if (!empty_bins.empty() || values == 0) {
    std::printf("FAIL never occurred: %s\n", empty_bins.c_str());
    return 1;
  }
  std::printf("PASS %ld programs, %ld cycles, %ld values compared, %ld flushes\n", options.programs, cycles, values,
              stops);
  return 0;
}

}  // namespace
}  // namespace systolite::rtl_compute

int main(int argc, char** argv) {
  systolite::rtl_compute::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seed" && i + 1 < argc) {
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--programs" && i + 1 < argc) {
      options.programs = std::strtol(argv[++i], nullptr, 10);
    } else if (argument == "--speed") {
      options.speed = true;
    } else {
      std::fprintf(stderr, "usage: %s [--seed N] [--programs N] [--speed]\n", argv[0]);
      return 2;
    }
  }
  return systolite::rtl_compute::run(options);
}

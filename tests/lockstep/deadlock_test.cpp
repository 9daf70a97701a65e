// SPDX-License-Identifier: Apache-2.0
// Jobs that never end: every backend has to notice, and to say who waits for what. One test a process: SystemC
// elaborates once.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/error.h"
#include "tests/lockstep/backends.h"
#include "tests/lockstep/hardware.h"

namespace systolite::lockstep {
namespace {

constexpr std::uint64_t kHardware = 61;

using isa::Engine;
using isa::mask;

struct Hang {
  std::string name;
  std::vector<isa::AnyCommand> commands;  // without END
  std::vector<std::string> told;          // has to be part of the message
};

void PrintTo(const Hang& hang, std::ostream* out) { *out << hang.name; }

std::vector<isa::AnyCommand> matrix_registers() {
  return {isa::MmCfgIn{.row_bytes = 16, .height = 4, .pix_bytes = 4, .stride_y = 1, .stride_x = 1},
          isa::MmCfgKernel{.dil_y = 1, .dil_x = 1, .nkx = 1, .taps = 1, .buses = 1}};
}

Hang token_never_given() { return {"TokenNeverGiven", {isa::StCfg{.wait = mask(Engine::kLd)}}, {"st", "token of ld"}}; }

Hang circle() {
  return {"Circle",
          {isa::LdCfg{.wait = mask(Engine::kSt), .signal = mask(Engine::kVec)},
           isa::VecCfgScale{.wait = mask(Engine::kLd), .signal = mask(Engine::kSt)},
           isa::StCfg{.wait = mask(Engine::kVec), .signal = mask(Engine::kLd)}},
          {"token of ld", "token of vec", "token of st"}};
}

// A single tile would stay in the shadow registers and let the job end.
Hang weights_nobody_takes() {
  return {"WeightsNobodyTakes", {isa::Wl{.outer = 2, .len = 4, .tile_rows = 4}}, {"tile"}};
}

Hang matrix_without_weights() {
  std::vector<isa::AnyCommand> commands = matrix_registers();
  commands.emplace_back(isa::Mm{.len = 4});
  return {"MatrixWithoutWeights", std::move(commands), {"tile"}};
}

// The mm that would take the tiles stands behind more wl commands than the queue holds.
Hang queue_in_the_way() {
  std::vector<isa::AnyCommand> commands = matrix_registers();
  const int count = draw_hardware(kHardware).queue_depth + 2;
  for (int i = 0; i < count; ++i) commands.emplace_back(isa::Wl{.outer = 2, .len = 4, .tile_rows = 4});
  for (int i = 0; i < 2 * count; ++i) commands.emplace_back(isa::Mm{.len = 4});
  return {"QueueInTheWay", std::move(commands), {"tile", "queue"}};
}

struct Maker {
  std::string name;
  std::function<std::unique_ptr<Backend>(const HwConfig&)> make;
};

void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

class DeadlockTest : public testing::TestWithParam<std::tuple<Maker, Hang>> {};

TEST_P(DeadlockTest, IsNoticedAndExplained) {
  const auto& [maker, hang] = GetParam();
  const HwConfig hardware = draw_hardware(kHardware);
  const std::unique_ptr<Backend> backend = maker.make(hardware);
  LockstepStream stream;
  stream.hw = hardware;
  stream.kind = StreamKind::kShort;
  for (const isa::AnyCommand& command : hang.commands) stream.commands.push_back(isa::encode(command));
  stream.commands.push_back(isa::encode(isa::End{}));
  stream.end = hang.commands.size();
  stream.address = hardware.flash.base;
  stream.bytes = static_cast<std::uint32_t>(stream.commands.size() * isa::kCommandBytes);
  try {
    static_cast<void>(backend->run(stream));
    FAIL() << "the job ended";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    for (const std::string& told : hang.told)
      EXPECT_NE(std::string(error.what()).find(told), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Backends, DeadlockTest,
    testing::Combine(testing::Values(Maker{"Rtl", [](const HwConfig& hw) { return make_rtl_backend(hw); }},
                                     Maker{"Systemc", [](const HwConfig& hw) { return make_systemc_backend(hw); }},
                                     Maker{"Fast", [](const HwConfig&) { return make_fast_backend(); }},
                                     Maker{"Timing", [](const HwConfig&) { return make_timing_backend(); }}),
                     testing::Values(token_never_given(), circle(), weights_nobody_takes(), matrix_without_weights(),
                                     queue_in_the_way())),
    [](const auto& param_info) { return std::get<0>(param_info.param).name + std::get<1>(param_info.param).name; });

}  // namespace
}  // namespace systolite::lockstep

// SPDX-License-Identifier: Apache-2.0
// Programs that the hardware does not stop by itself: the model ends the simulation and says why.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/error.h"
#include "slt_regs.h"
#include "tests/systemc/device_pair.h"

namespace systolite {
namespace {

class ProgramErrorTest : public testing::Test {
 protected:
  ProgramErrorTest() : memory_(hw_), device_(hw_, memory_) {}

  // What the model says about the program; empty if it reaches its END.
  std::string failure_of(const std::vector<isa::AnyCommand>& program) {
    std::vector<std::uint8_t> bytes;
    for (const isa::AnyCommand& command : program) {
      for (const std::uint32_t word : isa::encode(command).w)
        for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
    memory_.write(hw_.flash.base, bytes);
    device_.write_register(SLT_REG_IRQ_ENABLE_OFFSET, 3);
    device_.write_register(SLT_REG_WIN0_BASE_OFFSET, hw_.flash.base);
    device_.write_register(SLT_REG_WIN0_LAST_OFFSET, hw_.flash.base + hw_.flash.bytes - 1);
    device_.write_register(SLT_REG_STREAM_ADDR_OFFSET, hw_.flash.base);
    device_.write_register(SLT_REG_STREAM_BYTES_OFFSET, static_cast<std::uint32_t>(bytes.size()));
    device_.write_register(SLT_REG_DOORBELL_OFFSET, 1);
    try {
      if (device_.advance_until_irq(1'000'000)) return {};
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kDevice);
      return error.what();
    }
    return "the job did not end";
  }

  // Of a depthwise pass of three taps.
  std::string failure_of_overlap(std::int64_t overlap) {
    return failure_of({isa::MmCfgIn{.depthwise = 1}, isa::MmCfgKernel{.taps = 3, .overlap = overlap},
                       isa::Wl{.len = 3, .tile_rows = 3}, isa::Mm{}, isa::End{}});
  }

  // One K step of output pixels 0 to 19, and tiles for it.
  std::string failure_of_dataflows(std::int64_t matrix, std::int64_t weights) {
    isa::Wl wl{.len = 16, .tile_rows = 16, .nt = 16, .dataflow = weights};
    wl.again = weights != 0 ? 1 : 0;
    return failure_of(
        {isa::MmCfgIn{.dataflow = matrix}, isa::MmCfgKernel{}, wl, isa::Mm{.ncols = 20, .len = 16}, isa::End{}});
  }

  const HwConfig hw_ = test::test_config("both_16x16");
  BusMemory memory_;
  test::SystemcDevice device_;
};

constexpr isa::Wl kOneTile{.len = 16, .tile_rows = 16, .nt = 16};
constexpr isa::Mm kOneStep{.len = 16};

TEST_F(ProgramErrorTest, LegalProgramEnds) {
  EXPECT_EQ(failure_of({isa::MmCfgIn{}, isa::MmCfgKernel{}, kOneTile, kOneStep, isa::End{}}), "");
}

TEST_F(ProgramErrorTest, MissingTileIsADeadlock) {
  const std::string text = failure_of({isa::MmCfgIn{}, isa::MmCfgKernel{}, kOneStep, isa::End{}});
  EXPECT_NE(text.find("The job hangs"), std::string::npos) << text;
  EXPECT_NE(text.find("matrix waits for a weight tile"), std::string::npos) << text;
  EXPECT_NE(text.find("front_end waits with END for the engines"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, MissingTokenIsADeadlock) {
  const std::string text = failure_of({isa::LdCfg{.wait = isa::mask(isa::Engine::kMm)}, isa::End{}});
  EXPECT_NE(text.find("The job hangs"), std::string::npos) << text;
  EXPECT_NE(text.find("queue_ld waits with command 0 for a token of mm"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, TileNobodyTakesIsADeadlock) {
  isa::Wl two = kOneTile;
  two.outer = 2;
  const std::string text = failure_of({two, isa::End{}});
  EXPECT_NE(text.find("weight_load waits for the matrix engine to take a tile"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, OutputStationaryProgramEnds) { EXPECT_EQ(failure_of_dataflows(1, 1), ""); }

TEST_F(ProgramErrorTest, WeightStationaryTileForOutputStationary) {
  const std::string text = failure_of_dataflows(1, 0);
  EXPECT_NE(text.find("Command 3 of the stream: it takes a weight tile of dataflow 0 where dataflow is 1"),
            std::string::npos)
      << text;
}

TEST_F(ProgramErrorTest, OutputStationaryTileForWeightStationary) {
  const std::string text = failure_of_dataflows(0, 1);
  EXPECT_NE(text.find("Command 3 of the stream: it takes a weight tile of dataflow 1 where dataflow is 0"),
            std::string::npos)
      << text;
}

TEST_F(ProgramErrorTest, OutputStationaryDepthwise) {
  const std::string text =
      failure_of({isa::MmCfgIn{.depthwise = 1, .dataflow = 1}, isa::MmCfgKernel{}, isa::Mm{}, isa::End{}});
  EXPECT_NE(text.find("Command 2 of the stream: dataflow is 1 in depthwise mode"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, OutputStationaryTileNobodyTakesIsADeadlock) {
  const std::string text = failure_of({isa::Wl{.dataflow = 1}, isa::End{}});
  EXPECT_NE(text.find("weight_load waits for the matrix engine to take a tile"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, TokenCounterOverflow) {
  std::vector<isa::AnyCommand> program(256, isa::LdCfg{.signal = isa::mask(isa::Engine::kSt)});
  program.push_back(isa::End{});
  const std::string text = failure_of(program);
  EXPECT_NE(text.find("More than 255 tokens from ld to st"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, TileWithTooFewRows) {
  isa::Wl short_tile = kOneTile;
  short_tile.len = 8;
  const std::string text = failure_of({isa::MmCfgIn{}, isa::MmCfgKernel{}, short_tile, kOneStep, isa::End{}});
  EXPECT_NE(text.find("Command 3 of the stream: it takes a weight tile of 8 rows where it needs 16"), std::string::npos)
      << text;
}

TEST_F(ProgramErrorTest, TileHigherThanTheArray) {
  isa::Wl high = kOneTile;
  high.tile_rows = 17;
  const std::string text = failure_of({high, isa::End{}});
  EXPECT_NE(text.find("Command 0 of the stream: tile_rows is 17, the array has 16 rows"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, RowsThatShareAllTapsButOne) { EXPECT_EQ(failure_of_overlap(2), ""); }

TEST_F(ProgramErrorTest, RowsThatShareAllTaps) {
  const std::string text = failure_of_overlap(3);
  EXPECT_NE(text.find("Command 3 of the stream: overlap is 3 with 3 taps, must be less"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, BlockAcrossTheAccumulatorHalves) {
  isa::Mm across = kOneStep;
  across.acc = hw_.acc_entries() - 1;
  across.ncols = 2;
  const std::string text = failure_of({isa::MmCfgIn{}, isa::MmCfgKernel{}, kOneTile, across, isa::End{}});
  EXPECT_NE(text.find("do not lie in one half"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, ColumnTilesAcrossTheAccumulatorHalves) {
  isa::Mm across = kOneStep;
  across.acc = hw_.acc_entries() - 1;
  across.tiles = 2;
  const std::string text = failure_of({isa::MmCfgIn{}, isa::MmCfgKernel{}, kOneTile, across, isa::End{}});
  EXPECT_NE(text.find("do not lie in one half"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, LastColumnTileOutsideTheTables) {
  const std::string text = failure_of({isa::Requant{.nch = 33, .bias_word = hw_.param_channels / 16 - 2}, isa::End{}});
  EXPECT_NE(text.find("it reads table slot"), std::string::npos) << text;
}

TEST_F(ProgramErrorTest, TableWordOutsideTheTables) {
  const std::string text = failure_of({isa::Requant{.nch = 16, .bias_word = hw_.param_channels / 16}, isa::End{}});
  EXPECT_NE(text.find("it reads table slot"), std::string::npos) << text;
}

}  // namespace
}  // namespace systolite

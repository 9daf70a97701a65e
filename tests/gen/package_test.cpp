// SPDX-License-Identifier: Apache-2.0
// The generated SystemVerilog package and the generated C++ codec say the same of every command.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

#include "Vpackage_probe.h"
#include "slt_isa.hpp"
#include "slt_regs.h"

namespace systolite::isa {
namespace {

class PackageTest : public testing::Test {
 protected:
  void show(const Command& command) {
    for (std::size_t i = 0; i < command.w.size(); ++i) probe_.cmd_i[i] = command.w[i];
    probe_.eval();
  }

  VerilatedContext context_;
  Vpackage_probe probe_{&context_};
};

// A legal command of any kind with up to two of its bits inverted: mostly near the edge between legal and illegal.
Command draw(std::mt19937_64& random) {
  const CommandInfo& info = commands()[random() % commands().size()];
  std::string text(info.name);
  for (const FieldInfo& field : info.fields) {
    const std::int64_t edges[] = {field.min, field.max,
                                  std::uniform_int_distribution<std::int64_t>(field.min, field.max)(random)};
    text += ' ' + std::string(field.name) + '=' + std::to_string(edges[random() % 3]);
  }
  Command command = from_text(text);
  for (std::uint64_t flips = random() % 3; flips > 0; --flips) {
    const std::uint64_t bit = random() % 128;
    command.w[bit / 32] ^= 1U << (bit % 32);
  }
  return command;
}

TEST_F(PackageTest, AgreesWithTheCodecOnLegalityAndEngine) {
  std::mt19937_64 random(7);
  int legal_commands = 0;
  int illegal_commands = 0;
  for (int i = 0; i < 200000; ++i) {
    const Command command = draw(random);
    show(command);
    ASSERT_EQ(probe_.legal_o != 0, legal(command)) << to_text(command);
    ++(legal(command) ? legal_commands : illegal_commands);
    const auto opcode = opcode_of(command);
    ASSERT_EQ(probe_.engine_o, static_cast<int>(opcode ? engine_of(*opcode) : Engine::kFe)) << to_text(command);
    ASSERT_EQ(probe_.is_cfg_o != 0, opcode && is_cfg(*opcode)) << to_text(command);
    ASSERT_EQ(probe_.wait_o, wait_of(command));
    ASSERT_EQ(probe_.signal_o, signal_of(command));
  }
  EXPECT_GT(legal_commands, 10000);
  EXPECT_GT(illegal_commands, 10000);
}

TEST_F(PackageTest, StructsPlaceFieldsAsTheCodecDoes) {
  show(encode(Ld{.mem_addr = 0x89ABCDEF, .space = 2, .row_bytes = 7, .rows = 9}));
  EXPECT_EQ(probe_.ld_mem_addr_o, 0x89ABCDEFU);
  EXPECT_EQ(probe_.ld_space_o, 2U);
  show(encode(Mm{.c0 = 0x1234, .len = 0xFEDC}));
  EXPECT_EQ(probe_.mm_len_o, 0xFEDCU);
  show(encode(MmCfgIn{.zero_point = -128}));
  EXPECT_EQ(static_cast<std::int32_t>(probe_.in_zero_point_o), -128);
  show(encode(MmCfgKernel{.pad_top = 5, .pad_left = -2048}));
  EXPECT_EQ(static_cast<std::int32_t>(probe_.kernel_pad_left_o), -2048);
  show(encode(VecCfgScale{.mult = 0x7FFFFFFF, .shift = -31}));
  EXPECT_EQ(static_cast<std::int32_t>(probe_.scale_shift_o), -31);
}

TEST_F(PackageTest, ProbeUnpacks) {
  show(encode(End{}));
  const Probe probe = unpack_probe(probe_.probe_o);
  EXPECT_EQ(probe.state[static_cast<std::size_t>(Engine::kLd)], State::kWaitMemory);
  EXPECT_EQ(probe.state[static_cast<std::size_t>(Engine::kWl)], State::kIdle);
  EXPECT_EQ(probe.state[static_cast<std::size_t>(Engine::kMm)], State::kWaitWeights);
  EXPECT_EQ(probe.state[static_cast<std::size_t>(Engine::kFe)], State::kWaitEngines);
  EXPECT_EQ(probe.pop, mask(Engine::kSt));
  EXPECT_EQ(probe.done, mask(Engine::kLd));
}

TEST_F(PackageTest, JobRegistersAreThoseOfTheMap) {
  const std::set<unsigned> job = {SLT_REG_STREAM_ADDR_OFFSET, SLT_REG_STREAM_BYTES_OFFSET, SLT_REG_DOORBELL_OFFSET,
                                  SLT_REG_WIN0_BASE_OFFSET,   SLT_REG_WIN0_LAST_OFFSET,    SLT_REG_WIN1_BASE_OFFSET,
                                  SLT_REG_WIN1_LAST_OFFSET};
  for (unsigned address = 0; address < SLT_REG_SPACE_BYTES; ++address) {
    probe_.addr_i = static_cast<std::uint16_t>(address);
    probe_.eval();
    EXPECT_EQ(probe_.reg_is_job_o != 0, job.contains(address)) << address;
  }
}

}  // namespace
}  // namespace systolite::isa

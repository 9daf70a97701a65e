// SPDX-License-Identifier: Apache-2.0
// Network images end to end: building, memory queries, runs on the processor, jobs on a device that is only registers.
#include "driver/include/slt_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "driver/host/cpu_interpreter.h"
#include "driver/host/network_image.h"
#include "sim/core/error.h"
#include "tests/driver/recording_port.h"
#include "tests/driver/tiny_network.h"

namespace systolite::test {
namespace {

using testing::ElementsAre;

std::uint32_t size_of(const std::vector<std::uint8_t>& bytes) { return static_cast<std::uint32_t>(bytes.size()); }

// A network in memory of exactly its size, and a device that finishes every job at once.
class RuntimeTest : public testing::Test {
 protected:
  void SetUp() override { build(/*jobs=*/false); }

  void build(bool jobs) {
    graph_ = tiny_graph();
    built_ = build_network_image(graph_, processor_program(graph_, jobs));
    arena_bytes_ = header_of(built_.image).arena_bytes;
    sram_ = std::make_unique<GuardedMemory>(arena_bytes_);
    flash_ = std::make_unique<GuardedMemory>(size_of(built_.flash), built_.flash);
    memory_ = {flash_->data(), kFlashBase, size_of(built_.flash), sram_->data(), kSramBase, arena_bytes_};
    device_.set(SLT_REG_CONFIG_ID_OFFSET, kConfigId);
    device_.on_write = [this](std::uint32_t offset, std::uint32_t) {
      if (offset == SLT_REG_DOORBELL_OFFSET) device_.set(SLT_REG_STATUS_OFFSET, SLT_REG_STATUS_DONE_MASK);
    };
    const slt_port_t port = device_.port();
    ASSERT_EQ(slt_init(&dev_, &port), kSltOk);
    device_.clear_log();
  }
  slt_result_t load() { return slt_network_load(&net_, built_.image.data(), size_of(built_.image), &memory_, &dev_); }
  std::vector<std::int8_t> write_input() {
    std::vector<std::int8_t> values(static_cast<std::size_t>(graph_.tensors[0].bytes()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int8_t>(i * 13 - 100);
    slt_tensor_t input;
    EXPECT_EQ(slt_network_input(&net_, 0, &input), kSltOk);
    EXPECT_EQ(input.bytes, values.size());
    std::copy(values.begin(), values.end(), input.data);
    return values;
  }

  Graph graph_;
  NetworkImage built_;
  std::uint32_t arena_bytes_ = 0;
  std::unique_ptr<GuardedMemory> sram_;
  std::unique_ptr<GuardedMemory> flash_;
  slt_memory_t memory_ = {};
  RecordingPort device_;
  slt_t dev_;
  slt_network_t net_;
};

TEST_F(RuntimeTest, EveryTensorOfARunEqualsTheReferenceInterpreter) {
  ASSERT_EQ(load(), kSltOk);
  const auto input = write_input();
  EXPECT_EQ(slt_network_run(&net_, nullptr, nullptr, nullptr), kSltOk);
  const auto expected = run_on_cpu(graph_, {input});
  const Program program = processor_program(graph_, false);
  ASSERT_EQ(program.places.size(), expected.size());
  for (const TensorPlace& place : program.places) {
    const auto* first = reinterpret_cast<const std::int8_t*>(sram_->data() + (place.address - kSramBase));
    EXPECT_EQ(std::vector<std::int8_t>(first, first + place.bytes), expected.at(place.tensor)) << place.tensor;
  }
  EXPECT_TRUE(sram_->guards_intact());
}

TEST_F(RuntimeTest, TensorsCarryAddressSizeAndQuantisation) {
  ASSERT_EQ(load(), kSltOk);
  EXPECT_EQ(slt_network_input_count(&net_), 1U);
  EXPECT_EQ(slt_network_output_count(&net_), 1U);
  EXPECT_EQ(slt_network_step_count(&net_), 8U);
  slt_tensor_t tensor;
  ASSERT_EQ(slt_network_input(&net_, 0, &tensor), kSltOk);
  EXPECT_EQ(static_cast<void*>(tensor.data), sram_->data());
  EXPECT_EQ(std::bit_cast<float>(tensor.scale), 0.05F);
  EXPECT_EQ(tensor.zero_point, -5);
  ASSERT_EQ(slt_network_output(&net_, 0, &tensor), kSltOk);
  EXPECT_EQ(tensor.bytes, 4U);
  EXPECT_EQ(std::bit_cast<float>(tensor.scale), 1.0F / 256.0F);
  EXPECT_EQ(slt_network_input(&net_, 1, &tensor), kSltBadArg);
  EXPECT_EQ(slt_network_output(&net_, 1, &tensor), kSltBadArg);
  EXPECT_EQ(slt_network_output(&net_, 0, nullptr), kSltBadArg);
}

TEST_F(RuntimeTest, MemoryOneByteShortIsRefused) {
  std::uint32_t arena = 0;
  std::uint32_t flash = 0;
  ASSERT_EQ(slt_network_memory_bytes(built_.image.data(), size_of(built_.image), &arena, &flash), kSltOk);
  EXPECT_EQ(flash, built_.flash.size());
  ASSERT_EQ(slt_network_arena_bytes(built_.image.data(), size_of(built_.image), &arena), kSltOk);
  EXPECT_EQ(arena, arena_bytes_);
  memory_.sram_bytes = arena;
  EXPECT_EQ(load(), kSltOk);
  memory_.sram_bytes = arena - 1;
  EXPECT_EQ(load(), kSltNoMemory);
  memory_.sram_bytes = arena;
  memory_.flash_bytes = flash - 1;
  EXPECT_EQ(load(), kSltNoMemory);
  memory_.flash_bytes = flash;
  memory_.sram_base += 4;
  EXPECT_EQ(load(), kSltNoMemory);
}

TEST_F(RuntimeTest, AnArenaOneByteShortForItsTensorsIsDamage) {
  slt_network_header_t header = header_of(built_.image);
  header.arena_bytes -= 1;
  std::memcpy(built_.image.data(), &header, sizeof(header));
  EXPECT_EQ(load(), kSltBadImage);
}

TEST_F(RuntimeTest, WorkingMemoryOfTheKernelsIsPartOfTheArena) {
  const slt_network_header_t good = header_of(built_.image);
  ASSERT_GT(good.scratch_bytes, 0U);
  EXPECT_EQ(built_.scratch_bytes, good.scratch_bytes);
  EXPECT_EQ(good.scratch_address + good.scratch_bytes, good.arena_base + good.arena_bytes);
  const auto load_with = [&](auto change) {
    slt_network_header_t header = good;
    change(header);
    std::memcpy(built_.image.data(), &header, sizeof(header));
    return load();
  };
  EXPECT_EQ(load_with([](auto&) {}), kSltOk);
  EXPECT_EQ(load_with([](auto& h) { h.scratch_bytes -= 4; }), kSltBadImage);    // less than a step needs
  EXPECT_EQ(load_with([](auto& h) { h.scratch_address += 4; }), kSltBadImage);  // reaches out of the arena
  EXPECT_EQ(load_with([](auto& h) { h.scratch_address += 2; }), kSltBadImage);
  EXPECT_EQ(load_with([](auto& h) { h.scratch_address = h.arena_base; }), kSltBadImage);  // on the input of a step
}

TEST_F(RuntimeTest, TellsTheWorkingMemoryOfItsKernels) {
  const NetworkImage generous = build_network_image(graph_, processor_program(graph_, false), Rounding::kDouble, 50000);
  EXPECT_EQ(generous.scratch_bytes, 50000U);
  std::uint32_t needed = 0;
  ASSERT_EQ(slt_network_scratch_bytes(generous.image.data(), size_of(generous.image), &needed), kSltOk);
  EXPECT_EQ((needed + 3U) / 4U * 4U, build_network_image(graph_, processor_program(graph_, false)).scratch_bytes);
  EXPECT_EQ(slt_network_scratch_bytes(generous.image.data(), size_of(generous.image), nullptr), kSltBadArg);
  EXPECT_EQ(slt_network_scratch_bytes(generous.image.data(), 60, &needed), kSltBadImage);
}

TEST_F(RuntimeTest, LoadChecksItsArguments) {
  const void* image = built_.image.data();
  const std::uint32_t bytes = size_of(built_.image);
  EXPECT_EQ(slt_network_load(nullptr, image, bytes, &memory_, &dev_), kSltBadArg);
  EXPECT_EQ(slt_network_load(&net_, nullptr, bytes, &memory_, &dev_), kSltBadArg);
  EXPECT_EQ(slt_network_load(&net_, built_.image.data() + 1, bytes - 1, &memory_, &dev_), kSltBadArg);
  EXPECT_EQ(slt_network_load(&net_, image, bytes, nullptr, &dev_), kSltBadArg);
  slt_memory_t bad = memory_;
  bad.sram = nullptr;
  EXPECT_EQ(slt_network_load(&net_, image, bytes, &bad, &dev_), kSltBadArg);
  bad = memory_;
  bad.flash += 1;
  EXPECT_EQ(slt_network_load(&net_, image, bytes, &bad, &dev_), kSltBadArg);
  bad = memory_;
  bad.sram_base += 2;
  EXPECT_EQ(slt_network_load(&net_, image, bytes, &bad, &dev_), kSltBadArg);
  EXPECT_EQ(slt_network_arena_bytes(image, bytes, nullptr), kSltBadArg);
  EXPECT_EQ(slt_network_load(&net_, image, bytes, &memory_, nullptr), kSltOk);  // no jobs: no device needed
}

TEST_F(RuntimeTest, ATableInFlashWithAnIllegalShiftIsRefused) {
  const std::uint32_t shift = 40;
  bool found = false;
  // Every word of the constants in turn; only the multiplier and shift tables are looked at.
  for (std::uint32_t at = 0; at + 4 <= size_of(built_.flash); at += 4) {
    std::uint32_t saved;
    std::memcpy(&saved, flash_->data() + at, 4);
    std::memcpy(flash_->data() + at, &shift, 4);
    const slt_result_t result = load();
    if (result != kSltOk) {
      EXPECT_EQ(result, kSltBadImage);
      found = true;
    }
    std::memcpy(flash_->data() + at, &saved, 4);
  }
  EXPECT_TRUE(found);
}

TEST_F(RuntimeTest, LoadTouchesNoRegister) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  EXPECT_TRUE(device_.log().empty());
}

TEST_F(RuntimeTest, JobsRunOnTheDeviceInOrder) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  device_.queue(SLT_REG_CNT_CYCLES_OFFSET, {1000, 234});
  device_.set_clock(0, 1);
  std::vector<slt_step_report_t> steps(slt_network_step_count(&net_));
  slt_run_report_t report = {steps.data(), size_of(std::vector<std::uint8_t>(steps.size())), 0, 0, {}};
  ASSERT_EQ(slt_network_run(&net_, &dev_, nullptr, &report), kSltOk);
  EXPECT_EQ(report.steps_done, 10U);
  EXPECT_EQ(report.device_cycles, 1234U);
  EXPECT_EQ(steps[0].kind, static_cast<std::uint32_t>(kSltStepJob));
  EXPECT_EQ(steps[0].op_index, 0U);
  EXPECT_EQ(steps[0].device_cycles, 1000U);
  EXPECT_EQ(steps[0].elapsed_cycles, 3U);  // the clock moves by 1 with every look at it
  EXPECT_EQ(steps[0].wait_cycles, 1U);
  EXPECT_EQ(steps[1].wait_cycles, 0U);
  EXPECT_EQ(steps[1].kind, static_cast<std::uint32_t>(kSltStepConv2d));
  EXPECT_EQ(steps[1].device_cycles, 0U);
  EXPECT_EQ(steps[9].op_index, SLT_MANY_OPS);
  EXPECT_EQ(steps[9].device_cycles, 234U);

  std::vector<Access> writes;
  for (const Access& access : device_.log()) {
    if (access.kind == Access::kWrite) writes.push_back(access);
  }
  const std::uint32_t irqs = SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK;
  const std::uint32_t flash_last = kFlashBase + size_of(built_.flash) - 1;
  EXPECT_THAT(
      writes,
      ElementsAre(write_of(SLT_REG_WIN0_BASE_OFFSET, kFlashBase), write_of(SLT_REG_WIN0_LAST_OFFSET, flash_last),
                  write_of(SLT_REG_WIN1_BASE_OFFSET, kSramBase),
                  write_of(SLT_REG_WIN1_LAST_OFFSET, kSramBase + arena_bytes_ - 1),
                  write_of(SLT_REG_IRQ_STATUS_OFFSET, irqs), write_of(SLT_REG_STREAM_ADDR_OFFSET, kFlashBase),
                  write_of(SLT_REG_STREAM_BYTES_OFFSET, 16), write_of(SLT_REG_DOORBELL_OFFSET, 1),
                  write_of(SLT_REG_IRQ_STATUS_OFFSET, irqs), write_of(SLT_REG_STREAM_ADDR_OFFSET, kFlashBase + 16),
                  write_of(SLT_REG_STREAM_BYTES_OFFSET, 32), write_of(SLT_REG_DOORBELL_OFFSET, 1)));
}

TEST_F(RuntimeTest, APreparedDeviceIsNotSetUpAgain) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  ASSERT_EQ(slt_network_prepare(&net_, &dev_, /*sleep=*/true), kSltOk);
  const slt_run_options_t options = {true, SLT_WAIT_FOREVER};
  for (int round = 0; round < 2; ++round) {
    device_.clear_log();
    ASSERT_EQ(slt_network_run(&net_, &dev_, &options, nullptr), kSltOk);
    std::vector<std::uint32_t> written;
    for (const Access& access : device_.log()) {
      if (access.kind == Access::kWrite) written.push_back(access.offset);
      EXPECT_NE(access.kind, Access::kClock);  // nobody asked how long anything takes
    }
    std::vector<std::uint32_t> job = {SLT_REG_STREAM_ADDR_OFFSET, SLT_REG_STREAM_BYTES_OFFSET, SLT_REG_DOORBELL_OFFSET,
                                      SLT_REG_IRQ_STATUS_OFFSET};
    std::vector<std::uint32_t> both = job;
    both.insert(both.end(), job.begin(), job.end());
    if (round == 0) both.insert(both.begin(), SLT_REG_IRQ_STATUS_OFFSET);  // whatever pends since before slt_init()
    EXPECT_EQ(written, both) << round;
  }
}

TEST_F(RuntimeTest, PrepareChecksItsArgumentsAndTheDevice) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  EXPECT_EQ(slt_network_prepare(nullptr, &dev_, true), kSltBadArg);
  EXPECT_EQ(slt_network_prepare(&net_, nullptr, true), kSltBadArg);
  dev_.caps.config_id = kConfigId + 1;
  EXPECT_EQ(slt_network_prepare(&net_, &dev_, true), kSltConfigMismatch);
  dev_.caps.config_id = kConfigId;
  EXPECT_TRUE(device_.log().empty());
  device_.set(SLT_REG_STATUS_OFFSET, SLT_REG_STATUS_BUSY_MASK);
  EXPECT_EQ(slt_network_prepare(&net_, &dev_, true), kSltBusy);
  build(/*jobs=*/false);
  ASSERT_EQ(load(), kSltOk);
  EXPECT_EQ(slt_network_prepare(&net_, nullptr, true), kSltOk);  // no jobs: nothing to do
}

TEST_F(RuntimeTest, AReportWithoutStepsStillHasTheSum) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  device_.queue(SLT_REG_CNT_CYCLES_OFFSET, {1000, 234});
  slt_run_report_t report = {};
  ASSERT_EQ(slt_network_run(&net_, &dev_, nullptr, &report), kSltOk);
  EXPECT_EQ(report.steps_done, 10U);
  EXPECT_EQ(report.device_cycles, 1234U);
}

TEST_F(RuntimeTest, SleepingRunsEnableTheInterruptBeforeTheFirstJob) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  const slt_run_options_t options = {true, SLT_WAIT_FOREVER};
  ASSERT_EQ(slt_network_run(&net_, &dev_, &options, nullptr), kSltOk);
  const auto& log = device_.log();
  const auto enable = std::find(log.begin(), log.end(), write_of(SLT_REG_IRQ_ENABLE_OFFSET, 3));
  const auto doorbell = std::find(log.begin(), log.end(), write_of(SLT_REG_DOORBELL_OFFSET, 1));
  EXPECT_LT(enable, doorbell);
  ASSERT_NE(doorbell, log.end());
}

TEST_F(RuntimeTest, ADeviceErrorIsReportedWithItsCause) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  device_.on_write = [this](std::uint32_t offset, std::uint32_t) {
    if (offset != SLT_REG_DOORBELL_OFFSET) return;
    device_.set(SLT_REG_STATUS_OFFSET, SLT_REG_STATUS_ERROR_MASK);
    device_.set(SLT_REG_ERROR_CAUSE_OFFSET, SLT_ERROR_BAD_COMMAND);
    device_.set(SLT_REG_ERROR_COMMAND_OFFSET, 5);
  };
  slt_run_report_t report = {};
  EXPECT_EQ(slt_network_run(&net_, &dev_, nullptr, &report), kSltDeviceError);
  EXPECT_EQ(report.steps_done, 0U);
  EXPECT_EQ(report.error.cause, SLT_ERROR_BAD_COMMAND);
  EXPECT_EQ(report.error.command_index, 5U);
}

TEST_F(RuntimeTest, AJobThatHangsEndsInATimeout) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  device_.on_write = [this](std::uint32_t offset, std::uint32_t) {
    if (offset == SLT_REG_DOORBELL_OFFSET) device_.set(SLT_REG_STATUS_OFFSET, SLT_REG_STATUS_BUSY_MASK);
  };
  const slt_run_options_t options = {false, 100};
  EXPECT_EQ(slt_network_run(&net_, &dev_, &options, nullptr), kSltTimeout);
}

TEST_F(RuntimeTest, ABusyDeviceStopsTheRunBeforeItsFirstStep) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  device_.set(SLT_REG_STATUS_OFFSET, SLT_REG_STATUS_BUSY_MASK);
  slt_run_report_t report = {};
  EXPECT_EQ(slt_network_run(&net_, &dev_, nullptr, &report), kSltBusy);
  EXPECT_EQ(report.steps_done, 0U);
  EXPECT_THAT(device_.log(), ElementsAre(read_of(SLT_REG_STATUS_OFFSET)));
}

TEST_F(RuntimeTest, AnImageForAnotherConfigurationIsRefused) {
  build(/*jobs=*/true);
  dev_.caps.config_id = kConfigId + 1;
  EXPECT_EQ(load(), kSltConfigMismatch);
  dev_.caps.config_id = kConfigId;
  ASSERT_EQ(load(), kSltOk);
  dev_.caps.config_id = kConfigId + 1;
  EXPECT_EQ(slt_network_run(&net_, &dev_, nullptr, nullptr), kSltConfigMismatch);
  EXPECT_TRUE(device_.log().empty());
}

TEST_F(RuntimeTest, RunChecksItsArgumentsBeforeAnyRegister) {
  build(/*jobs=*/true);
  ASSERT_EQ(load(), kSltOk);
  EXPECT_EQ(slt_network_run(nullptr, &dev_, nullptr, nullptr), kSltBadArg);
  EXPECT_EQ(slt_network_run(&net_, nullptr, nullptr, nullptr), kSltBadArg);
  std::vector<slt_step_report_t> steps(9);  // one short
  slt_run_report_t report = {steps.data(), 9, 0, 0, {}};
  EXPECT_EQ(slt_network_run(&net_, &dev_, nullptr, &report), kSltBadArg);
  const slt_run_options_t sleeping = {true, SLT_WAIT_FOREVER};
  const slt_run_options_t limited = {false, 10};
  dev_.port.wait_for_interrupt = nullptr;
  dev_.port.cycles = nullptr;
  EXPECT_EQ(slt_network_run(&net_, &dev_, &sleeping, nullptr), kSltBadArg);
  EXPECT_EQ(slt_network_run(&net_, &dev_, &limited, nullptr), kSltBadArg);
  EXPECT_EQ(slt_network_load(&net_, built_.image.data(), size_of(built_.image), &memory_, nullptr), kSltBadArg);
  EXPECT_TRUE(device_.log().empty());
}

TEST(NetworkImageTest, IsTheSameForTheSameProgram) {
  const Graph graph = tiny_graph();
  const Program program = processor_program(graph, true);
  const NetworkImage a = build_network_image(graph, program);
  const NetworkImage b = build_network_image(graph, program);
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.flash, b.flash);
}

TEST(NetworkImageTest, KeepsTheFlashOfTheProgram) {
  const Graph graph = tiny_graph();
  Program program = processor_program(graph, true);
  for (std::size_t i = 0; i < program.flash.size(); ++i) program.flash[i] = static_cast<std::uint8_t>(i);
  const NetworkImage built = build_network_image(graph, program);
  ASSERT_GT(built.flash.size(), program.flash.size());
  EXPECT_TRUE(std::equal(program.flash.begin(), program.flash.end(), built.flash.begin()));
}

TEST(NetworkImageTest, ANetworkWithoutStepsRuns) {
  const Graph graph = tiny_graph();
  Program program = processor_program(graph, false);
  program.steps.clear();
  const NetworkImage built = build_network_image(graph, program);
  GuardedMemory flash(size_of(built.flash), built.flash);
  GuardedMemory sram(program.sram_bytes);
  const slt_memory_t memory = {flash.data(), kFlashBase, size_of(built.flash),
                               sram.data(),  kSramBase,  program.sram_bytes};
  slt_network_t net;
  ASSERT_EQ(slt_network_load(&net, built.image.data(), size_of(built.image), &memory, nullptr), kSltOk);
  slt_run_report_t report = {};
  EXPECT_EQ(slt_network_run(&net, nullptr, nullptr, &report), kSltOk);
  EXPECT_EQ(report.steps_done, 0U);
}

TEST(NetworkImageTest, RefusesAProgramWithoutAPlaceForATensor) {
  const Graph graph = tiny_graph();
  Program program = processor_program(graph, false);
  program.places.pop_back();
  EXPECT_THROW((void)build_network_image(graph, program), Error);
}

TEST(NetworkImageTest, RefusesAProgramWhoseArenaIsTooSmall) {
  const Graph graph = tiny_graph();
  Program program = processor_program(graph, false);
  program.sram_bytes -= 1;
  try {
    (void)build_network_image(graph, program);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a place outside its arena"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace systolite::test

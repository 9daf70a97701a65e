// SPDX-License-Identifier: Apache-2.0
#include "tests/fast/device_pair.h"

#include <array>

#include "sim/device/trace_diff.h"
#include "sim/rtl/rtl_builder.h"
#include "slt_regs.h"

namespace systolite::fast {
namespace {

constexpr Cycles kLongest = 2'000'000;  // no job of the tests takes longer

}  // namespace

std::filesystem::path rtl_library(const HwConfig& hw) {
  return build_rtl_library(hw, {.home = find_rtl_home(), .cache = default_rtl_cache()});
}

DevicePair::DevicePair(const HwConfig& hw)
    : hw_(hw), rtl_memory_(hw), fast_memory_(hw), rtl_(hw, rtl_memory_, rtl_library(hw)), fast_(hw, fast_memory_) {}

void DevicePair::set_stalls(const std::optional<RandomStalls>& stalls) {
  rtl_.memory().set_stalls(stalls);
  fast_.memory().set_stalls(stalls);
}

void DevicePair::inject_error(std::uint32_t address, AxiResponse response) {
  rtl_.memory().inject_error(address, response);
  fast_.memory().inject_error(address, response);
}

void DevicePair::clear_errors() {
  rtl_.memory().clear_errors();
  fast_.memory().clear_errors();
}

void DevicePair::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  rtl_memory_.write(address, bytes);
  fast_memory_.write(address, bytes);
}

void DevicePair::write_stream(std::uint32_t address, std::span<const isa::Command> stream) {
  std::vector<std::uint8_t> bytes;
  for (const isa::Command& command : stream) {
    for (const std::uint32_t word : command.w) {
      for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  write_memory(address, bytes);
}

void DevicePair::compare_time() {
  ASSERT_EQ(rtl_.now(), fast_.now());
  ASSERT_EQ(rtl_.irq(), fast_.irq()) << "interrupt line in cycle " << rtl_.now();
}

void DevicePair::write_register(std::uint32_t offset, std::uint32_t value) {
  rtl_.write_register(offset, value);
  fast_.write_register(offset, value);
  compare_time();
}

std::uint32_t DevicePair::read_register(std::uint32_t offset) {
  const std::uint32_t expected = rtl_.read_register(offset);
  EXPECT_EQ(expected, fast_.read_register(offset))
      << std::hex << "register 0x" << offset << std::dec << " in cycle " << rtl_.now();
  compare_time();
  return expected;
}

bool DevicePair::advance_until_irq(Cycles limit) {
  const bool expected = rtl_.advance_until_irq(limit);
  EXPECT_EQ(expected, fast_.advance_until_irq(limit));
  compare_time();
  return expected;
}

void DevicePair::advance(Cycles cycles) {
  rtl_.advance(cycles);
  fast_.advance(cycles);
  compare_time();
}

void DevicePair::compare_registers() {
  for (const std::uint32_t offset : {SLT_REG_STATUS_OFFSET, SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_ERROR_CAUSE_OFFSET,
                                     SLT_REG_ERROR_COMMAND_OFFSET, SLT_REG_ERROR_ADDRESS_OFFSET})
    read_register(static_cast<std::uint32_t>(offset));
  for (std::uint32_t offset = SLT_REG_CNT_CYCLES_OFFSET; offset <= SLT_REG_CNT_WRITE_BEATS_OFFSET; offset += 4)
    read_register(offset);
}

Trace DevicePair::compare_traces(std::span<const isa::Command> stream) {
  Trace expected = rtl_.take_trace();
  const Trace trace = fast_.take_trace();
  const auto difference = first_difference(expected, trace, stream);
  EXPECT_FALSE(difference) << describe(*difference, expected, trace, stream, "rtl", "fast");
  return expected;
}

void DevicePair::compare_sram() {
  EXPECT_EQ(rtl_memory_.read(hw_.sram.base, hw_.sram.bytes), fast_memory_.read(hw_.sram.base, hw_.sram.bytes))
      << "the memories differ";
}

void DevicePair::start(std::uint32_t address, std::uint32_t bytes) {
  write_register(SLT_REG_STREAM_ADDR_OFFSET, address);
  write_register(SLT_REG_STREAM_BYTES_OFFSET, bytes);
  write_register(SLT_REG_WIN0_BASE_OFFSET, hw_.weights_region().base);
  write_register(SLT_REG_WIN0_LAST_OFFSET, hw_.weights_region().base + (hw_.weights_region().bytes - 1));
  write_register(SLT_REG_WIN1_BASE_OFFSET, hw_.sram.base);
  write_register(SLT_REG_WIN1_LAST_OFFSET, hw_.sram.base + (hw_.sram.bytes - 1));
  write_register(SLT_REG_IRQ_ENABLE_OFFSET, SLT_REG_IRQ_ENABLE_DONE_MASK | SLT_REG_IRQ_ENABLE_ERROR_MASK);
  write_register(SLT_REG_DOORBELL_OFFSET, 1);
}

Trace DevicePair::run(std::uint32_t address, std::span<const isa::Command> stream) {
  write_stream(address, stream);
  start(address, static_cast<std::uint32_t>(stream.size()) * isa::kCommandBytes);
  EXPECT_TRUE(advance_until_irq(kLongest));
  Trace trace = compare_traces(stream);
  compare_registers();
  write_register(SLT_REG_IRQ_STATUS_OFFSET, SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK);
  return trace;
}

}  // namespace systolite::fast

// SPDX-License-Identifier: Apache-2.0
#include "tests/systemc/device_pair.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/device/trace_diff.h"
#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_sources.h"
#include "slt_regs.h"

namespace systolite::test {

HwConfig test_config(const std::string& name) {
  const std::filesystem::path source(SYSTOLITE_SOURCE_DIR);
  for (const char* folder : {"configs/hw", "tests/network/configs", "tests/systemc/configs"}) {
    const auto file = source / folder / (name + ".yaml");
    if (std::filesystem::exists(file)) return load_hw_config(file);
  }
  throw std::runtime_error("no configuration " + name);
}

std::unique_ptr<RtlDevice> make_rtl(const HwConfig& config, BusMemory& memory) {
  RtlBuildOptions options;
  options.home = find_rtl_home();
  options.cache = default_rtl_cache();
  return std::make_unique<RtlDevice>(config, memory, build_rtl_library(config, options));
}

void compare(const Trace& rtl, const Trace& systemc, std::span<const isa::Command> stream) {
  if (const auto difference = first_difference(rtl, systemc, stream))
    throw Mismatch(describe(*difference, rtl, systemc, stream, "rtl", "systemc"));
  if (rtl.start != systemc.start || rtl.cycles != systemc.cycles || rtl.states != systemc.states ||
      rtl.pop_cycles != systemc.pop_cycles || rtl.done_cycles != systemc.done_cycles ||
      rtl.traffic != systemc.traffic || rtl.read_beats != systemc.read_beats ||
      rtl.fetch_beats != systemc.fetch_beats || rtl.write_beats != systemc.write_beats) {
    throw Mismatch("the traces show the same events but are not equal");
  }
}

DevicePair::DevicePair(const HwConfig& config)
    : config_(config),
      systemc_memory_(config_),
      rtl_memory_(config_),
      systemc_(config_, systemc_memory_),
      rtl_(make_rtl(config_, rtl_memory_)) {}

void DevicePair::compare_state(const std::string& after) {
  if (systemc_.now() != rtl_->now())
    throw Mismatch(fmt::format("after {}: cycle {} on rtl, {} on systemc", after, rtl_->now(), systemc_.now()));
  if (systemc_.irq() != rtl_->irq()) {
    throw Mismatch(fmt::format("after {}: interrupt line {} on rtl, {} on systemc, cycle {}", after, rtl_->irq(),
                               systemc_.irq(), rtl_->now()));
  }
}

std::uint32_t DevicePair::read(std::uint32_t offset) {
  const std::uint32_t expected = rtl_->read_register(offset);
  const std::uint32_t actual = systemc_.read_register(offset);
  if (actual != expected) {
    throw Mismatch(fmt::format("register 0x{:03X} in cycle {}: 0x{:X} on rtl, 0x{:X} on systemc", offset, rtl_->now(),
                               expected, actual));
  }
  compare_state(fmt::format("a read of 0x{:03X}", offset));
  return actual;
}

void DevicePair::write(std::uint32_t offset, std::uint32_t value) {
  rtl_->write_register(offset, value);
  systemc_.write_register(offset, value);
  compare_state(fmt::format("a write of 0x{:X} to 0x{:03X}", value, offset));
}

void DevicePair::advance(Cycles cycles) {
  rtl_->advance(cycles);
  systemc_.advance(cycles);
  compare_state(fmt::format("{} cycles", cycles));
}

bool DevicePair::advance_until_irq(Cycles limit) {
  rtl_->advance_until_irq(limit);
  systemc_.advance_until_irq(limit);
  compare_state("waiting for the interrupt");
  return rtl_->irq();
}

void DevicePair::compare_registers() {
  for (std::uint32_t offset = 0; offset <= SLT_REG_CNT_WRITE_BEATS_OFFSET; offset += 4) read(offset);
  read(0x200);
}

Trace DevicePair::compare_traces(std::span<const isa::Command> stream) {
  Trace expected = rtl_->take_trace();
  compare(expected, systemc_.take_trace(), stream);
  return expected;
}

void DevicePair::compare_memories() {
  const auto expected = rtl_memory_.read(config_.sram.base, config_.sram.bytes);
  const auto actual = systemc_memory_.read(config_.sram.base, config_.sram.bytes);
  const auto [e, a] = std::ranges::mismatch(expected, actual);
  if (e == expected.end()) return;
  throw Mismatch(fmt::format("SRAM byte 0x{:08X}: {:02X} on rtl, {:02X} on systemc",
                             config_.sram.base + (e - expected.begin()), *e, *a));
}

void DevicePair::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  rtl_memory_.write(address, bytes);
  systemc_memory_.write(address, bytes);
}

void DevicePair::set_stalls(const std::optional<RandomStalls>& stalls) {
  rtl_->memory().set_stalls(stalls);
  systemc_.memory().set_stalls(stalls);
}

void DevicePair::inject_error(std::uint32_t address, AxiResponse response) {
  rtl_->memory().inject_error(address, response);
  systemc_.memory().inject_error(address, response);
}

void DevicePair::clear_errors() {
  rtl_->memory().clear_errors();
  systemc_.memory().clear_errors();
}

}  // namespace systolite::test

// SPDX-License-Identifier: Apache-2.0
// The SystemC model and the RTL side by side: every operation is done on both and what they show is compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "sim/rtl/rtl_device.h"
#include "tests/systemc/systemc_device.h"

namespace systolite::test {

[[nodiscard]] HwConfig test_config(const std::string& name);
[[nodiscard]] std::unique_ptr<RtlDevice> make_rtl(const HwConfig& config, BusMemory& memory);

struct Mismatch : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws Mismatch where the traces of a job differ; `stream`: its commands.
void compare(const Trace& rtl, const Trace& systemc, std::span<const isa::Command> stream);

class DevicePair {
 public:
  // Every member throws Mismatch where the devices differ.
  explicit DevicePair(const HwConfig& config);

  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  void advance(Cycles cycles);
  bool advance_until_irq(Cycles limit);
  [[nodiscard]] bool irq() const { return rtl_->irq(); }
  // Every register, and offsets without one.
  void compare_registers();
  // `stream`: the commands of the job, for the message.
  Trace compare_traces(std::span<const isa::Command> stream);
  void compare_memories();

  void write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes);
  void set_stalls(const std::optional<RandomStalls>& stalls);
  void inject_error(std::uint32_t address, AxiResponse response);
  void clear_errors();

  [[nodiscard]] Device& systemc() noexcept { return systemc_; }
  [[nodiscard]] Device& rtl() noexcept { return *rtl_; }
  [[nodiscard]] BusMemory& systemc_memory() noexcept { return systemc_memory_; }
  [[nodiscard]] BusMemory& rtl_memory() noexcept { return rtl_memory_; }

 private:
  void compare_state(const std::string& after);

  const HwConfig config_;
  BusMemory systemc_memory_;
  BusMemory rtl_memory_;
  SystemcDevice systemc_;
  std::unique_ptr<RtlDevice> rtl_;
};

}  // namespace systolite::test

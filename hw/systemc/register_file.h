// SPDX-License-Identifier: Apache-2.0
// Registers of configs/regs.yaml: identification, job control, interrupt, windows, counters.
//   Timing: an access has a setup and an access cycle. A read returns the values of the setup cycle, a write takes
//   effect at the end of the access cycle. Counters count in the cycles in which a job runs or is being stopped.
#pragma once

#include <array>
#include <cstdint>
#include <systemc>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/model_context.h"

namespace systolite::sc {

// What a register write does to the job, at the end of its cycle.
struct RegisterEvents {
  bool doorbell = false;  // while no job runs
  bool soft_reset = false;
  bool busy_write = false;  // of a job register while one runs
  std::uint32_t busy_offset = 0;
  std::uint32_t irq_clear = 0;
};

// Outcome of a cycle as JobControl decides it.
struct JobEvents {
  bool ended = false;
  bool stopped = false;
  Fault fault;  // if stopped
};

// The registers as JobControl sees them.
class RegisterUpdateIf : virtual public sc_core::sc_interface {
 public:
  // The end of a cycle in which something happened to the job.
  virtual void update(const RegisterEvents& events, const JobEvents& job) = 0;
  // Counters start at zero in the next cycle and count until hold_counters().
  virtual void restart_counters() = 0;
  // Counters are zero until restart_counters().
  virtual void clear_counters() = 0;
  // The current cycle is the last one that counts.
  virtual void hold_counters() = 0;
  // Level of the interrupt line in this cycle.
  [[nodiscard]] virtual bool interrupt() const = 0;
};

// JobControl as the registers see it.
class RegisterEventsIf : virtual public sc_core::sc_interface {
 public:
  [[nodiscard]] virtual bool busy() const = 0;
  virtual void register_written(const RegisterEvents& events) = 0;
};

class RegisterFile final : public sc_core::sc_module, public JobRegistersIf, public RegisterUpdateIf {
 public:
  sc_core::sc_port<RegisterEventsIf> job;
  sc_core::sc_out<bool> irq;

  enum class Access { kOkay, kNoRegister, kReadOnly };

  RegisterFile(const sc_core::sc_module_name& name, ModelContext& context);

  // The current cycle is the setup cycle. A register that does not exist reads as 0.
  Access read(std::uint32_t offset, std::uint32_t& value) const;
  // A write that is refused does nothing.
  Access write(std::uint32_t offset, std::uint32_t value, const sc_core::sc_time& to_setup);

  [[nodiscard]] const JobRegisters& job_registers() const override { return job_registers_; }

  void update(const RegisterEvents& events, const JobEvents& job) override;
  void restart_counters() override;
  void clear_counters() override;
  void hold_counters() override;
  [[nodiscard]] bool interrupt() const override { return status().irq(); }

 private:
  struct Status {
    bool done = false;
    bool error = false;
    std::uint32_t irq_status = 0;
    std::uint32_t irq_enable = 0;
    std::uint32_t cause = 0;
    std::uint32_t command = 0;
    std::uint32_t address = 0;
    [[nodiscard]] bool irq() const noexcept { return (irq_status & irq_enable) != 0; }
  };

  void finish_write();
  void drive_irq();
  [[nodiscard]] const Status& status() const;
  // The status from the next cycle on.
  Status& next_status();
  void schedule_irq();
  [[nodiscard]] std::uint32_t counter(std::uint32_t offset) const;

  ModelContext& context_;
  JobRegisters job_registers_;
  Status status_;  // in force until next_from_
  Status next_;
  Cycles next_from_ = 0;  // since reset
  sc_core::sc_event access_;
  sc_core::sc_event irq_changes_;
  std::uint32_t write_offset_ = 0;
  std::uint32_t write_value_ = 0;
  bool write_pending_ = false;
  // Counters count in the cycles [count_from_, count_to_) since reset.
  Cycles count_from_ = 0;
  Cycles count_to_ = 0;
};

}  // namespace systolite::sc

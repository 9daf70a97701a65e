// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/rtl_accelerator.h"

namespace systolite {

RtlAccelerator::RtlAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config,
                               const std::filesystem::path& library)
    : Accelerator(name, clock),
      port_(memory, static_cast<unsigned>(config.dma.bus_bytes())),
      model_(port_, static_cast<unsigned>(config.dma.bus_bytes()), library) {
  model_.on_irq([this](Cycles cycle, bool level) {
    irq_changes_.push_back({cycle + skipped_, level});
    irq_change_.notify(time_until(irq_changes_.front().cycle));
  });
  SC_HAS_PROCESS(RtlAccelerator);
  SC_METHOD(tick);
  sensitive << tick_;
  dont_initialize();
  SC_METHOD(drive_irq);
  sensitive << irq_change_;
  dont_initialize();
}

void RtlAccelerator::catch_up(Cycles now) {
  if (next_cycle() >= now) return;
  if (model_.busy()) {
    model_.run(now - next_cycle());
  } else {
    skipped_ += now - next_cycle();
  }
}

std::optional<std::uint32_t> RtlAccelerator::read(std::uint32_t offset, Cycles now, Cycles& end) {
  catch_up(now);
  const std::uint32_t value = model_.read_register(offset);
  end = next_cycle();
  tick_.notify(time_until(end));
  return value;
}

bool RtlAccelerator::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  catch_up(now);
  if (offset == SLT_REG_DOORBELL_OFFSET) skipped_at_doorbell_ = skipped_;
  model_.write_register(offset, value);
  end = next_cycle();
  tick_.notify(time_until(end));
  return true;
}

void RtlAccelerator::tick() {
  try {
    if (next_cycle() <= current_cycle()) model_.run(1);
    if (model_.busy()) tick_.notify(time_until(next_cycle()));
  } catch (...) {
    fail();
  }
}

void RtlAccelerator::drive_irq() {
  const Cycles now = current_cycle();
  while (!irq_changes_.empty() && irq_changes_.front().cycle <= now) {
    irq.write(irq_changes_.front().level);
    irq_changes_.pop_front();
  }
  if (!irq_changes_.empty()) irq_change_.notify(time_until(irq_changes_.front().cycle));
}

Trace RtlAccelerator::take_trace() {
  // The clock does not stop during a job.
  Trace trace = model_.take_trace();
  trace.start += skipped_at_doorbell_;
  return trace;
}

}  // namespace systolite
